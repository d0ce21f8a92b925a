/** The callbacks registered for one signal. */
class Waiters extends Set<() => void> {
	handleEvent(): void {
		for (const callback of this) callback();
	}
}

const waiting = new WeakMap<AbortSignal, Waiters>();

/**
 * Calls back when the signal is aborted, or at once if it already is. All callbacks of a signal share one listener: a
 * run may wait for a thousand jobs, and Node warns of a leak from the eleventh listener on.
 *
 * @returns removes the callback; the last one also removes the listener
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
	if (signal.aborted) {
		callback();
		return () => {};
	}
	const waiters = waiting.get(signal) ?? new Waiters();
	if (waiters.size === 0) signal.addEventListener('abort', waiters, { once: true });
	waiting.set(signal, waiters.add(callback));
	return () => {
		waiters.delete(callback);
		if (waiters.size === 0) signal.removeEventListener('abort', waiters);
	};
}

/** The result of `work`; undefined as soon as the signal is aborted. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
	return new Promise((resolve, reject) => {
		const release = onAbort(signal, () => resolve(undefined));
		void work.then(resolve, reject).finally(release);
	});
}
