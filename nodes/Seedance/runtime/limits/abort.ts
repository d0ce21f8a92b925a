/** The callbacks that wait for one signal. */
class Waiters {
	readonly callbacks = new Set<() => void>();

	handleEvent(): void {
		for (const callback of this.callbacks) callback();
	}
}

const waiting = new WeakMap<AbortSignal, Waiters>();

/**
 * Calls back when the signal is aborted, or at once where it is already. One listener on the signal serves all who wait:
 * a run may wait for a thousand jobs, and from the eleventh listener on Node warns of a leak.
 *
 * @returns ends the waiting; with the last one the listener goes, too
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
	if (signal.aborted) {
		callback();
		return () => {};
	}
	const waiters = waiting.get(signal) ?? new Waiters();
	if (waiters.callbacks.size === 0) signal.addEventListener('abort', waiters, { once: true });
	waiting.set(signal, waiters);
	waiters.callbacks.add(callback);
	return () => {
		waiters.callbacks.delete(callback);
		if (waiters.callbacks.size === 0) signal.removeEventListener('abort', waiters);
	};
}

/** What `work`, which never throws, gives; undefined as soon as the signal is aborted. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
	let release = () => {};
	const aborted = new Promise<undefined>((resolve) => {
		release = onAbort(signal, () => resolve(undefined));
	});
	try {
		return await Promise.race([work, aborted]);
	} finally {
		release();
	}
}
