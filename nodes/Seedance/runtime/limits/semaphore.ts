import type { Clock } from './clock';
import { FifoQueue } from './fifoQueue';

/** So many at a time, first come first served. */
export class Semaphore {
	taken = 0;
	private readonly line = new FifoQueue();

	limit: number;

	constructor(limit: number) {
		this.limit = limit;
	}

	/** Holds a slot while `work` runs. @returns undefined when the clock was stopped before */
	async run<T>(clock: Clock, work: () => Promise<T>): Promise<T | undefined> {
		const msUntilFree = () => (this.taken < this.limit ? 0 : Infinity);
		if (!(await this.line.pass(clock, msUntilFree, () => (this.taken += 1)))) return undefined;
		try {
			return await work();
		} finally {
			this.taken -= 1;
			this.line.wake();
		}
	}
}
