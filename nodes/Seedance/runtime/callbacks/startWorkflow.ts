import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { rawOf, type Job } from '../../core/job';
import { shorten } from '../../core/parameters';
import { nodeOf } from './address';
import type { Callback } from './receive';
import { rawBodyOf } from './sender';
import { ownCall } from './selfCall';
import { startAgain } from './startAgain';
import type { StartMemory } from './startMemory';
import { startOutcome } from './startOutcome';

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
	void startOutcome(ctx).then(async (outcome) => {
		if (outcome === 'taken') return memory.taken(jobs);
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
