/**
 * Timers of a simulated time. Jest's own look at all timers for each one that is due, which is most of the work where
 * sixty runs wait side by side; here they lie in a heap.
 */
type Callback = (...args: unknown[]) => void;

/** What `setTimeout` gives back. It keeps no process alive, whatever is asked of it. */
class Timer {
	/** Of its place among the timers. */
	order = 0;
	readonly ms: number;
	readonly repeats: boolean;
	/** Not any more, once it has run or was cleared. */
	run: (() => void) | undefined;
	/** Starts it anew. */
	readonly refresh: () => Timer;

	constructor(run: () => void, ms: number, repeats: boolean, refresh: (timer: Timer) => void) {
		this.run = run;
		this.ms = ms;
		this.repeats = repeats;
		this.refresh = () => {
			refresh(this);
			return this;
		};
	}

	ref(): this {
		return this;
	}

	unref(): this {
		return this;
	}

	hasRef(): boolean {
		return false;
	}
}

/** Where a timer stands in the heap; one that was started anew has left its old place. */
interface Entry {
	timer: Timer;
	/** Simulated milliseconds since 1970. */
	dueAt: number;
	/** Of two that are due at the same moment, the older one comes first. */
	order: number;
}

const comesFirst = (a: Entry, b: Entry) =>
	a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);

/** A binary heap: the first element is the timer that is due next. */
class Heap {
	private readonly entries: Entry[] = [];

	get first(): Entry | undefined {
		return this.entries[0];
	}

	add(entry: Entry): void {
		const { entries } = this;
		let index = entries.length;
		while (index > 0) {
			const parent = (index - 1) >> 1;
			if (!comesFirst(entry, entries[parent]!)) break;
			entries[index] = entries[parent]!;
			index = parent;
		}
		entries[index] = entry;
	}

	removeFirst(): void {
		const { entries } = this;
		const last = entries.pop();
		if (!last || entries.length === 0) return;
		let index = 0;
		for (;;) {
			let child = 2 * index + 1;
			if (child + 1 < entries.length && comesFirst(entries[child + 1]!, entries[child]!))
				child += 1;
			if (child >= entries.length || !comesFirst(entries[child]!, last)) break;
			entries[index] = entries[child]!;
			index = child;
		}
		entries[index] = last;
	}
}

/** A clock that stands still until it is told to go on. */
export class SimulatedTimers {
	/** Simulated milliseconds since 1970. */
	now = Date.now();
	private readonly heap = new Heap();
	private count = 0;

	/** Lets time pass, and runs what is due meanwhile. */
	advance(ms: number): void {
		const until = this.now + ms;
		for (let next = this.heap.first; next && next.dueAt <= until; next = this.heap.first) {
			this.heap.removeFirst();
			const { timer, order } = next;
			const { run } = timer;
			if (!run || timer.order !== order) continue;
			this.now = next.dueAt;
			if (timer.repeats) this.start(timer);
			else timer.run = undefined;
			run();
		}
		this.now = until;
	}

	setTimeout = (callback: Callback, ms?: number, ...args: unknown[]): Timer =>
		this.started(() => callback(...args), ms, false);

	setInterval = (callback: Callback, ms?: number, ...args: unknown[]): Timer =>
		this.started(() => callback(...args), ms, true);

	/** @returns whether it was one of these */
	clear = (timer: unknown): boolean => {
		if (!(timer instanceof Timer)) return false;
		timer.run = undefined;
		return true;
	};

	private started(run: () => void, ms: number | undefined, repeats: boolean): Timer {
		// As Node does with what is no number, or less than one.
		const wait = Number(ms) >= 1 ? Number(ms) : 1;
		const timer = new Timer(run, wait, repeats, (again) => this.start(again));
		this.start(timer);
		return timer;
	}

	private start(timer: Timer): void {
		const entry = { timer, dueAt: this.now + timer.ms, order: (this.count += 1) };
		timer.order = entry.order;
		this.heap.add(entry);
	}
}
