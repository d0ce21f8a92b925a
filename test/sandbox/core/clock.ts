/** Wall time and job time: the provider's seconds pass `speed` times as fast as ours. */
export class Clock {
	readonly speed: number;

	constructor(speed: number) {
		this.speed = speed;
	}

	/** Wall milliseconds since 1970. */
	now(): number {
		return Date.now();
	}

	/** Wall milliseconds that so many provider seconds take. */
	wallMs(providerSeconds: number): number {
		return (providerSeconds * 1000) / this.speed;
	}
}

/** The form of all times in the document: UTC, whole seconds. */
export const isoSeconds = (wallMs: number): string =>
	`${new Date(wallMs).toISOString().slice(0, 19)}Z`;

/** Node's timers fire at once beyond this many milliseconds (2^31 - 1). */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Timers that can all be stopped together, so that closing leaves nothing behind. */
export class Timers {
	private readonly running = new Set<NodeJS.Timeout>();

	/** Calls `work` after so many wall milliseconds; the answer stops it. */
	after(ms: number, work: () => void): () => void {
		const timer = setTimeout(
			() => {
				this.running.delete(timer);
				work();
			},
			Math.min(ms, LONGEST_TIMER_MS),
		);
		this.running.add(timer);
		return () => {
			clearTimeout(timer);
			this.running.delete(timer);
		};
	}

	/** Resolves after so many wall milliseconds, or never when the timers are stopped before. */
	sleep(ms: number): Promise<void> {
		return new Promise((resolve) => void this.after(ms, resolve));
	}

	stopAll(): void {
		for (const timer of this.running) clearTimeout(timer);
		this.running.clear();
	}
}
