// What the three dialects of seedance.it.com have in common.

// [us] The documents promise idempotency keys and do not name the header.
export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

export const STATUS_WORDS = {
	queued: 'queued',
	processing: 'processing',
	completed: 'completed',
	failed: 'failed',
	cancelled: 'cancelled',
} as const;

/** Every choice of the user goes on the wire, `false` and 0 included; only what was left out stays out. */
export function withoutUndefined(body: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
