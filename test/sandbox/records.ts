/** The sandbox's records of the requests it received. */

export type RequestKind =
	| 'submit'
	| 'status'
	| 'cancel'
	| 'credits'
	| 'upload'
	/** Recent jobs. */
	| 'list'
	/** The models that the key can see. */
	| 'models'
	/** A finished file, where the provider gives it only with the key. */
	| 'file'
	/** Published keys that callbacks are signed with. */
	| 'keys'
	| 'unknown';

/** A request as received by the API. It never contains credentials: `keyId` tells which key was sent. */
export interface RequestRecord {
	/** Wall time, in milliseconds since 1970. */
	at: number;
	method: string;
	/** Path with its query. */
	path: string;
	kind: RequestKind;
	/** ID of the account whose key was sent, `wrong` or `none`. */
	keyId: string;
	/** Headers without credentials, names in lower case. */
	headers: Record<string, string>;
	/**
	 * The parsed JSON, otherwise the text (at most its first 64 kB); null if there was none. For a form: its texts as
	 * received, and for each file `{filename, contentType, bytes, sha256}`.
	 */
	body: unknown;
	/** For a chunked form: the size of its contents only. */
	bodyBytes: number;
	/** Status of the answer; null while the request is being handled, 0 when the connection is cut. */
	status: number | null;
	/** ID of the scripted fault that answered. */
	fault: string | null;
}

export interface MediaRecord {
	at: number;
	method: string;
	path: string;
	jobId: string | null;
	status: number;
	/** Whether an API key, or any authorization at all, was sent. It must never happen. */
	carriedKey: boolean;
}

export type CallbackKind = 'start' | 'regular' | 'duplicate' | 'early' | 'forged';

/** One delivery of a callback. */
export interface CallbackRecord {
	at: number;
	/** For a batch: the ID of the batch. */
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

/**
 * The ledger of an account, counted by the sandbox from the requests it received. Credits are US dollars where the provider bills in those.
 */
export interface AccountLedger {
	account: string;
	provider: string;
	tier: string;
	/** All requests with the account's key, including refused ones. */
	requests: number;
	/** Requests to a submit address, whatever the answer was. */
	submitsReceived: number;
	/** Submissions that were answered from memory because their idempotency key was known. */
	submitsReplayed: number;
	/** Requests that were refused with 429 because of the limit per minute. */
	requestsRefused: number;
	/** The maximum number of requests in any 60 s of wall time, including refused ones. */
	peakRequestsPerMinute: number;
	jobsCreated: number;
	/** Jobs that were charged, which means completed jobs. */
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
	/** Reserved for jobs that have not settled. */
	creditsReserved: number;
	/** Charged for completed jobs. */
	creditsCharged: number;
	/** Refunded for failed and cancelled jobs. */
	creditsRefunded: number;
}

export interface LedgerSnapshot {
	/**
	 * The given accounts, the default account of the first provider, and the other default accounts once they are used.
	 */
	accounts: AccountLedger[];
	requests: RequestRecord[];
	callbacks: CallbackRecord[];
	media: MediaRecord[];
	/** GET requests that were answered with a whole video, whether or not the client read all of it. */
	mediaDownloads: number;
	keyReachedMediaHost: boolean;
}
