import type { Outcome } from '../../core/fault';
import { isSettled, type Job } from '../../core/job';
import type { Clock } from '../limits/clock';
import { retry, type RetryPolicy } from '../api/retry';
import type { Session } from '../api/session';
import { readJob } from '../wait/waitForJob';
import { ASK_AGAIN_PAUSES_MS } from './pauses';

/** A callback may be faster than the provider's own status: so long, in milliseconds, we ask again. */
const CLAIM_PAUSES_MS = [1_000, 2_000];

/** After the tries of `readJob` itself. */
const PATIENT: RetryPolicy = [{ while: (fault) => fault.transient, pauses: ASK_AGAIN_PAUSES_MS }];

/** A callback about a job. */
export interface Claim {
	/** It says that the job is settled: asked again later where the API does not know yet. */
	isClaimed: boolean;
	/** Fulfilled when another callback about the job has come, which takes over what is left to do. */
	next?: Promise<void>;
}

/**
 * What the provider's API says about a job that a callback speaks of. Passing faults, and a status that is behind, are
 * waited out for some minutes, because nobody will call a second time.
 *
 * @returns `replaced` where another callback has taken over
 */
export async function confirmJob(
	session: Session,
	job: Job,
	{ isClaimed, next = new Promise(() => {}) }: Claim,
): Promise<Outcome<Job> | 'replaced'> {
	const { clock } = session;
	const ask = () => retry(() => readJob(session, job), PATIENT, session);
	const replaced = new AbortController();
	void next.then(() => replaced.abort());
	let asked = await askAboutClaim(clock, isClaimed, ask);
	for (const pauseMs of isClaimed ? ASK_AGAIN_PAUSES_MS : []) {
		// A job that the provider says it does not know is not waited for: by now, all its servers would know it.
		if (!asked.ok || isSettled(asked.value)) break;
		if (!(await clock.sleep(pauseMs, replaced.signal))) return 'replaced';
		asked = await ask();
	}
	return asked;
}

/** Asks, and where a callback claims that the job is settled and the API does not know of it yet, a little later again. */
export async function askAboutClaim(
	clock: Clock,
	claimed: boolean,
	ask: () => Promise<Outcome<Job>>,
): Promise<Outcome<Job>> {
	for (const pauseMs of claimed ? CLAIM_PAUSES_MS : []) {
		const asked = await ask();
		if (asked.ok ? isSettled(asked.value) : asked.fault.httpStatus !== 404) return asked;
		await clock.sleep(pauseMs);
	}
	return await ask();
}
