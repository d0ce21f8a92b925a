import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isSettled, type Job } from '../core/job';
import { providerById } from '../providers';
import { executionOf } from '../runtime/callbacks/address';
import { quietClock } from '../runtime/limits/clock';
import { hintAtMissingCallback } from '../runtime/items/hints';
import { emit, emitSame } from '../runtime/items/output';
import type { ItemResult } from '../runtime/items/result';
import {
	finish,
	readJobOf,
	readJobOptions,
	refusedBefore,
	type JobOptions,
} from '../runtime/items/jobs';
import { readMinutes } from '../runtime/items/options';
import { selfCall, callWhenAsleep } from '../runtime/callbacks/selfCall';
import { expectationFor } from '../runtime/wait/pollSchedule';
import { openSession, type Session } from '../runtime/api/session';
import { rememberDeadline } from '../runtime/callbacks/sleepContext';
import { orKnown, readJob, submittedAt, timedOut, untilKnown } from '../runtime/wait/waitForJob';
import { forEachConcurrent } from '../runtime/limits/concurrent';

/** Concurrent status requests. The rate limiter determines the actual rate. */
const ASK_WIDTH = 10;

/**
 * Wait for Webhook: continues at once if all jobs are settled. Otherwise it suspends the execution until a callback has
 * settled the last one (see `answerCallback`) or until the deadline.
 *
 * At the deadline n8n does not call the node again. It passes on the items as they are stored now, so each unfinished
 * job is stored as `timed_out`.
 */
export async function waitForWebhook(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = ctx.getInputData();
	const provider = providerById(ctx.getNodeParameter('provider', 0) as string);
	const opened = await openSession(ctx, provider);
	if (!opened.ok) return emitSame(ctx, opened);
	const limitMs = readMinutes(
		ctx.getNodeParameter('limitWaitMinutes', 0, 60),
		'Limit Wait (Minutes)',
	);
	if (!limitMs.ok) return emitSame(ctx, limitMs);
	const session = opened.value;
	const options = readJobOptions(ctx);
	const results = await askFirst(ctx, session, options);
	const output = emit(ctx, results, options.output);
	const awaited = results.flatMap((result) => (isAwaited(result) ? [result.job] : []));
	if (awaited.length === 0) return output;
	hintAtMissingCallback(ctx);
	// The stored input is the output at the deadline. The items are n8n's copies for this node only.
	items.forEach((item, index) => Object.assign(item, { binary: undefined }, output[index]));
	const deadline = Date.now() + limitMs.value;
	rememberDeadline(ctx, deadline);
	await ctx.putExecutionToWait(new Date(deadline));
	const call = selfCall(ctx, session.settings, executionOf(ctx));
	// Needs its own clock, because the run ends here and would stop its clock.
	void callWhenAsleep(call, quietClock(), { expectedMs: msUntilDone(session, awaited), deadline });
	// A copy, because with "Continue (using error output)" n8n empties the list that it receives.
	return [...items];
}

const isAwaited = (result: ItemResult): result is ItemResult & { job: Job } =>
	'job' in result && !isSettled(result.job);

/**
 * One and a half times the expected duration: a callback that has not come by then will probably not come. The provider
 * runs only some jobs at a time, and the others wait in its queue.
 */
function msUntilDone(session: Session, awaited: readonly Job[]): number {
	const now = Date.now();
	const rounds = Math.ceil(awaited.length / session.settings.maxConcurrentJobs);
	const msOf = (job: Job) =>
		1.5 * rounds * expectationFor(session, job).typicalMs - (now - submittedAt(job, now));
	return Math.max(...awaited.map(msOf));
}

/**
 * The state of the jobs before the execution sleeps. Jobs about which the items say nothing are all asked for. For jobs
 * that Generate Video has just submitted, one open job is enough to know that we have to wait; the others are asked for
 * when their callbacks arrive. Asking for a job that can hardly be done would be wasted.
 */
async function askFirst(
	ctx: IExecuteFunctions,
	session: Session,
	options: JobOptions,
): Promise<ItemResult[]> {
	const read = ctx.getInputData().map((_, index) => {
		return refusedBefore(ctx, index) ?? readJobOf(ctx, session, index);
	});
	const jobs = read.map((entry) => ('ok' in entry && entry.ok ? entry.value : undefined));
	const isFresh = (job: Job) => IN_THE_MAKING.includes(job.status) && job.createdAt !== null;
	// Until we ask, they count as open.
	const results = read.map((entry) => ('ok' in entry && entry.ok ? asleep(entry.value) : entry));
	let isDecided = false;
	await forEachConcurrent(jobs, ASK_WIDTH, async (job, index) => {
		if (job && isFresh(job)) return;
		if (job) results[index] = await askOnce(ctx, session, job, options);
		const isRefused = 'fault' in results[index]! && !ctx.continueOnFail();
		isDecided ||= isRefused || isAwaited(results[index]!);
		return isRefused ? 'stop' : undefined;
	});
	for (const [index, job] of jobs.entries()) {
		if (!job || !isFresh(job)) continue;
		if (isDecided || !isDue(session, job)) break;
		results[index] = await askOnce(ctx, session, job, options);
		isDecided = isAwaited(results[index]) || ('fault' in results[index] && !ctx.continueOnFail());
	}
	return results;
}

const IN_THE_MAKING: ReadonlyArray<Job['status']> = ['queued', 'processing'];

const asleep = (job: Job): ItemResult => ({ job: timedOut(job) });

function isDue(session: Session, job: Job): boolean {
	const now = Date.now();
	return now - submittedAt(job, now) >= expectationFor(session, job).firstAskMs;
}

/** Asks for a job: returns it with its last step done, or marked as awaited. */
async function askOnce(
	ctx: IExecuteFunctions,
	session: Session,
	known: Job,
	options: JobOptions,
): Promise<ItemResult> {
	const asked = orKnown(await untilKnown(session, known, () => readJob(session, known)), known);
	if (!asked.ok) return { fault: asked.fault, jobId: known.jobId };
	if (!isSettled(asked.value)) return asleep(asked.value);
	return await finish(ctx, session, asked.value, options);
}
