import type { Clock } from '../limits/clock';
import type { SelfCallResult } from './selfCall';

/** The pauses after failed starts, in milliseconds. About a quarter of an hour in total. */
const PAUSES_MS = [
	2_000, 5_000, 15_000, 30_000, 60_000, 60_000, 120_000, 120_000, 240_000, 240_000,
];

/**
 * Starts the workflow again after n8n could not start it, usually because its database was away. The provider has
 * received its 200 and does not call again, so we make the same call to the trigger's own address until it is accepted.
 * Whoever accepts it is responsible from then on.
 *
 * @param failures how often n8n has failed to start this so far
 * @param isDone whether another callback has started it in the meantime
 * @returns whether the call was accepted or is no longer needed
 */
export async function startAgain(
	call: () => Promise<SelfCallResult>,
	clock: Clock,
	failures: number,
	isDone: () => boolean,
): Promise<boolean> {
	for (const pauseMs of PAUSES_MS.slice(failures - 1)) {
		await clock.sleep(pauseMs);
		if (isDone()) return true;
		if ((await call()) === 'accepted') return true;
	}
	return false;
}
