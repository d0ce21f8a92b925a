/** What users of the sandbox see: its options, its records and its controls. */

/** How callbacks are signed: hex, `sha256=` + hex, base64, or hex over `timestamp.body` with a timestamp header. */
export type SignatureEncoding = 'hex' | 'sha256' | 'base64' | 'timestamped';

/** One customer's account; whatever is left out comes from the default account. */
export interface AccountOptions {
	/** Name in the ledger; `account-1`, `account-2`… when left out. */
	id?: string;
	apiKey?: string;
	webhookSecret?: string;
	credits?: number;
	tier?: string;
	requestsPerMinute?: number;
	maxConcurrentJobs?: number;
}

export interface SandboxOptions {
	/** Address to listen on; 127.0.0.1 by default. */
	host?: string;
	/** Host name written into the URLs told to clients, where it differs from `host`. */
	publicHost?: string;
	/** Port of the API; 0 (default) takes a free one. */
	port?: number;
	/** Port of the media host; 0 (default) takes a free one. */
	mediaPort?: number;
	/** How many provider seconds pass in a second of wall time; 1 by default. */
	speed?: number;
	accounts?: AccountOptions[];
	/** Provider seconds of processing for a job, or a function of the job's number (from 0). */
	jobSeconds?: number | ((ordinal: number) => number);
	signature?: SignatureEncoding;
	/** Redeliveries of a callback that was not answered with 2xx; 0 by default. */
	webhookRetries?: number;
	/** Path of the MP4 to serve; the committed clip by default. */
	clipPath?: string;
	/** Told every event as it happens. */
	onEvent?: (event: SandboxEvent) => void;
}

export type RequestKind = 'submit' | 'status' | 'cancel' | 'credits' | 'unknown';

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
	/** The parsed JSON, else the text (at most its first 64 kB); null when there was none. */
	body: unknown;
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

/** The account's books, counted by the sandbox from what reached it. */
export interface AccountLedger {
	account: string;
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
	accounts: AccountLedger[];
	requests: RequestRecord[];
	callbacks: CallbackRecord[];
	media: MediaRecord[];
	/** GET requests that were answered with a whole video, whether the client read it all or not. */
	mediaDownloads: number;
	keyReachedMediaHost: boolean;
}

export type EventType =
	| 'submitted'
	| 'processing'
	| 'progress'
	| 'completed'
	| 'failed'
	| 'cancelled'
	| 'callback'
	| 'download'
	| 'fault'
	| 'sandbox-error';

export interface SandboxEvent {
	/** Counts from 1 and never restarts. */
	seq: number;
	at: number;
	type: EventType;
	jobId: string | null;
	account: string | null;
	/** `progress` percent, `status` of a callback, and the like. */
	detail: Record<string, unknown>;
}

/** A scripted misbehaviour of the server. */
export interface FaultSpec {
	/** Which of the two servers; the API by default. */
	host?: 'api' | 'media';
	/** HTTP method; any when left out. */
	method?: string;
	/** Beginning of the path with its query, or a regular expression's source when it starts with `^`. */
	path?: string;
	/** Text that the request's body must contain. */
	match?: string;
	/** Status of the bad answer; 200 when only a body is given. */
	status?: number;
	/** A text is sent as it is, anything else as JSON. */
	body?: unknown;
	headers?: Record<string, string>;
	/** The connection is cut; with a body: after that body, in the middle of the promised length. */
	reset?: boolean;
	/** `handled`: the real handler ran before (the job exists and is charged). `before` (default): it never runs. */
	after?: 'handled' | 'before';
	/** Wall milliseconds to wait before answering. Alone, it delays the real answer. */
	delayMs?: number;
	/** How many matching requests it answers; 1 by default, 0 for all until it is removed. */
	times?: number;
	/** How many matching requests it lets pass first. */
	skip?: number;
}

export interface FaultStatus {
	id: string;
	spec: FaultSpec;
	fired: number;
	active: boolean;
}

export type JobState = 'queued' | 'processing' | 'completed' | 'failed' | 'cancelled';

/** A job as the sandbox itself knows it, whatever the API says about it. */
export interface JobSummary {
	jobId: string;
	account: string;
	model: string;
	prompt: string;
	state: JobState;
	credits: number;
	/** Wall milliseconds since 1970. */
	createdAt: number;
	settledAt: number | null;
}
