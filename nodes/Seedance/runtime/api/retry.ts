import type { Fault, Outcome } from '../../core/fault';
import type { Timing } from '../limits/clock';
import { PATIENCE_MS } from '../limits/withinLimits';

/** One kind of fault that is worth another try. */
export interface RetryRule {
	while: (fault: Fault) => boolean;
	/** Milliseconds before each further try, of which there are as many; a function (of 1, 2, …) sets no end. */
	pauses: readonly number[] | ((retry: number, fault: Fault) => number);
}

/** The first rule that knows a fault decides; each counts its own tries. */
export type RetryPolicy = readonly RetryRule[];

/**
 * Does `work`, and again as long as the policy says so.
 *
 * @param timing its signal may change between two tries; no try begins at `until` (Unix milliseconds) or later
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

/** "Retry transient failures up to 3 times" [doc]: three tries in all. */
const BACKOFF_MS = [1_000, 2_000];

/**
 * For what costs nothing and may be done twice.
 *
 * @param patienceMs the longest pause that the provider may ask for: nothing would be sent before its end
 */
export const transient = (patienceMs = PATIENCE_MS): RetryPolicy => [
	{
		while: (fault) => fault.transient && (fault.retryAfterMs ?? 0) <= patienceMs,
		pauses: BACKOFF_MS,
	},
];
export const TRANSIENT = transient();

/** The code of a fault that is about the idempotency key: there is, or may be, a job under it. */
export const KEY_CONFLICT = 'idempotency_conflict';

/** For a call that spends. @param idempotent by its key, a repeated call gives the job of the first one */
export const submitting = (idempotent: boolean): RetryPolicy => [
	{
		// Nothing was taken, so this is waited out for as long as there is time.
		while: ({ httpStatus }) => httpStatus === 429,
		pauses: (_, { retryAfterMs = 0 }) => Math.max(retryAfterMs, 1_000),
	},
	{
		// The first request with the key is still being worked on: about two minutes in all.
		while: ({ code, httpStatus }) => idempotent && code === KEY_CONFLICT && httpStatus === 409,
		pauses: [2_000, 5_000, 10_000, 20_000, 30_000, 60_000],
	},
	{
		// Without a key, an unclear answer may mean a job.
		while: (fault) => fault.transient && (idempotent || !fault.ambiguous),
		pauses: BACKOFF_MS,
	},
];
