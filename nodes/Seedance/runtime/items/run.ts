import type { ItemResult } from './result';
import { forEachConcurrent } from '../limits/concurrent';

/** The last step of an item, such as a download. The next item does not have to wait for it. */
export interface LastStep {
	finish(): Promise<ItemResult>;
}

/** The chains of items that do not depend on each other. */
export const eachAlone = (items: readonly unknown[]): number[][] =>
	items.map((_, index) => [index]);

/**
 * One run of a node over its items. Jobs run concurrently and end in any order. The results are in the order of the
 * items. The first fault ends the run, unless the user chose to continue.
 */
export class ItemRun {
	readonly results: ItemResult[] = [];
	/** The item whose fault came first. */
	cause: number | undefined;

	/** The items that have been started. */
	private readonly begun = new Set<number>();
	private readonly keepsGoing: boolean;
	private readonly halting = new AbortController();

	constructor(keepsGoing: boolean) {
		this.keepsGoing = keepsGoing;
	}

	/** Aborted when no further item is started, and the running ones should come to an end. */
	readonly halted = this.halting.signal;

	/**
	 * Processes the items of each chain one after the other, and at most `width` chains concurrently. The next item
	 * starts as soon as one is settled, even if the last step of that one is not done.
	 *
	 * @param chains lists of item indexes; see `eachAlone`
	 */
	async through(
		chains: ReadonlyArray<readonly number[]>,
		width: number,
		work: (index: number) => Promise<ItemResult | LastStep>,
	): Promise<void> {
		const lastSteps: Array<Promise<void>> = [];
		await forEachConcurrent(chains, width, async (chain) => {
			for (const index of chain) {
				this.begun.add(index);
				const outcome = await work(index);
				if ('finish' in outcome) {
					lastSteps.push(outcome.finish().then((result) => this.note(index, result)));
				} else {
					this.note(index, outcome);
				}
				if (this.halted.aborted) return 'stop';
			}
			return undefined;
		});
		await Promise.all(lastSteps);
	}

	/** How many items before this one have been started and have no result yet. */
	openBefore(index: number): number {
		let open = 0;
		for (const each of this.begun) if (each < index && !this.results[each]) open += 1;
		return open;
	}

	private note(index: number, result: ItemResult): void {
		this.results[index] = result;
		if (!('fault' in result)) return;
		this.cause ??= index;
		if (!this.keepsGoing) this.halting.abort();
	}
}
