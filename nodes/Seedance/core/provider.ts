import type { Fault } from './fault';
import type { JobReading, JobStatus } from './job';
import type { Model } from './model';
import type { ImageFile, MediaRequest } from './request';

/** One call on the wire. A path, never a host: a key cannot follow an address taken from a reply. */
export interface HttpCall {
	method: 'GET' | 'POST' | 'DELETE';
	path: string;
	/** The credential's other address, for uploads, instead of its base URL. */
	base?: 'upload';
	body?: Record<string, unknown>;
	/** A multipart body instead of JSON. */
	form?: { fields: Record<string, string>; file: { name: string; content: ImageFile } };
	headers?: Record<string, string>;
}

/**
 * How to ask and how to read the answer: two pure functions that belong together.
 * `response` gets the parsed JSON of an answer and throws a ZodError when it is not what the documents promise.
 */
export interface Endpoint<In, Out> {
	request(input: In): HttpCall;
	/** @param httpStatus 2xx, or one of `answers` */
	response(body: unknown, input: In, httpStatus: number): Out;
	/** HTTP codes beside 2xx that are an answer and not an error. */
	answers?: readonly number[];
}

/** How to find a job again. */
export interface JobAddress {
	jobId: string;
	model?: string | null;
}

export interface Submission {
	request: MediaRequest;
	/** The same for every try of the same item. */
	idempotencyKey: string;
}

export interface BatchSubmission {
	requests: readonly MediaRequest[];
	/** One for the whole batch. */
	callbackUrl?: string;
	idempotencyKey: string;
}

/** What became of one request of a batch: a job, or a refusal of just this one. */
export type BatchEntry = { ok: true; value: JobReading } | { ok: false; message: string };

/** One way of speaking on the wire. What is absent, it cannot say. */
export interface Dialect {
	/** The provider recognises a submit that it has seen before by its key. Without it an unclear answer is never retried. */
	idempotent?: true;
	generate: Endpoint<Submission, JobReading>;
	status: Endpoint<JobAddress, JobReading>;
	/** Many requests in one call; the entries come in the order of the requests. */
	batch?: Endpoint<BatchSubmission, BatchEntry[]> & { maxRequests: number };
	/** Where an image file must be put first; gives its address. */
	upload?: Endpoint<ImageFile, string>;
	/** One call that blocks until the video is made and answers with its bytes; the job is told by headers. */
	sync?: {
		request(input: Submission): HttpCall;
		jobOf(headers: Readonly<Record<string, unknown>>): JobReading;
	};
	/** Where the finished job must be asked for separately. */
	result?: Endpoint<JobAddress, JobReading>;
	/** The reply's shape is not documented anywhere: the job is asked for afterwards. */
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
	/** The headers of a signed callback, in lower case; absent where the provider does not sign. */
	signed?: { signature: string; timestamp: string };
	/**
	 * What a body says of each job that it names; none where it names none. A job of which it says nothing that we
	 * understand has an `unknownStatus`. Never throws.
	 */
	jobsIn(body: unknown): JobReading[];
}

/** Who makes the videos: data plus pure functions. What is absent, the provider does not have. */
export interface Provider {
	id: string;
	name: string;
	/** The credential type that holds its key. */
	credential: string;
	models: readonly Model[];
	/** All that it has, so that the form knows what the provider can do. */
	dialects: readonly Dialect[];
	/** How to submit this request: model, mode and the kind of image choose the dialect, here and nowhere else. */
	dialectForRequest(request: Pick<MediaRequest, 'model' | 'mode' | 'imageBinaryField'>): Dialect;
	/** How to ask for this job: the likeliest way. */
	dialectForJob(job: JobAddress): Dialect;
	/** The other ways to ask for it, where neither its ID nor its model says for sure how it was submitted. */
	otherDialectsOf?(job: JobAddress): readonly Dialect[];
	credits?: Endpoint<void, Balance>;
	callback?: Callback;
	/** The HTTP code that an answer of HTTP 200 stands for, where the provider puts its errors into those. */
	disguisedStatus?(body: unknown): number | undefined;
	/**
	 * Its error in our words. `body` is the parsed JSON, or undefined where the answer was none; `method` tells whether
	 * something was asked for or submitted.
	 */
	fault(
		httpStatus: number,
		body: unknown,
		method: HttpCall['method'],
	): Partial<Pick<Fault, 'message' | 'hint' | 'code'>>;
}
