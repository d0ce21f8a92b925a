import type { IExecuteFunctions } from 'n8n-workflow';
import { mediaUrlOf } from '../../core/job';
import { isCalledBack } from './otherNodes';
import type { ItemResult } from './result';

// Hints that n8n shows next to the output if a run has worked, but probably not as intended.

/**
 * A hint if no earlier node has given the provider a callback address. The execution resumes all the same, but later.
 */
export function hintAtMissingCallback(ctx: IExecuteFunctions): void {
	const before = ctx.getParentNodes(ctx.getNode().name, { includeNodeParameters: true });
	if (before.some(isCalledBack)) return;
	ctx.addExecutionHints({
		message:
			'No callback will come: no node before this one has "Let Wait for Webhook Take Over" in "After Submit". This node asks the provider itself, but only long after the jobs should be finished.',
		type: 'warning',
		location: 'outputPane',
	});
}

const SOON_MS = 3_600_000;

/**
 * A hint if the output contains addresses that expire soon, without the file.
 *
 * @param now milliseconds since 1970
 */
export function hintAtExpiry(
	ctx: IExecuteFunctions,
	results: readonly ItemResult[],
	now: number,
): void {
	const count = results.filter((result) => {
		if (!('job' in result) || result.binary || mediaUrlOf(result.job) === null) return false;
		return Date.parse(result.job.expiresAt ?? '') - now < SOON_MS;
	}).length;
	if (count === 0) return;
	const many = count > 1;
	ctx.addExecutionHints({
		message: `${many ? `${count} addresses stop` : 'The address stops'} working in less than an hour: download the file${many ? 's' : ''} in this node or the next one.`,
		type: 'warning',
		location: 'outputPane',
	});
}
