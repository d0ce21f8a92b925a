import { createHash } from 'node:crypto';
import type { Fault } from '../../core/fault';
import type { Submission } from '../../core/provider';
import type { Clock } from './clock';
import { LimitsInUse, type AccountLimits } from './limitsInUse';
import { RateLimiter } from './rateLimiter';
import { Semaphore } from './semaphore';
import { SubmitLimits } from './submitLimits';

/** How long after its submit a job is new, in milliseconds. [us] */
export const NEW_JOB_MS = 30_000;

/** How long the jobs of this process are remembered, in milliseconds: longer than any answer to a submit takes. */
const REMEMBERED_MS = 600_000;

/** Jobs that this process has submitted of late, of which not every server of the provider may know yet. */
export class NewJobs {
	private readonly takenAt = new Map<string, number>();

	/** @param now Unix milliseconds */
	add(jobId: string, now: number): void {
		for (const [id, at] of this.takenAt) if (now - at >= REMEMBERED_MS) this.takenAt.delete(id);
		this.takenAt.set(jobId, now);
	}

	/** @returns Unix milliseconds, or undefined for a job that is not ours or was submitted long ago */
	takenAtOf(jobId: string): number | undefined {
		return this.takenAt.get(jobId);
	}
}

/** A submit that has no answer: it is under way, or its answer was lost. */
export interface UnansweredSubmit {
	/** Without the bytes of its image. */
	submission: Submission;
	/** Unix milliseconds. */
	sentAt: number;
	/** When its answer was lost, in Unix milliseconds; absent while it is under way. */
	lostAt?: number;
}

/** The submits of this process that have no answer, at a provider without idempotency keys. */
export class UnansweredSubmits {
	private readonly submits = new Map<string, UnansweredSubmit>();

	/** It is about to be sent. @param now Unix milliseconds */
	add({ request, idempotencyKey }: Submission, now: number): void {
		for (const [key, { sentAt }] of this.submits) {
			if (now - sentAt >= REMEMBERED_MS) this.submits.delete(key);
		}
		const submission = { request: { ...request, imageFile: undefined }, idempotencyKey };
		this.submits.set(idempotencyKey, { submission, sentAt: now });
	}

	/** It has an answer, or its job was found. */
	answered(idempotencyKey: string): void {
		this.submits.delete(idempotencyKey);
	}

	/** @returns undefined for a submit of another process, or one of long ago: other jobs of that time are not known any more */
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

/** The latest jobs of a model, which tell how long the next one takes. */
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
	requests: RateLimiter;
	submits: SubmitLimits;
	/** Why requests were paused last. */
	pausedBy?: Fault;
	/** The jobs at a time, shared by every run of this process that waits for its jobs. */
	jobs: Semaphore;
	/** What the credentials with this key say, as far as they are in use. */
	limits: LimitsInUse;
	newJobs: NewJobs;
	unanswered: UnansweredSubmits;
	/** Readings of the list of recent jobs, one at a time. */
	listings: Semaphore;
}

/** One entry a key, for the life of the process: a few hundred bytes each, and a process sees few keys. */
const accounts = new Map<string, Account>();

/**
 * The account behind a key at an address. Its limits follow the credential when the user changes them.
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
	let account = accounts.get(id);
	if (!account) {
		account = {
			durations: new Durations(),
			requests: new RateLimiter(limits.requestsPerMinute),
			submits: new SubmitLimits(limits.requestsPerMinute),
			jobs: new Semaphore(limits.maxConcurrentJobs),
			limits: new LimitsInUse(),
			newJobs: new NewJobs(),
			unanswered: new UnansweredSubmits(),
			listings: new Semaphore(1),
		};
		accounts.set(id, account);
	}
	account.limits.note(limits, now);
	keepToLimits(account, now);
	return account;
}

/** Does `work` within these limits, which count for all who use the key until it is done. */
export async function underLimits<T>(
	account: Account,
	limits: AccountLimits,
	clock: Pick<Clock, 'monotonic'>,
	work: () => Promise<T>,
): Promise<T> {
	const now = () => clock.monotonic();
	return await account.limits.during(limits, now, () => {
		keepToLimits(account, now());
		return work();
	});
}

function keepToLimits({ requests, submits, jobs, limits }: Account, now: number): void {
	const { requestsPerMinute, maxConcurrentJobs } = limits.lowest(now);
	requests.limit = submits.requestsPerMinute = requestsPerMinute;
	jobs.limit = maxConcurrentJobs;
}
