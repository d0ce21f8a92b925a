import type { AddressInfo } from 'node:net';
import { createCore, resetCore } from './core/core.ts';
import type { Core } from './core/core.ts';
import { waitForEvent } from './core/events.ts';
import type { StandIn } from './dialects/dialect.ts';
import { standIns } from './dialects/index.ts';
import { createApi } from './server/api.ts';
import { expireUrls, finishJob, jobSummaries } from './server/control.ts';
import { createMedia } from './server/media.ts';
import type {
	AccountLedger,
	EventType,
	FaultSpec,
	FaultStatus,
	JobSummary,
	LedgerSnapshot,
	SandboxEvent,
	SandboxOptions,
} from './types.ts';

export type * from './types.ts';
export { standIns } from './dialects/index.ts';
export type { Scheme, StandIn, Trial } from './dialects/dialect.ts';
export { orgCodeInBody } from './dialects/seedanceOrg.ts';
export { signatureHeaders } from './dialects/seedance.ts';
export { TAGS } from './core/tags.ts';
export { startWitness } from './witness.ts';
export type { Witness, WitnessOptions, WitnessRecord } from './witness.ts';

/** The fields of a credential, by name. */
export type Credential = Record<'apiKey', string> & Record<string, string>;

/** A running sandbox. */
export interface Sandbox {
	/** `http://127.0.0.1:PORT`. */
	readonly url: string;
	/** The base URL for the credential of seedance.it.com: `${url}/v1`. */
	readonly apiBase: string;
	/** The media host. Its port differs from the API's. */
	readonly mediaUrl: string;
	/** Key and webhook secret of the first account at seedance.it.com. */
	readonly apiKey: string;
	readonly webhookSecret: string;
	/** Right values for the credential of a provider: the key of its first account, and the addresses of its hosts. */
	credentialOf(provider: string): Credential;
	/** A copy of the current ledger. */
	readonly ledger: LedgerSnapshot;
	/** The ledger of one account; of the first one by default. */
	account(id?: string): AccountLedger;
	jobs(): JobSummary[];
	events(since?: number): SandboxEvent[];
	/** The first event of this type (and job), past or future. Rejects after `timeoutMs`, 30 s by default. */
	waitFor(type: EventType, jobId?: string, timeoutMs?: number): Promise<SandboxEvent>;
	/** What a callback about the job would say now. */
	callbackBodyOf(jobId: string): string;
	/** Resolves when no callback is being delivered. */
	callbacksIdle(): Promise<void>;
	readonly faults: {
		add(spec: FaultSpec): string;
		remove(id: string): void;
		clear(): void;
		list(): FaultStatus[];
	};
	/** Ends a job now; as completed by default. */
	finishJob(jobId: string, outcome?: 'completed' | 'failed' | 'cancelled'): void;
	/** Lets a job's URL, or all URLs, expire now. */
	expireUrls(jobId?: string): void;
	setCredits(credits: number, account?: string): void;
	/** Forgets everything that happened. */
	reset(): void;
	close(): Promise<void>;
}

/** Starts the API and the media host; both are listening when this resolves. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { host = '127.0.0.1', publicHost = host, port = 0, mediaPort = 0 } = options;
	if (!(Number(options.speed ?? 1) > 0)) throw new Error('The sandbox needs a speed above 0');
	const played = options.standIns ?? standIns;
	const core = createCore(options, played);
	const media = createMedia(core);
	const dialects = played.flatMap((standIn) => standIn.dialects(core, options));
	const api = createApi(core, dialects);
	const close = async () => {
		core.board.clear();
		core.timers.stopAll();
		await Promise.all([core.callbacks.close(), api.close(), media.close()]);
	};
	try {
		await media.listen({ host, port: mediaPort });
		await api.listen({ host, port });
	} catch (thrown) {
		await close();
		throw listenError(thrown, host);
	}
	const addressOf = (server: typeof api) =>
		`http://${publicHost}:${(server.server.address() as AddressInfo).port}`;
	core.mediaBase = addressOf(media);
	core.apiBase = addressOf(api);
	return control(core, played, close);
}

function listenError(thrown: unknown, host: string): Error {
	const { code, port } = thrown as { code?: string; port?: number };
	if (code === 'EADDRINUSE')
		return new Error(`Port ${port} on ${host} is already taken: choose another or stop its owner`);
	return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function credentialOf(
	{ accounts, apiBase }: Core,
	played: readonly StandIn[],
	provider: string,
): Credential {
	const account = accounts.named(undefined, provider);
	const { apiKey, webhookSecret } = account;
	const standIn = played.find((each) => each.provider === provider)!;
	const { hosts, fields } = standIn.credentialOf?.(account) ?? {};
	const addresses = Object.entries({ ...standIn.hosts, ...hosts }).map(([field, prefix]) => [
		field,
		apiBase + prefix,
	]);
	return {
		apiKey,
		...(webhookSecret === '' ? {} : { webhookSecret }),
		...fields,
		...(Object.fromEntries(addresses) as Record<string, string>),
	};
}

function callbackBodyOf({ board, payloads }: Core, jobId: string): string {
	const job = board.find(jobId);
	const write = job && payloads.get(job.dialect);
	if (!write) throw new Error(`No callback is sent about "${jobId}"`);
	return JSON.stringify(write(job).body);
}

function control(core: Core, played: readonly StandIn[], close: () => Promise<void>): Sandbox {
	const { apiKey, webhookSecret } = core.accounts.named();
	const url = core.apiBase;
	return {
		url,
		apiBase: `${url}/v1`,
		mediaUrl: core.mediaBase,
		apiKey,
		webhookSecret,
		credentialOf: (provider) => credentialOf(core, played, provider),
		get ledger() {
			return core.ledger.snapshot();
		},
		account: (id) => core.ledger.account(core.accounts.named(id)),
		jobs: () => jobSummaries(core),
		events: (since = 0) => core.events.since(since),
		waitFor: (type, jobId, timeoutMs = 30_000) =>
			waitForEvent(
				core.events,
				(event) => event.type === type && (jobId === undefined || event.jobId === jobId),
				timeoutMs,
			),
		callbackBodyOf: (jobId) => callbackBodyOf(core, jobId),
		callbacksIdle: () => core.callbacks.idle(),
		faults: {
			add: (spec) => core.faults.add(spec),
			remove: (id) => core.faults.remove(id),
			clear: () => core.faults.clear(),
			list: () => core.faults.list(),
		},
		finishJob: (jobId, outcome) => finishJob(core, jobId, outcome),
		expireUrls: (jobId) => expireUrls(core, jobId),
		setCredits: (credits, account) => {
			core.accounts.named(account).credits = credits;
		},
		reset: () => resetCore(core),
		close,
	};
}
