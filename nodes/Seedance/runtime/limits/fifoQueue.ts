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

/** First come, first served. */
export class FifoQueue {
	/** Those who wait, in the order of their coming. */
	private readonly waiting: Array<{ wake: () => void }> = [];

	/**
	 * Waits until it is one's turn and the way is free.
	 *
	 * @param msUntilFree asked at the head of the queue: 0 = free; the time to look again; Infinity = when woken
	 * @param enter called in the same moment in which the way was free
	 */
	async pass(turn: Turn, msUntilFree: () => number, enter: () => void): Promise<NoTurn | 'passed'> {
		const { clock, signal, until = Infinity, isTooLate = () => false } = turn;
		const ticket = { wake: () => {} };
		const release = onAbort(signal, () => ticket.wake());
		this.waiting.push(ticket);
		try {
			for (;;) {
				if (signal.aborted) return 'stopped';
				const leftMs = until - clock.now();
				if (leftMs <= 0 || isTooLate()) return 'late';
				const waitMs = this.waiting[0] === ticket ? msUntilFree() : Infinity;
				if (waitMs <= 0) {
					enter();
					return 'passed';
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
	wake(): void {
		this.waiting[0]?.wake();
	}

	/** Tells everybody that it may be too late. */
	wakeAll(): void {
		for (const { wake } of [...this.waiting]) wake();
	}
}
