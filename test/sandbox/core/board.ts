import { randomBytes } from 'node:crypto';
import { PROGRESS_MARKS, SLOW_FACTOR, URL_LIFE_SECONDS } from '../decisions.ts';
import type { Account } from './account.ts';
import type { Batch } from './batch.ts';
import type { Clock } from './clock.ts';
import { Timers } from './clock.ts';
import type { Events } from './events.ts';
import type { Job, JobRequest } from './job.ts';
import { FAILING_TAGS, failureOf, notEnough } from './failure.ts';
import { isSettled } from './job.ts';
import type { Ledger } from './ledger.ts';
import { exactly } from './money.ts';
import { tagsIn } from './tags.ts';

export type Outcome = 'completed' | 'failed' | 'cancelled';

/** A new job from a dialect: the request, the account and the price. */
export interface Draft {
	account: Account;
	dialect: string;
	request: JobRequest;
	/** Credits, or dollars. */
	credits: number;
	/** The new job's ID; `task_…` by default. */
	id?: string;
	urlLifeSeconds?: number;
	batch?: Batch;
	/** See `Job`. */
	unqueued?: boolean;
}

/** An ID in the documented form: a prefix, then lower-case letters and digits. */
export const newId = (beginning: string, ending = ''): string =>
	`${beginning}${randomBytes(6).toString('hex')}${ending}`;

export interface BoardParts {
	clock: Clock;
	ledger: Ledger;
	events: Events;
	/** Provider seconds of processing for the n-th job. */
	jobSeconds: (ordinal: number) => number;
	jobIdOf?: (dialect: string) => string | undefined;
	onSubmitted: (job: Job) => void;
	onStarted: (job: Job) => void;
	onMidway: (job: Job) => void;
	onSettled: (job: Job) => void;
}

/**
 * The queue: any number of jobs can wait, and at most `maxConcurrentJobs` of an account are processed, first come first
 * served.
 */
export class Board {
	private readonly parts: BoardParts;
	private readonly jobs = new Map<string, Job>();
	private readonly timers = new Timers();
	private readonly stops = new Map<string, Array<() => void>>();
	private readonly waiting = new Map<string, Array<() => void>>();
	private ordinal = 0;

	constructor(parts: BoardParts) {
		this.parts = parts;
	}

	/** Reserves the credits and queues the job. A job with the tag `instant` is returned settled. */
	submit(draft: Draft): Job {
		const { account, credits } = draft;
		if (account.credits < credits) throw notEnough(account.credits, credits);
		account.credits = exactly(account.credits - credits);
		const job = this.jobFrom(draft);
		this.jobs.set(job.id, job);
		this.parts.ledger.money(account, 'reserved', credits);
		this.parts.ledger.jobCreated(account);
		this.note('submitted', job, { credits });
		this.parts.onSubmitted(job);
		if (job.tags.has('instant')) this.settle(job, this.outcomeOf(job));
		else if (job.unqueued) this.start(job);
		else this.startNext(account);
		return job;
	}

	/** The account's own job; another account's job does not exist for it, nor does one that was erased. */
	get(account: Account, id: string): Job | undefined {
		const job = this.jobs.get(id);
		return job?.account === account && !job.erased ? job : undefined;
	}

	find(id: string): Job | undefined {
		return this.jobs.get(id);
	}

	list(): Job[] {
		return [...this.jobs.values()];
	}

	/** Ends a job now, regardless of its clock. Does nothing if it is already settled. */
	settle(job: Job, outcome: Outcome): void {
		if (isSettled(job)) return;
		for (const stop of this.stops.get(job.id) ?? []) stop();
		this.stops.delete(job.id);
		const wasProcessing = job.state === 'processing';
		job.state = outcome;
		job.settledAt = this.parts.clock.now();
		if (outcome === 'failed') job.failure = failureOf(job);
		this.settleMoney(job, outcome);
		this.parts.ledger.jobSettled(job.account, outcome, wasProcessing);
		this.note(outcome, job);
		this.parts.onSettled(job);
		this.release(job.id);
		this.startNext(job.account);
	}

	/** Erases the record of a settled job and its file. The ledger still has it. */
	erase(job: Job): void {
		job.erased = true;
	}

	/** Resolves when the job has settled, or when the board is cleared. */
	settled(job: Job): Promise<void> {
		if (isSettled(job)) return Promise.resolve();
		return new Promise((resolve) => {
			this.waiting.set(job.id, [...(this.waiting.get(job.id) ?? []), resolve]);
		});
	}

	clear(): void {
		this.timers.stopAll();
		this.stops.clear();
		this.jobs.clear();
		this.ordinal = 0;
		for (const id of [...this.waiting.keys()]) this.release(id);
	}

	private release(id: string): void {
		for (const resolve of this.waiting.get(id) ?? []) resolve();
		this.waiting.delete(id);
	}

	private jobFrom(draft: Draft): Job {
		const { clock, jobIdOf, jobSeconds } = this.parts;
		const { account, dialect, request, credits } = draft;
		const { tags } = tagsIn(request.prompt);
		const seconds = jobSeconds(this.ordinal++);
		const factor = tags.has('slow') ? SLOW_FACTOR : 1;
		return {
			id: jobIdOf?.(dialect) ?? draft.id ?? newId('task_'),
			dialect,
			account,
			request,
			tags,
			credits,
			urlLifeSeconds: draft.urlLifeSeconds ?? URL_LIFE_SECONDS,
			batch: draft.batch ?? null,
			unqueued: draft.unqueued ?? false,
			createdAt: clock.now(),
			estimateMs: clock.wallMs(seconds),
			processingMs: tags.has('never') ? Infinity : clock.wallMs(seconds * factor),
			state: 'queued',
			startedAt: null,
			settledAt: null,
			failure: null,
			urlExpired: false,
			erased: false,
		};
	}

	private startNext(account: Account): void {
		const mine = this.list().filter((job) => job.account === account && !job.unqueued);
		const free =
			account.maxConcurrentJobs - mine.filter((job) => job.state === 'processing').length;
		for (const job of mine.filter(({ state }) => state === 'queued').slice(0, Math.max(0, free)))
			this.start(job);
	}

	private start(job: Job): void {
		job.state = 'processing';
		job.startedAt = this.parts.clock.now();
		this.parts.ledger.jobStarted(job.account);
		this.note('processing', job);
		this.parts.onStarted(job);
		const span = Number.isFinite(job.processingMs) ? job.processingMs : job.estimateMs;
		const stops = PROGRESS_MARKS.map((mark) =>
			this.timers.after((span * mark) / 100, () => {
				this.note('progress', job, { progress: mark });
				if (mark === PROGRESS_MARKS[1]) this.parts.onMidway(job);
			}),
		);
		if (Number.isFinite(job.processingMs))
			stops.push(this.timers.after(job.processingMs, () => this.settle(job, this.outcomeOf(job))));
		this.stops.set(job.id, stops);
	}

	private outcomeOf({ request, tags }: Job): Outcome {
		if (request.failure) return 'failed';
		return FAILING_TAGS.some((tag) => tags.has(tag)) ? 'failed' : 'completed';
	}

	private settleMoney(job: Job, outcome: Outcome): void {
		const kept = outcome === 'completed';
		if (!kept) job.account.credits = exactly(job.account.credits + job.credits);
		this.parts.ledger.money(job.account, kept ? 'charged' : 'refunded', job.credits);
	}

	private note(
		type: 'submitted' | 'processing' | 'progress' | Outcome,
		job: Job,
		detail: Record<string, unknown> = {},
	): void {
		this.parts.events.add(type, { jobId: job.id, account: job.account.id, detail });
	}
}
