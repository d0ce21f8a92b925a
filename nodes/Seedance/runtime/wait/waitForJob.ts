import { success, type Fault, type Outcome } from '../../core/fault';
import { amendJob, isSettled, updateJob, type Job } from '../../core/job';
import type { Dialect } from '../../core/provider';
import { NEW_JOB_MS } from '../limits/account';
import { askInItsDialect } from '../api/jobDialect';
import { PollSchedule } from './pollSchedule';
import { retry, TRANSIENT, type RetryPolicy } from '../api/retry';
import type { Session } from '../api/session';

/** How long the last poll, at the deadline, may wait for the rate limiter, in milliseconds. */
const LAST_ASK_MS = 2_000;

/** Asks for a job once. Transient faults are retried twice. */
export async function readJob(session: Session, job: Job): Promise<Outcome<Job>> {
	return await retry(() => askOnce(session, job), TRANSIENT, session);
}

/**
 * Makes a call about a job, and repeats it while the provider does not know a new job: shortly after the submit, "no
 * such job" may only mean that not every server knows it yet. For an old job, it is the final answer.
 *
 * @param takenAt for a job of unknown age, in Unix milliseconds; without it, the job counts as old
 */
export async function untilKnown<T>(
	{ clock, signal, account }: Pick<Session, 'clock' | 'signal' | 'account'>,
	{ jobId, createdAt }: Job,
	call: () => Promise<Outcome<T>>,
	takenAt = NaN,
): Promise<Outcome<T>> {
	const since = account.newJobs.get(jobId) ?? (createdAt ? Date.parse(createdAt) : takenAt);
	const isNew = () => Math.abs(clock.now() - since) < NEW_JOB_MS;
	const untilOld: RetryPolicy = [
		{
			while: ({ httpStatus }) => httpStatus === 404 && isNew(),
			pauses: (n) => 1_000 * 2 ** (n - 1),
		},
	];
	return await retry(call, untilOld, { clock, signal });
}

/** If we are going to wait for the job anyway, a transient fault of the first request does not matter. */
export function orKnown(asked: Outcome<Job>, known: Job): Outcome<Job> {
	return !asked.ok && asked.fault.transient ? success({ ...known, status: 'processing' }) : asked;
}

/** How to wait for a job. */
export interface Watch {
	/** Unix milliseconds. */
	deadline: number;
	/** When the provider accepted the job, in Unix milliseconds; absent if it was submitted just now. */
	since?: number;
	/** The number of jobs of this run that the provider will process before this one. */
	ahead?: () => number;
}

/**
 * Polls until the job is settled. At the deadline, or if the run is stopped, the job is returned as `timed_out`,
 * because it may still finish. Transient faults do not end the wait, but a refusal does.
 */
export async function waitForJob(
	session: Session,
	job: Job,
	{ deadline, since = session.clock.now(), ahead = () => 0 }: Watch,
): Promise<Outcome<Job>> {
	const { account, settings, clock } = session;
	const schedule = new PollSchedule(session, job, since, ahead);
	const following = () => follow(session, job, deadline, schedule);
	return await account.during(settings, clock, () => account.followed.follow(following));
}

async function follow(
	session: Session,
	job: Job,
	deadline: number,
	schedule: PollSchedule,
): Promise<Outcome<Job>> {
	const { clock, signal } = session;
	let firstAskedAt: number | undefined;
	let current = job;
	let trouble: Fault | undefined;
	while (!isSettled(current)) {
		const leftMs = deadline - clock.now();
		if (leftMs <= 0) return success(timedOut(current, trouble));
		const delay = schedule.nextDelayMs(current);
		const slept = await clock.sleep(Math.min(delay, leftMs), signal);
		if (!slept) return success(timedOut(current, trouble));
		if (schedule.skipsPoll(current)) continue;
		// At the early poll, "no such job" only means that not every server knows the job yet.
		if (!schedule.isEarlyNext) firstAskedAt ??= clock.now();
		const outcome = await askOnce(session, current, Math.max(deadline, clock.now() + LAST_ASK_MS));
		trouble = outcome.ok ? undefined : outcome.fault;
		if (outcome.ok) {
			current = outcome.value;
			schedule.onReply(current);
		} else if (!passes(outcome.fault, clock.now() - (firstAskedAt ?? clock.now()))) {
			return signal.aborted ? success(timedOut(current, undefined)) : outcome;
		}
	}
	return success(current);
}

/** The maximum age of a job whose timestamp is believed, in milliseconds. An older job is late in any case. */
const LONGEST_AGE_MS = 3_600_000;

/** When the provider accepted an earlier job: its own timestamp, unless the clocks obviously differ. */
export function submittedAt({ createdAt }: Job, now: number): number {
	const created = Date.parse(createdAt ?? '');
	return created <= now && created > now - LONGEST_AGE_MS ? created : now;
}

async function askOnce(session: Session, job: Job, until?: number): Promise<Outcome<Job>> {
	const ask = (dialect: Dialect) => askIn(session, dialect, job, until);
	const asked = await askInItsDialect(session, job, ask);
	const isUnknown = !asked.ok && asked.fault.httpStatus === 404;
	return (isUnknown && (await askArchive(session, job, until))) || asked;
}

/** For a job that is not known any more. One that is not known yet is in no archive either. */
async function askArchive(
	session: Session,
	job: Job,
	until?: number,
): Promise<Outcome<Job> | undefined> {
	const { provider, account, clock } = session;
	if (!provider.archive) return undefined;
	const takenAt = account.newJobs.get(job.jobId) ?? -Infinity;
	if (clock.now() - takenAt < NEW_JOB_MS) return undefined;
	const kept = await session.call('ask', provider.archive, job, { until });
	return kept.ok && kept.value ? success(updateJob(job, kept.value, kept.raw)) : undefined;
}

async function askIn(
	session: Session,
	dialect: Dialect,
	job: Job,
	until?: number,
): Promise<Outcome<Job>> {
	const reading = await session.call('ask', dialect.status, job, { until });
	if (!reading.ok) return reading;
	const current = updateJob(job, reading.value, reading.raw);
	const { reasonInResult = false } = reading.value;
	const hasMore = current.status === 'completed' || reasonInResult;
	if (!dialect.result || !hasMore) return success(current);
	const result = await session.call('ask', dialect.result, current, { until });
	if (result.ok) return success(updateJob(current, result.value, result.raw));
	// The job has failed, whether or not we learn why.
	return reasonInResult ? success(current) : result;
}

function passes(fault: Fault, elapsedMs: number): boolean {
	return fault.transient || (fault.httpStatus === 404 && elapsedMs < NEW_JOB_MS);
}

/** We stop waiting. The last status, or the reason why there is none, stays readable. */
export function timedOut(job: Job, trouble?: Fault): Job {
	const reason = trouble && { code: trouble.code ?? 'unreachable', message: trouble.message };
	return amendJob(job, { status: 'timed_out', failure: reason ?? job.failure });
}
