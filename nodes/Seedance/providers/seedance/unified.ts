import type { JobReading } from '../../core/job';
import type { BatchEntry, Dialect, HttpCall, JobAddress, Submission } from '../../core/provider';
import type { MediaRequest } from '../../core/request';
import {
	later,
	optionalAddress,
	optionalFlag,
	optionalNumber,
	optionalRecord,
	optionalText,
	readFailure,
	readProgress,
	readStatus,
	secondsBetween,
	withoutAddress,
	withoutUndefined,
} from '../../core/reading';
import { z } from '../../core/zod';
import { IDEMPOTENCY_HEADER, STATUS_WORDS } from './common';

/** "Video URLs expire in 24 hours." [doc] */
const URL_LIFETIME_MS = 24 * 3_600_000;

/** How many tasks a batch may have is not documented. [us] */
const MAX_BATCH = 50;

const taskBody = z.object({
	task_id: z.string().min(1),
	status: z.string().min(1),
	progress: optionalNumber,
	model: optionalText,
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

/** `POST /generate/text-to-video`, `POST /generate/image-to-video`, `GET /tasks/{id}`. [doc] */
export const unified: Dialect = {
	idempotent: true,
	generate: {
		request: ({ request, idempotencyKey }: Submission) => ({
			method: 'POST',
			path:
				request.mode === 'imageToVideo' ? '/generate/image-to-video' : '/generate/text-to-video',
			headers: { [IDEMPOTENCY_HEADER]: idempotencyKey },
			...contentOf(request),
		}),
		response: (body, { request }) => readTask(taskBody.parse(body), request.model),
	},
	batch: {
		maxRequests: MAX_BATCH,
		request: ({ requests, callbackUrl, idempotencyKey }) => ({
			method: 'POST',
			path: '/generate/batch',
			headers: { [IDEMPOTENCY_HEADER]: idempotencyKey },
			body: withoutUndefined({
				tasks: requests.map((request) => ({
					type: request.mode === 'imageToVideo' ? 'image-to-video' : 'text-to-video',
					...generateBody({ ...request, callbackUrl: undefined }),
				})),
				webhook_url: callbackUrl,
			}),
		}),
		response: (body, { requests }) =>
			batchBody.parse(body).map((entry, index) => readEntry(entry, requests[index]?.model)),
	},
	status: {
		request: ({ jobId }: JobAddress) => ({
			method: 'GET',
			path: `/tasks/${encodeURIComponent(jobId)}`,
		}),
		response: (body, { jobId, model }) =>
			readTask(taskBody.extend({ task_id: z.literal(jobId) }).parse(body), model),
	},
	// Not documented for this dialect; its status path says how. [us]
	cancel: {
		request: ({ jobId }) => ({ method: 'DELETE', path: `/tasks/${encodeURIComponent(jobId)}` }),
	},
};

/** The reply is not documented: tasks in the order of the request, bare or wrapped, or their ids only. [us] */
const batchBody = z
	.object({ tasks: z.array(z.unknown()) })
	.transform(({ tasks }) => tasks)
	.or(z.array(z.unknown()))
	.or(
		z
			.object({ task_ids: z.array(z.string().min(1)) })
			.transform(({ task_ids }) => task_ids.map((task_id) => ({ task_id, status: 'queued' }))),
	);

/** A task that was not taken has no id: the others of the batch are jobs all the same. */
function readEntry(entry: unknown, model: string | undefined): BatchEntry {
	const task = taskBody.safeParse(entry);
	if (task.success) return { ok: true, value: readTask(task.data, model) };
	const { error } = z.object({ error: z.unknown() }).catch({ error: undefined }).parse(entry);
	return { ok: false, message: readFailure(error).message };
}

/** JSON, or multipart where the image is a file: there, every value is a text, `audio` too. [doc] */
function contentOf(request: MediaRequest): Pick<HttpCall, 'body' | 'form'> {
	const body = generateBody(request);
	if (!request.imageFile) return { body };
	const fields = Object.entries(body).map(([name, value]) => [
		name,
		typeof value === 'string' ? value : JSON.stringify(value),
	]);
	return {
		form: {
			fields: Object.fromEntries(fields) as Record<string, string>,
			file: { name: 'image', content: request.imageFile },
		},
	};
}

function generateBody(request: MediaRequest): Record<string, unknown> {
	return withoutUndefined({
		model: request.model,
		image_url: request.mode === 'imageToVideo' ? request.imageUrl : undefined,
		prompt: request.prompt,
		duration: request.duration,
		aspect_ratio: request.aspectRatio,
		audio: request.audio,
		webhook_url: request.callbackUrl,
		metadata: request.metadata,
	});
}

/** @param asked the model that the job is known to be of, for replies that do not name it */
function readTask(task: Task, asked: string | null | undefined): JobReading {
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

/** A callback names no model: there, the result tells, because a video has its own key for the address. */
function isImage({ model, result }: Task, asked: string | null | undefined): boolean {
	const known = model ?? asked;
	return known ? known.startsWith('seedream') : !result?.video_url && imageUrlOf(result) != null;
}

/** The body of a callback is that of the status call, with less in it. [doc] */
export const readCalledBackTask = (body: unknown): JobReading =>
	readTask(taskBody.parse(body), undefined);

/** Where an image stands is not documented: the likely places in this order. [us] */
const imageUrlOf = (result: Task['result']) =>
	result?.image_url ?? result?.image_urls?.find(Boolean) ?? result?.url ?? result?.video_url;
