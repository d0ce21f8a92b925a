/** Concurrent calls of one run, and of one callback. The rate limiter determines the actual rate. */
export const CALLS_AT_ONCE = 10;
export const CALLS_AT_ONCE_IN_A_CALLBACK = 5;

/**
 * Processes a list with at most `width` entries at a time. The next one starts as soon as one ends. If a worker returns
 * `stop` or throws, the running ones finish and no further one starts.
 *
 * @throws a worker's error, after all running ones have ended
 */
export async function forEachConcurrent<T>(
	list: readonly T[],
	width: number,
	work: (entry: T, index: number) => Promise<'stop' | void>,
): Promise<void> {
	let next = 0;
	const workThrough = async () => {
		while (next < list.length) {
			const index = next++;
			// Stays `stop` if the worker throws, so that the others do not continue.
			let says: 'stop' | void = 'stop';
			try {
				says = await work(list[index]!, index);
			} finally {
				if (says === 'stop') next = list.length;
			}
		}
	};
	const workers = Array.from({ length: Math.min(width, list.length) }, workThrough);
	const ends = await Promise.allSettled(workers);
	const broken = ends.find((end) => end.status === 'rejected');
	if (broken) throw broken.reason;
}
