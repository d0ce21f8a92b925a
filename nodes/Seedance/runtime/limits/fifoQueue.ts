import { onAbort } from './abort';
import type { Timing } from './clock';

/** How long somebody waits for a turn. */
export interface Turn extends Timing {
	/** Unix milliseconds: the turn is of no use from then on. */
	until?: number;
	/** Whether it cannot come in time any more; asked whenever the queue wakes those who wait. */
	isTooLate?: () => boolean;
}

/** Why a turn was given up: the run is to stop, or it would have come too late. */
export type NoTurn = 'stopped' | 'late';

/** A limit that is kept by waiting, first come, first served. Only the head of the queue asks when the way is free. */
export abstract class FifoQueue {
	/** How many are at work. */
	taken = 0;
	/** When the last one began, in monotonic milliseconds. */
	protected enteredAt = -Infinity;
	private readonly waiting: Array<{ wake: () => void }> = [];
	private most: number;

	constructor(limit: number) {
		this.most = limit;
	}

	get limit(): number {
		return this.most;
	}

	set limit(limit: number) {
		this.most = limit;
		this.wake();
	}

	/** Milliseconds: 0 = free; the time to look again; Infinity = when woken. @param now monotonic milliseconds */
	protected abstract msUntilFree(now: number): number;

	/** @param work gets the monotonic time at which the way was free */
	async run<T>(work: (enteredAt: number) => Promise<T>, turn: Turn): Promise<T | NoTurn> {
		const enteredAt = await this.enter(turn);
		if (typeof enteredAt === 'string') return enteredAt;
		try {
			return await work(enteredAt);
		} finally {
			this.taken -= 1;
			this.wake();
		}
	}

	private async enter(turn: Turn): Promise<number | NoTurn> {
		const { clock, signal, until = Infinity, isTooLate = () => false } = turn;
		const ticket = { wake: () => {} };
		const release = onAbort(signal, () => ticket.wake());
		this.waiting.push(ticket);
		try {
			for (;;) {
				if (signal.aborted) return 'stopped';
				const leftMs = until - clock.now();
				if (leftMs <= 0 || isTooLate()) return 'late';
				const now = clock.monotonic();
				const waitMs = this.waiting[0] === ticket ? this.msUntilFree(now) : Infinity;
				if (waitMs <= 0) {
					this.taken += 1;
					return (this.enteredAt = now);
				}
				const woken = new AbortController();
				ticket.wake = () => woken.abort();
				await clock.sleep(Math.min(waitMs, leftMs), woken.signal);
			}
		} finally {
			release();
			this.waiting.splice(this.waiting.indexOf(ticket), 1);
			this.wake();
		}
	}

	/** Tells the head that the way may be free. */
	protected wake(): void {
		this.waiting[0]?.wake();
	}

	/** Tells everybody that it may be too late. */
	wakeAll(): void {
		for (const { wake } of [...this.waiting]) wake();
	}
}
