import { sleep } from 'n8n-workflow';
import { onAbort, orAborted } from './abort';

/** Time, passed in, so that waiting is tested without waiting. */
export interface Clock {
	/** Unix milliseconds, by the wall clock of the moment in which this clock was made. */
	now(): number;
	/** Milliseconds that only ever go on and are the same for all clocks of the process: what is shared is counted in them. */
	monotonic(): number;
	/**
	 * @param ms Infinity: until the signal is aborted
	 * @returns false when the signal cut it short
	 */
	sleep(ms: number, signal?: AbortSignal): Promise<boolean>;
}

/** What somebody who waits goes by: the time, and the signal that ends the wait. */
export interface Timing {
	clock: Clock;
	signal: AbortSignal;
}

/** A timer that is dropped when its signal, to which nobody else listens, is aborted. */
type Timer = (ms: number, signal: AbortSignal) => Promise<void>;

/** n8n 1.x's `sleep` ignores the signal: its timer, which nobody waits for any more, stays for a minute at most. */
const LONGEST_TIMER_MS = 60_000;
/** Thousands of executions may sleep for hours, so their timers are long; Node's own go up to 24 days. */
const LONGEST_QUIET_TIMER_MS = 3_600_000;

/** The clock of a run. */
export const realClock = (): Clock => clockWith(sleep, LONGEST_TIMER_MS);

/** For what goes on after n8n has its answer: a process that has nothing else to do is not kept alive by it. */
export const quietClock = (): Clock => clockWith(quietTimer, LONGEST_QUIET_TIMER_MS);

/** The wall clock is read once: when it is put back or forward later, no deadline of the run moves with it. */
function clockWith(timer: Timer, longestMs: number): Clock {
	const offset = Date.now() - performance.now();
	return {
		now: () => Math.floor(offset + performance.now()),
		monotonic: () => performance.now(),
		async sleep(ms, signal = new AbortController().signal) {
			const until = performance.now() + ms;
			while (!signal.aborted) {
				const leftMs = until - performance.now();
				if (leftMs <= 0) return true;
				// Whole ones: a signal takes no parts of a millisecond.
				const timerMs = Math.ceil(Math.min(leftMs, longestMs));
				const ended = new AbortController();
				const slept = leftMs < Infinity ? timer(timerMs, ended.signal) : new Promise(() => {});
				await orAborted(
					slept.catch(() => {}),
					signal,
				);
				ended.abort();
			}
			return false;
		},
	};
}

/** Without a listener, Node drops the timer before its time. */
const quietTimer: Timer = (ms, signal) =>
	new Promise((resolve) => onAbort(signal, onAbort(AbortSignal.timeout(ms), resolve)));
