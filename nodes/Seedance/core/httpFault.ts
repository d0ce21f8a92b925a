import type { Fault } from './fault';
import { mainHostLabel, type NamedAccess } from './access';
import type { Intent, Provider } from './provider';
import { shorten } from './parameters';
import { DEFAULT_RETRY_AFTER_MS, readRetryAfter } from './retryAfter';

export interface HttpAnswer<Body = unknown> {
	status: number;
	/** Names in lower case. */
	headers: Record<string, unknown>;
	body: Body;
}

/**
 * Translates a non-2xx answer into the user's words. Messages that are the same for every provider are here. Messages
 * of a single provider come from its `fault`.
 *
 * @param answer with the parsed JSON; its `body` is undefined if it is not JSON
 * @param credentialName the user's name for the credential whose key was used
 */
export function faultOfAnswer(
	provider: NamedAccess & Pick<Provider, 'fault'>,
	intent: Intent,
	answer: HttpAnswer,
	credentialName: string,
	nowMs: number,
): Fault {
	const { status } = answer;
	const asked = readRetryAfter(answer.headers['retry-after'], nowMs);
	const common = {
		httpStatus: status,
		transient: status === 408 || status === 425 || status === 429 || status >= 500,
		// A timeout or a crash may come after the work was done. Only a clear refusal means that nothing was started.
		ambiguous: status === 408 || status >= 500,
	};
	const words = providerWords(provider, intent, answer);
	if (status === 401) {
		return {
			...common,
			message: `${provider.name} refused the API key of the credential "${credentialName}"`,
			hint: 'Open the credential, paste the key again and press "Retry". A key that was revoked must be replaced by a new one.',
			...words,
		};
	}
	if (status === 429 && words.transient !== false) {
		const retryAfterMs = asked ?? DEFAULT_RETRY_AFTER_MS;
		return {
			...common,
			message: `${provider.name} is getting too many requests from this account`,
			hint: `Try again in ${inMinutes(retryAfterMs)}, or lower "Requests per Minute" in the credential if other programs use the same key.`,
			retryAfterMs,
			...words,
		};
	}
	return {
		...common,
		...(status === 503 && asked !== undefined ? { retryAfterMs: asked } : {}),
		...statusWords(provider, status, intent),
		...words,
	};
}

const inMinutes = (ms: number) => (ms <= 60_000 ? 'a minute' : `${Math.ceil(ms / 60_000)} minutes`);

/** Maximum length of a quoted message, in characters: a provider may answer with a whole web page. */
const MAX_MESSAGE = 500;

/** Only the fields that the provider sets: an undefined must not overwrite our own words. */
function providerWords(
	provider: Pick<Provider, 'fault'>,
	intent: Intent,
	{ status, body }: HttpAnswer,
) {
	const words = Object.entries(provider.fault(status, body, intent))
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => [key, typeof value === 'string' ? shorten(value, MAX_MESSAGE) : value]);
	return Object.fromEntries(words) as ReturnType<Provider['fault']>;
}

function statusWords(
	{ name, ...access }: NamedAccess,
	status: number,
	intent: Intent,
): { message: string; hint: string } {
	if (status >= 300 && status < 400) {
		return {
			message: `${name} answered with a redirect (HTTP ${status}), which was not followed, to keep the API key safe`,
			hint: `Check "${mainHostLabel(access)}" in the credential: it must be the address of the API itself.`,
		};
	}
	if (status === 404 && (intent === 'ask' || intent === 'cancel')) {
		return {
			message: `${name} knows no job with this ID`,
			hint: 'Check the job ID, and that the credential belongs to the account that submitted the job.',
		};
	}
	if (status >= 500) {
		return {
			message: `${name} had an internal error (HTTP ${status})`,
			hint: 'Nothing is wrong with your workflow. Try again in a few minutes.',
		};
	}
	return {
		message: `${name} did not accept the request (HTTP ${status})`,
		hint: `Check the fields of this node and "${mainHostLabel(access)}" in the credential.`,
	};
}
