import { sleep } from 'n8n-workflow';
import { onAbort, orAborted } from './abort';

/** Time is passed in, so that tests of waiting do not have to wait. */
export interface Clock {
	/** Unix milliseconds, based on the wall clock at the creation of this clock. */
	now(): number;
	/** Milliseconds that never go back and are the same for all clocks of the process. Shared state uses them. */
	monotonic(): number;
	/** @param ms Infinity: until the signal is aborted @returns false if the signal ended the sleep early */
	sleep(ms: number, signal?: AbortSignal): Promise<boolean>;
}

/** What every wait needs: the time, and the signal that ends the wait. */
export interface Timing {
	clock: Clock;
	signal: AbortSignal;
}

/** A timer that is dropped when its signal is aborted. Nobody else listens to that signal. */
type Timer = (ms: number, signal: AbortSignal) => Promise<void>;

/** n8n 1.x's `sleep` ignores the signal. With this limit, its abandoned timer lives for one minute at most. */
const LONGEST_TIMER_MS = 60_000;
/** Thousands of executions may sleep for hours, so their timers are long. Node's own timers reach 24 days. */
const LONGEST_QUIET_TIMER_MS = 3_600_000;

/** The clock of a run. */
export const realClock = (): Clock => clockWith(sleep, LONGEST_TIMER_MS);

/** For work that continues after n8n has its result. It does not keep an idle process alive. */
export const quietClock = (): Clock => clockWith(quietTimer, LONGEST_QUIET_TIMER_MS);

/** Reads the wall clock once, so that later changes of it do not move the deadlines of the run. */
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
				// Rounded up, because a signal's timeout takes whole milliseconds.
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

/** Without a listener, Node drops the timer too early. */
const quietTimer: Timer = (ms, signal) =>
	new Promise((resolve) => onAbort(signal, onAbort(AbortSignal.timeout(ms), resolve)));
