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

/** Status requests under way at once; the rate limiter sets the pace. */
const ASK_WIDTH = 10;

/**
 * Wait for Webhook: where all jobs are settled, go on at once. Otherwise suspend the execution until a callback has
 * settled the last one (see `answerCallback`) or the deadline has come.
 *
 * n8n does not call the node again at the deadline: it passes on the items as they are stored now. So each unfinished
 * one is stored as `timed_out`.
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
	// The stored input is what comes out at the deadline; the items are n8n's copies for this node alone.
	items.forEach((item, index) => Object.assign(item, { binary: undefined }, output[index]));
	const deadline = Date.now() + limitMs.value;
	rememberDeadline(ctx, deadline);
	await ctx.putExecutionToWait(new Date(deadline));
	const call = selfCall(ctx, session.settings, executionOf(ctx));
	// The run ends here; its own clock would be stopped with it.
	void callWhenAsleep(call, quietClock(), { expectedMs: msUntilDone(session, awaited), deadline });
	// A list of its own: "Continue (using error output)" makes n8n empty the one that it is given.
	return [...items];
}

const isAwaited = (result: ItemResult): result is ItemResult & { job: Job } =>
	'job' in result && !isSettled(result.job);

/**
 * Half as long again as expected: by then the callbacks have come, or will not come any more. The provider makes so many
 * jobs at a time, and the others wait there for their turn.
 */
function msUntilDone(session: Session, awaited: readonly Job[]): number {
	const now = Date.now();
	const rounds = Math.ceil(awaited.length / session.settings.maxConcurrentJobs);
	const msOf = (job: Job) =>
		1.5 * rounds * expectationFor(session, job).typicalMs - (now - submittedAt(job, now));
	return Math.max(...awaited.map(msOf));
}

/**
 * What the jobs are before the execution sleeps. Jobs of which the items tell nothing are all asked for. Of those that
 * Generate Video has submitted, one that is open is enough to know that there is something to wait for; each of the
 * others is asked for when its callback comes. A question about a job that can hardly be done would be wasted.
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
	// Until they are asked for, they count as open.
	const results = read.map((entry) => ('ok' in entry && entry.ok ? asleep(entry.value) : entry));
	let isDecided = false;
	await forEachConcurrent(jobs, ASK_WIDTH, async (job, index) => {
		if (job && isFresh(job)) return 'continue';
		if (job) results[index] = await askOnce(ctx, session, job, options);
		const isRefused = 'fault' in results[index]! && !ctx.continueOnFail();
		isDecided ||= isRefused || isAwaited(results[index]!);
		return isRefused ? 'stop' : 'continue';
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

/** What the job is now: finished to the last step, or marked as one that we wait for. */
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
