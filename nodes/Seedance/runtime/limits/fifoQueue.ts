import type { Clock } from './clock';

/** How often someone who waits looks whether their run was stopped. */
const STOP_CHECK_MS = 500;

/** A waiting line, first come first served. */
export class FifoQueue {
	/** Those who wait, in the order of their coming; called when it may be their turn. */
	private readonly waiting: Array<{ wake: () => void }> = [];

	/**
	 * Waits until it is one's turn and the way is free.
	 *
	 * @param msUntilFree asked when at the head: 0 = free; the time to look again; Infinity = when woken
	 * @param enter called in the same moment in which the way was free
	 * @returns false when the clock was stopped before
	 */
	async pass(clock: Clock, msUntilFree: () => number, enter: () => void): Promise<boolean> {
		const ticket = { wake: () => {} };
		this.waiting.push(ticket);
		try {
			for (;;) {
				if (clock.stopped()) return false;
				const waitMs = this.waiting[0] === ticket ? msUntilFree() : Infinity;
				if (waitMs <= 0) {
					enter();
					return true;
				}
				const woken = new Promise<void>((resolve) => (ticket.wake = resolve));
				await Promise.race([woken, clock.sleep(Math.min(waitMs, STOP_CHECK_MS))]);
			}
		} finally {
			this.waiting.splice(this.waiting.indexOf(ticket), 1);
			this.wake();
		}
	}

	/** Tells the head that the way may be free. */
	wake(): void {
		this.waiting[0]?.wake();
	}
}
