import type { Clock } from '../limits/clock';
import type { SelfCallResult } from './selfCall';

/** After a start that failed, in milliseconds; later after every further one. About a quarter of an hour in all. */
const PAUSES_MS = [
	2_000, 5_000, 15_000, 30_000, 60_000, 60_000, 120_000, 120_000, 240_000, 240_000,
];

/**
 * After n8n could not start the workflow, usually because its database was away: the provider has had its 200 and does
 * not call again. So we make the same call to the trigger's own address, until somebody takes it; whoever does looks
 * after it from then on.
 *
 * @param failures how often n8n has failed with this start so far
 * @param isDone whether another callback has started it meanwhile
 * @returns whether the call was taken, or was not needed any more
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
