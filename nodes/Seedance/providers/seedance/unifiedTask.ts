import type { JobReading } from '../../core/job';
import type { BatchEntry } from '../../core/provider';
import {
	anyJobId,
	later,
	optionalAddress,
	optionalFlag,
	optionalNumber,
	optionalRecord,
	optionalText,
	optionalWord,
	readFailure,
	readProgress,
	readStatus,
	readSubmitted,
	secondsBetween,
	withoutAddress,
} from '../../core/replies';
import { z } from '../../core/zod';
import { STATUS_WORDS } from './common';

// Reads tasks of the unified API: in replies, in batches and in callbacks.

/** "Video URLs expire in 24 hours." [doc] */
const URL_LIFETIME_MS = 24 * 3_600_000;

export const taskBody = z.object({
	task_id: anyJobId,
	status: z.string().min(1),
	progress: optionalNumber,
	model: optionalWord,
	result: z
		.object({
			video_url: optionalAddress,
			image_url: optionalAddress,
			image_urls: z.array(optionalAddress).nullish().catch(null),
			url: optionalAddress,
			duration: optionalNumber,
			resolution: optionalText,
			has_audio: optionalFlag,
			file_size: optionalNumber,
		})
		.nullish()
		.catch(null),
	credits_charged: optionalNumber,
	estimated_time: optionalNumber,
	created_at: optionalText,
	estimated_completion: optionalText,
	completed_at: optionalText,
	metadata: optionalRecord,
	error: z.unknown(),
});
type Task = z.infer<typeof taskBody>;

/** Any body that names a task counts as one. */
export const submittedTask = taskBody.extend({
	status: optionalWord.transform((word) => word ?? STATUS_WORDS.queued),
});

/** The reply is not documented: tasks in the order of the request, bare or wrapped, or only their IDs. [us] */
export const batchBody = z
	.object({ tasks: z.array(z.unknown()) })
	.transform(({ tasks }) => tasks)
	.or(z.array(z.unknown()))
	.or(z.object({ task_ids: z.array(z.unknown()) }).transform(({ task_ids }) => task_ids));

/** A bare ID counts as a task as well. */
const batchEntry = submittedTask.or(
	anyJobId.transform((task_id) => submittedTask.parse({ task_id })),
);

/** A task that was not accepted has no ID. The other tasks of the batch are jobs all the same. */
export function readEntry(entry: unknown, model: string | undefined): BatchEntry {
	const task = batchEntry.safeParse(entry);
	if (task.success) return { ok: true, value: readSubmittedTask(task.data, model) };
	const { error } = z.object({ error: z.unknown() }).catch({ error: undefined }).parse(entry);
	return { ok: false, message: readFailure(error).message };
}

/** @param asked the known model of the job, for replies that do not name it */
export function readTask(task: Task, asked: string | null | undefined): JobReading {
	const what = isImage(task, asked) ? 'image' : 'video';
	const reading: JobReading = {
		jobId: task.task_id,
		...readStatus(STATUS_WORDS, task.status),
		model: task.model,
		progress: readProgress(task.progress, 100),
		estimatedSeconds:
			task.estimated_time ?? secondsBetween(task.created_at, task.estimated_completion),
		createdAt: task.created_at,
		completedAt: task.completed_at,
		metadata: task.metadata,
		...(what === 'image' ? { imageUrl: null } : {}),
	};
	if (reading.status === 'failed') return { ...reading, failure: readFailure(task.error) };
	if (reading.status !== 'completed') return reading;
	const { result, credits_charged: creditsCharged } = task;
	const url = what === 'image' ? imageUrlOf(result) : result?.video_url;
	if (!url) return { ...reading, ...withoutAddress(what, creditsCharged) };
	return {
		...reading,
		...(what === 'image' ? { imageUrl: url } : { videoUrl: url }),
		durationSeconds: result?.duration,
		resolution: result?.resolution,
		hasAudio: result?.has_audio,
		fileSizeBytes: result?.file_size,
		creditsCharged,
		expiresAt: later(task.completed_at, URL_LIFETIME_MS),
	};
}

export const readSubmittedTask = (task: Task, asked: string | undefined): JobReading =>
	readSubmitted(readTask(task, asked));

/** A callback names no model. There, the result shows the type, because a video has its own key for the address. */
function isImage({ model, result }: Task, asked: string | null | undefined): boolean {
	const known = model ?? asked;
	return known ? known.startsWith('seedream') : !result?.video_url && imageUrlOf(result) != null;
}

/** The body of a callback is like that of the status call, but with fewer fields. [doc] */
export const readCalledBackTask = (body: unknown): JobReading =>
	readTask(taskBody.parse(body), undefined);

/** The key of an image's address is not documented. These are the likely ones, in this order. [us] */
const imageUrlOf = (result: Task['result']) =>
	result?.image_url ?? result?.image_urls?.find(Boolean) ?? result?.url ?? result?.video_url;
