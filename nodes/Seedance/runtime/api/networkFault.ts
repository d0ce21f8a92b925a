import type { Fault } from '../../core/fault';
import { mainHostLabel, type NamedAccess } from '../../core/access';

/** Node's codes for a connection that was never made. The request cannot have had any effect. */
const NEVER_SENT: Record<string, string> = {
	ECONNREFUSED: 'nothing answers at its address',
	ENOTFOUND: 'its address was not found',
	EAI_AGAIN: 'the DNS server of this network does not answer',
	EHOSTUNREACH: 'this network has no route to it',
	ENETUNREACH: 'this network has no route to it',
};

const TLS_CODES = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO)/;
const TIMEOUT_CODES = ['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT'];

/**
 * Describes a request without an answer in the user's words. Only the codes of the error are read, and whether it
 * happened while connecting, because the error contains the request and so the key. The codes are not quoted: n8n
 * replaces messages that contain one.
 */
export function networkFault({ name, ...access }: NamedAccess, error: unknown): Fault {
	const code = codeOf(error);
	const address = `"${mainHostLabel(access)}" in the credential`;
	const hint = `Check ${address} and the network of the machine that runs n8n.`;
	const isTimeout = TIMEOUT_CODES.includes(code);
	const isLate = isTimeout && wasConnecting(error);
	const neverSent = isLate ? 'nothing answers at its address in time' : NEVER_SENT[code];
	if (neverSent) return fault(`${name} cannot be reached: ${neverSent}`, hint, false);
	if (TLS_CODES.test(code)) {
		return fault(
			`${name} cannot be reached safely: its certificate or encryption was not accepted`,
			`Check ${address}, and whether a proxy replaces certificates.`,
			false,
		);
	}
	const what = isTimeout ? 'did not answer in time' : 'closed the connection before it answered';
	return fault(`${name} ${what}`, hint, true);
}

function fault(message: string, hint: string, ambiguous: boolean): Fault {
	return { message, hint, code: 'no_answer', transient: true, ambiguous };
}

/** The fields that we read from errors of Node, of n8n's client, and of n8n's own wrappers. */
interface AnyError {
	code?: unknown;
	cause?: unknown;
	/** The name of the system call that has failed. */
	syscall?: unknown;
	/** One error for each address of the host that was tried, since Node 20. */
	errors?: unknown;
	/** n8n 1.x drops the error that it wraps, but keeps its code and its message in these two. */
	httpCode?: unknown;
	messages?: unknown;
}

/** How many levels of wrapping are searched. */
const MAX_CAUSES = 4;

/** An error and its causes. */
function causesOf(error: unknown): AnyError[] {
	const causes: AnyError[] = [];
	let next = error;
	while (typeof next === 'object' && next !== null && causes.length < MAX_CAUSES) {
		causes.push(next);
		next = (next as AnyError).cause;
	}
	return causes;
}

/** Node's code of an error or of its cause; empty if there is none. */
export function codeOf(error: unknown): string {
	const codes = causesOf(error).flatMap(({ code, httpCode }) => [code, httpCode]);
	return codes.find((code): code is string => typeof code === 'string' && isName(code)) ?? '';
}

/** An HTTP code can be in the same field. */
const isName = (code: string): boolean => /^[A-Z]/.test(code);

/**
 * Whether none of the host's addresses could be connected to. A timeout then happened before the request was sent. The
 * client's own timeout may happen later, and it names no system call.
 */
const wasConnecting = (error: unknown): boolean =>
	causesOf(error).some(({ syscall, errors, messages }) => {
		if (Array.isArray(errors) && errors.length > 0) {
			return errors.every((each) => (each as AnyError | null)?.syscall === 'connect');
		}
		return syscall === 'connect' || (Array.isArray(messages) && isAboutConnecting(messages[0]));
	});

/** Node's message, with one part for each address: "connect ETIMEDOUT 192.0.2.1:443 | connect ENETUNREACH …". */
const isAboutConnecting = (message: unknown): boolean =>
	typeof message === 'string' && message.split(' | ').every((part) => part.startsWith('connect E'));
