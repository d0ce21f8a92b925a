/**
 * Works through a list, at most `width` at a time; the next starts the moment one ends. A worker that says `stop` lets
 * those under way end and starts no more.
 */
export async function eachInWindow<T>(
	list: readonly T[],
	width: number,
	work: (entry: T, index: number) => Promise<'continue' | 'stop'>,
): Promise<void> {
	let next = 0;
	let stopped = false;
	const lane = async () => {
		while (!stopped && next < list.length) {
			const index = next++;
			if ((await work(list[index]!, index)) === 'stop') stopped = true;
		}
	};
	await Promise.all(Array.from({ length: Math.min(width, list.length) }, lane));
}
