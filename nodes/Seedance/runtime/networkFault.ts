import type { Fault } from '../core/fault';
import type { Provider } from '../core/provider';

/** Node's codes for a connection that was never made: the request cannot have had an effect. */
const NEVER_SENT: Record<string, string> = {
	ECONNREFUSED: 'nothing answers at its address',
	ENOTFOUND: 'its address is not known to this network',
	EAI_AGAIN: 'the name service of this network does not answer',
	EHOSTUNREACH: 'this network has no way to it',
	ENETUNREACH: 'this network has no way to it',
};

const TLS_CODES = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO)/;
const TIMEOUT_CODES = ['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT'];

/**
 * A request without an answer, in the user's words. Only the error's code is read: the error itself holds the request,
 * and so the key. The codes are not quoted, because n8n replaces messages in which it finds one.
 */
export function networkFault({ name }: Pick<Provider, 'name'>, error: unknown): Fault {
	const code = codeOf(error);
	const hint = 'Check "Base URL" in the credential and the network of the machine that runs n8n.';
	const neverSent = NEVER_SENT[code];
	if (neverSent) {
		return fault(`${name} cannot be reached: ${neverSent}`, hint, false);
	}
	if (TLS_CODES.test(code)) {
		return fault(
			`${name} cannot be reached safely: its certificate or encryption was not accepted`,
			'Check "Base URL" in the credential, and whether a proxy replaces certificates.',
			false,
		);
	}
	const what = TIMEOUT_CODES.includes(code)
		? 'did not answer in time'
		: 'broke off the connection before it answered';
	return fault(`${name} ${what}`, hint, true);
}

function fault(message: string, hint: string, ambiguous: boolean): Fault {
	return { message, hint, code: 'no_answer', transient: true, ambiguous };
}

/** Node's code of an error, or of its cause; empty where it has none. */
export function codeOf(error: unknown): string {
	for (const candidate of [error, (error as { cause?: unknown } | null)?.cause]) {
		const code = (candidate as { code?: unknown } | null | undefined)?.code;
		if (typeof code === 'string') return code;
	}
	return '';
}
