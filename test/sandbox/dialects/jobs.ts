import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { UNKNOWN_STATUS_WORD } from '../decisions.ts';
import type { Call } from './dialect.ts';

/** What several dialects do with jobs. */

/** The account's own job that this dialect took. Any other does not exist for the caller. */
export function ownJob(core: Core, call: Call, dialect: string, id: string, noun: string): Job {
	const job = core.board.get(call.account, id);
	if (job?.dialect !== dialect) throw new Problem('not_found', `No ${noun} with the id "${id}".`);
	return job;
}

/** Cancels a job; one that is cancelled already stays so. Throws when it has ended in another way. */
export function cancelJob(core: Core, job: Job, noun: string): void {
	if (job.state === 'completed' || job.state === 'failed')
		throw new Problem('already_settled', `The ${noun} is already ${job.state}.`);
	core.board.settle(job, 'cancelled');
}

/** The job's status in small letters, or the word that no document has. */
export const statusWord = (job: Job): string =>
	job.state === 'processing' && job.tags.has('unknown-status') ? UNKNOWN_STATUS_WORD : job.state;

/** Where the job's file is, undefined for a job that shall not say so. */
export function fileUrl(core: Core, job: Job): string | undefined {
	if (job.tags.has('no-url')) return undefined;
	const ending = job.request.makes === 'image' ? 'png' : 'mp4';
	return `${core.mediaBase}/cdn/outputs/${job.id}.${ending}`;
}

/** Whole seconds of wall time that a job is said to take, its waiting not counted; 0 once it has settled. */
export const estimatedSeconds = (job: Job): number =>
	job.settledAt === null ? Math.max(1, Math.ceil(job.estimateMs / 1000)) : 0;
