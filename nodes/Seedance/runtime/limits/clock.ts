import { sleep } from 'n8n-workflow';

/** Time, passed in, so that waiting is tested without waiting. */
export interface Clock {
	/** Unix milliseconds, by the wall clock of the moment in which this clock was made. */
	now(): number;
	/** Milliseconds that only ever go on and are the same for all clocks of the process: what is shared is counted in them. */
	monotonic(): number;
	/** @returns false when it was cut short because the run is to stop */
	sleep(ms: number): Promise<boolean>;
	/** The user stopped the execution, or it ran into its time limit. */
	stopped(): boolean;
}

/** n8n 1.x's `sleep` ignores signals, so a sleep goes in slices of this many milliseconds. */
const SLICE_MS = 250;
const LONGEST_SLICE_MS = 3_600_000;

/**
 * The wall clock is read once: when it is put back or forward later, no deadline of the run moves with it.
 *
 * @param stopped asked at every slice
 * @param pause what a slice is made of
 */
export function realClock(
	stopped: () => boolean = () => false,
	pause = sleep,
	sliceMs = SLICE_MS,
): Clock {
	const offset = Date.now() - performance.now();
	return {
		now: () => Math.floor(offset + performance.now()),
		monotonic: () => performance.now(),
		stopped,
		async sleep(ms) {
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

/** How soon a stop is noticed while a question is under way, in milliseconds. */
const STOP_CHECK_MS = 500;

/** What `work` gives, or undefined as soon as the run is to stop. `work` never throws. */
export async function orStopped<T>(clock: Clock, work: Promise<T>): Promise<T | undefined> {
	let isDone = false;
	const done = work.finally(() => (isDone = true));
	const stop = async () => {
		while (!isDone && (await clock.sleep(STOP_CHECK_MS)));
		return isDone ? await done : undefined;
	};
	return await Promise.race([done, stop()]);
}
