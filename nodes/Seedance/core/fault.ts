/** A provider's refusal, or our failure to reach it, in words for the user. A value, not an exception. */
export interface Fault {
	/** What went wrong: one sentence. Never quotes a request. */
	message: string;
	/** What to do about it. */
	hint?: string;
	/** The provider's own code, or ours. */
	code?: string;
	/** Absent when there was no answer. */
	httpStatus?: number;
	/** Trying the same again later can help: 408, 425, 429, 5xx, no answer, an answer that cannot be read. */
	transient: boolean;
	/** The provider may have carried the call out although its answer is missing or broken. */
	ambiguous: boolean;
	/** How long the provider asks us to wait, in milliseconds. */
	retryAfterMs?: number;
}

/** A value, or why there is none. */
export type Outcome<T> = Success<T> | { ok: false; fault: Fault };
export interface Success<T> {
	ok: true;
	value: T;
	/** The answer's body that the value was read from. */
	raw?: unknown;
}

export const success = <T>(value: T, raw?: unknown): Success<T> =>
	raw === undefined ? { ok: true, value } : { ok: true, value, raw };
export const failure = (fault: Fault): { ok: false; fault: Fault } => ({ ok: false, fault });

/** A mistake in what the user entered: nothing was sent, and sending the same again would not help. */
export const inputFault = (message: string, hint?: string): Fault => ({
	message,
	hint,
	transient: false,
	ambiguous: false,
});
