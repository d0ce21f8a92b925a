import type { JobReading } from '../../core/job';
import type { Dialect, JobAddress, Submission } from '../../core/provider';
import type { VideoRequest } from '../../core/request';
import {
	later,
	optionalFlag,
	optionalNumber,
	optionalRecord,
	optionalText,
	readFailure,
	readProgress,
	readStatus,
	secondsBetween,
	withoutAddress,
} from '../../core/reading';
import { z } from '../../core/zod';

// [us] The documents promise idempotency keys and do not name the header.
const IDEMPOTENCY_HEADER = 'Idempotency-Key';
/** "Video URLs expire in 24 hours." [doc] */
const URL_LIFETIME_MS = 24 * 3_600_000;

const taskBody = z.object({
	task_id: z.string().min(1),
	status: z.string().min(1),
	progress: optionalNumber,
	model: optionalText,
	result: z
		.object({
			video_url: optionalText,
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

const STATUS_WORDS = {
	queued: 'queued',
	processing: 'processing',
	completed: 'completed',
	failed: 'failed',
	cancelled: 'cancelled',
} as const;

/** `POST /generate/text-to-video`, `POST /generate/image-to-video`, `GET /tasks/{id}`. [doc] */
export const unified: Dialect = {
	idempotent: true,
	generate: {
		request: ({ request, idempotencyKey }: Submission) => ({
			method: 'POST',
			path:
				request.mode === 'imageToVideo' ? '/generate/image-to-video' : '/generate/text-to-video',
			headers: { [IDEMPOTENCY_HEADER]: idempotencyKey },
			body: generateBody(request),
		}),
		response: (body) => readTask(taskBody.parse(body)),
	},
	status: {
		request: ({ jobId }: JobAddress) => ({
			method: 'GET',
			path: `/tasks/${encodeURIComponent(jobId)}`,
		}),
		response: (body, { jobId }) =>
			readTask(taskBody.extend({ task_id: z.literal(jobId) }).parse(body)),
	},
};

/** Every choice of the user goes on the wire, `false` included: the provider's defaults are never relied on. */
function generateBody(request: VideoRequest): Record<string, unknown> {
	const body: Record<string, unknown> = {
		model: request.model,
		image_url: request.mode === 'imageToVideo' ? request.imageUrl : undefined,
		prompt: request.prompt,
		duration: request.duration,
		aspect_ratio: request.aspectRatio,
		audio: request.audio,
		webhook_url: request.callbackUrl,
		metadata: request.metadata,
	};
	return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function readTask(task: Task): JobReading {
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
	};
	if (reading.status === 'completed') return { ...reading, ...readResult(task) };
	if (reading.status === 'failed') return { ...reading, failure: readFailure(task.error) };
	return reading;
}

function readResult({ result, completed_at, credits_charged }: Task): Partial<JobReading> {
	if (!result?.video_url) return withoutAddress('video', credits_charged);
	return {
		videoUrl: result.video_url,
		durationSeconds: result.duration,
		resolution: result.resolution,
		hasAudio: result.has_audio,
		fileSizeBytes: result.file_size,
		creditsCharged: credits_charged,
		expiresAt: later(completed_at, URL_LIFETIME_MS),
	};
}
