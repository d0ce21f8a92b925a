import { FifoQueue } from './fifoQueue';

/** A limit to what goes on at the same time. */
export class Semaphore extends FifoQueue {
	protected msUntilFree(): number {
		return this.taken < this.limit ? 0 : Infinity;
	}
}
