import type { Answer, Problem } from '../core/answer.ts';
import { isoSeconds } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { errorOf } from './seedance.ts';
import { fileUrl } from './jobs.ts';

/** Shared code of the two dedicated dialects of seedance.it.com: all bodies are flat. */

/** `{error: text, code}` [doc, Pro]; [us] the same for Lite, whose document shows no error. */
export function flatError(problem: Problem): Answer {
	const { status, code } = errorOf(problem);
	return { status, body: { error: problem.message, code }, headers: problem.headers };
}

/** The result of a settled job: [doc] the flat result; [us] for a failed job like error bodies. */
export function flatOutcome(core: Core, job: Job): Record<string, unknown> {
	if (job.failure) return { error: job.failure.message, code: job.failure.code };
	if (job.state !== 'completed') return {};
	return {
		video_url: fileUrl(core, job),
		duration_seconds: job.request.durationSeconds,
		resolution: job.request.resolution,
		credits_charged: job.credits,
	};
}

export const completedAt = (job: Job): Record<string, unknown> =>
	job.state === 'completed' && job.settledAt !== null
		? { completed_at: isoSeconds(job.settledAt) }
		: {};
