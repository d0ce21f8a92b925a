/** The answer of a handler. Texts, buffers and streams are sent as they are, everything else as JSON. */
export interface Answer {
	status: number;
	body: unknown;
	headers?: Record<string, string>;
}

/** The kinds of errors. Each dialect translates them into its own status and body. */
export type ProblemKind =
	| 'invalid_request'
	| 'unauthorized'
	| 'insufficient_credits'
	| 'not_found'
	/** An unsupported content type. Most dialects treat it like any invalid request. */
	| 'not_acceptable'
	| 'already_settled'
	| 'idempotency_mismatch'
	| 'rate_limited'
	| 'internal';

/** Thrown by handlers and by the core, rendered by the dialect of the request. */
export class Problem extends Error {
	readonly kind: ProblemKind;
	/** Additional keys for the error body, named as in the document. */
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
