import type { Fault } from './fault';
import type { JobReading, JobStatus } from './job';
import type { Model } from './model';
import type { ImageFile, MediaRequest } from './request';

/** One HTTP call. It has a path, never a host, so that a key cannot be sent to an address taken from a reply. */
export interface HttpCall {
	method: 'GET' | 'POST' | 'DELETE';
	path: string;
	/** Uses the credential's upload URL instead of its base URL. */
	base?: 'upload';
	body?: Record<string, unknown>;
	/** A multipart body instead of JSON. */
	form?: { fields: Record<string, string>; file: { name: string; content: ImageFile } };
	headers?: Record<string, string>;
}

/**
 * How to build a request and how to read its reply: two pure functions that belong together. `response` receives the
 * parsed JSON of the reply and throws a ZodError if the reply does not have the documented form.
 */
export interface Endpoint<In, Out> {
	request(input: In): HttpCall;
	/** @param httpStatus 2xx, or one of `answers` */
	response(body: unknown, input: In, httpStatus: number): Out;
	/** HTTP codes other than 2xx that are a valid reply and not an error. */
	answers?: readonly number[];
}

/** How to find a job again. */
export interface JobAddress {
	jobId: string;
	model?: string | null;
	/** What the dialect has put into the job beside the ID. */
	reference?: Record<string, string> | null;
}

export interface Submission {
	request: MediaRequest;
	/** The same for every try of an item. */
	idempotencyKey: string;
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
	/** The upload of an image file before the submit. Returns its address. */
	upload?: Endpoint<ImageFile, string>;
	/** One call that blocks until the video is made and returns its bytes. The headers describe the job. */
	sync?: {
		request(input: Submission): HttpCall;
		jobOf(headers: Readonly<Record<string, unknown>>): JobReading;
	};
	/** A separate call for the result of a finished job. */
	result?: Endpoint<JobAddress, JobReading>;
	/** The shape of the reply is not documented anywhere, so the job is requested afterwards. */
	cancel?: Pick<Endpoint<JobAddress, unknown>, 'request'> & {
		/**
		 * The only states in which the call may be made, where that matters: the job is asked for before. In others the
		 * provider refuses it, or erases the record of a finished job.
		 */
		when?: readonly JobStatus[];
	};
}

export interface Balance {
	credits: number;
	currency: 'credits' | 'usd';
	tier: string | null;
}

/** A provider's callback about one job or several. */
export interface Callback {
	/** The headers of a signed callback, in lower case; absent if the provider does not sign. */
	signed?: { signature: string; timestamp: string };
	/**
	 * What a body says about each job that it names; empty if it names none. A job without any information that we
	 * understand has an `unknownStatus`. Never throws.
	 */
	jobsIn(body: unknown): JobReading[];
}

/** A provider: data plus pure functions. What is absent is not supported. */
export interface Provider {
	id: string;
	name: string;
	/** The credential type that contains its key. */
	credential: string;
	models: readonly Model[];
	/** All that it has, so that the form knows what the provider can do. */
	dialects: readonly Dialect[];
	/**
	 * The dialect for submitting this request. Model, mode and the kind of image input determine it, here and nowhere
	 * else.
	 */
	dialectForRequest(request: Pick<MediaRequest, 'model' | 'mode' | 'imageBinaryField'>): Dialect;
	/** The most likely dialect for requesting this job. */
	dialectForJob(job: JobAddress): Dialect;
	/** The other possible dialects, if neither the ID nor the model determines how the job was submitted. */
	otherDialectsOf?(job: JobAddress): readonly Dialect[];
	credits?: Endpoint<void, Balance>;
	callback?: Callback;
	/** The HTTP code that a reply with HTTP 200 stands for, for providers that put errors into such replies. */
	disguisedStatus?(body: unknown): number | undefined;
	/**
	 * Translates the provider's error into our words. `body` is the parsed JSON, or undefined if the reply was not
	 * JSON. `method` distinguishes a status request from a submit.
	 */
	fault(
		httpStatus: number,
		body: unknown,
		method: HttpCall['method'],
	): Partial<Pick<Fault, 'message' | 'hint' | 'code'>>;
}
