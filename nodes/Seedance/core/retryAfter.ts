/** Where a 429 does not say how long: the documents' sample code waits a minute. [doc] */
export const DEFAULT_RETRY_AFTER_MS = 60_000;
/** A provider that asks for more than this is not obeyed to the letter; the caller's own deadline decides anyway. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * `Retry-After` in milliseconds: whole or broken seconds, or an HTTP date.
 *
 * @returns undefined where the header is absent or says nothing that can be read
 */
export function readRetryAfter(header: unknown, nowMs: number): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	const text = header.trim();
	const delay = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
	if (Number.isNaN(delay)) return undefined;
	return Math.min(Math.max(delay, 0), MAX_RETRY_AFTER_MS);
}
