/** The sandbox's records of what reached it. */

import type { Provider } from './types.ts';

export type RequestKind = 'submit' | 'status' | 'cancel' | 'credits' | 'upload' | 'unknown';

/** A request as it reached the API. Credentials are never in it: `keyId` says whose key came along. */
export interface RequestRecord {
	/** Wall time, in milliseconds since 1970. */
	at: number;
	method: string;
	/** Path with its query. */
	path: string;
	kind: RequestKind;
	/** Id of the account whose key was sent, `wrong` or `none`. */
	keyId: string;
	/** Headers without credentials, names in lower case. */
	headers: Record<string, string>;
	/**
	 * The parsed JSON, else the text (at most its first 64 kB); null when there was none. Of a form: its texts as they
	 * came, and of each file `{filename, contentType, bytes, sha256}`.
	 */
	body: unknown;
	/** Of a form that came in chunks: of its contents alone. */
	bodyBytes: number;
	/** Status of the answer; null while the request is being handled, 0 when the connection is cut. */
	status: number | null;
	/** Id of the scripted fault that answered. */
	fault: string | null;
}

export interface MediaRecord {
	at: number;
	method: string;
	path: string;
	jobId: string | null;
	status: number;
	/** Whether an API key, or any authorization at all, came along. It never may. */
	carriedKey: boolean;
}

export type CallbackKind = 'regular' | 'duplicate' | 'early' | 'forged';

/** One delivery of a callback. */
export interface CallbackRecord {
	at: number;
	/** Of a batch its own id. */
	jobId: string;
	account: string;
	url: string;
	event: string;
	kind: CallbackKind;
	/** 1 for the first delivery, more for redeliveries. */
	attempt: number;
	/** Status of the receiver's answer; null when there was none. */
	status: number | null;
	error: string | null;
	/** Milliseconds from sending to the answer. */
	tookMs: number;
}

/** The account's books, counted by the sandbox from what reached it. Credits are US dollars at Segmind. */
export interface AccountLedger {
	account: string;
	provider: Provider;
	tier: string;
	/** Every request that came with the account's key, refused ones too. */
	requests: number;
	/** Requests to a submit address, whatever was answered. */
	submitsReceived: number;
	/** Submissions answered from memory because their idempotency key was known. */
	submitsReplayed: number;
	/** Requests that the sandbox refused with 429 because the minute was full. */
	requestsRefused: number;
	/** Most requests in any 60 s of wall time, refused ones too. */
	peakRequestsPerMinute: number;
	jobsCreated: number;
	/** Jobs whose credits were kept, that is completed ones. */
	jobsCharged: number;
	jobsCompleted: number;
	jobsFailed: number;
	jobsCancelled: number;
	/** Jobs that have not settled: queued or processing. */
	jobsUnsettled: number;
	peakUnsettledJobs: number;
	peakProcessingJobs: number;
	creditsAtStart: number;
	creditsAvailable: number;
	/** Held for jobs that have not settled. */
	creditsReserved: number;
	/** Kept for completed jobs. */
	creditsCharged: number;
	/** Given back for failed and cancelled jobs. */
	creditsRefunded: number;
}

export interface LedgerSnapshot {
	/** Those that were given, seedance.it.com's default account, and the other default accounts once they are used. */
	accounts: AccountLedger[];
	requests: RequestRecord[];
	callbacks: CallbackRecord[];
	media: MediaRecord[];
	/** GET requests that were answered with a whole video, whether the client read it all or not. */
	mediaDownloads: number;
	keyReachedMediaHost: boolean;
}
