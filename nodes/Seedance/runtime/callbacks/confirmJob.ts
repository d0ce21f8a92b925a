import { failure, type Outcome } from '../../core/fault';
import { isSettled, type Job } from '../../core/job';
import type { Clock } from '../limits/clock';
import type { Session } from '../api/session';
import { readJob } from '../wait/waitForJob';

/** A callback may be faster than the provider's own status: so long, in milliseconds, we ask again. */
const CLAIM_PAUSES_MS = [1_000, 2_000];

/**
 * And so long where a status is far behind, because the provider calls once; four minutes in all. Not for a job that the
 * provider says it does not know: by its end, every server of it has heard of a job.
 */
const LAGGING_PAUSES_MS = [5_000, 15_000, 30_000, 60_000, 60_000, 60_000];

/** After passing faults, in milliseconds; with the tries of `readJob` itself, four to five minutes in all. */
const PATIENCE_MS = [5_000, 15_000, 30_000, 60_000, 60_000, 60_000];

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
	const ask = () => askPatiently(session, job);
	let isReplaced = false;
	void next.then(() => (isReplaced = true));
	const asked = await askAboutClaim(clock, isClaimed, ask);
	if (!isClaimed || !asked.ok) return asked;
	let current = asked;
	for (const pauseMs of LAGGING_PAUSES_MS) {
		if (isSettled(current.value)) return current;
		await Promise.race([clock.sleep(pauseMs), next]);
		if (isReplaced) return 'replaced';
		const again = await ask();
		if (!again.ok) return again;
		current = again;
	}
	return current;
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

async function askPatiently(session: Session, job: Job): Promise<Outcome<Job>> {
	for (const pauseMs of PATIENCE_MS) {
		const asked = await readJob(session, job);
		if (asked.ok || !asked.fault.transient) return asked;
		if (!(await session.clock.sleep(pauseMs))) return failure(asked.fault);
	}
	return await readJob(session, job);
}
