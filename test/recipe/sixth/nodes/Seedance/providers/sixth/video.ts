import type { JobReading } from '../../core/job';
import type { Dialect } from '../../core/provider';
import {
	optionalAddress,
	optionalNumber,
	readFailure,
	readProgress,
	readStatus,
	withoutAddress,
	withoutUndefined,
} from '../../core/reading';
import { z } from '../../core/zod';

const STATUS_WORDS = {
	waiting: 'queued',
	running: 'processing',
	completed: 'completed',
	failed: 'failed',
} as const;

const body = z.object({
	task_id: z.string().min(1),
	status: z.string().min(1),
	progress: optionalNumber,
	video: optionalAddress,
	credits: optionalNumber,
	error: z.unknown(),
});

function readVideo(answer: unknown, jobId?: string): JobReading {
	const task = body.parse(answer);
	if (jobId !== undefined) z.literal(jobId).parse(task.task_id);
	const reading: JobReading = {
		jobId: task.task_id,
		model: 'sixth-one',
		progress: readProgress(task.progress, 100),
		...readStatus(STATUS_WORDS, task.status),
	};
	if (reading.status === 'failed') return { ...reading, failure: readFailure(task.error) };
	if (reading.status !== 'completed') return reading;
	if (!task.video) return { ...reading, ...withoutAddress('video', task.credits) };
	return { ...reading, videoUrl: task.video, creditsCharged: task.credits };
}

/** `POST /videos`, `GET /videos/{task_id}`: neither callbacks nor idempotency keys nor cancelling. */
export const video: Dialect = {
	generate: {
		request: ({ request }) => ({
			method: 'POST',
			path: '/videos',
			body: withoutUndefined({
				text: request.prompt,
				seconds: request.duration,
				aspect_ratio: request.aspectRatio,
				image: request.imageUrl,
			}),
		}),
		response: (answer) => readVideo(answer),
	},
	status: {
		request: ({ jobId }) => ({ method: 'GET', path: `/videos/${encodeURIComponent(jobId)}` }),
		response: (answer, { jobId }) => readVideo(answer, jobId),
	},
};
