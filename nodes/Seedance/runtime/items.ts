import {
	NodeApiError,
	NodeOperationError,
	type IBinaryKeyData,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { failure, inputFault, success, type Fault, type Outcome } from '../core/fault';
import { rawOf, type Job } from '../core/job';
import { hintAtExpiry } from './hints';

/** What came of one input item. */
export type ItemResult = JobResult | PlainResult | FaultResult;
export interface PlainResult {
	json: IDataObject;
}
interface JobResult {
	job: Job;
	/** Fields beside the job's own. */
	extra?: IDataObject;
	binary?: IBinaryKeyData;
}
interface FaultResult {
	fault: Fault;
	jobId?: string;
}

/** What stands around the job in the output. */
export interface OutputOptions {
	includeInputFields: boolean;
	includeRawResponse: boolean;
}

export const readOutputOptions = (options: IDataObject): OutputOptions => ({
	includeInputFields: options.includeInputFields === true,
	includeRawResponse: options.includeRawResponse === true,
});

/** How a run ends for an item whose video was not made. */
export type OnJobFailure = 'error' | 'return';

/** Reads a parameter; a broken expression becomes a fault of this item instead of ending the run. */
export function readParameter(
	ctx: IExecuteFunctions,
	name: string,
	itemIndex: number,
): Outcome<unknown> {
	try {
		// null, because n8n throws where a hidden field has no value and the fallback is undefined.
		return success(ctx.getNodeParameter(name, itemIndex, null));
	} catch (error) {
		const reason = error instanceof Error ? error.message : 'the expression failed';
		return failure(inputFault(`The parameter "${name}" cannot be read: ${reason}`));
	}
}

/**
 * The output of a run: one item for each input item, in their order. A fault ends the run, unless the user chose one of
 * the "Continue" settings; then the item says what went wrong. A run that was stopped from outside is n8n's to end: what
 * is known of the jobs is kept as output.
 *
 * @param cause the item whose fault came first; those of others may only be its consequence
 */
export function emit(
	ctx: IExecuteFunctions,
	results: readonly ItemResult[],
	options: OutputOptions,
	cause = results.findIndex((result) => 'fault' in result),
): INodeExecutionData[] {
	const culprit = results[cause];
	const stopped = ctx.getExecutionCancelSignal()?.aborted === true;
	if (culprit && 'fault' in culprit && !ctx.continueOnFail() && !stopped) {
		throw errorOf(ctx, cause, culprit, otherJobIds(results, cause));
	}
	hintAtExpiry(ctx, results, Date.now());
	return ctx.getInputData().map((input, index) => {
		const result = results[index] ?? NOT_STARTED;
		return 'fault' in result
			? errorItemOf(ctx, index, result)
			: itemOf(input, index, result, options);
	});
}

/** What keeps the whole run from starting, such as a wrong credential: the same for every item. */
export function emitSame(ctx: IExecuteFunctions, result: FaultResult): INodeExecutionData[] {
	if (!ctx.continueOnFail()) throw errorOf(ctx, undefined, result, []);
	return ctx.getInputData().map((_, index) => errorItemOf(ctx, index, result));
}

/** An item that the run did not get to. */
export const NOT_STARTED = failure(inputFault('Nothing was submitted for this item'));

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

/**
 * An item's error as output. n8n 1.x sends an item to the error output only if its json is exactly `{error}`, so the
 * job's ID stands in the text; with plain "Continue" it is a field of its own as well.
 */
function errorItemOf(
	ctx: IExecuteFunctions,
	itemIndex: number,
	{ fault, jobId }: FaultResult,
): INodeExecutionData {
	const { message } = withJobId(fault, jobId);
	const error = fault.hint ? `${withoutStop(message)}. ${fault.hint}` : message;
	const exact = ctx.getNode().onError === 'continueErrorOutput' || jobId === undefined;
	return { json: exact ? { error } : { error, jobId }, pairedItem: { item: itemIndex } };
}

/** The run ends without output: what the other items have started must stand in the error. */
function otherJobIds(results: readonly ItemResult[], except: number): string[] {
	return results.flatMap((result, index) => {
		if (index === except || !result) return [];
		const id = 'job' in result ? result.job.jobId : 'fault' in result ? result.jobId : undefined;
		return id === undefined ? [] : [id];
	});
}

/** The error that ends the run. */
function errorOf(
	ctx: IExecuteFunctions,
	itemIndex: number | undefined,
	{ fault, jobId }: FaultResult,
	otherJobs: readonly string[],
): NodeApiError | NodeOperationError {
	const place =
		itemIndex !== undefined && ctx.getInputData().length > 1 ? ` [item ${itemIndex}]` : '';
	const others =
		otherJobs.length > 0
			? `The other jobs of this run are not lost. Look them up with Check Status: ${otherJobs.join(', ')}.`
			: undefined;
	const options = {
		message: `${withJobId(fault, jobId).message}${place}`,
		description: [fault.hint, others].filter(Boolean).join(' ') || undefined,
		itemIndex,
	};
	if (fault.httpStatus === undefined) {
		return new NodeOperationError(ctx.getNode(), options.message, options);
	}
	// An empty object instead of the request's error, which would bring the API key into the execution's data.
	return new NodeApiError(ctx.getNode(), {}, { ...options, httpCode: String(fault.httpStatus) });
}

export function withJobId(fault: Fault, jobId: string | undefined): Fault {
	if (jobId === undefined || fault.message.includes(jobId)) return fault;
	return { ...fault, message: `${withoutStop(fault.message)} (job ${jobId})` };
}

/** Providers end their sentences with a full stop; ours go on. */
const withoutStop = (text: string): string => text.replace(/\.$/, '');

/** Why the result is not there, for nodes that are to fail then; undefined where it is there or still in the making. */
export function faultOfJob(job: Job): Fault | undefined {
	const what = job.imageUrl === undefined ? 'video' : 'image';
	const because = job.failure ? `: ${job.failure.message}` : '';
	const words: Partial<Record<Job['status'], [message: string, hint: string]>> = {
		failed: [`The provider could not make the ${what}${because}`, hintOfFailure(job)],
		cancelled: [
			'The job was cancelled',
			'Cancelled jobs cost nothing. Run the item again if that was not meant.',
		],
		timed_out: [
			`The ${what} was not ready in time${because}`,
			'It may still finish: look it up later with Check Status, or raise "Timeout (Minutes)".',
		],
	};
	const found = words[job.status];
	return found && withJobId(inputFault(...found), job.jobId);
}

function hintOfFailure({ creditsCharged, costUsd, failure: reason }: Job): string {
	const price = creditsCharged
		? `${creditsCharged} credits`
		: costUsd
			? `US$${costUsd}`
			: undefined;
	if (price)
		return `The provider reports a charge of ${price} for it: ask its support with the job ID.`;
	// Finished without an address: a new prompt would not help.
	if (reason?.code.endsWith('_url')) return 'Ask its support with the job ID.';
	return 'Failed jobs cost nothing. Change the prompt or the image and run the item again.';
}
