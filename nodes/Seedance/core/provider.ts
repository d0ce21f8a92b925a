import type { Fault } from './fault';
import type { JobReading } from './job';
import type { Model } from './model';
import type { VideoRequest } from './request';

/** One call on the wire. A path, never a host: a key cannot follow an address taken from a reply. */
export interface HttpCall {
	method: 'GET' | 'POST' | 'DELETE';
	path: string;
	body?: Record<string, unknown>;
	headers?: Record<string, string>;
}

/**
 * How to ask and how to read the answer: two pure functions that belong together.
 * `response` gets the parsed JSON of a 2xx answer and throws a ZodError when it is not what the documents promise.
 */
export interface Endpoint<In, Out> {
	request(input: In): HttpCall;
	response(body: unknown, input: In): Out;
}

/** How to find a job again. */
export interface JobAddress {
	jobId: string;
	model?: string | null;
}

export interface Submission {
	request: VideoRequest;
	/** The same for every try of the same item. */
	idempotencyKey: string;
}

/** One way of speaking on the wire. */
export interface Dialect {
	/** The provider recognises a submit that it has seen before by its key. Without it an unclear answer is never retried. */
	idempotent?: true;
	generate: Endpoint<Submission, JobReading>;
	status: Endpoint<JobAddress, JobReading>;
}

export interface Balance {
	credits: number;
	currency: 'credits' | 'usd';
	tier: string | null;
}

/** A provider's callback about a job. */
export interface Callback {
	/** The header that carries the signature, in lower case. */
	signatureHeader: string;
	/** The header that carries the time of signing in Unix seconds, in lower case. */
	timestampHeader: string;
	/** The job that a body talks about; undefined where it names none. Never throws. */
	jobIdIn(body: unknown): string | undefined;
}

/** Who makes the videos: data plus pure functions. What is absent, the provider does not have. */
export interface Provider {
	id: string;
	name: string;
	/** The credential type that holds its key. */
	credential: string;
	models: readonly Model[];
	dialectFor(request: Pick<VideoRequest, 'model' | 'mode'>): Dialect;
	dialectOf(job: JobAddress): Dialect;
	credits?: Endpoint<void, Balance>;
	callback?: Callback;
	/** Its error in our words. `body` is the parsed JSON, or undefined where the answer was none. */
	fault(httpStatus: number, body: unknown): Partial<Pick<Fault, 'message' | 'hint' | 'code'>>;
}
