/** For a 429 without a Retry-After: the sample code in the documents waits a minute. [doc] */
export const DEFAULT_RETRY_AFTER_MS = 60_000;
/** Longer values are reduced to this. The caller's own deadline applies in any case. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * `Retry-After` in milliseconds, from whole or fractional seconds, or from an HTTP date.
 *
 * @returns undefined if the header is absent or cannot be read
 */
export function readRetryAfter(header: unknown, nowMs: number): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	const text = header.trim();
	const delay = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
	if (Number.isNaN(delay)) return undefined;
	return Math.min(Math.max(delay, 0), MAX_RETRY_AFTER_MS);
}
