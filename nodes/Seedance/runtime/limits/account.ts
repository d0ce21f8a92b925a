import { createHash } from 'node:crypto';
import type { Fault } from '../../core/fault';
import type { Clock } from './clock';
import { LimitsInUse, type AccountLimits } from './limitsInUse';
import { RateLimiter } from './rateLimiter';
import { Semaphore } from './semaphore';
import { SubmitLimits } from './submitLimits';

/** How long after its submit a job is new, in milliseconds. [us] */
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
