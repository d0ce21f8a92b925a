import type { IExecuteFunctions } from 'n8n-workflow';
import { mediaUrlOf } from '../../core/job';
import type { ItemResult } from './result';

// What n8n shows beside the output after a run that went on, but hardly as it was meant.

const GENERATE_NODE = /\.seedanceGenerate(Video|Image)$/;

/** Says so where no node before this one has told the provider to call: the execution is woken all the same, but later. */
export function hintAtMissingCallback(ctx: IExecuteFunctions): void {
	const before = ctx.getParentNodes(ctx.getNode().name, { includeNodeParameters: true });
	const isCalled = before.some(
		({ type, parameters }) => GENERATE_NODE.test(type) && parameters?.afterSubmit === 'resume',
	);
	if (isCalled) return;
	ctx.addExecutionHints({
		message:
			'No callback will come: no node before this one has "Let Wait for Webhook Take Over" chosen in "After Submit". This node asks the provider by itself, but only when the jobs should long be done.',
		type: 'warning',
		location: 'outputPane',
	});
}

const SOON_MS = 3_600_000;

/**
 * Says so where addresses come out that will not work for long, and without the file.
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
