/** The public types of the sandbox: its options and its controls. Its records are in `records.ts`. */

import type { StandIn } from './dialects/dialect.ts';
import type { RequestKind } from './records.ts';

export type * from './records.ts';

/** How callbacks are signed: hex, `sha256=` + hex, base64, or hex over `timestamp.body` with a timestamp header. */
export type SignatureEncoding = 'hex' | 'sha256' | 'base64' | 'timestamped';

/** What an account at ModelArk has and may do, beyond its balance and limits. */
export interface ModelArkAccount {
	/** Where its key is valid; `international` by default. */
	region?: 'international' | 'china';
	/** Its endpoints, `ep-…`, each with the ID of the model that it calls. */
	endpoints?: Readonly<Record<string, string>>;
	/** IDs of models that it has not activated: 404 `ModelNotOpen`. */
	notOpen?: readonly string[];
	/** It may call models through its endpoints only: 404 `InvalidEndpointOrModel.ModelIDAccessDisabled` for an ID. */
	endpointsOnly?: boolean;
	/** Its key has the permission "Custom", which lists tasks of one given model only. */
	customKey?: boolean;
}

/** One customer's account. Missing values come from the default account. */
export interface AccountOptions {
	/**
	 * `seedance` by default. A provider without a given account has its default account. Keys, balances and limits of
	 * different providers are independent.
	 */
	provider?: string;
	/** Name in the ledger. By default that of the provider: `segmind`, `segmind-2`… */
	id?: string;
	apiKey?: string;
	webhookSecret?: string;
	/** Balance, in the currency of the provider. */
	credits?: number;
	/** Segmind: its `free-credits`, in US dollars. Shown but never spent. 0 by default. */
	freeCredits?: number;
	tier?: string;
	requestsPerMinute?: number;
	maxConcurrentJobs?: number;
	/** Of an account at ModelArk. */
	modelArk?: ModelArkAccount;
}

export interface SandboxOptions {
	/** Address to listen on; 127.0.0.1 by default. */
	host?: string;
	/** Host name in the URLs that clients receive, if it differs from `host`. */
	publicHost?: string;
	/** Port of the API; 0 (default) takes a free one. */
	port?: number;
	/** Port of the media host; 0 (default) takes a free one. */
	mediaPort?: number;
	/** How many provider seconds pass in a second of wall time; 1 by default. */
	speed?: number;
	accounts?: AccountOptions[];
	/** The providers to play; all by default. The first one is meant where a test names none. */
	standIns?: readonly StandIn[];
	/** Provider seconds of processing for a job, or a function of the job's number (from 0). */
	jobSeconds?: number | ((ordinal: number) => number);
	/** Returns IDs in another form than in the documents' examples, by dialect; undefined for the usual form. */
	jobIdOf?: (dialect: string) => string | undefined;
	signature?: SignatureEncoding;
	/** How far the signing clock is ahead of ours, in seconds; only with `timestamped`. 0 by default. */
	signatureSkewSeconds?: number;
	/** Redeliveries of a callback that was not answered with 2xx; 0 by default. */
	webhookRetries?: number;
	/** seedanceapi.org: every error is sent as HTTP 200 with its number as `code` in the body. Off by default. */
	orgErrorsInBody?: boolean;
	/** Name of the list in the answer to an upload at Segmind: `file_urls` by default. */
	segmindUploadField?: 'file_urls' | 'urls';
	/** Path of the MP4 to serve; the committed clip by default. */
	clipPath?: string;
	/** Called for every event. */
	onEvent?: (event: SandboxEvent) => void;
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

/** A scripted fault of the server. */
export interface FaultSpec {
	/** What the request is for; any by default. Only of the API. */
	kind?: RequestKind | readonly RequestKind[];
	/** Which of the two servers; the API by default. */
	host?: 'api' | 'media';
	/** HTTP method; any by default. */
	method?: string;
	/** Prefix of the path with its query, or the source of a regular expression if it starts with `^`. */
	path?: string;
	/** Text that the request's body must contain. */
	match?: string;
	/** Status of the faulty answer; 200 if only a body is given. */
	status?: number;
	/** A text is sent as it is, anything else as JSON. */
	body?: unknown;
	headers?: Record<string, string>;
	/** The connection is dropped. With a body: after that body, in the middle of the declared length. */
	reset?: boolean;
	/** The connection goes silent after the body, which has half the declared length, and stays open. */
	stall?: boolean;
	/** `handled`: the real handler runs first (the job exists and is charged). `before` (default): it never runs. */
	after?: 'handled' | 'before';
	/** Wall milliseconds to wait before answering. Alone, it delays the real answer. */
	delayMs?: number;
	/** How many matching requests it answers; 1 by default, 0 for all until it is removed. */
	times?: number;
	/** How many matching requests are answered normally first. */
	skip?: number;
}

export interface FaultStatus {
	id: string;
	spec: FaultSpec;
	fired: number;
	active: boolean;
}

export type JobState = 'queued' | 'processing' | 'completed' | 'failed' | 'cancelled';

/** A job in the sandbox's own state, whatever the API reports about it. */
export interface JobSummary {
	jobId: string;
	account: string;
	provider: string;
	/** The dialect that accepted it. */
	dialect: string;
	model: string;
	prompt: string;
	state: JobState;
	/** In the currency of the provider: credits or US dollars. */
	credits: number;
	/** Wall milliseconds since 1970. */
	createdAt: number;
	settledAt: number | null;
	/** Whether a client had its record and its file erased. */
	erased: boolean;
	/** Where its callbacks go. */
	callbackUrl: string | null;
}
