import type { Outcome } from '../../core/fault';
import type { Dialect, JobAddress } from '../../core/provider';
import type { Session } from './session';

type Place = Pick<Session, 'provider' | 'settings'>;

/** How many jobs are remembered. The oldest is forgotten first. */
const MAX_REMEMBERED = 10_000;
const remembered = new Map<string, Dialect>();

const nameOf = ({ settings }: Place, jobId: string) => JSON.stringify([settings.baseUrl, jobId]);

/** Remembers the dialect of a job that was submitted or found with it. Not needed if the provider has only one. */
export function noteDialect(place: Place, jobId: string, dialect: Dialect): void {
	if (place.provider.dialects.length === 1) return;
	const name = nameOf(place, jobId);
	remembered.delete(name);
	remembered.set(name, dialect);
	const [oldest] = remembered.keys();
	if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}

/** The dialects that may know the job, the most likely first. */
export function dialectsOf(place: Place, job: JobAddress): readonly [Dialect, ...Dialect[]] {
	const known = remembered.get(nameOf(place, job.jobId));
	return known ? [known] : place.provider.dialectsForJob(job);
}

/** The replies of a dialect to the ID of another dialect's job: the job is unknown, or the ID has the wrong form. */
const NOT_MINE = [400, 404, 410, 422];

/**
 * Asks for a job in its own dialect. If only the form of the ID suggests the dialect, "no such job" counts only when
 * every dialect that may have made the job says so.
 */
export async function askInItsDialect<T>(
	place: Place,
	job: JobAddress,
	ask: (dialect: Dialect) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
	const [likeliest, ...others] = dialectsOf(place, job);
	let refused = await ask(likeliest);
	if (refused.ok) noteDialect(place, job.jobId, likeliest);
	for (const dialect of others) {
		if (refused.ok || !NOT_MINE.includes(refused.fault.httpStatus ?? 0)) break;
		const outcome = await ask(dialect);
		if (outcome.ok) noteDialect(place, job.jobId, dialect);
		const isBetter = outcome.ok || refused.fault.httpStatus !== 404;
		if (isBetter) refused = outcome;
	}
	return refused;
}
