import { success, type Fault, type Outcome } from '../../core/fault';
import { amendJob, isSettled, updateJob, type Job } from '../../core/job';
import { NEW_JOB_MS, underLimits } from '../limits/account';
import type { Dialect } from '../../core/provider';
import { askInItsDialect } from '../api/jobDialect';
import { PollSchedule } from './pollSchedule';
import { retry, TRANSIENT, type RetryPolicy } from '../api/retry';
import type { Session } from '../api/session';

/** How long the last question, at the deadline itself, may wait for a place in the minute. */
const LAST_ASK_MS = 2_000;

/** Asks once for a job; passing faults are tried again twice. */
export async function readJob(session: Session, job: Job): Promise<Outcome<Job>> {
	return await retry(() => askOnce(session, job), TRANSIENT, session);
}

/**
 * Carries out a call about a job until the provider knows the job: so soon after the submit, "no such job" may only mean
 * that not every server of the provider has heard of it. An old job that is not known is an answer at once.
 *
 * @param takenAt for a job of unknown age, in Unix milliseconds; without it, such a job is an old one
 */
export async function untilKnown<T>(
	{ clock, signal, account }: Pick<Session, 'clock' | 'signal' | 'account'>,
	{ jobId, createdAt }: Job,
	call: () => Promise<Outcome<T>>,
	takenAt = NaN,
): Promise<Outcome<T>> {
	const since = account.newJobs.takenAtOf(jobId) ?? (createdAt ? Date.parse(createdAt) : takenAt);
	const isNew = () => Math.abs(clock.now() - since) < NEW_JOB_MS;
	const untilOld: RetryPolicy = [
		{
			while: ({ httpStatus }) => httpStatus === 404 && isNew(),
			pauses: (n) => 1_000 * 2 ** (n - 1),
		},
	];
	return await retry(call, untilOld, { clock, signal });
}

/** Whoever is going to wait does not give up because the API could not be asked just now. */
export function orKnown(asked: Outcome<Job>, known: Job): Outcome<Job> {
	return !asked.ok && asked.fault.transient ? success({ ...known, status: 'processing' }) : asked;
}

/** How a job is waited for. */
export interface Watch {
	/** Unix milliseconds. */
	deadline: number;
	/** When the provider took the job, in Unix milliseconds; left out for a job that was submitted just now. */
	since?: number;
	/** How many jobs of this run the provider is to make before this one. */
	ahead?: () => number;
}

/**
 * Asks until the job is settled. At the deadline, or when the run is stopped, the job comes back as `timed_out`: it may
 * still finish. Passing faults do not end the wait, a refusal does.
 */
export async function waitForJob(
	session: Session,
	job: Job,
	{ deadline, since = session.clock.now(), ahead = () => 0 }: Watch,
): Promise<Outcome<Job>> {
	const { account, settings, clock } = session;
	const following = () =>
		follow(session, job, deadline, new PollSchedule(session, job, since, ahead));
	return await underLimits(account, settings, clock, () => account.submits.follow(following));
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
		if (schedule.skipsQuestion(current)) continue;
		// "No such job" at the early question only tells that not every server has heard of it yet.
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

/** How old a job may be for its own clock to be believed, in milliseconds; older ones have long been late. */
const LONGEST_AGE_MS = 3_600_000;

/** When the provider took a job that was submitted earlier: by its own word, unless its clock is evidently another. */
export function submittedAt({ createdAt }: Job, now: number): number {
	const created = Date.parse(createdAt ?? '');
	return created <= now && created > now - LONGEST_AGE_MS ? created : now;
}

async function askOnce(session: Session, job: Job, until?: number): Promise<Outcome<Job>> {
	return await askInItsDialect(session, job, (dialect) => askIn(session, dialect, job, until));
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
	if (!dialect.result || current.status !== 'completed') return success(current);
	const result = await session.call('ask', dialect.result, job, { until });
	return result.ok ? success(updateJob(current, result.value, result.raw)) : result;
}

function passes(fault: Fault, elapsedMs: number): boolean {
	return fault.transient || (fault.httpStatus === 404 && elapsedMs < NEW_JOB_MS);
}

/** We stop waiting; what the provider last said, or why it could not be asked, stays readable. */
export function timedOut(job: Job, trouble?: Fault): Job {
	const reason = trouble && { code: trouble.code ?? 'unreachable', message: trouble.message };
	return amendJob(job, { status: 'timed_out', failure: reason ?? job.failure });
}
