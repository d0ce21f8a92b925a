import { createHash } from 'node:crypto';
import type { Job } from '../core/job';
import type { Clock } from './clock';
import { Line } from './line';
import { Slots } from './slots';

/** The window of "requests a minute", in milliseconds. */
const WINDOW_MS = 60_000;
/** How long to wait where every place of the window is taken by a request that is still under way. */
const RECHECK_MS = 50;
/** Ten executions of 1,000 jobs. Measured: 0.7 kB each with the provider's body, so 7 MB at most. */
const MAX_REMEMBERED_JOBS = 10_000;

/**
 * The requests a minute of one API key, shared by every node and execution of this process. A request counts from before
 * it leaves until a minute after its answer came, so that the provider, whose clock stands in between, never counts more.
 */
export class RequestBudget {
	private underWay = 0;
	private answeredAt: number[] = [];
	private pausedUntil = 0;
	private readonly line = new Line();

	limit: number;

	constructor(limit: number) {
		this.limit = limit;
	}

	/** Waits for a place, first come first served. @returns undefined when the clock was stopped before */
	async run<T>(clock: Clock, work: () => Promise<T>): Promise<T | undefined> {
		const enter = () => (this.underWay += 1);
		if (!(await this.line.pass(clock, () => this.msUntilPlace(clock.now()), enter)))
			return undefined;
		try {
			return await work();
		} finally {
			this.underWay -= 1;
			this.answeredAt.push(clock.now());
		}
	}

	/** Nobody sends before then: the provider said so. @param until Unix milliseconds */
	pause(until: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, until);
	}

	private msUntilPlace(now: number): number {
		if (now < this.pausedUntil) return this.pausedUntil - now;
		this.answeredAt = this.answeredAt.filter((time) => now - time < WINDOW_MS);
		if (this.underWay + this.answeredAt.length < this.limit) return 0;
		const oldest = this.answeredAt[0];
		return oldest === undefined ? RECHECK_MS : oldest + WINDOW_MS - now;
	}
}

/** Settled jobs that callbacks have asked about: a mere cache, so losing it costs requests and nothing else. */
export class SettledJobs {
	private readonly jobs = new Map<string, Job>();

	get(jobId: string): Job | undefined {
		return this.jobs.get(jobId);
	}

	set(jobId: string, job: Job): void {
		this.jobs.set(jobId, job);
		const oldest = this.jobs.keys().next();
		if (this.jobs.size > MAX_REMEMBERED_JOBS && !oldest.done) this.jobs.delete(oldest.value);
	}

	/** They have been passed on. */
	forget(jobIds: readonly string[]): void {
		for (const id of jobIds) this.jobs.delete(id);
	}
}

/** So long after its submit, in milliseconds, a job is new. [us] */
export const NEW_JOB_MS = 30_000;

/** Jobs that this process has submitted just now, of which not every server of the provider may know yet. */
export class NewJobs {
	private readonly takenAt = new Map<string, number>();

	/** @param now Unix milliseconds */
	add(jobId: string, now: number): void {
		for (const [id, at] of this.takenAt) if (now - at >= NEW_JOB_MS) this.takenAt.delete(id);
		this.takenAt.set(jobId, now);
	}

	/** @returns Unix milliseconds, or undefined for a job that is not ours or no longer new */
	takenAtOf(jobId: string): number | undefined {
		return this.takenAt.get(jobId);
	}
}

/** So many of a model's latest jobs tell how long the next one takes. */
const REMEMBERED_DURATIONS = 100;

/** How long the jobs of each model took of late, in parts of what had been guessed for them. */
export class Durations {
	private readonly parts = new Map<string, number[]>();

	of(model: string | null): readonly number[] {
		return this.parts.get(model ?? '') ?? [];
	}

	add(model: string | null, part: number): void {
		const latest = [...this.of(model), part].slice(-REMEMBERED_DURATIONS);
		this.parts.set(model ?? '', latest);
	}
}

export interface Account {
	durations: Durations;
	/** Jobs that are being waited for, by all runs of this process. */
	followed: number;
	budget: RequestBudget;
	/** The jobs at a time, shared by every run of this process that waits for its jobs. */
	slots: Slots;
	settledJobs: SettledJobs;
	newJobs: NewJobs;
}

export interface AccountLimits {
	requestsPerMinute: number;
	maxConcurrentJobs: number;
}

/** One entry a key, for the life of the process: a few hundred bytes each, and a process sees few keys. */
const accounts = new Map<string, Account>();

/** The account behind a key at an address; its limits follow the credential when the user changes them. */
export function accountOf(baseUrl: string, apiKey: string, limits: AccountLimits): Account {
	const id = createHash('sha256').update(`${baseUrl}\n${apiKey}`).digest('hex');
	let account = accounts.get(id);
	if (!account) {
		account = {
			durations: new Durations(),
			followed: 0,
			budget: new RequestBudget(limits.requestsPerMinute),
			slots: new Slots(limits.maxConcurrentJobs),
			settledJobs: new SettledJobs(),
			newJobs: new NewJobs(),
		};
		accounts.set(id, account);
	}
	account.budget.limit = limits.requestsPerMinute;
	account.slots.limit = limits.maxConcurrentJobs;
	return account;
}
