import type { Timing } from './clock';
import { FifoQueue } from './fifoQueue';

/** A limit to what goes on at the same time, first come, first served. */
export class Semaphore {
	taken = 0;
	private readonly queue = new FifoQueue();
	private most: number;

	constructor(limit: number) {
		this.most = limit;
	}

	get limit(): number {
		return this.most;
	}

	set limit(limit: number) {
		this.most = limit;
		this.queue.wake();
	}

	/** Holds a slot while `work` runs. @returns undefined when the signal was aborted before */
	async run<T>(work: () => Promise<T>, { clock, signal }: Timing): Promise<T | undefined> {
		const msUntilFree = () => (this.taken < this.most ? 0 : Infinity);
		const enter = () => (this.taken += 1);
		const passed = await this.queue.pass({ clock, signal }, msUntilFree, enter);
		if (passed !== 'passed') return undefined;
		try {
			return await work();
		} finally {
			this.taken -= 1;
			this.queue.wake();
		}
	}
}
