import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
} from 'n8n-workflow';
import { withJobId, withoutStop } from '../../core/jobFault';
import type { FaultResult, ItemResult } from './result';

/**
 * The json of an item's error. n8n 1.x sends an item to the error output only if its json is exactly `{error}`, so the
 * text contains the job's ID. Without an error output there are separate fields as well.
 */
export function errorJson(
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	{ fault, jobId, jobStarted = jobId === undefined ? undefined : 'yes' }: FaultResult,
): IDataObject {
	const { message } = withJobId(fault, jobId);
	const error = fault.hint ? `${withoutStop(message)}. ${fault.hint}` : message;
	const exact = ctx.getNode().onError === 'continueErrorOutput';
	const fields = {
		...(jobId === undefined ? {} : { jobId }),
		...(jobStarted === undefined ? {} : { jobStarted }),
	};
	return exact ? { error } : { error, ...fields };
}

/**
 * The run ends without output, so the error must list the jobs that the other items have started, or may have started.
 */
export function othersOf(
	results: ReadonlyArray<ItemResult | undefined>,
	except?: number,
): string[] {
	const ids: string[] = [];
	const doubts: number[] = [];
	for (const [index, result] of results.entries()) {
		if (!result || index === except) continue;
		if ('job' in result) ids.push(result.job.jobId);
		if (!('fault' in result)) continue;
		if (result.jobId !== undefined) ids.push(result.jobId);
		else if (result.fault.ambiguous || result.jobStarted === 'maybe') doubts.push(index);
	}
	const [items, them] = doubts.length > 1 ? ['the items', 'them'] : ['item', 'it'];
	return [
		ids.length > 0 &&
			`The other jobs of this run are not lost. Look them up with Check Status: ${ids.join(', ')}.`,
		doubts.length > 0 &&
			`A job may also have started for ${items} ${doubts.join(', ')}, but its ID is not known: check your account at the provider before you run ${them} again.`,
	].filter((text) => text !== false);
}

/** The error that ends the run. */
export function errorOf(
	ctx: IExecuteFunctions,
	itemIndex: number | undefined,
	{ fault, jobId }: FaultResult,
	others: readonly string[],
): NodeApiError | NodeOperationError {
	const itemLabel =
		itemIndex !== undefined && ctx.getInputData().length > 1 ? ` [item ${itemIndex}]` : '';
	const options = {
		message: `${withJobId(fault, jobId).message}${itemLabel}`,
		description: [fault.hint, ...others].filter(Boolean).join(' ') || undefined,
		itemIndex,
	};
	if (fault.httpStatus === undefined) {
		return new NodeOperationError(ctx.getNode(), options.message, options);
	}
	// An empty object instead of the error of the request, which would put the API key into the execution's data.
	return new NodeApiError(ctx.getNode(), {}, { ...options, httpCode: String(fault.httpStatus) });
}
