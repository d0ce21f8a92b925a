import type { Clock } from './clock';

/** How long after a resume further callbacks for the same jobs are taken for its echo, in milliseconds. */
const ECHO_MS = 60_000;
const turns = new Map<string, Promise<unknown>>();
const resumedAt = new Map<string, number>();

/**
 * Callbacks for the same wait go one after the other, and none any more once one has resumed it: n8n 1.x would run what
 * follows twice, 2.x answer 500. Holds within this process.
 *
 * @param work a result that is an object resumes the execution, a text leaves it waiting
 * @returns undefined where an earlier callback has resumed the wait already
 */
export async function oneAtATime<T>(
	wait: string,
	clock: Clock,
	work: () => Promise<T>,
): Promise<T | undefined> {
	const previous = turns.get(wait) ?? Promise.resolve();
	const turn = previous.then(async () => {
		for (const [key, time] of resumedAt) if (clock.now() - time > ECHO_MS) resumedAt.delete(key);
		if (resumedAt.has(wait)) return undefined;
		const result = await work();
		if (typeof result === 'object') resumedAt.set(wait, clock.now());
		return result;
	});
	const ended = turn.catch(() => undefined);
	turns.set(wait, ended);
	try {
		return await turn;
	} finally {
		if (turns.get(wait) === ended) turns.delete(wait);
	}
}
