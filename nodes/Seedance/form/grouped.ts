/** Groups entries with an equal key, in the order of their first appearance. */
export function grouped<T, K>(entries: readonly T[], keyOf: (entry: T) => K): Array<[K, T[]]> {
	const groups = new Map<string, [K, T[]]>();
	for (const entry of entries) {
		const key = keyOf(entry);
		const id = JSON.stringify(key);
		const group = groups.get(id) ?? [key, []];
		group[1].push(entry);
		groups.set(id, group);
	}
	return [...groups.values()];
}
