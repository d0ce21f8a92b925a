import type { Core } from '../core/core.ts';
import { isSettled, progressOf, type Job } from '../core/job.ts';
import { UNKNOWN_STATUS_WORD } from '../decisions.ts';
import { fileUrl } from './jobs.ts';

/** How Awkward Video speaks of a job. */

const PHASES = {
	queued: 'waiting',
	processing: 'running',
	completed: 'done',
	failed: 'broken',
	cancelled: 'withdrawn',
} as const;

export const phaseOf = ({ state, tags }: Job): string =>
	state === 'processing' && tags.has('unknown-status') ? UNKNOWN_STATUS_WORD : PHASES[state];

export const handleOf = ({ id, request }: Job) => ({ ticket: id, application: request.model });

export const unixSeconds = (wallMs: number): number => Math.floor(wallMs / 1000);

function shareOf(job: Job, nowMs: number): number {
	return job.state === 'completed' ? 1 : progressOf(job, nowMs) / 100;
}

/** The answer to the question for a job, and the body of its callbacks. */
export function lookOf(core: Core, job: Job): Record<string, unknown> {
	const { durationSeconds: seconds, resolution: quality, audio: sound, sent } = job.request;
	const result = { clip: fileUrl(core, job), seconds, quality, sound };
	return {
		handle: handleOf(job),
		phase: phaseOf(job),
		share: shareOf(job, core.clock.now()),
		began: unixSeconds(job.createdAt),
		...(isSettled(job) && job.settledAt ? { ended: unixSeconds(job.settledAt) } : {}),
		...(job.state === 'completed' ? { result, usage: { tokens: sent?.tokens } } : {}),
		...(job.failure ? { why: { kind: job.failure.code, text: job.failure.message } } : {}),
	};
}
