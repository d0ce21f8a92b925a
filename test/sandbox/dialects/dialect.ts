import type { Account } from '../core/account.ts';
import type { Answer, Problem } from '../core/answer.ts';
import type { RequestKind } from '../types.ts';

/** A request whose key is known, as handlers see it. */
export interface Call {
	account: Account;
	headers: Record<string, string>;
	params: Record<string, string>;
	query: Record<string, string>;
	/** The body's raw bytes; empty when there was none. */
	raw: Buffer;
}

export interface Route {
	method: 'GET' | 'POST' | 'DELETE';
	/** With `:name` for parts that vary. */
	path: string;
	kind: RequestKind;
	handle: (call: Call) => Answer | Promise<Answer>;
}

/** One provider's way of speaking. A new dialect is one such object; the core and the servers stay as they are. */
export interface Dialect {
	name: string;
	/** Beginning of its paths, which also decides who answers for an address that does not exist. */
	prefix: string;
	/** The key that a request carries in this dialect's own way. */
	keyOf: (headers: Record<string, string>) => string | undefined;
	/** The dialect's status and body for something that went wrong. */
	answerTo: (problem: Problem) => Answer;
	routes: Route[];
}
