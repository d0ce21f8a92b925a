import type { Fault, Outcome } from '../../core/fault';
import type { Timing } from '../limits/clock';
import { PATIENCE_MS } from '../limits/withinLimits';

/** A kind of fault that is worth a retry. */
export interface RetryRule {
	while: (fault: Fault) => boolean;
	/**
	 * The pauses before the retries, in milliseconds, one for each retry. A function (of 1, 2, …) allows any number of
	 * them.
	 */
	pauses: readonly number[] | ((retry: number, fault: Fault) => number);
}

/** The first rule that matches a fault applies. Each rule counts its own retries. */
export type RetryPolicy = readonly RetryRule[];

/**
 * Runs `work`, and repeats it as the policy says.
 *
 * @param timing its signal may change between two tries; no try starts at `until` (Unix milliseconds) or later
 * @returns the last outcome
 */
export async function retry<T>(
	work: () => Promise<Outcome<T>>,
	policy: RetryPolicy,
	timing: Timing & { until?: number },
): Promise<Outcome<T>> {
	const { clock, until = Infinity } = timing;
	const retries = policy.map(() => 0);
	for (;;) {
		const outcome = await work();
		if (outcome.ok) return outcome;
		const { fault } = outcome;
		const index = policy.findIndex((each) => each.while(fault));
		const rule = policy[index];
		if (!rule) return outcome;
		const { pauses } = rule;
		const nth = (retries[index] = (retries[index] ?? 0) + 1);
		const pauseMs = typeof pauses === 'function' ? pauses(nth, fault) : pauses[nth - 1];
		if (pauseMs === undefined || clock.now() + pauseMs >= until) return outcome;
		if (!(await clock.sleep(pauseMs, timing.signal))) return outcome;
	}
}

/** "Retry transient failures up to 3 times" [doc]: three tries in total. */
const BACKOFF_MS = [1_000, 2_000];

/**
 * For calls that cost nothing and may be made twice.
 *
 * @param patienceMs the longest pause of the provider that is waited for; nothing would be sent before its end
 */
export const transient = (patienceMs = PATIENCE_MS): RetryPolicy => [
	{
		while: (fault) => fault.transient && (fault.retryAfterMs ?? 0) <= patienceMs,
		pauses: BACKOFF_MS,
	},
];
export const TRANSIENT = transient();

/** The code of a fault about the idempotency key: there is, or may be, a job under this key. */
export const KEY_CONFLICT = 'idempotency_conflict';

/** For a call that spends money. @param idempotent whether a repeated call returns the job of the first one */
export const submitting = (idempotent: boolean): RetryPolicy => [
	{
		// Nothing was accepted, so we retry for as long as there is time, unless the provider says that it will not help.
		while: ({ httpStatus, transient }) => httpStatus === 429 && transient,
		pauses: (_, { retryAfterMs = 0 }) => Math.max(retryAfterMs, 1_000),
	},
	{
		// The first request with this key is still being processed. About two minutes in total.
		while: ({ code, httpStatus }) => idempotent && code === KEY_CONFLICT && httpStatus === 409,
		pauses: [2_000, 5_000, 10_000, 20_000, 30_000, 60_000],
	},
	{
		// Without a key, an unclear answer may mean that a job has started.
		while: (fault) => fault.transient && (idempotent || !fault.ambiguous),
		pauses: BACKOFF_MS,
	},
];
