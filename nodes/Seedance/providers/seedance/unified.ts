import type { JobReading } from '../../core/job';
import type { Dialect, JobAddress, Submission } from '../../core/provider';
import type { VideoRequest } from '../../core/request';
import { z } from '../../core/zod';

// [us] The documents promise idempotency keys and do not name the header.
const IDEMPOTENCY_HEADER = 'Idempotency-Key';
/** "Video URLs expire in 24 hours." [doc] */
const URL_LIFETIME_MS = 24 * 3_600_000;

// What a job cannot do without is strict; the rest may be missing or odd without making the job unreadable.
const text = z.string().nullish().catch(null);
const number = z.number().finite().nullish().catch(null);

const taskBody = z.object({
	task_id: z.string().min(1),
	status: z.string().min(1),
	progress: number,
	model: text,
	result: z
		.object({
			video_url: text,
			duration: number,
			resolution: text,
			has_audio: z.boolean().nullish().catch(null),
			file_size: number,
		})
		.nullish()
		.catch(null),
	credits_charged: number,
	estimated_time: number,
	created_at: text,
	estimated_completion: text,
	completed_at: text,
	metadata: z.record(z.unknown()).nullish().catch(null),
	error: z.unknown(),
});
type Task = z.infer<typeof taskBody>;

const STATUS_WORDS = new Map<string, JobReading['status']>([
	['queued', 'queued'],
	['processing', 'processing'],
	['completed', 'completed'],
	['failed', 'failed'],
	['cancelled', 'cancelled'],
]);

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
	const status = STATUS_WORDS.get(task.status);
	const reading: JobReading = {
		jobId: task.task_id,
		status: status ?? 'processing',
		model: task.model,
		progress: task.progress == null ? null : Math.min(Math.max(task.progress, 0), 100),
		estimatedSeconds:
			task.estimated_time ?? secondsBetween(task.created_at, task.estimated_completion),
		createdAt: task.created_at,
		completedAt: task.completed_at,
		metadata: task.metadata,
	};
	if (!status) return { ...reading, unknownStatus: task.status };
	if (status === 'completed') return { ...reading, ...readResult(task) };
	return status === 'failed' ? { ...reading, failure: readFailure(task.error) } : reading;
}

function readResult({ result, completed_at, credits_charged }: Task): Partial<JobReading> {
	if (!result?.video_url) {
		return {
			status: 'failed',
			creditsCharged: credits_charged,
			failure: {
				code: 'no_video_url',
				message:
					'The provider says that the video is finished but gives no address for it. Ask its support about this job.',
			},
		};
	}
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

const failureBody = z
	.object({ code: z.string().catch('failed'), message: z.string().min(1) })
	.or(
		z
			.string()
			.min(1)
			.transform((message) => ({ code: 'failed', message })),
	)
	.catch({ code: 'failed', message: 'The provider gives no reason' });

/** The `error` of a failed task: its shape is not documented, so an object and a text are both accepted. [us] */
const readFailure = (error: unknown) => failureBody.parse(error);

function secondsBetween(from: string | null | undefined, to: string | null | undefined) {
	const seconds = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
	return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds) : null;
}

function later(iso: string | null | undefined, ms: number): string | null {
	const time = Date.parse(iso ?? '') + ms;
	return Number.isFinite(time) ? new Date(time).toISOString() : null;
}
