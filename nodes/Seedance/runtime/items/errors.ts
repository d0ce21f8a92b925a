import {
	NodeApiError,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { inputFault, type Fault } from '../../core/fault';
import { kindOf, type Job } from '../../core/job';
import type { FaultResult, ItemResult } from './result';

/**
 * An item's error as output. n8n 1.x sends an item to the error output only if its json is exactly `{error}`, so the
 * text contains the job's ID. With plain "Continue" there is a separate field as well.
 */
export function errorItemOf(
	ctx: IExecuteFunctions,
	itemIndex: number,
	{ fault, jobId }: FaultResult,
): INodeExecutionData {
	const { message } = withJobId(fault, jobId);
	const error = fault.hint ? `${withoutStop(message)}. ${fault.hint}` : message;
	const exact = ctx.getNode().onError === 'continueErrorOutput' || jobId === undefined;
	return { json: exact ? { error } : { error, jobId }, pairedItem: { item: itemIndex } };
}

/**
 * The run ends without output, so the error must list the jobs that the other items have started, or may have started.
 */
export function othersOf(
	results: ReadonlyArray<ItemResult | undefined>,
	except?: number,
): string[] {
	const others = [...results.entries()].flatMap(([index, result]) =>
		result && index !== except ? [[index, result] as const] : [],
	);
	const ids = others.flatMap(([, result]) => {
		const id = 'job' in result ? result.job.jobId : 'fault' in result ? result.jobId : undefined;
		return id === undefined ? [] : [id];
	});
	const doubts = others.flatMap(([index, result]) =>
		'fault' in result && result.fault.ambiguous && result.jobId === undefined ? [index] : [],
	);
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

export function withJobId(fault: Fault, jobId: string | undefined): Fault {
	if (jobId === undefined || fault.message.includes(jobId)) return fault;
	return { ...fault, message: `${withoutStop(fault.message)} (job ${jobId})` };
}

/** Providers end their sentences with a full stop, but our sentence continues. */
const withoutStop = (text: string): string => text.replace(/\.$/, '');

/**
 * The fault of a job without a result, for nodes that are set to fail. Undefined if the result exists or the job is
 * still processing.
 */
export function faultOfJob(job: Job): Fault | undefined {
	const what = kindOf(job);
	const because = job.failure ? `: ${job.failure.message}` : '';
	const words: Partial<Record<Job['status'], [message: string, hint: string]>> = {
		failed: [`The provider could not make the ${what}${because}`, hintOfFailure(job)],
		cancelled: [
			`The job was cancelled${because}`,
			`${costOfNothing('Cancelled', job.creditsCharged)} Run the item again if this was not intended.`,
		],
		timed_out: [
			`The ${what} was not ready in time${because}`,
			'It may still finish: look it up later with Check Status, or raise "Timeout (Minutes)".',
		],
	};
	const found = words[job.status];
	return found && withJobId(inputFault(...found), job.jobId);
}

const costOfNothing = (what: 'Failed' | 'Cancelled', creditsCharged: number | null): string =>
	creditsCharged === 0
		? `${what} jobs cost nothing.`
		: 'The provider does not say whether it has charged the job.';

function hintOfFailure({ creditsCharged, costUsd, failure: reason }: Job): string {
	const price = creditsCharged
		? `${creditsCharged} credits`
		: costUsd
			? `US$${costUsd}`
			: undefined;
	if (price)
		return `The provider reports a charge of ${price} for it: ask its support with the job ID.`;
	// The job finished without an address, so a new prompt would not help.
	if (reason?.code.endsWith('_url')) return 'Ask its support with the job ID.';
	return `${costOfNothing('Failed', creditsCharged)} Change the prompt or the image and run the item again, in a new execution or with "Retry" in the list of executions. Retry On Fail returns the same job.`;
}
