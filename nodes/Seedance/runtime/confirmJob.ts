import { failure, type Outcome } from '../core/fault';
import { isSettled, type Job } from '../core/job';
import type { Clock } from './clock';
import type { Session } from './session';
import { readJob } from './waitForJob';

/** A callback may be faster than the provider's own status: so long, in milliseconds, we ask again. */
const CLAIM_PAUSES_MS = [1_000, 2_000];

/** After passing faults, in milliseconds; with the tries of `readJob` itself, four to five minutes in all. */
const PATIENCE_MS = [5_000, 15_000, 30_000, 60_000, 60_000, 60_000];

/**
 * What the provider's API says about a job that a callback speaks of. Passing faults are waited out for some minutes,
 * because nobody will call a second time.
 *
 * @param claimed the callback says that the job is settled: asked again a little later where the API does not know yet
 */
export async function confirmJob(
	session: Session,
	job: Job,
	claimed: boolean,
): Promise<Outcome<Job>> {
	return await askAboutClaim(session.clock, claimed, () => askPatiently(session, job));
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
