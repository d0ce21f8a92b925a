import type { Account, RateLimit } from '../core/account.ts';
import type { Answer, Problem } from '../core/answer.ts';
import type { Unsigned } from '../core/callbacks.ts';
import type { Core } from '../core/core.ts';
import type { RequestKind, SandboxOptions } from '../types.ts';

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
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** With `:name` for variable parts. */
	path: string;
	kind: RequestKind;
	handle: (call: Call) => Answer | Promise<Answer>;
	/** The largest body, in bytes; that of the server by default. */
	mostBytes?: number;
}

/** One API of a provider. A new dialect is one such object. The core and the servers do not change. */
export interface Dialect {
	name: string;
	/** The provider whose accounts it uses. */
	provider: string;
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
	/**
	 * The limit that a request counts towards, if any. Where this is missing, all requests of an account count towards its
	 * requests per minute.
	 */
	limitOf?: (account: Account, kind: RequestKind) => RateLimit | undefined;
}

/** What an account has unless a test says otherwise. */
export interface AccountDefaults {
	/** Neither real nor like a real one. */
	apiKey: string;
	/** Empty where the provider does not sign with a secret. */
	webhookSecret: string;
	/** The balance, in the currency of the provider. */
	credits: number;
	tier: string;
	requestsPerMinute: number;
	maxConcurrentJobs: number;
}

/** A video that is quickly made and costs little, for the suites that play every dialect. */
export interface Trial {
	/** The dialect that accepts it. */
	dialect: string;
	/** Of Generate Video, beside the provider and the prompt. */
	parameters: Readonly<Record<string, string | number | boolean>>;
	/** Its status request is a plain GET, so that nodes that only ask do not have to be played with it. */
	plainStatus?: true;
}

/** One way in which a provider signs its callbacks. */
export interface Scheme {
	name: string;
	/** Of an account that gets its callbacks signed in this way; empty for one without a secret. */
	webhookSecret: string;
	/** The signature is over a time, too. */
	isTimed: boolean;
	/** The signature does not cover the whole body, so whoever has one can send another body with it. */
	leavesBodyOpen?: true;
	/** The headers of the signature. */
	sign(message: Unsigned, webhookSecret: string): Record<string, string>;
}

/** A provider as the sandbox plays it: all that other files of the sandbox, and the tests, know of it. */
export interface StandIn {
	/** Its ID in the nodes, and the type of its credential. */
	provider: string;
	credentialType: string;
	account: AccountDefaults;
	/** The header that contains the key, in lower case. */
	keyHeader: string;
	/** What prices and balances are in. */
	currency: 'credits' | 'usd';
	/** Its replies never say what a job has cost. */
	tellsNoCharge?: true;
	/** What a credit costs in US dollars, if not a cent. */
	usdPerCredit?: number;
	/**
	 * Where its hosts are here: a prefix of the path for each, by the field of the credential that contains the address,
	 * the main host first.
	 */
	hosts: Readonly<Record<string, string>>;
	/** Further fields of the credential of an account; also other hosts than the usual ones, as paths, if it has those. */
	credentialOf?(account: Account): {
		hosts?: Record<string, string>;
		fields?: Record<string, string>;
	};
	/** The first one is that of the provider's usual model. */
	trials: readonly [Trial, ...Trial[]];
	/** How callbacks are signed, in all possible ways: none if they are not. Absent if there are no callbacks. */
	callbacks?: readonly Scheme[];
	/** Where a finished file is if only the key opens it: a path of the API, by the job's ID. Others are at the media host. */
	pathOfFile?: (jobId: string) => string;
	dialects(core: Core, options: SandboxOptions): Dialect[];
}
