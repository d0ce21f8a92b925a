import type { Outcome } from '../../core/fault';
import { isSettled, type Job } from '../../core/job';
import type { Clock } from '../limits/clock';
import { retry, type RetryPolicy } from '../api/retry';
import type { Session } from '../api/session';
import { readJob } from '../wait/waitForJob';
import { ASK_AGAIN_PAUSES_MS } from './pauses';

/** A callback may arrive before the provider's own status changes. The pauses before we ask again, in milliseconds. */
const CLAIM_PAUSES_MS = [1_000, 2_000];

/** Applies after the retries of `readJob` itself. */
const PATIENT: RetryPolicy = [{ while: (fault) => fault.transient, pauses: ASK_AGAIN_PAUSES_MS }];

/** A callback about a job. */
export interface Claim {
	/** The callback says that the job is settled. If the API does not know this yet, we ask again later. */
	isClaimed: boolean;
	/** Fulfilled when another callback about the job has arrived, which takes over the remaining work. */
	next?: Promise<void>;
}

/**
 * What the provider's API says about the job of a callback. Transient faults and an outdated status are waited out for
 * some minutes, because nobody calls a second time.
 *
 * @returns `replaced` if another callback has taken over
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
		// There is no point in waiting for a job that the provider does not know: by now, all its servers would know it.
		if (!asked.ok || isSettled(asked.value)) break;
		if (!(await clock.sleep(pauseMs, replaced.signal))) return 'replaced';
		asked = await ask();
	}
	return asked;
}

/**
 * Asks for a job. If the callback claims that it is settled and the API does not know this yet, asks again shortly
 * after.
 */
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
