import type { Outcome } from '../../core/fault';
import type { Dialect, JobAddress } from '../../core/provider';
import type { Session } from './session';

type DialectScope = Pick<Session, 'provider' | 'settings'>;

/** How many jobs are remembered. The oldest is forgotten first. */
const MAX_REMEMBERED = 10_000;
const remembered = new Map<string, Dialect>();

const nameOf = ({ settings }: DialectScope, jobId: string) =>
	JSON.stringify([settings.baseUrl, jobId]);

/** Remembers the dialect of a job that was submitted or found with it. Not needed if the provider has only one. */
export function noteDialect(scope: DialectScope, jobId: string, dialect: Dialect): void {
	if (scope.provider.dialects.length === 1) return;
	const name = nameOf(scope, jobId);
	remembered.delete(name);
	remembered.set(name, dialect);
	const [oldest] = remembered.keys();
	if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}

/** The dialects that may know the job, the most likely first. */
export function dialectsOf(scope: DialectScope, job: JobAddress): readonly [Dialect, ...Dialect[]] {
	const known = remembered.get(nameOf(scope, job.jobId));
	return known ? [known] : scope.provider.dialectsForJob(job);
}

/** The replies of a dialect to the ID of another dialect's job: the job is unknown, or the ID has the wrong form. */
const NOT_MINE = [400, 404, 410, 422];

/**
 * Asks for a job in its own dialect. If only the form of the ID suggests the dialect, "no such job" counts only when
 * every dialect that may have made the job says so.
 */
export async function askInItsDialect<T>(
	scope: DialectScope,
	job: JobAddress,
	ask: (dialect: Dialect) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
	const [likeliest, ...others] = dialectsOf(scope, job);
	let refused = await ask(likeliest);
	if (refused.ok) noteDialect(scope, job.jobId, likeliest);
	for (const dialect of others) {
		if (refused.ok || !NOT_MINE.includes(refused.fault.httpStatus ?? 0)) break;
		const outcome = await ask(dialect);
		if (outcome.ok) noteDialect(scope, job.jobId, dialect);
		const isBetter = outcome.ok || refused.fault.httpStatus !== 404;
		if (isBetter) refused = outcome;
	}
	return refused;
}
