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
