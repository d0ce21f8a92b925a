import type { Account } from '../core/account.ts';
import type { Answer, Problem } from '../core/answer.ts';
import type { Provider, RequestKind } from '../types.ts';

/** A file of a form. */
export interface FormFile {
	field: string;
	filename: string;
	contentType: string;
	bytes: Buffer;
	/** Longer than an image may be: the rest was thrown away. */
	tooLong: boolean;
}

/** A body of type multipart/form-data. */
export interface Form {
	texts: Array<[name: string, value: string]>;
	files: FormFile[];
	/** Why it could not be read to its end. */
	broken?: string;
}

/** A request whose key is known, as handlers see it. */
export interface Call {
	account: Account;
	headers: Record<string, string>;
	params: Record<string, string>;
	query: Record<string, string>;
	/** The body's raw bytes; empty when there was none, or when it was a form. */
	raw: Buffer;
	form?: Form;
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
	/** Whose accounts it asks for. */
	provider: Provider;
	/** Beginnings of its paths, which also decide who answers for an address that does not exist: the longest one. */
	prefixes: string[];
	/** The key that a request carries in this dialect's own way. */
	keyOf: (headers: Record<string, string>) => string | undefined;
	/** The dialect's status and body for something that went wrong. */
	answerTo: (problem: Problem) => Answer;
	/** What it answers where there is no such address; `answerTo` a "not found" when left out. */
	nowhere?: (method: string, path: string) => Answer | undefined;
	routes: Route[];
}
