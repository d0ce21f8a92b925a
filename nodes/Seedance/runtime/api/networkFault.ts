import type { Fault } from '../../core/fault';
import type { Provider } from '../../core/provider';

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
 * A request without an answer, in the user's words. Of the error only codes are read, and whether it is about connecting:
 * the error itself holds the request, and so the key. The codes are not quoted, because n8n replaces messages in which it finds one.
 */
export function networkFault({ name }: Pick<Provider, 'name'>, error: unknown): Fault {
	const code = codeOf(error);
	const hint = 'Check "Base URL" in the credential and the network of the machine that runs n8n.';
	const neverSent = NEVER_SENT[code];
	if (neverSent) {
		return fault(`${name} cannot be reached: ${neverSent}`, hint, false);
	}
	if (TIMEOUT_CODES.includes(code) && wasConnecting(error)) {
		return fault(`${name} cannot be reached: nothing answers at its address in time`, hint, false);
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

/** As far as we look at errors: of Node, of n8n's client, and of n8n around them. */
interface AnyError {
	code?: unknown;
	cause?: unknown;
	/** What the system was asked for, of an error of its own. */
	syscall?: unknown;
	/** One for each address of a host that was tried, since Node 20. */
	errors?: unknown;
	/** n8n 1.x forgets what it wraps, and keeps these two: the code, and the message. */
	httpCode?: unknown;
	messages?: unknown;
}

/** So deep an error may be wrapped. */
const MAX_CAUSES = 4;

/** An error and what it was caused by. */
function causesOf(error: unknown): AnyError[] {
	const causes: AnyError[] = [];
	let next = error;
	while (typeof next === 'object' && next !== null && causes.length < MAX_CAUSES) {
		causes.push(next);
		next = (next as AnyError).cause;
	}
	return causes;
}

/** Node's code of an error, or of its cause; empty where it has none. */
export function codeOf(error: unknown): string {
	const codes = causesOf(error).flatMap(({ code, httpCode }) => [code, httpCode]);
	return codes.find((code): code is string => typeof code === 'string' && isName(code)) ?? '';
}

/** A HTTP code can stand in the same place. */
const isName = (code: string): boolean => /^[A-Z]/.test(code);

/**
 * Whether the connection was never made, to none of the host's addresses: a time-out then comes before the request. The
 * client's own time-out may come after it, and names no call of the system.
 */
const wasConnecting = (error: unknown): boolean =>
	causesOf(error).some(({ syscall, errors, messages }) => {
		if (Array.isArray(errors) && errors.length > 0) {
			return errors.every((each) => (each as AnyError | null)?.syscall === 'connect');
		}
		return syscall === 'connect' || (Array.isArray(messages) && isAboutConnecting(messages[0]));
	});

/** Node's words, one for each address: "connect ETIMEDOUT 192.0.2.1:443 | connect ENETUNREACH …". */
const isAboutConnecting = (message: unknown): boolean =>
	typeof message === 'string' && message.split(' | ').every((part) => part.startsWith('connect E'));
