import { AdaptiveLimit } from './adaptiveLimit';
import { FifoQueue, type NoTurn, type Turn } from './fifoQueue';

/** The window of "requests a minute", in milliseconds. */
const WINDOW_MS = 60_000;

/** The part of what the provider has let through in the minute before a refusal that is used from then on. */
const DECREASE = 0.9;
/** The same where nothing was let through, in parts of what was thought to be allowed. */
const UNKNOWN_SHARE = 0.5;

/**
 * Requests a minute, shared by every node and execution of this process that uses a key. A request counts from before it
 * leaves until a minute after its answer came, so that the provider, whose clock stands in between, never counts more.
 *
 * All times are monotonic milliseconds: a wall clock that is put back must not hold anybody up.
 */
export class RateLimiter extends FifoQueue {
	private answeredAt: number[] = [];
	private refusedAt: number[] = [];
	private pausedUntil = 0;
	private readonly adaptive = new AdaptiveLimit();

	/** @param work gets the time at which its place was free */
	override async run<T>(work: (sentAt: number) => Promise<T>, turn: Turn): Promise<T | NoTurn> {
		const send = (sentAt: number) =>
			work(sentAt).finally(() => this.answeredAt.push(turn.clock.monotonic()));
		return await super.run(send, turn);
	}

	/** Nobody sends before then: the provider said so. */
	pause(until: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, until);
		this.wakeAll();
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

	protected msUntilFree(now: number): number {
		if (now < this.pausedUntil) return this.pausedUntil - now;
		const limit = this.allowance(now);
		// Where others use the account too, a burst of ours would find its minute full: evenly spread, there is room.
		const spacingMs = limit < this.limit ? WINDOW_MS / limit : 0;
		this.forget(now);
		const isFull = this.taken + this.answeredAt.length >= limit;
		// Where every place is taken by a request that is still under way, its answer wakes the queue.
		const freeAt = isFull ? (this.answeredAt[0] ?? Infinity) + WINDOW_MS : now;
		const waitMs = Math.max(freeAt, this.enteredAt + spacingMs) - now;
		return Math.min(waitMs, this.adaptive.msUntilRaise(now));
	}

	private forget(now: number): void {
		const isRecent = (time: number) => now - time < WINDOW_MS;
		this.answeredAt = this.answeredAt.filter(isRecent);
		this.refusedAt = this.refusedAt.filter(isRecent);
	}
}
