// Executions at a steady rate, drawn by lot, and faults on the way.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../n8n/stage.ts';
import { newRun } from './books.ts';
import type { Books } from './books.ts';
import { PASSING_FAULTS } from './faults.ts';
import type { Plot } from './plots.ts';

/** So many executions at once; above that, the load waits for n8n, and the report says how many it has started. */
const MAX_OPEN = 80;
const FAULT_EVERY_MS = 4000;

export class Load {
	private number = 0;
	private turn = 0;
	/** The fault of each kind that was added last. */
	private readonly passing = new Map<number, string>();
	private readonly stage: Stage;
	private readonly books: Books;
	private readonly plots: readonly Plot[];
	private readonly random: () => number;

	/** @param random from 0 to below 1; the same numbers make the same load */
	constructor(stage: Stage, books: Books, plots: readonly Plot[], random: () => number) {
		this.stage = stage;
		this.books = books;
		this.plots = plots;
		this.random = random;
	}

	/** Plays each plot once, so that n8n has loaded what it needs. */
	playEach(): void {
		for (const plot of this.plots) this.play(plot);
	}

	/**
	 * Starts executions until the time is up or somebody says stop. Does not wait for their ends.
	 *
	 * @param rate executions a second
	 */
	async run(rate: number, durationMs: number, signal: AbortSignal): Promise<void> {
		const lots = this.plots.flatMap((plot) => Array<Plot>(plot.share).fill(plot));
		const end = performance.now() + durationMs;
		let [nextRun, nextFault] = [0, 0];
		while (!signal.aborted) {
			const now = performance.now();
			if (now >= end) return;
			// What could not be started in time is left out: no burst afterwards.
			if (now >= nextRun && this.books.open.size < MAX_OPEN) {
				nextRun = Math.max(nextRun + 1000 / rate, now);
				this.play(this.draw(lots));
			}
			if (now >= nextFault) {
				nextFault = now + FAULT_EVERY_MS;
				this.addPassingFault(this.turn++ % PASSING_FAULTS.length);
			}
			await sleep(20);
		}
	}

	/** The passing faults that have met nobody are taken back; those of single items wait for theirs. */
	endFaults(): void {
		for (const id of this.passing.values()) this.stage.sandbox.faults.remove(id);
	}

	/** One of each kind at most, so that a slow n8n does not meet many in a row. */
	private addPassingFault(kind: number): void {
		const { faults } = this.stage.sandbox;
		const last = this.passing.get(kind);
		if (faults.list().some(({ id, active }) => active && id === last)) return;
		this.passing.set(kind, faults.add(PASSING_FAULTS[kind]!));
	}

	private play(plot: Plot): void {
		const run = newRun(this.number++, plot, (list) => this.draw(list));
		const fault = plot.faults && this.draw(plot.faults);
		if (fault) this.stage.sandbox.faults.add({ ...fault, match: run.items[0]?.ref });
		this.books.sent(run);
		void this.post(plot, run.id, run.items);
	}

	private async post(plot: Plot, run: string, items: ReadonlyArray<{ prompt: string }>) {
		try {
			const { status } = await this.stage.api.callWebhook(plot.name, { run, items });
			if (status === 503) this.books.withdrawn(run);
			else if (status !== 200) this.books.failed(run, status);
		} catch {
			this.books.withdrawn(run);
		}
	}

	private draw<T>(list: readonly T[]): T {
		return list[Math.floor(this.random() * list.length)]!;
	}
}
