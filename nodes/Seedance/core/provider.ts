import type { Access } from './access';
import type { Fault } from './fault';
import type { Job, JobReading, JobStatus } from './job';
import type { Model } from './model';
import type { ImageFile, MediaRequest } from './request';
import type { SignatureScheme } from './signature';

/** The body of a request: JSON, a multipart form, or the bytes of a file. */
export interface Content {
	body?: Record<string, unknown>;
	form?: { fields: Record<string, string>; file: { name: string; content: ImageFile } };
	file?: ImageFile;
}

/** One HTTP call. It has a path, never a host, so that a key cannot be sent to an address taken from a reply. */
export interface HttpCall extends Content {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** One of the provider's `hosts` or `aliases`; the main host if left out. */
	host?: string;
	path: string;
	headers?: Record<string, string>;
	/** How long the answer may take, in milliseconds; a minute if left out. */
	timeoutMs?: number;
}

/**
 * The purpose of a request. Limits, retries and the meaning of a lost answer depend on it, and never on the HTTP
 * method. A `submit` spends money. An `ask` reads a job and `account` reads something of the account; both can be
 * repeated. A `cancel` changes a job. An `upload` creates no job.
 */
export type Intent = 'submit' | 'ask' | 'cancel' | 'upload' | 'account';

/**
 * How to build a request and how to read its reply: two pure functions that belong together. `response` receives the
 * parsed JSON of the reply and throws a ZodError if the reply does not have the documented form.
 */
export interface Endpoint<In, Out> {
	request(input: In): HttpCall;
	/** @param httpStatus 2xx, or one of `answers` */
	response(body: unknown, input: In, httpStatus: number): Out;
	/** HTTP codes other than 2xx that are a valid reply and not an error; a function if the body decides. */
	answers?: readonly number[] | ((httpStatus: number, body: unknown) => boolean);
}

/** The result of an upload. */
export interface Uploaded {
	/** The address of the file, for use in a request. */
	url: string;
	/**
	 * If set, the bytes must still be sent to this address, by a PUT without the key, because the address comes from the
	 * reply.
	 */
	putTo?: string;
}

/** How to find a job again. */
export interface JobAddress {
	jobId: string;
	model?: string | null;
	/** Data of the dialect that is needed in addition to the ID. */
	reference?: Record<string, string> | null;
}

export interface Submission {
	request: MediaRequest;
	/** The region of the credential, if the provider has several. */
	region?: string;
	/** After this time, in milliseconds, nobody waits for the job any more; absent if nobody knows. */
	unwantedAfterMs?: number;
	/** The same for every try of an item. */
	idempotencyKey: string;
}

/** A submission whose answer was lost. */
export interface LostSubmission extends Submission {
	/** When it was sent, in Unix milliseconds. */
	sentAt: number;
}

export interface BatchSubmission {
	requests: readonly MediaRequest[];
	/** One for the whole batch. */
	callbackUrl?: string;
	idempotencyKey: string;
}

/** The result of one request of a batch: a job, or a refusal of this request only. */
export type BatchEntry = { ok: true; value: JobReading } | { ok: false; message: string };

/** One wire format of a provider. What is absent is not supported. */
export interface Dialect {
	/**
	 * The provider supports idempotency keys: it recognises a repeated submit. Without them, a submit with an unclear
	 * outcome is never retried.
	 */
	idempotent?: true;
	generate: Endpoint<Submission, JobReading>;
	status: Endpoint<JobAddress, JobReading>;
	/** Many requests in one call. The entries of the reply are in the order of the requests. */
	batch?: Endpoint<BatchSubmission, BatchEntry[]> & { maxRequests: number };
	/**
	 * The upload of an image file before the submit, in one step or two. With `inlineBytes`, nothing is uploaded for a
	 * request whose files all have at most that many bytes: the files are sent in it.
	 */
	upload?: Endpoint<ImageFile, Uploaded> & { inlineBytes?: number };
	/** One call that blocks until the video is made and returns its bytes. The headers describe the job. */
	sync?: {
		request(input: Submission): HttpCall;
		jobOf(headers: Readonly<Record<string, unknown>>): JobReading;
	};
	/** A separate call for the result of a finished job. */
	result?: Endpoint<JobAddress, JobReading>;
	/** An accepted cancel proves nothing. So we ask for the job afterwards, whatever the reply says. */
	cancel?: Pick<Endpoint<JobAddress, unknown>, 'request'> & {
		/** Reads the state of the job from the reply, if its form is documented. */
		response?: Endpoint<JobAddress, JobReading | undefined>['response'];
		/**
		 * If set, the call is made only in these states, so we ask for the job first. In other states the provider refuses
		 * the cancel, or deletes the record of a finished job.
		 */
		when?: readonly JobStatus[];
		/** What the user must know before, in one or two sentences, for the form of Cancel Job. */
		notice?: string;
	};
	/**
	 * The account's latest jobs that may come from this submission, as far as the list shows their content. Each has its
	 * `createdAt`. If the answer to a submit was lost, we look for its job here before anybody pays again.
	 */
	recent?: Endpoint<LostSubmission, JobReading[]>;
}

export interface Balance {
	credits: number;
	currency: 'credits' | 'usd';
	tier: string | null;
}

/** A provider's callback about one job or several. */
export interface Callback {
	/**
	 * The ways in which the provider signs; absent if it does not. Each callback must be signed in one of them. A
	 * callback about a job that has not ended is valid, but it wakes nobody.
	 */
	signatures?: readonly Signature[];
	/**
	 * What a body says about each job that it names; empty if it names none. A job without any information that we
	 * understand has an `unknownStatus`. Never throws.
	 */
	jobsIn(body: unknown): JobReading[];
}

/** How a provider signs its callbacks. */
export interface Signature extends SignatureScheme {
	/** A call that returns the valid keys. If it is absent, the key is the webhook secret of the credential. */
	keys?: Endpoint<void, readonly string[]>;
	/** Where else the keys are, if that call fails or returns none. */
	otherKeys?: Endpoint<void, readonly string[]>;
}

/** A provider: data plus pure functions. What is absent is not supported. */
export interface Provider extends Access {
	id: string;
	name: string;
	models: readonly Model[];
	/** All that it has, so that the form knows what the provider can do. */
	dialects: readonly Dialect[];
	/**
	 * The dialect for submitting this request. Model, mode and the kind of image input determine it, here and nowhere
	 * else.
	 */
	dialectForRequest(request: Pick<MediaRequest, 'model' | 'mode' | 'imageBinaryField'>): Dialect;
	/** The dialects that may know this job, the most likely first: several if nothing tells how it was submitted. */
	dialectsForJob(job: JobAddress): readonly [Dialect, ...Dialect[]];
	/** What is kept of jobs that no status request knows any more; undefined if it does not know the job either. */
	archive?: Endpoint<JobAddress, JobReading | undefined>;
	/**
	 * The call for the file of a finished job, if its address needs the key; undefined for other jobs. The key goes to the
	 * host of the call only, whatever the address says. Such a file is always downloaded.
	 */
	file?(job: Pick<Job, 'jobId' | 'videoUrl'>): HttpCall | undefined;
	credits?: Endpoint<void, Balance>;
	callback?: Callback;
	/**
	 * Why finished files should be fetched at once, for the form, in a sentence or two. With it, the nodes download by
	 * default.
	 */
	downloadReason?: string;
	/** The HTTP code that a reply with HTTP 200 stands for, for providers that put errors into such replies. */
	disguisedStatus?(body: unknown): number | undefined;
	/**
	 * Translates the provider's error into our words. `body` is the parsed JSON, or undefined if the reply was not
	 * JSON.
	 */
	fault(
		httpStatus: number,
		body: unknown,
		intent: Intent,
	): Partial<Pick<Fault, 'message' | 'hint' | 'code' | 'transient'>>;
}
