import type { Clock } from '../../nodes/Seedance/runtime/limits/clock';

interface Timer {
	at: number;
	wake: (inTime: boolean) => void;
}

/**
 * A clock whose time passes by itself, as soon as everybody sleeps: hours take milliseconds, and two runs of a test see
 * exactly the same order of events. Whatever it drives may wait for promises and for this clock, for nothing else.
 */
export class VirtualClock implements Clock {
	#now: number;
	#stopAt = Infinity;
	#timers: Timer[] = [];
	#running = false;

	constructor(startMs = Date.UTC(2026, 0, 1)) {
		this.#now = startMs;
	}

	now(): number {
		return this.#now;
	}

	monotonic(): number {
		return this.#now;
	}

	stopped(): boolean {
		return this.#now >= this.#stopAt;
	}

	/** Stops the run in so many milliseconds: sleeps that last longer are cut short. */
	stopIn(ms: number): void {
		this.#stopAt = this.#now + ms;
		this.#wakeAt(this.#stopAt, () => {
			for (const { wake } of this.#timers.splice(0)) wake(false);
		});
	}

	/** The same clock for one run that is stopped in so many milliseconds, while the world around it goes on. */
	forRun(stopInMs: number, halted: () => boolean): Clock {
		const stopAt = this.#now + stopInMs;
		const stopped = () => this.#now >= stopAt || halted();
		return {
			now: () => this.#now,
			monotonic: () => this.#now,
			stopped,
			sleep: async (ms) => {
				const until = this.#now + ms;
				while (!stopped()) {
					if (this.#now >= until) return true;
					// In slices, as the real one; in one go where nobody stops the run.
					await this.sleep(Math.min(until - this.#now, stopInMs === Infinity ? ms : 250));
				}
				return false;
			},
		};
	}

	sleep(ms: number): Promise<boolean> {
		if (Number.isNaN(ms)) throw new RangeError('A sleep of NaN ms');
		if (this.stopped()) return Promise.resolve(false);
		return new Promise((resolve) => this.#wakeAt(this.#now + Math.max(ms, 0), resolve));
	}

	#wakeAt(at: number, wake: Timer['wake']): void {
		this.#timers.push({ at, wake });
		if (!this.#running) this.#passTime();
	}

	/** A macrotask for each timer: all that follows from the one before has happened by then. */
	#passTime(): void {
		this.#running = this.#timers.length > 0;
		if (!this.#running) return;
		setImmediate(() => {
			const next = this.#timers.reduce((first, timer) => (timer.at < first.at ? timer : first));
			this.#timers.splice(this.#timers.indexOf(next), 1);
			this.#now = Math.max(this.#now, next.at);
			next.wake(true);
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
