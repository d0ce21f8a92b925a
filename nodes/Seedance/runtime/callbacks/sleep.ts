import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Outcome } from '../../core/fault';
import { isSettled, type Job } from '../../core/job';
import type { Session } from '../api/session';
import { finish, type JobOptions } from '../items/jobs';
import { emit } from '../items/output';
import type { ItemResult } from '../items/result';
import { quietClock } from '../limits/clock';
import { CALLS_AT_ONCE, forEachConcurrent } from '../limits/concurrent';
import { expectationFor } from '../wait/pollSchedule';
import { orKnown, readJob, submittedAt, timedOut, untilKnown } from '../wait/waitForJob';
import { executionOf } from './address';
import { callWhenAsleep, selfCall } from './selfCall';
import { rememberDeadline } from './sleepContext';

/** What is known of an item: the job to wait for, or its result. */
export type Known = Outcome<Job> | ItemResult;

interface Sleep extends JobOptions {
	/** How long n8n waits before it resumes the execution by itself, in milliseconds. */
	limitMs: number;
	/** The item whose fault came first, as in `emit`. */
	cause?: number;
	/** Called before the execution is suspended. */
	onSleep?: () => void;
}

export const isAwaited = (result: ItemResult): result is ItemResult & { job: Job } =>
	'job' in result && !isSettled(result.job);

/**
 * Suspends the execution until a callback has settled the last job (see `answerCallback`) or until the deadline. If all
 * jobs are settled, the execution goes on at once.
 *
 * At the deadline n8n does not call the node again. It passes on the items as they are stored now, so each unfinished
 * job is stored as `timed_out`.
 *
 * @param known one entry for each input item
 * @throws n8n's error for a fault, unless the user chose to continue; then the execution does not sleep
 */
export async function sleepUntilEnded(
	ctx: IExecuteFunctions,
	session: Session,
	known: readonly Known[],
	{ limitMs, cause, onSleep, ...options }: Sleep,
): Promise<INodeExecutionData[]> {
	const items = ctx.getInputData();
	const results = await askFirst(ctx, session, known, options);
	const output = emit(ctx, results, options.output, cause);
	const awaited = results.flatMap((result) => (isAwaited(result) ? [result.job] : []));
	// An execution that is being stopped must not begin to sleep.
	if (awaited.length === 0 || ctx.getExecutionCancelSignal()?.aborted) return output;
	onSleep?.();
	// The stored input is the output at the deadline. The items are n8n's copies for this node only.
	items.forEach((item, index) => Object.assign(item, { binary: undefined }, output[index]));
	const deadline = Date.now() + limitMs;
	rememberDeadline(ctx, deadline);
	await ctx.putExecutionToWait(new Date(deadline));
	const call = selfCall(ctx, session.settings, executionOf(ctx));
	// Needs its own clock, because the run ends here and would stop its clock.
	void callWhenAsleep(call, quietClock(), { expectedMs: msUntilDone(session, awaited), deadline });
	// A copy, because with "Continue (using error output)" n8n empties the list that it receives.
	return [...items];
}

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

/** An open job, in the form in which it is output if it has not ended at the deadline. */
const asleep = (job: Job): ItemResult => ({ job: timedOut(job) });

/**
 * The state of the jobs before the execution sleeps. Jobs about which the items say nothing are all asked for. For jobs
 * that Generate Video has just submitted, one open job is enough to know that we have to wait; the others are asked for
 * when their callbacks arrive. Asking for a job that can hardly be done would be wasted.
 */
async function askFirst(
	ctx: IExecuteFunctions,
	session: Session,
	known: readonly Known[],
	options: JobOptions,
): Promise<ItemResult[]> {
	const jobs = known.map((entry) => ('ok' in entry && entry.ok ? entry.value : undefined));
	const isFresh = (job: Job) => UNFINISHED.includes(job.status) && job.createdAt !== null;
	// Until we ask, they count as open.
	const results = known.map((entry) => ('ok' in entry && entry.ok ? asleep(entry.value) : entry));
	let isDecided = false;
	await forEachConcurrent(jobs, CALLS_AT_ONCE, async (job, index) => {
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

const UNFINISHED: ReadonlyArray<Job['status']> = ['queued', 'processing'];

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
