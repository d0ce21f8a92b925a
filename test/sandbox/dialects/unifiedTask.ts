import type { Batch } from '../core/batch.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import { isoSeconds } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { estimatedCompletionMs, progressOf } from '../core/job.ts';
import { estimatedSeconds, fileUrl, statusWord } from './jobs.ts';
import { signedFor } from './seedance.ts';

/** The unified API's answers about a task. The bodies contain exactly the keys that the document shows. */

/**
 * [us] `estimated_time` is the job's own processing time in whole seconds of wall time, without the time in the queue.
 */
export function submitBody(core: Core, job: Job): Record<string, unknown> {
	const settled = job.state !== 'queued' && job.state !== 'processing';
	return {
		task_id: job.id,
		status: settled ? job.state : 'queued',
		model: job.request.model,
		credits_charged: job.state === 'failed' ? 0 : job.credits,
		estimated_time: estimatedSeconds(job),
		...(settled ? outcomeOf(core, job) : {}),
		created_at: isoSeconds(job.createdAt),
		...completedAt(job),
	};
}

export function statusBody(core: Core, job: Job): Record<string, unknown> {
	const nowMs = core.clock.now();
	const running = job.state === 'processing';
	return {
		task_id: job.id,
		status: statusWord(job),
		...(running ? { progress: progressOf(job, nowMs) } : {}),
		model: job.request.model,
		...outcomeOf(core, job),
		...(job.request.metadata ? { metadata: job.request.metadata } : {}),
		...(job.state === 'completed' ? { credits_charged: job.credits } : {}),
		created_at: isoSeconds(job.createdAt),
		...(running ? { estimated_completion: isoSeconds(estimatedCompletionMs(job, nowMs)) } : {}),
		...completedAt(job),
	};
}

const completedAt = (job: Job): Record<string, unknown> =>
	job.state === 'completed' && job.settledAt !== null
		? { completed_at: isoSeconds(job.settledAt) }
		: {};

/** `result` of a completed task, `error` of a failed one ([us] an object as in error bodies, or a text by tag). */
function outcomeOf(core: Core, job: Job): Record<string, unknown> {
	if (job.state === 'completed')
		return { result: { ...resultOf(job, fileUrl(core, job)), file_size: fileSizeOf(core, job) } };
	if (job.failure) return { error: job.tags.has('fail-text') ? job.failure.message : job.failure };
	return {};
}

const fileSizeOf = (core: Core, job: Job): number =>
	job.request.makes === 'image' ? core.picture.bytesFor(job.id).length : core.clip.sizeFor(job.id);

/** The result without `file_size`, which the document's callback does not have. */
function resultOf(job: Job, url: string | undefined): Record<string, unknown> {
	const { makes, durationSeconds, resolution, audio } = job.request;
	if (makes === 'image') return imageResult(job, url);
	return { video_url: url, duration: durationSeconds, resolution, has_audio: audio };
}

/** [us] `image_url`, and by tag two other forms. */
function imageResult({ tags }: Job, url: string | undefined): Record<string, unknown> {
	if (tags.has('image-urls')) return { image_urls: url === undefined ? [] : [url] };
	return tags.has('image-plain-url') ? { url } : { image_url: url };
}

/** A task in its callback, and in a batch's callback. */
function toldOf(
	job: Job,
	state: string,
	outcome: Record<string, unknown>,
): Record<string, unknown> {
	const { metadata } = job.request;
	return { task_id: job.id, status: state, ...outcome, ...(metadata ? { metadata } : {}) };
}

const outcomeToTell = (core: Core, job: Job): Record<string, unknown> =>
	job.state === 'completed' ? { result: resultOf(job, fileUrl(core, job)) } : outcomeOf(core, job);

export function callbackPayload(core: Core, job: Job): CallbackPayload {
	const timestamp = isoSeconds(job.settledAt ?? core.clock.now());
	const bodyWith = (state: string, outcome: Record<string, unknown>) => ({
		event: `task.${state}`,
		...toldOf(job, state, outcome),
		timestamp,
	});
	return {
		event: `task.${job.state}`,
		body: bodyWith(job.state, outcomeToTell(core, job)),
		sign: signedFor(core, job.account),
		withVideoUrl: (url) => bodyWith('completed', { result: resultOf(job, url) }),
	};
}

/** [us] One callback for all tasks. Each task has the form of its own callback, in the order of the request. */
export function batchPayload(core: Core, batch: Batch): CallbackPayload {
	const body = {
		event: 'batch.completed',
		batch_id: batch.id,
		status: 'completed',
		tasks: batch.jobs.map((job) => toldOf(job, job.state, outcomeToTell(core, job))),
		timestamp: isoSeconds(core.clock.now()),
	};
	const sign = signedFor(core, batch.account);
	return { event: body.event, body, sign, withVideoUrl: () => body };
}
