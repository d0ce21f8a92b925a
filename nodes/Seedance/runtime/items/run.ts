import type { ItemResult } from './result';
import { forEachConcurrent } from '../limits/concurrent';

/** The last step of an item, such as a download. The next item does not have to wait for it. */
export interface LastStep {
	finish(): Promise<ItemResult>;
}

/**
 * One run of a node over its items. Jobs run concurrently and end in any order. The results are in the order of the
 * items. The first fault ends the run, unless the user chose to continue.
 */
export class ItemRun {
	readonly results: ItemResult[] = [];
	/** The item whose fault came first. */
	cause: number | undefined;

	private readonly keepsGoing: boolean;
	private readonly halting = new AbortController();

	constructor(keepsGoing: boolean) {
		this.keepsGoing = keepsGoing;
	}

	/** Aborted when no further item is started, and the running ones should come to an end. */
	readonly halted = this.halting.signal;

	/**
	 * Processes the items, at most `width` concurrently. The next one starts as soon as one is settled, even if the
	 * last step of that one is not done.
	 */
	async through<T>(
		list: readonly T[],
		width: number,
		work: (entry: T, index: number) => Promise<ItemResult | LastStep>,
	): Promise<void> {
		const lastSteps: Array<Promise<void>> = [];
		await forEachConcurrent(list, width, async (entry, index) => {
			const outcome = await work(entry, index);
			if ('finish' in outcome) {
				lastSteps.push(outcome.finish().then((result) => this.note(index, result)));
			} else {
				this.note(index, outcome);
			}
			return this.halted.aborted ? 'stop' : undefined;
		});
		await Promise.all(lastSteps);
	}

	/** How many items before this one have no result yet. */
	openBefore(index: number): number {
		let open = 0;
		for (let i = 0; i < index; i += 1) if (!this.results[i]) open += 1;
		return open;
	}

	private note(index: number, result: ItemResult): void {
		this.results[index] = result;
		if (!('fault' in result)) return;
		this.cause ??= index;
		if (!this.keepsGoing) this.halting.abort();
	}
}
