/** Wall time and job time: the provider's clock runs `speed` times as fast as the wall clock. */
export class Clock {
	readonly speed: number;

	constructor(speed: number) {
		this.speed = speed;
	}

	/** Wall milliseconds since 1970. */
	now(): number {
		return Date.now();
	}

	/** Converts provider seconds to wall milliseconds. */
	wallMs(providerSeconds: number): number {
		return (providerSeconds * 1000) / this.speed;
	}
}

/** The form of all times in the document: UTC, whole seconds. */
export const isoSeconds = (wallMs: number): string =>
	`${new Date(wallMs).toISOString().slice(0, 19)}Z`;

/** The longest delay of a Node timer in milliseconds (2^31 - 1). Longer ones fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Timers that can all be stopped together, so that nothing is left behind after closing. */
export class Timers {
	private readonly running = new Set<NodeJS.Timeout>();

	/** Calls `work` after `ms` wall milliseconds. Returns a function that cancels it. */
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

	/** Resolves after `ms` wall milliseconds, or never if the timers are stopped before. */
	sleep(ms: number): Promise<void> {
		return new Promise((resolve) => void this.after(ms, resolve));
	}

	stopAll(): void {
		for (const timer of this.running) clearTimeout(timer);
		this.running.clear();
	}
}
