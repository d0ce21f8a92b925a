import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { UNKNOWN_STATUS_WORD } from '../decisions.ts';
import type { Call } from './dialect.ts';

/** Operations on jobs that several dialects share. */

/** A job of the account that this dialect accepted. Other jobs do not exist for the caller. */
export function ownJob(core: Core, call: Call, dialect: string, id: string, noun: string): Job {
	const job = core.board.get(call.account, id);
	if (job?.dialect !== dialect) throw new Problem('not_found', `No ${noun} with the id "${id}".`);
	return job;
}

/** Cancels a job. A cancelled job stays cancelled. Throws if it has ended in another way. */
export function cancelJob(core: Core, job: Job, noun: string): void {
	if (job.state === 'completed' || job.state === 'failed')
		throw new Problem('already_settled', `The ${noun} is already ${job.state}.`);
	core.board.settle(job, 'cancelled');
}

/** The job's status in lower case, or the undocumented word. */
export const statusWord = (job: Job): string =>
	job.state === 'processing' && job.tags.has('unknown-status') ? UNKNOWN_STATUS_WORD : job.state;

/** The address of the job's file; undefined for a job with the tag `no-url`. */
export function fileUrl(core: Core, job: Job): string | undefined {
	if (job.tags.has('no-url')) return undefined;
	const ending = job.request.makes === 'image' ? 'png' : 'mp4';
	return `${core.mediaBase}/cdn/outputs/${job.id}.${ending}`;
}

/**
 * The estimated processing time in whole seconds of wall time, without the time in the queue; 0 once it has settled.
 */
export const estimatedSeconds = (job: Job): number =>
	job.settledAt === null ? Math.max(1, Math.ceil(job.estimateMs / 1000)) : 0;
