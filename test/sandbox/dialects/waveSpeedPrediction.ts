import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { fileUrl, statusWord } from './jobs.ts';

/** The prediction object [doc]. */

export const ROOT = '/wavespeed/api/v3';

/** `processing`, `completed`, `failed` and `cancelled` are the sandbox's own words, too. */
export const wordOf = (job: Job): string => (job.state === 'queued' ? 'created' : statusWord(job));

/** [doc] To the nanosecond. */
const iso = (wallMs: number): string => new Date(wallMs).toISOString().replace(/Z$/, '000000Z');

/** [doc] Addresses, with some models in objects. */
function outputsOf(core: Core, job: Job): unknown[] {
	const url = job.state === 'completed' ? fileUrl(core, job) : undefined;
	if (url === undefined) return [];
	return [job.tags.has('output-object') ? { url } : url];
}

/** Milliseconds of the job clock; 0 before the end. */
function inferenceMs({ clock }: Core, { settledAt, startedAt }: Job): number {
	if (settledAt === null || startedAt === null) return 0;
	return Math.round((settledAt - startedAt) * clock.speed);
}

export function predictionOf(core: Core, job: Job): Record<string, unknown> {
	const { id, request, state, createdAt } = job;
	const isDone = state === 'completed';
	return {
		id,
		model: request.model,
		outputs: outputsOf(core, job),
		urls: { get: `${core.apiBase}${ROOT}/predictions/${id}/result` },
		has_nsfw_contents: isDone ? [false] : [],
		status: wordOf(job),
		created_at: iso(createdAt),
		error: job.failure?.message ?? '',
		timings: { inference: inferenceMs(core, job) },
	};
}
