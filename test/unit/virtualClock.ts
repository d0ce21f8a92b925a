import type { Clock } from '../../nodes/Seedance/runtime/limits/clock';

interface Timer {
	at: number;
	wake: (inTime: boolean) => void;
	signal?: AbortSignal;
}

/**
 * A clock whose time passes by itself, as soon as everybody sleeps: hours take milliseconds, and two runs of a test see
 * exactly the same order of events. Whatever it drives may wait for promises and for this clock, for nothing else.
 */
export class VirtualClock implements Clock {
	readonly #stop = new AbortController();
	/** Of the run that goes by this clock. */
	readonly signal = this.#stop.signal;
	#now: number;
	#timers: Timer[] = [];
	#running = false;
	readonly #watched = new WeakSet<AbortSignal>();

	constructor(startMs = Date.UTC(2026, 0, 1)) {
		this.#now = startMs;
	}

	now(): number {
		return this.#now;
	}

	monotonic(): number {
		return this.#now;
	}

	/** Stops the run in so many milliseconds. */
	stopIn(ms: number): void {
		if (ms === 0) this.#stop.abort();
		else this.#wakeAt({ at: this.#now + ms, wake: () => this.#stop.abort() });
	}

	/** The signal of one run that is stopped in so many milliseconds, while the world around it goes on. */
	signalIn(ms: number): AbortSignal {
		const stop = new AbortController();
		this.#wakeAt({ at: this.#now + ms, wake: () => stop.abort() });
		return stop.signal;
	}

	sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
		if (Number.isNaN(ms)) throw new RangeError('A sleep of NaN ms');
		if (signal?.aborted) return Promise.resolve(false);
		if (signal) this.#watch(signal);
		return new Promise((wake) => this.#wakeAt({ at: this.#now + Math.max(ms, 0), wake, signal }));
	}

	/** One listener for all who sleep by a signal. */
	#watch(signal: AbortSignal): void {
		if (this.#watched.has(signal)) return;
		this.#watched.add(signal);
		const wakeAll = () => {
			const woken = this.#timers.filter((timer) => timer.signal === signal);
			this.#timers = this.#timers.filter((timer) => timer.signal !== signal);
			for (const { wake } of woken) wake(false);
		};
		signal.addEventListener('abort', wakeAll, { once: true });
	}

	#wakeAt(timer: Timer): void {
		this.#timers.push(timer);
		if (!this.#running) this.#passTime();
	}

	/** A macrotask for each timer: all that follows from the one before has happened by then. */
	#passTime(): void {
		this.#running = this.#timers.some(({ at }) => at < Infinity);
		if (!this.#running) return;
		setImmediate(() => {
			const at = Math.min(...this.#timers.map((timer) => timer.at));
			// They may have been woken meanwhile.
			if (at < Infinity) {
				const [next] = this.#timers.splice(
					this.#timers.findIndex((timer) => timer.at === at),
					1,
				);
				this.#now = Math.max(this.#now, at);
				next!.wake(true);
			}
			this.#passTime();
		});
	}
}

/** Numbers from 0 to 1 that look random and are the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** A function that answers with a promise, where there is nothing to wait for. */
export const promising =
	<T>(answer: () => T) =>
	(): Promise<T> =>
		Promise.resolve(answer());

/** What a run that goes by this clock waits with. */
export const timingOf = (clock: VirtualClock) => ({ clock, signal: clock.signal });
