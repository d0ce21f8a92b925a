import { FifoQueue } from './fifoQueue';

/** Limits how many run at the same time. */
export class Semaphore extends FifoQueue {
	protected msUntilFree(): number {
		return this.taken < this.limit ? 0 : Infinity;
	}
}
