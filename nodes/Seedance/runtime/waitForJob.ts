import { success, type Fault, type Outcome } from '../core/fault';
import { isSettled, rawOf, updateJob, withRaw, type Job } from '../core/job';
import { nextPollDelayMs } from '../core/polling';
import { retryPassing } from './retry';
import type { Session } from './session';

/** So soon after the submit, "no such job" may only mean that not every server of the provider knows it yet. [us] */
const NOT_FOUND_GRACE_MS = 30_000;

/** The last question, at the deadline itself, has so long to find a place in the minute. */
const LAST_ASK_MS = 2_000;

/** Asks once for a job; passing faults are tried again twice. */
export async function readJob(session: Session, job: Job): Promise<Outcome<Job>> {
	return await retryPassing(session.clock, () => askOnce(session, job));
}

/** Whoever is going to wait does not give up because the API could not be asked just now. */
export function orKnown(asked: Outcome<Job>, known: Job): Outcome<Job> {
	return !asked.ok && asked.fault.transient ? success({ ...known, status: 'processing' }) : asked;
}

/**
 * Asks until the job is settled. At the deadline, or when the run is stopped, the job comes back as `timed_out`: it may
 * still finish. Passing faults do not end the wait, a refusal does.
 *
 * @param deadline Unix milliseconds
 */
export async function waitForJob(
	session: Session,
	job: Job,
	deadline: number,
): Promise<Outcome<Job>> {
	const { clock } = session;
	const startedAt = clock.now();
	let current = job;
	let trouble: Fault | undefined;
	while (!isSettled(current)) {
		const elapsedMs = clock.now() - startedAt;
		const leftMs = deadline - clock.now();
		if (leftMs <= 0) return success(timedOut(current, trouble));
		const delay = nextPollDelayMs({ ...current, elapsedMs });
		if (!(await clock.sleep(Math.min(delay, leftMs)))) return success(timedOut(current, trouble));
		const outcome = await askOnce(session, current, Math.max(deadline, clock.now() + LAST_ASK_MS));
		trouble = outcome.ok ? undefined : outcome.fault;
		if (outcome.ok) {
			current = outcome.value;
		} else if (!passes(outcome.fault, clock.now() - startedAt)) {
			return clock.stopped() ? success(timedOut(current, undefined)) : outcome;
		}
	}
	return success(current);
}

async function askOnce(session: Session, job: Job, until?: number): Promise<Outcome<Job>> {
	const dialect = session.provider.dialectOf(job);
	const reading = await session.call(dialect.status, job, until);
	if (!reading.ok) return reading;
	const current = withRaw(updateJob(job, reading.value), reading.raw);
	if (!dialect.result || current.status !== 'completed') return success(current);
	const result = await session.call(dialect.result, job, until);
	return result.ok ? success(withRaw(updateJob(current, result.value), result.raw)) : result;
}

function passes(fault: Fault, elapsedMs: number): boolean {
	return fault.transient || (fault.httpStatus === 404 && elapsedMs < NOT_FOUND_GRACE_MS);
}

/** We stop waiting; what the provider last said, or why it could not be asked, stays readable. */
export function timedOut(job: Job, trouble?: Fault): Job {
	const reason = trouble && { code: trouble.code ?? 'unreachable', message: trouble.message };
	return withRaw({ ...job, status: 'timed_out', failure: reason ?? job.failure }, rawOf(job));
}
