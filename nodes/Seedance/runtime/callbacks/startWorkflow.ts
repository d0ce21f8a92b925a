import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { rawOf, type Job } from '../../core/job';
import { shorten } from '../../core/parameters';
import { rawBodyOf } from './request';
import { ownCall } from './selfCall';
import type { Session } from '../api/session';
import { startAgain } from './startAgain';
import type { StartMemory } from './startMemory';
import { startOutcome } from './startOutcome';

/** Hands the jobs to n8n, as one item each, and sees to it that they start. */
export function startWorkflow(
	ctx: IWebhookFunctions,
	session: Session,
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
	const callAgain = ownCall(ctx, session, url, rawBodyOf(ctx).toString('utf8'));
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
