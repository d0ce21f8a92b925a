import { createHash } from 'node:crypto';
import type { Fault } from '../../core/fault';
import type { LostSubmission, Submission } from '../../core/provider';
import type { Clock } from './clock';
import { FollowedJobs } from './followedJobs';
import { RateLimiter } from './rateLimiter';
import { Semaphore } from './semaphore';

/** How long a job counts as new after its submit, in milliseconds. [us] */
export const NEW_JOB_MS = 30_000;

/** How long submits and their jobs are remembered, in milliseconds. The answer to a submit never takes that long. */
const REMEMBERED_MS = 600_000;

/**
 * When this process has submitted its recent jobs, in Unix milliseconds. Not every server of the provider may know them
 * yet.
 */
export class NewJobs extends Map<string, number> {
	add(jobId: string, now: number): void {
		for (const [id, at] of this) if (now - at >= REMEMBERED_MS) this.delete(id);
		this.set(jobId, now);
	}
}

/** A submit without an answer: it is in progress, or its answer was lost. Without the bytes of its files. */
export interface UnansweredSubmit extends LostSubmission {
	/** When its answer was lost, in Unix milliseconds; absent while it is in progress. */
	lostAt?: number;
}

/** The submits of this process without an answer, at a provider without idempotency keys. */
export class UnansweredSubmits {
	private readonly submits = new Map<string, UnansweredSubmit>();

	/** Called before it is sent. @param now Unix milliseconds */
	add(submission: Submission, now: number): void {
		for (const [key, { sentAt }] of this.submits) {
			if (now - sentAt >= REMEMBERED_MS) this.submits.delete(key);
		}
		const request = { ...submission.request, files: undefined };
		this.submits.set(submission.idempotencyKey, { ...submission, request, sentAt: now });
	}

	/** It has been answered, or its job was found. */
	answered(idempotencyKey: string): void {
		this.submits.delete(idempotencyKey);
	}

	/**
	 * @returns undefined for a submit of another process, and for an old one: by then, the other jobs of its time are
	 *   forgotten
	 */
	lost(idempotencyKey: string, now: number): UnansweredSubmit | undefined {
		const submit = this.submits.get(idempotencyKey);
		if (!submit || now - submit.sentAt >= REMEMBERED_MS) return undefined;
		submit.lostAt ??= now;
		return submit;
	}

	besides(submit: UnansweredSubmit): UnansweredSubmit[] {
		return [...this.submits.values()].filter((each) => each !== submit);
	}
}

/** How many jobs of a model are remembered to predict the duration of the next one. */
const REMEMBERED_DURATIONS = 100;

/** How long the latest jobs of each model took, relative to their estimates. */
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

/** How long a limit applies after its last use, in milliseconds: as long as its requests count. */
const KEPT_MS = 60_000;

/** The limits in a credential. */
export interface AccountLimits {
	requestsPerMinute: number;
	maxConcurrentJobs: number;
}

interface Use extends AccountLimits {
	users: number;
	/** Monotonic milliseconds. */
	lastUsedAt: number;
}

/** What all runs of this process that use a key have in common. */
export class Account {
	readonly durations = new Durations();
	readonly requests = new RateLimiter(Infinity);
	/**
	 * Submits pass `followed`, then `submits`, then `requests`; all other calls pass `requests` only. It starts with the
	 * limit of `requests`, which refused submits lower.
	 */
	readonly submits = new RateLimiter(Infinity);
	/** Limits the jobs that are submitted or waited for at the same time. */
	readonly followed = new FollowedJobs(Infinity);
	/** The fault that has caused the latest pause of requests. */
	pausedBy?: Fault;
	/** Limits concurrent jobs, across all runs of this process that wait for their jobs. */
	readonly jobs = new Semaphore(Infinity);
	readonly newJobs = new NewJobs();
	readonly unanswered = new UnansweredSubmits();
	/** Limits reads of the list of recent jobs to one at a time. */
	readonly listings = new Semaphore(1);
	private readonly uses = new Map<string, Use>();

	/** Runs `work` under these limits, which apply to everybody who uses the key until it is done. */
	async during<T>(
		limits: AccountLimits,
		clock: Pick<Clock, 'monotonic'>,
		work: () => Promise<T>,
	): Promise<T> {
		const use = this.apply(limits, clock.monotonic());
		use.users += 1;
		try {
			return await work();
		} finally {
			use.users -= 1;
			use.lastUsedAt = clock.monotonic();
		}
	}

	/**
	 * Several credentials with the same key may differ; then the lowest limits in use apply to all of them. So a limit
	 * that the user lowers applies at once, and one that is raised when the runs with the old one have ended.
	 */
	apply({ requestsPerMinute, maxConcurrentJobs }: AccountLimits, now: number): Use {
		const key = `${requestsPerMinute} ${maxConcurrentJobs}`;
		const unused = { requestsPerMinute, maxConcurrentJobs, users: 0, lastUsedAt: now };
		const use = this.uses.get(key) ?? unused;
		use.lastUsedAt = now;
		this.uses.set(key, use);
		for (const [each, { users, lastUsedAt }] of this.uses) {
			if (users === 0 && now - lastUsedAt > KEPT_MS) this.uses.delete(each);
		}
		const inUse = [...this.uses.values()];
		this.requests.limit = Math.min(...inUse.map((each) => each.requestsPerMinute));
		this.submits.limit = this.requests.limit;
		this.jobs.limit = Math.min(...inUse.map((each) => each.maxConcurrentJobs));
		return use;
	}
}

/**
 * One entry for each key, for the life of the process. An entry takes a few hundred bytes, and a process sees few keys.
 */
const accounts = new Map<string, Account>();

/**
 * The account of a key at an address. Its limits change with the credential.
 *
 * @param now monotonic milliseconds
 */
export function accountOf(
	baseUrl: string,
	apiKey: string,
	limits: AccountLimits,
	now = performance.now(),
): Account {
	const id = createHash('sha256').update(`${baseUrl}\n${apiKey}`).digest('hex');
	const account = accounts.get(id) ?? new Account();
	accounts.set(id, account);
	account.apply(limits, now);
	return account;
}
