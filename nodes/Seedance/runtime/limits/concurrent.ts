/**
 * Works through a list, at most `width` at a time; the next starts the moment one ends. A worker that says `stop`, or
 * throws, lets those under way end and starts no more.
 *
 * @throws what a worker has thrown, when all under way have ended
 */
export async function forEachConcurrent<T>(
	list: readonly T[],
	width: number,
	work: (entry: T, index: number) => Promise<'continue' | 'stop'>,
): Promise<void> {
	let next = 0;
	let stopped = false;
	const workThrough = async () => {
		while (!stopped && next < list.length) {
			const index = next++;
			// Until it has ended well: whatever throws must not let the others go on.
			let says: 'continue' | 'stop' = 'stop';
			try {
				says = await work(list[index]!, index);
			} finally {
				if (says === 'stop') stopped = true;
			}
		}
	};
	const workers = Array.from({ length: Math.min(width, list.length) }, workThrough);
	const ends = await Promise.allSettled(workers);
	const broken = ends.find((end) => end.status === 'rejected');
	if (broken) throw broken.reason;
}
