import { defaultJobSeconds } from '../decisions.ts';
import type { StandIn } from '../dialects/dialect.ts';
import type { SandboxOptions, SignatureEncoding } from '../types.ts';
import { Accounts } from './account.ts';
import type { Answer } from './answer.ts';
import { Board } from './board.ts';
import type { CallbackPayload } from './callbacks.ts';
import { Callbacks } from './callbacks.ts';
import { Clip, findClip, Picture } from './clip.ts';
import { Clock, Timers } from './clock.ts';
import { Events } from './events.ts';
import { Faults } from './faults.ts';
import type { Job } from './job.ts';
import { Ledger } from './ledger.ts';

/** The state that all dialects share: accounts, ledger, job clock, callbacks, faults and the video. */
export interface Core {
	clock: Clock;
	/** For delayed answers. */
	timers: Timers;
	accounts: Accounts;
	ledger: Ledger;
	events: Events;
	board: Board;
	callbacks: Callbacks;
	faults: Faults;
	clip: Clip;
	picture: Picture;
	/** Files that clients have uploaded to the media host, by name. */
	uploads: Map<string, Upload>;
	/** Address of the media host, known once it listens. */
	mediaBase: string;
	/** Address of the API, known once it listens. */
	apiBase: string;
	/** How seedance.it.com signs callbacks. */
	signature: SignatureEncoding;
	/** One upload each, by the path at the media host. */
	slots: Map<string, (upload: SlotUpload) => Answer>;
	/** What is at the signed addresses of the media host, by path and query. */
	links: Map<string, (method: string) => Answer>;
	/** Called for every settled job, for dialects that react to it. */
	settledListeners: Array<(job: Job) => void>;
	/** The functions that create the callbacks of each dialect. Every dialect registers itself. */
	payloads: Map<string, (job: Job) => CallbackPayload>;
}

export interface Upload {
	bytes: Buffer;
	type: string;
}

/** Bytes that a client puts at an address that it was given for them. */
export interface SlotUpload extends Upload {
	/** The request contained a key, which such an address must not receive. */
	carriedKey: boolean;
}

export function createCore(options: SandboxOptions, standIns: readonly StandIn[]): Core {
	const clock = new Clock(options.speed ?? 1);
	const accounts = new Accounts(options.accounts ?? [], standIns);
	const ledger = new Ledger(accounts);
	const events = new Events();
	if (options.onEvent) events.on(options.onEvent);
	const payloads: Core['payloads'] = new Map();
	const callbacks = new Callbacks({
		clock,
		ledger,
		events,
		skewMs: 1000 * (options.signatureSkewSeconds ?? 0),
		retries: options.webhookRetries ?? 0,
		payloadOf: (job) => {
			const write = payloads.get(job.dialect);
			if (!write) throw new Error(`The dialect "${job.dialect}" writes no callbacks`);
			return write(job);
		},
	});
	const settledListeners: Core['settledListeners'] = [];
	const clipPath = options.clipPath ?? findClip();
	const given = options.jobSeconds ?? defaultJobSeconds;
	const board = new Board({
		clock,
		ledger,
		events,
		jobSeconds: typeof given === 'number' ? () => given : given,
		jobIdOf: options.jobIdOf,
		onSubmitted: (job) => callbacks.submitted(job),
		onStarted: (job) => callbacks.started(job),
		onMidway: (job) => callbacks.midway(job),
		onSettled: (job) => {
			callbacks.settled(job);
			for (const listener of settledListeners) listener(job);
		},
	});
	return {
		clock,
		timers: new Timers(),
		accounts,
		ledger,
		events,
		board,
		callbacks,
		faults: new Faults(),
		clip: new Clip(clipPath),
		picture: new Picture(clipPath),
		uploads: new Map(),
		slots: new Map(),
		links: new Map(),
		mediaBase: '',
		apiBase: '',
		signature: options.signature ?? 'hex',
		settledListeners,
		payloads,
	};
}

/** Resets the sandbox: everything is forgotten, and the accounts have their initial state. */
export function resetCore(core: Core): void {
	core.board.clear();
	core.callbacks.clear();
	core.faults.clear();
	core.ledger.clear();
	core.events.clear();
	core.uploads.clear();
	core.slots.clear();
	core.links.clear();
	for (const account of core.accounts.all) account.reset();
}
