import { AdaptiveLimit } from './adaptiveLimit';
import { Semaphore, type NoTurn, type Turn } from './semaphore';

/** The window of "requests a minute", in milliseconds. */
const WINDOW_MS = 60_000;

/** After a refusal, this fraction of the requests that were accepted in the minute before it is allowed. */
const DECREASE = 0.9;
/** If none was accepted: this fraction of the limit that was assumed. */
const UNKNOWN_SHARE = 0.5;

/**
 * Limits the requests a minute of all nodes and executions of this process that use a key. A request counts from before
 * it is sent until a minute after its answer. The provider counts it at a time in between, so it never counts more than
 * we do.
 *
 * All times are monotonic milliseconds, so that a change of the wall clock delays nobody.
 */
export class RateLimiter extends Semaphore {
	private answeredAt: number[] = [];
	private refusedAt: number[] = [];
	private pausedUntil = 0;
	private readonly adaptive = new AdaptiveLimit();

	/** @param work receives the time of its start */
	override async run<T>(work: (sentAt: number) => Promise<T>, turn: Turn): Promise<T | NoTurn> {
		const send = (sentAt: number) =>
			work(sentAt).finally(() => this.answeredAt.push(turn.clock.monotonic()));
		return await super.run(send, turn);
	}

	/** Nothing is sent before that time, because the provider asked for it. */
	pause(until: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, until);
		this.wakeAll();
	}

	/** How long nothing is sent, in milliseconds. */
	pauseLeftMs(now: number): number {
		return Math.max(0, this.pausedUntil - now);
	}

	/** Requests a minute: the limit, or less if refusals have shown that. */
	allowance(now: number): number {
		return this.adaptive.current(this.limit, now);
	}

	/** The request that is being answered was refused. */
	refused(sentAt: number, now: number): void {
		this.forget(now);
		this.refusedAt.push(now);
		const letThrough = this.answeredAt.length + 1 - this.refusedAt.length;
		// If others had used up the minute before we began, the refusal does not show our share of the next minute.
		const goal = letThrough > 0 ? DECREASE * letThrough : UNKNOWN_SHARE * this.allowance(now);
		this.adaptive.refuse(this.limit, goal, sentAt, now);
	}

	letThrough(sentAt: number): void {
		this.adaptive.letThrough(sentAt);
	}

	protected override msUntilFree(now: number): number {
		if (now < this.pausedUntil) return this.pausedUntil - now;
		const limit = this.allowance(now);
		// Others use the account too, so a burst would find the minute used up. Evenly spread requests find room.
		const spacingMs = limit < this.limit ? WINDOW_MS / limit : 0;
		this.forget(now);
		const isFull = this.taken + this.answeredAt.length >= limit;
		// If all requests that count are still in progress, the next answer wakes the queue.
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
