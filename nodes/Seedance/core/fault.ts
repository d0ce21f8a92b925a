/** An error of the provider, or a failure to reach it, in words for the user. A value, not an exception. */
export interface Fault {
	/** What went wrong: one sentence. Never quotes a request. */
	message: string;
	/** What to do about it. */
	hint?: string;
	/** The provider's own code, or ours. */
	code?: string;
	/** Absent when there was no answer. */
	httpStatus?: number;
	/** A later retry of the same call can succeed: 408, 425, 429, 5xx, no answer, an unreadable answer. */
	transient: boolean;
	/** The provider may have executed the call although its answer is missing or unreadable. */
	ambiguous: boolean;
	/** How long the provider asks us to wait, in milliseconds. */
	retryAfterMs?: number;
}

/** A value, or the fault that explains why there is none. */
export type Outcome<T> = Success<T> | { ok: false; fault: Fault };
export interface Success<T> {
	ok: true;
	value: T;
	/** The body of the answer that the value was read from. */
	raw?: unknown;
}

export const success = <T>(value: T, raw?: unknown): Success<T> =>
	raw === undefined ? { ok: true, value } : { ok: true, value, raw };
export const failure = (fault: Fault): { ok: false; fault: Fault } => ({ ok: false, fault });

/** A mistake in the user's input: nothing was sent, and a retry with the same input would not help. */
export const inputFault = (message: string, hint?: string): Fault => ({
	message,
	hint,
	transient: false,
	ambiguous: false,
});
