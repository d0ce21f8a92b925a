import { AdaptiveLimit } from './adaptiveLimit';
import { FifoQueue, type NoTurn, type Turn } from './fifoQueue';
import { RateLimiter } from './rateLimiter';

/**
 * Submits of one key, before they reach the rate limiter. Nothing is held back here until the provider refuses a submit,
 * because the account has too many jobs at a time or is asked for too many in a minute, which a 429 does not tell apart.
 * Then those who wait for their jobs have fewer of them at a time, and those who do not submit fewer in a minute.
 */
export class SubmitLimits extends FifoQueue {
	/** Jobs that are being waited for, by all runs of this process. */
	followed = 0;
	private readonly width = new AdaptiveLimit();
	private readonly rate: RateLimiter;

	constructor(requestsPerMinute: number) {
		super(Infinity);
		this.rate = new RateLimiter(requestsPerMinute);
	}

	/** As many as of all requests, and fewer after refusals. */
	set requestsPerMinute(limit: number) {
		this.rate.limit = limit;
	}

	override run<T>(work: (sentAt: number) => Promise<T>, turn: Turn): Promise<T | NoTurn> {
		return super.run(() => this.rate.run(work, turn), turn);
	}

	protected msUntilFree(now: number): number {
		// One may always be tried.
		const mostJobs = Math.max(1, Math.floor(this.width.current(this.limit, now)));
		return this.followed + this.taken < mostJobs ? 0 : this.width.msUntilRaise(now);
	}

	/** Waits for a job with `work`. */
	async follow<T>(work: () => Promise<T>): Promise<T> {
		this.followed += 1;
		try {
			return await work();
		} finally {
			this.followed -= 1;
			this.wake();
		}
	}

	/** No submit before then, while questions go on. @param until monotonic milliseconds */
	pause(until: number): void {
		this.rate.pause(until);
	}

	override wakeAll(): void {
		super.wakeAll();
		this.rate.wakeAll();
	}

	/**
	 * A submit that is being answered was one too many.
	 *
	 * @param jobsAtATime of those that are waited for; 0 when nobody waits for the jobs that are submitted now
	 */
	refused(sentAt: number, now: number, jobsAtATime: number): void {
		if (jobsAtATime === 0) this.rate.refused(sentAt, now);
		// A single refusal may have had nothing to do with the jobs: a quarter of them is left in any case.
		else this.width.refuse(this.limit, Math.max(this.followed, jobsAtATime / 4), sentAt, now);
	}

	letThrough(sentAt: number): void {
		this.width.letThrough(sentAt);
		this.rate.letThrough(sentAt);
	}
}
