import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { rawOf } from '../../core/job';
import { errorJson, errorOf, othersOf } from './errors';
import { hintAtExpiry } from './hints';
import type { FaultResult, ItemResult, JobResult, PlainResult } from './result';
import { continuesOnFault } from './toolCall';

export type OutputOptions = ReturnType<typeof readOutputOptions>;

/** What the output contains besides the job. */
export const readOutputOptions = (options: IDataObject) => ({
	includeInputFields: options.includeInputFields === true,
	includeRawResponse: options.includeRawResponse === true,
});

/** What happens to an item whose video was not made. */
export type OnJobFailure = 'error' | 'return';

/** Reads a parameter. A failing expression becomes a fault of this item instead of ending the run. */
export function readParameter(
	ctx: IExecuteFunctions,
	name: string,
	itemIndex: number,
): Outcome<unknown> {
	try {
		// null, because n8n throws if a hidden field has no value and the fallback is undefined.
		return success(ctx.getNodeParameter(name, itemIndex, null));
	} catch (error) {
		const reason = error instanceof Error ? error.message : 'the expression failed';
		return failure(inputFault(`The parameter "${name}" cannot be read: ${reason}`));
	}
}

/**
 * The output of a run: one item for each input item, in the same order. A fault ends the run, unless the user chose one
 * of the "Continue" settings. Then the item contains the error. If the run was stopped from outside, n8n ends it, and
 * the known jobs are kept as output.
 *
 * @param cause the item whose fault came first; the faults of others may only be its consequence
 */
export function emit(
	ctx: IExecuteFunctions,
	results: readonly ItemResult[],
	options: OutputOptions,
	cause = results.findIndex((result) => 'fault' in result),
): INodeExecutionData[] {
	const culprit = results[cause];
	const stopped = ctx.getExecutionCancelSignal()?.aborted === true;
	if (culprit && 'fault' in culprit && !continuesOnFault(ctx) && !stopped) {
		throw errorOf(ctx, cause, culprit, othersOf(results, cause));
	}
	hintAtExpiry(ctx, results, Date.now());
	return ctx
		.getInputData()
		.map((input, index) => outputOf(ctx, input, index, results[index] ?? NOT_STARTED, options));
}

/**
 * Outputs a fault that concerns the whole run, such as a wrong credential: the same for every item.
 *
 * @param known the items with another result, such as the job of an earlier try, which is output all the same
 */
export function emitSame(
	ctx: IExecuteFunctions,
	result: FaultResult,
	known: ReadonlyArray<ItemResult | undefined> = [],
	options = readOutputOptions({}),
): INodeExecutionData[] {
	if (!continuesOnFault(ctx)) throw errorOf(ctx, undefined, result, othersOf(known));
	return ctx
		.getInputData()
		.map((input, index) => outputOf(ctx, input, index, known[index] ?? result, options));
}

/** The result of an item that the run did not reach. */
export const NOT_STARTED = failure(inputFault('Nothing was submitted for this item'));

const outputOf = (
	ctx: IExecuteFunctions,
	input: INodeExecutionData,
	itemIndex: number,
	result: ItemResult,
	options: OutputOptions,
): INodeExecutionData =>
	'fault' in result
		? { json: errorJson(ctx, result), pairedItem: { item: itemIndex } }
		: itemOf(input, itemIndex, result, options);

function itemOf(
	input: INodeExecutionData | undefined,
	itemIndex: number,
	result: JobResult | PlainResult,
	{ includeInputFields, includeRawResponse }: OutputOptions,
): INodeExecutionData {
	const kept = includeInputFields ? input : undefined;
	const files = { ...kept?.binary, ...('binary' in result ? result.binary : {}) };
	const json: IDataObject =
		'job' in result ? { ...(result.job as unknown as IDataObject), ...result.extra } : result.json;
	if (includeRawResponse && 'job' in result) json.raw = rawOf(result.job) as IDataObject;
	return {
		json: { ...kept?.json, ...json },
		...(Object.keys(files).length > 0 ? { binary: files } : {}),
		pairedItem: { item: itemIndex },
	};
}
