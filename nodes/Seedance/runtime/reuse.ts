import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { updateJob, newJob, type Job, type JobReading } from '../core/job';

/** So many finished jobs a workflow remembers, about 1 kB each; the oldest are forgotten first. */
const MAX_KEPT = 200;

/** What this workflow has finished, by the content of the request. */
export interface FinishedJobs {
	/** @param maxAgeMs how old the job may be; one whose video has expired is never found */
	find(contentKey: string, maxAgeMs: number, nowMs: number): Job | undefined;
	keep(contentKey: string, job: Job, nowMs: number): void;
}

interface Kept {
	job: IDataObject;
	at: number;
}

/** Kept in the workflow's static data, which n8n stores at the end of an execution of an active workflow. */
export function finishedJobs(ctx: IExecuteFunctions, providerId: string): FinishedJobs {
	const store = ctx.getWorkflowStaticData('node');
	const kept = () => (store.finishedJobs ?? {}) as Record<string, Kept>;
	return {
		find(contentKey, maxAgeMs, nowMs) {
			const entry = kept()[contentKey];
			if (!entry || nowMs - entry.at > maxAgeMs) return undefined;
			const reading = entry.job as unknown as JobReading;
			const job = updateJob(newJob(reading.jobId, providerId), reading);
			const expires = Date.parse(job.expiresAt ?? '');
			return Number.isNaN(expires) || expires > nowMs ? job : undefined;
		},
		keep(contentKey, job, nowMs) {
			const entries = Object.entries({
				...kept(),
				[contentKey]: { job: { ...job } as unknown as IDataObject, at: nowMs },
			});
			const newest = entries.sort(([, a], [, b]) => b.at - a.at).slice(0, MAX_KEPT);
			store.finishedJobs = Object.fromEntries(newest) as unknown as IDataObject;
		},
	};
}
