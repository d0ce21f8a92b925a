import type { MediaRequest } from '../../core/request';

// What the documents forbid, in one sentence each, so that it is refused before anything is sent.

/** OpenRouter itself is on the internet. An address on this machine can only be meant for a test beside it. */
const HTTP_ELSEWHERE = /^http:\/\/(?!(localhost|127\.[\d.]+|\[::1\])([:/]|$))/i;

/** "Must be HTTPS" [doc]. */
export function httpsCallback({ callbackUrl = '' }: MediaRequest): string[] {
	return HTTP_ELSEWHERE.test(callbackUrl)
		? [
				'Callback URL: OpenRouter calls only addresses that start with https://. Enter such an address; for that of n8n itself, set WEBHOOK_URL of n8n.',
			]
		: [];
}
