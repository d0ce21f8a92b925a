import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { updateJob, newJob, type Job, type JobReading } from '../../core/job';
import { keyOf } from './idempotency';
import type { Session } from '../api/session';

/** How many jobs of each kind a workflow remembers, about 1 kB each; the oldest are forgotten first. */
const MAX_KEPT = 200;

/** Jobs that this workflow remembers from one execution to the next, by a key of the request. */
export interface KeptJobs {
	/** @param maxAgeMs how long ago the job may have been kept; one whose file has expired is never found */
	find(key: string, maxAgeMs: number, nowMs: number): Job | undefined;
	keep(key: string, job: Job, nowMs: number): void;
	drop(key: string): void;
}

interface Kept {
	job: IDataObject;
	at: number;
}

/**
 * Kept in the workflow's static data, which n8n stores at the end of an execution of an active workflow. The account is a
 * part of the key: what was made with another one, or in the sandbox, is another matter.
 *
 * @param name under which they are kept
 */
export function keptJobs(
	ctx: IExecuteFunctions,
	name: 'finishedJobs' | 'jobsByKey',
	{ provider, settings }: Pick<Session, 'provider' | 'settings'>,
): KeptJobs {
	const store = ctx.getWorkflowStaticData('node');
	const kept = () => (store[name] ?? {}) as Record<string, Kept>;
	const keep = (entries: Array<[string, Kept]>) => {
		store[name] = Object.fromEntries(entries) as unknown as IDataObject;
	};
	const keyFor = (key: string) => keyOf([settings.baseUrl, settings.apiKey, key]);
	return {
		find(key, maxAgeMs, nowMs) {
			const entry = kept()[keyFor(key)];
			if (!entry || nowMs - entry.at > maxAgeMs) return undefined;
			const reading = entry.job as unknown as JobReading;
			const job = updateJob(newJob(reading.jobId, provider.id), reading);
			const expires = Date.parse(job.expiresAt ?? '');
			return Number.isNaN(expires) || expires > nowMs ? job : undefined;
		},
		keep(key, job, nowMs) {
			const entry = { job: { ...job } as unknown as IDataObject, at: nowMs };
			const entries = Object.entries({ ...kept(), [keyFor(key)]: entry });
			keep(entries.sort(([, a], [, b]) => b.at - a.at).slice(0, MAX_KEPT));
		},
		drop(key) {
			keep(Object.entries(kept()).filter(([each]) => each !== keyFor(key)));
		},
	};
}
