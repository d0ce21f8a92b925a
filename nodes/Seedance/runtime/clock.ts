import { sleep } from 'n8n-workflow';

/** Time, passed in, so that waiting is tested without waiting. */
export interface Clock {
	/** Unix milliseconds. */
	now(): number;
	/** @returns false when it was cut short because the run is to stop */
	sleep(ms: number): Promise<boolean>;
	/** The user stopped the execution, or it ran into its time limit. */
	stopped(): boolean;
}

/** n8n 1.x's `sleep` ignores signals, so a sleep goes in slices of this many milliseconds. */
const SLICE_MS = 250;
const LONGEST_SLICE_MS = 3_600_000;

/**
 * @param stopped asked at every slice
 * @param pause what a slice is made of
 */
export function realClock(
	stopped: () => boolean = () => false,
	pause = sleep,
	sliceMs = SLICE_MS,
): Clock {
	return {
		now: () => Date.now(),
		stopped,
		async sleep(ms) {
			// Not by the clock on the wall, which may be put back.
			const until = performance.now() + ms;
			for (;;) {
				if (stopped()) return false;
				const left = until - performance.now();
				if (left <= 0) return true;
				// Whole ones: a signal takes no parts of a millisecond.
				await pause(Math.ceil(Math.min(left, sliceMs)));
			}
		},
	};
}

/** For what goes on after n8n has its answer: a process that has nothing else to do is not kept alive by it. */
export const quietClock = (stopped?: () => boolean): Clock =>
	realClock(
		stopped,
		(ms) =>
			new Promise((resolve) => {
				AbortSignal.timeout(ms).addEventListener('abort', () => resolve(), { once: true });
			}),
		// Thousands of executions may sleep for hours: who cannot be stopped need not look.
		stopped ? SLICE_MS : LONGEST_SLICE_MS,
	);
