import { AdaptiveLimit } from './adaptiveLimit';
import type { Clock } from './clock';
import { FifoQueue } from './fifoQueue';

/** The window of "requests a minute", in milliseconds. */
const WINDOW_MS = 60_000;
/** How long to wait where every place of the window is taken by a request that is still under way. */
const RECHECK_MS = 50;

/** Of what the provider has let through in the minute before a refusal, so much is used from then on. */
const DECREASE = 0.9;
/** The same where nothing was let through, in parts of what was thought to be allowed. */
const UNKNOWN_SHARE = 0.5;

/**
 * Requests a minute, shared by every node and execution of this process that uses a key. A request counts from before it
 * leaves until a minute after its answer came, so that the provider, whose clock stands in between, never counts more.
 *
 * All times are monotonic milliseconds: a wall clock that is put back must not hold anybody up.
 */
export class RateLimiter {
	private underWay = 0;
	private answeredAt: number[] = [];
	private refusedAt: number[] = [];
	private sentAt = -Infinity;
	private pausedUntil = 0;
	private readonly line = new FifoQueue();
	private readonly adaptive = new AdaptiveLimit();

	limit: number;

	constructor(limit: number) {
		this.limit = limit;
	}

	/**
	 * Waits for a place, first come first served.
	 *
	 * @param work gets the time at which its place was free
	 * @returns undefined when the clock was stopped before
	 */
	async run<T>(clock: Clock, work: (sentAt: number) => Promise<T>): Promise<T | undefined> {
		const enter = () => (this.underWay += 1);
		if (!(await this.line.pass(clock, () => this.msUntilPlace(clock.monotonic()), enter)))
			return undefined;
		const sentAt = (this.sentAt = clock.monotonic());
		try {
			return await work(sentAt);
		} finally {
			this.underWay -= 1;
			this.answeredAt.push(clock.monotonic());
		}
	}

	/** Nobody sends before then: the provider said so. */
	pause(until: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, until);
	}

	/** How long nobody sends, in milliseconds. */
	pauseLeftMs(now: number): number {
		return Math.max(0, this.pausedUntil - now);
	}

	/** Requests a minute: the limit, or what refusals have taught is left of it. */
	allowance(now: number): number {
		return this.adaptive.current(this.limit, now);
	}

	/** A request that is being answered was one too many. */
	refused(sentAt: number, now: number): void {
		this.forget(now);
		this.refusedAt.push(now);
		const letThrough = this.answeredAt.length + 1 - this.refusedAt.length;
		// Where others have used up the minute before we began, a refusal does not tell what our share of the next one is.
		const goal = letThrough > 0 ? DECREASE * letThrough : UNKNOWN_SHARE * this.allowance(now);
		this.adaptive.refuse(this.limit, goal, sentAt, now);
	}

	letThrough(sentAt: number): void {
		this.adaptive.letThrough(sentAt);
	}

	private msUntilPlace(now: number): number {
		if (now < this.pausedUntil) return this.pausedUntil - now;
		const limit = this.allowance(now);
		// Where others use the account too, a burst of ours would find its minute full: evenly spread, there is room.
		const spacingMs = limit < this.limit ? WINDOW_MS / limit : 0;
		if (now < this.sentAt + spacingMs) return this.sentAt + spacingMs - now;
		this.forget(now);
		if (this.underWay + this.answeredAt.length < limit) return 0;
		const oldest = this.answeredAt[0];
		return oldest === undefined ? RECHECK_MS : oldest + WINDOW_MS - now;
	}

	private forget(now: number): void {
		const isRecent = (time: number) => now - time < WINDOW_MS;
		this.answeredAt = this.answeredAt.filter(isRecent);
		this.refusedAt = this.refusedAt.filter(isRecent);
	}
}
