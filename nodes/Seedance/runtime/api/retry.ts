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

interface RetryTiming extends Timing {
	/** Unix milliseconds: no try begins then or later. */
	until?: number;
}

/** Does `work`, and again as long as the policy says so. @returns the last outcome */
export async function retry<T>(
	work: () => Promise<Outcome<T>>,
	policy: RetryPolicy,
	timing: RetryTiming,
): Promise<Outcome<T>> {
	const { clock, until = Infinity } = timing;
	const retries = policy.map(() => 0);
	for (;;) {
		const outcome = await work();
		if (outcome.ok) return outcome;
		const { fault } = outcome;
		const index = policy.findIndex((rule) => rule.while(fault));
		const { pauses = [] } = policy[index] ?? {};
		const nth = (retries[index] = (retries[index] ?? 0) + 1);
		const pauseMs = typeof pauses === 'function' ? pauses(nth, fault) : pauses[nth - 1];
		if (pauseMs === undefined || clock.now() + pauseMs >= until) return outcome;
		// Read only now: it may be another one since the last try.
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

/** So soon after a submit, "no such job" may only mean that not every server of the provider has heard of it. */
export const newJob = (isNew: () => boolean): RetryPolicy => [
	{
		while: ({ httpStatus }) => httpStatus === 404 && isNew(),
		pauses: (retry) => 1_000 * 2 ** (retry - 1),
	},
];

/** Nothing was taken, so that it is waited out for as long as there is time. */
const TOO_MANY_REQUESTS: RetryRule = {
	while: ({ httpStatus }) => httpStatus === 429,
	pauses: (_, { retryAfterMs = 0 }) => Math.max(retryAfterMs, 1_000),
};

/** The code of a fault that is about the idempotency key: there is, or may be, a job under it. */
export const KEY_CONFLICT = 'idempotency_conflict';

/** A call that spends and that the provider does not recognise: an unclear answer may mean a job. */
export const SUBMIT: RetryPolicy = [
	TOO_MANY_REQUESTS,
	{ while: (fault) => fault.transient && !fault.ambiguous, pauses: BACKOFF_MS },
];

/** The same with an idempotency key, by which a repeated call gives the job of the first one. */
export const SUBMIT_WITH_KEY: RetryPolicy = [
	TOO_MANY_REQUESTS,
	{
		// While the first request with the key is still being worked on: about two minutes in all.
		while: ({ code, httpStatus }) => code === KEY_CONFLICT && httpStatus === 409,
		pauses: [2_000, 5_000, 10_000, 20_000, 30_000, 60_000],
	},
	{ while: (fault) => fault.transient, pauses: BACKOFF_MS },
];
