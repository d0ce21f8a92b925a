import { Agent, request } from 'undici';
import { CALLBACK_RETRY_SECONDS, CALLBACK_TIMEOUT_MS } from '../decisions.ts';
import type { CallbackKind, CallbackRecord } from '../types.ts';
import type { Account } from './account.ts';
import type { Clock } from './clock.ts';
import { Timers } from './clock.ts';
import type { Events } from './events.ts';
import type { Job } from './job.ts';
import { asCompleted } from './job.ts';
import type { Ledger } from './ledger.ts';

/** What a provider signs. */
export interface Unsigned {
	body: string;
	/** By the clock of whoever signs, in Unix milliseconds. */
	nowMs: number;
	/** With a wrong secret or key. */
	forged: boolean;
}

/** The callback of a dialect about a job. */
export interface CallbackPayload {
	/** For the records. Not every dialect sends an event name. */
	event: string;
	body: Record<string, unknown>;
	/** The headers of the signature, for providers that sign. */
	sign?: (message: Unsigned) => Record<string, string>;
	/** Sent also when the job starts to be processed, not only when it has settled. */
	tellsStart?: true;
	/** Sent also when the job was accepted. */
	tellsQueued?: true;
	/** The provider calls nobody back about this state. */
	silent?: true;
	/** How the provider delivers it; by default once, with the time that all receivers have. */
	delivery?: { retries: number; timeoutMs: number };
	/** Replaces the video's address, for forged callbacks. */
	withVideoUrl: (url: string) => Record<string, unknown>;
}

export interface CallbackParts {
	clock: Clock;
	ledger: Ledger;
	events: Events;
	/** How far the signing clock is ahead, in wall milliseconds. */
	skewMs: number;
	retries: number;
	payloadOf: (job: Job) => CallbackPayload;
}

/** Delivers callbacks: once [doc], unless a tag or an option requests a fault. */
export class Callbacks {
	private readonly parts: CallbackParts;
	private readonly agent = new Agent();
	private readonly timers = new Timers();
	private readonly running = new Set<Promise<void>>();
	private generation = 0;

	constructor(parts: CallbackParts) {
		this.parts = parts;
	}

	/** Called half-way through the processing, when early and forged callbacks are sent. */
	midway(job: Job): void {
		if (job.tags.has('callback-forged')) this.send(job, 'forged');
		if (job.tags.has('callback-early'))
			this.send(asCompleted(job, this.parts.clock.now()), 'early');
	}

	submitted(job: Job): void {
		const { callbackUrl } = job.request;
		if (!callbackUrl || job.tags.has('callback-never')) return;
		if (this.parts.payloadOf(job).tellsQueued) this.send(job, 'start');
	}

	started(job: Job): void {
		const { callbackUrl } = job.request;
		if (!callbackUrl || job.tags.has('callback-never')) return;
		if (this.parts.payloadOf(job).tellsStart) this.send(job, 'start');
	}

	settled(job: Job): void {
		if (job.tags.has('callback-never')) return;
		this.send(job, 'regular');
		if (job.tags.has('callback-twice')) this.send(job, 'duplicate');
	}

	/** Resolves when no delivery is in progress. */
	async idle(): Promise<void> {
		while (this.running.size) await Promise.allSettled([...this.running]);
	}

	/** Drops all pending redeliveries. */
	clear(): void {
		this.generation += 1;
		this.timers.stopAll();
	}

	async close(): Promise<void> {
		this.clear();
		await this.agent.destroy();
		await this.idle();
	}

	/** Sends one given message, such as one about several jobs. */
	tell(message: Message, kind: CallbackKind): void {
		const { payload } = message;
		const body = JSON.stringify(
			kind === 'forged' ? payload.withVideoUrl('https://forged.invalid/video.mp4') : payload.body,
		);
		this.track(this.deliver({ ...message, kind, body, attempt: 1 }));
	}

	private send(job: Job, kind: CallbackKind): void {
		const url = job.request.callbackUrl;
		if (!url) return;
		const { id, account } = job;
		const payload = this.parts.payloadOf(job);
		if (!payload.silent) this.tell({ id, account, url, payload }, kind);
	}

	private track(work: Promise<void>): void {
		const tracked = work.finally(() => this.running.delete(tracked));
		this.running.add(tracked);
	}

	private async deliver(delivery: Delivery): Promise<void> {
		const generation = this.generation;
		const record = await this.post(delivery);
		// The ledger was reset in the meantime, so the old delivery must not be recorded.
		if (generation !== this.generation) return;
		this.parts.ledger.callback(record);
		const { jobId, account, url, event, kind, attempt, status, error } = record;
		const detail = { url, event, kind, attempt, status, error };
		this.parts.events.add('callback', { jobId, account, detail });
		const taken = status !== null && status >= 200 && status < 300;
		if (taken || attempt > (delivery.payload.delivery ?? this.parts).retries) return;
		const pause = this.parts.clock.wallMs(CALLBACK_RETRY_SECONDS * 2 ** (attempt - 1));
		this.timers.after(pause, () => this.track(this.deliver({ ...delivery, attempt: attempt + 1 })));
	}

	private async post(delivery: Delivery): Promise<CallbackRecord> {
		const { id: jobId, account, kind, url, payload, body, attempt } = delivery;
		const at = this.parts.clock.now();
		const { event } = payload;
		const about = { at, jobId, account: account.id, url, event, kind, attempt };
		const forged = kind === 'forged';
		const signature = payload.sign?.({ body, nowMs: at + this.parts.skewMs, forged });
		try {
			const answer = await request(url, {
				method: 'POST',
				dispatcher: this.agent,
				headers: { 'content-type': 'application/json', ...signature },
				body,
				signal: AbortSignal.timeout(payload.delivery?.timeoutMs ?? CALLBACK_TIMEOUT_MS),
			});
			await answer.body.dump();
			const tookMs = this.parts.clock.now() - at;
			return { ...about, status: answer.statusCode, error: null, tookMs };
		} catch (thrown) {
			const error = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
			return { ...about, status: null, error, tookMs: this.parts.clock.now() - at };
		}
	}
}

/** The content of a callback, its job (or batch) and its receiver. */
export interface Message {
	id: string;
	account: Account;
	url: string;
	payload: CallbackPayload;
}

interface Delivery extends Message {
	kind: CallbackKind;
	body: string;
	attempt: number;
}
