import { createHash } from 'node:crypto';
import type { Fault } from '../../core/fault';
import type { Submission } from '../../core/provider';
import type { Clock } from './clock';
import { LimitsInUse, type AccountLimits } from './limitsInUse';
import { RateLimiter } from './rateLimiter';
import { Semaphore } from './semaphore';
import { SubmitLimits } from './submitLimits';

/** How long a job counts as new after its submit, in milliseconds. [us] */
export const NEW_JOB_MS = 30_000;

/** How long submits and their jobs are remembered, in milliseconds. The answer to a submit never takes that long. */
const REMEMBERED_MS = 600_000;

/** Jobs that this process has submitted recently. Not every server of the provider may know them yet. */
export class NewJobs {
	private readonly takenAt = new Map<string, number>();

	/** @param now Unix milliseconds */
	add(jobId: string, now: number): void {
		for (const [id, at] of this.takenAt) if (now - at >= REMEMBERED_MS) this.takenAt.delete(id);
		this.takenAt.set(jobId, now);
	}

	/** @returns Unix milliseconds; undefined for a job that is not ours or was submitted long ago */
	takenAtOf(jobId: string): number | undefined {
		return this.takenAt.get(jobId);
	}
}

/** A submit without an answer: it is in progress, or its answer was lost. */
export interface UnansweredSubmit {
	/** Without the bytes of its files. */
	submission: Submission;
	/** Unix milliseconds. */
	sentAt: number;
	/** When its answer was lost, in Unix milliseconds; absent while it is in progress. */
	lostAt?: number;
}

/** The submits of this process without an answer, at a provider without idempotency keys. */
export class UnansweredSubmits {
	private readonly submits = new Map<string, UnansweredSubmit>();

	/** Called before it is sent. @param now Unix milliseconds */
	add({ request, ...submit }: Submission, now: number): void {
		for (const [key, { sentAt }] of this.submits) {
			if (now - sentAt >= REMEMBERED_MS) this.submits.delete(key);
		}
		const submission = { request: { ...request, files: undefined }, ...submit };
		this.submits.set(submit.idempotencyKey, { submission, sentAt: now });
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

export interface Account {
	durations: Durations;
	requests: RateLimiter;
	submits: SubmitLimits;
	/** The fault that has caused the latest pause of requests. */
	pausedBy?: Fault;
	/** Limits concurrent jobs, across all runs of this process that wait for their jobs. */
	jobs: Semaphore;
	/** The limits of the credentials with this key that are in use. */
	limits: LimitsInUse;
	newJobs: NewJobs;
	unanswered: UnansweredSubmits;
	/** Limits reads of the list of recent jobs to one at a time. */
	listings: Semaphore;
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

/** Runs `work` under these limits, which apply to everybody who uses the key until it is done. */
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
