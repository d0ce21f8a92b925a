/** What a handler gives back; texts, buffers and streams are sent as they are, anything else as JSON. */
export interface Answer {
	status: number;
	body: unknown;
	headers?: Record<string, string>;
}

/** What can go wrong, in words that every dialect translates into its own status and body. */
export type ProblemKind =
	| 'invalid_request'
	| 'unauthorized'
	| 'insufficient_credits'
	| 'not_found'
	/** A content type that is not taken; most dialects say the same as to any invalid request. */
	| 'not_acceptable'
	| 'already_settled'
	| 'idempotency_mismatch'
	| 'rate_limited'
	| 'internal';

/** Thrown by handlers and by the core, rendered by the dialect of the request. */
export class Problem extends Error {
	readonly kind: ProblemKind;
	/** More keys for the error body, in the words of the document. */
	readonly details: Record<string, unknown>;
	readonly headers: Record<string, string>;

	constructor(
		kind: ProblemKind,
		message: string,
		details: Record<string, unknown> = {},
		headers: Record<string, string> = {},
	) {
		super(message);
		this.name = 'Problem';
		this.kind = kind;
		this.details = details;
		this.headers = headers;
	}
}
