import { onAbort } from './abort';
import type { Timing } from './clock';

/** The limits of a wait in the queue. */
export interface Turn extends Timing {
	/** Unix milliseconds. The turn is useless from then on. */
	until?: number;
	/** Whether the turn can no longer come in time. Checked whenever the queue wakes its waiters. */
	isTooLate?: () => boolean;
}

/** Why there was no turn: the run was stopped, or it would have come too late. */
export type NoTurn = 'stopped' | 'late';

/**
 * Limits how many run at the same time. The others wait, first come, first served. Only the head of the queue checks
 * whether it may start. Subclasses have other limits.
 */
export class Semaphore {
	/** The number of running entries. */
	taken = 0;
	/** When the last one started, in monotonic milliseconds. */
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

	/**
	 * How long until the next one may start, in milliseconds. Infinity: check again when woken.
	 *
	 * @param now monotonic milliseconds
	 */
	protected msUntilFree(now: number): number;
	protected msUntilFree(): number {
		return this.taken < this.limit ? 0 : Infinity;
	}

	/** @param work receives the monotonic time of its start */
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

	/** Wakes the head, which may be allowed to start. */
	protected wake(): void {
		this.waiting[0]?.wake();
	}

	/** Wakes all, because it may be too late for some of them. */
	wakeAll(): void {
		for (const { wake } of [...this.waiting]) wake();
	}
}
