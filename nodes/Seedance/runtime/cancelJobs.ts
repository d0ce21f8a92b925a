import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { success, type Outcome } from '../core/fault';
import { isSettled, rawOf, withRaw, type Job } from '../core/job';
import type { Dialect } from '../core/provider';
import { providerById } from '../providers';
import { emit, readOutputOptions, type ItemResult } from './items';
import { readJobOf } from './jobItems';
import { retryPassing } from './retry';
import { openSession, type Session } from './session';
import { continuesOnFault } from './toolCall';
import { readJob, untilKnown } from './waitForJob';
import { eachInWindow } from './window';

/** So many calls under way at once; the request budget sets the pace. */
const WIDTH = 10;

/** Cancel Job: cancel every item's job, and give each back as it is then. */
export async function cancelJobs(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = ctx.getInputData();
	const provider = providerById(ctx.getNodeParameter('provider', 0) as string);
	const opened = await openSession(ctx, provider);
	const results: ItemResult[] = [];
	await eachInWindow(items, WIDTH, async (_, index) => {
		const result = opened.ok ? await cancelJob(ctx, opened.value, index) : opened;
		results[index] = result;
		return 'fault' in result && !continuesOnFault(ctx) ? 'stop' : 'continue';
	});
	return emit(ctx, results, readOutputOptions(ctx.getNodeParameter('options', 0, {})));
}

async function cancelJob(
	ctx: IExecuteFunctions,
	session: Session,
	itemIndex: number,
): Promise<ItemResult> {
	const known = readJobOf(ctx, session, itemIndex);
	if (!known.ok) return known;
	const job = known.value;
	const dialect = session.provider.dialectOf(job);
	const cancelled = await callCancel(session, dialect, job);
	const now = await readJob(session, job);
	// What has ended by itself cannot be cancelled any more: its end is the answer.
	if (now.ok && isSettled(now.value)) return { job: now.value };
	if (!cancelled.ok) return { fault: cancelled.fault, jobId: job.jobId };
	// The cancel was accepted; not every dialect has a status word for it, and some forget the job.
	const last = now.ok ? now.value : job;
	const ended: Job = { ...last, status: 'cancelled', creditsCharged: 0, costUsd: 0 };
	return { job: withRaw(ended, rawOf(last)) };
}

/** Cancelling twice does no harm, so a broken call is tried again. */
async function callCancel(session: Session, { cancel }: Dialect, job: Job): Promise<Outcome<true>> {
	if (!cancel) return success(true);
	const endpoint = { request: cancel.request, response: () => true as const };
	const call = () => retryPassing(session.clock, () => session.call(endpoint, job));
	return await untilKnown(session, job, call);
}
