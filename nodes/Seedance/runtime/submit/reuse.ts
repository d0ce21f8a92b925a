import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { updateJob, newJob, type Job, type JobReading } from '../../core/job';
import { keyOf } from './idempotency';
import type { Session } from '../api/session';

/** The maximum number of stored jobs of each kind, about 1 kB each. The oldest are removed first. */
const MAX_KEPT = 200;

export type KeptJobs = ReturnType<typeof keptJobs>;

interface Kept {
	job: IDataObject;
	at: number;
}

/**
 * Jobs that the workflow remembers across executions, by a key of the request. Stored in its static data, which n8n
 * saves at the end of an execution of an active workflow. The account is part of the key, so that jobs of another
 * account or of the sandbox are never reused.
 *
 * @param name the name of the collection
 */
export function keptJobs(
	ctx: IExecuteFunctions,
	name: 'finishedJobs' | 'jobsByKey',
	{ provider, settings }: Pick<Session, 'provider' | 'settings'>,
) {
	const store = ctx.getWorkflowStaticData('node');
	const kept = () => (store[name] ?? {}) as Record<string, Kept>;
	const keep = (entries: Array<[string, Kept]>) => {
		store[name] = Object.fromEntries(entries) as unknown as IDataObject;
	};
	const keyFor = (key: string) => keyOf([settings.baseUrl, settings.apiKey, key]);
	return {
		/** @param maxAgeMs the maximum age of the entry; a job whose file has expired is never returned */
		find(key: string, maxAgeMs: number, nowMs: number): Job | undefined {
			const entry = kept()[keyFor(key)];
			if (!entry || nowMs - entry.at > maxAgeMs) return undefined;
			const reading = entry.job as unknown as JobReading;
			const job = updateJob(newJob(reading.jobId, provider.id), reading);
			const expires = Date.parse(job.expiresAt ?? '');
			return Number.isNaN(expires) || expires > nowMs ? job : undefined;
		},
		keep(key: string, job: Job, nowMs: number) {
			const entry = { job: { ...job } as unknown as IDataObject, at: nowMs };
			const entries = Object.entries({ ...kept(), [keyFor(key)]: entry });
			keep(entries.sort(([, a], [, b]) => b.at - a.at).slice(0, MAX_KEPT));
		},
		drop(key: string) {
			keep(Object.entries(kept()).filter(([each]) => each !== keyFor(key)));
		},
	};
}
