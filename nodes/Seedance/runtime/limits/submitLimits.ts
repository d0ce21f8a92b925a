import { AdaptiveLimit } from './adaptiveLimit';
import { FifoQueue, type NoTurn, type Turn } from './fifoQueue';
import { RateLimiter } from './rateLimiter';

/**
 * Limits the submits of a key before they reach the rate limiter. There is no limit until the provider refuses a
 * submit. It does so because the account has too many concurrent jobs, or makes too many requests a minute; a 429 does
 * not say which. From then on, runs that wait for their jobs have fewer of them at a time, and the others submit fewer
 * a minute.
 */
export class SubmitLimits extends FifoQueue {
	/** The number of jobs that all runs of this process are waiting for. */
	followed = 0;
	private readonly width = new AdaptiveLimit();
	private readonly rate: RateLimiter;

	constructor(requestsPerMinute: number) {
		super(Infinity);
		this.rate = new RateLimiter(requestsPerMinute);
	}

	/** The same limit as for all requests. Refusals lower it. */
	set requestsPerMinute(limit: number) {
		this.rate.limit = limit;
	}

	override run<T>(work: (sentAt: number) => Promise<T>, turn: Turn): Promise<T | NoTurn> {
		return super.run(() => this.rate.run(work, turn), turn);
	}

	protected msUntilFree(now: number): number {
		// One job is always allowed.
		const mostJobs = Math.max(1, Math.floor(this.width.current(this.limit, now)));
		return this.followed + this.taken < mostJobs ? 0 : this.width.msUntilRaise(now);
	}

	/** Counts a job as waited for while `work` runs. */
	async follow<T>(work: () => Promise<T>): Promise<T> {
		this.followed += 1;
		try {
			return await work();
		} finally {
			this.followed -= 1;
			this.wake();
		}
	}

	/** No submit before that time, while status requests continue. @param until monotonic milliseconds */
	pause(until: number): void {
		this.rate.pause(until);
	}

	override wakeAll(): void {
		super.wakeAll();
		this.rate.wakeAll();
	}

	/**
	 * The submit that is being answered was refused.
	 *
	 * @param jobsAtATime the limit of concurrent jobs; 0 if nobody waits for the jobs that are being submitted
	 */
	refused(sentAt: number, now: number, jobsAtATime: number): void {
		if (jobsAtATime === 0) this.rate.refused(sentAt, now);
		// One refusal may have other reasons than the number of jobs, so at least a quarter of it is kept.
		else this.width.refuse(this.limit, Math.max(this.followed, jobsAtATime / 4), sentAt, now);
	}

	letThrough(sentAt: number): void {
		this.width.letThrough(sentAt);
		this.rate.letThrough(sentAt);
	}
}
