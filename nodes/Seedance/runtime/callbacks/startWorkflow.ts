import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { rawOf, type Job } from '../../core/job';
import { shorten } from '../../core/parameters';
import type { Clock } from '../limits/clock';
import { nodeOf } from './address';
import type { Callback } from './receive';
import { rawBodyOf } from './sender';
import { ownCall, type SelfCallResult } from './selfCall';
import type { StartMemory } from './startMemory';

/** The receiver that our own calls to a trigger are signed for. */
export const triggerOf = (ctx: IWebhookFunctions): string => `trigger ${nodeOf(ctx)}`;

/** Passes the jobs to n8n, one item each, and makes sure that the workflow starts. */
export function startWorkflow(
	ctx: IWebhookFunctions,
	{ session, sender }: Callback,
	jobs: readonly Job[],
	memory: StartMemory,
): IWebhookResponseData {
	const withRawBody = ctx.getNodeParameter('options.includeRawResponse', false) === true;
	const items: INodeExecutionData[] = jobs.map((job) => {
		const json = { ...job } as unknown as IDataObject;
		if (withRawBody) json.raw = rawOf(job) as IDataObject;
		return { json };
	});
	if (ctx.getMode() === 'manual') return { noWebhookResponse: true, workflowData: [items] };
	const url = ctx.getNodeWebhookUrl('default') ?? '';
	const call = { receiver: triggerOf(ctx), sender, body: rawBodyOf(ctx).toString('utf8') };
	const callAgain = ownCall(ctx, session.settings, url, call);
	memory.store();
	void isStarted(ctx).then(async (started) => {
		if (started) return memory.taken(jobs);
		const failures = memory.fail(jobs);
		const isDone = () => jobs.every((job) => memory.has(job));
		if (await startAgain(callAgain, session.clock, failures, isDone)) return;
		const ids = jobs.map(({ jobId }) => shorten(jobId, 60)).join(', ');
		ctx.logger.warn(
			`Seedance Trigger: n8n could not start the workflow for ${ids}. Look them up with Check Status.`,
		);
	});
	return { workflowData: [items], webhookResponse: { status: 'ok' } };
}

/** The methods of Express's response that n8n calls after a webhook method has returned. */
type Answerable = Record<'setHeader' | 'status' | 'json' | 'send', (code: number) => unknown>;

/**
 * Whether the workflow was started after a trigger's webhook method has returned its items. n8n does not report it to
 * the node. But n8n 2.x, if it is to answer the request, does so when it has stored the new execution, with 500 if that
 * failed, and stores the static data only then. The caller has had our answer long before, so n8n's answer is
 * intercepted and read here.
 *
 * n8n 1.x answers before it starts the workflow, so it always counts as started there.
 *
 * Call it after the caller was answered, in a method that then returns its items without `noWebhookResponse`.
 */
function isStarted(ctx: IWebhookFunctions): Promise<boolean> {
	const response = ctx.getResponseObject() as unknown as Answerable;
	return new Promise((resolve) => {
		let httpStatus = 200;
		response.setHeader = () => response;
		response.status = (code) => {
			httpStatus = code;
			return response;
		};
		response.json = response.send = () => {
			resolve(httpStatus < 400);
			return response;
		};
	});
}

/** The pauses after failed starts, in milliseconds. About a quarter of an hour in total. */
const PAUSES_MS = [
	2_000, 5_000, 15_000, 30_000, 60_000, 60_000, 120_000, 120_000, 240_000, 240_000,
];

/**
 * Starts the workflow again after n8n could not start it, usually because its database was away. The provider has
 * received its 200 and does not call again, so we make the same call to the trigger's own address until it is accepted.
 * Whoever accepts it is responsible from then on.
 *
 * @param failures how often n8n has failed to start this so far
 * @param isDone whether another callback has started it in the meantime
 * @returns whether the call was accepted or is no longer needed
 */
export async function startAgain(
	call: () => Promise<SelfCallResult>,
	clock: Clock,
	failures: number,
	isDone: () => boolean,
): Promise<boolean> {
	for (const pauseMs of PAUSES_MS.slice(failures - 1)) {
		await clock.sleep(pauseMs);
		if (isDone()) return true;
		if ((await call()) === 'accepted') return true;
	}
	return false;
}
