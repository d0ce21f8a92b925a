import type { Account } from '../core/account.ts';
import type { Answer, Problem } from '../core/answer.ts';
import type { Provider, RequestKind } from '../types.ts';

/** A file of a form. */
export interface FormFile {
	field: string;
	filename: string;
	contentType: string;
	bytes: Buffer;
	/** Longer than an image may be. The rest was discarded. */
	tooLong: boolean;
}

/** A body of type multipart/form-data. */
export interface Form {
	texts: Array<[name: string, value: string]>;
	files: FormFile[];
	/** Why it could not be read completely. */
	broken?: string;
}

/** A request with a known key, as passed to the handlers. */
export interface Call {
	account: Account;
	headers: Record<string, string>;
	params: Record<string, string>;
	query: Record<string, string>;
	/** The raw bytes of the body; empty if there was none, or if it was a form. */
	raw: Buffer;
	form?: Form;
}

export interface Route {
	method: 'GET' | 'POST' | 'DELETE';
	/** With `:name` for variable parts. */
	path: string;
	kind: RequestKind;
	handle: (call: Call) => Answer | Promise<Answer>;
}

/** One API of a provider. A new dialect is one such object. The core and the servers do not change. */
export interface Dialect {
	name: string;
	/** The provider whose accounts it uses. */
	provider: Provider;
	/**
	 * Prefixes of its paths. The longest matching prefix also determines which dialect answers for an unknown address.
	 */
	prefixes: string[];
	/** Reads the key from a request, as this dialect sends it. */
	keyOf: (headers: Record<string, string>) => string | undefined;
	/** The dialect's status and body for an error. */
	answerTo: (problem: Problem) => Answer;
	/** Its answer to an unknown address; by default `answerTo` with "not found". */
	nowhere?: (method: string, path: string) => Answer | undefined;
	routes: Route[];
}
