import type { Outcome } from '../../core/fault';
import type { Clock } from '../limits/clock';
import { PATIENCE_MS } from '../limits/withinLimits';

/** "Retry transient failures up to 3 times" [doc]: so many tries in all. */
export const MAX_TRIES = 3;
export const BACKOFF_MS = 1_000;

/**
 * For what costs nothing and may be done twice: a passing fault is tried again, a little later each time.
 *
 * @param patienceMs what is waited at most when the provider asks us to pause
 */
export async function retryTransient<T>(
	clock: Clock,
	attempt: () => Promise<Outcome<T>>,
	patienceMs = PATIENCE_MS,
): Promise<Outcome<T>> {
	for (let tries = 1; ; tries += 1) {
		const outcome = await attempt();
		if (outcome.ok || !outcome.fault.transient || tries === MAX_TRIES) return outcome;
		// Nothing would be sent before then.
		if ((outcome.fault.retryAfterMs ?? 0) > patienceMs) return outcome;
		if (!(await clock.sleep(BACKOFF_MS * tries))) return outcome;
	}
}
