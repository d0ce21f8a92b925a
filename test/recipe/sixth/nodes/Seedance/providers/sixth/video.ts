import type { JobReading } from '../../core/job';
import type { Dialect } from '../../core/provider';
import {
	anyJobId,
	inPath,
	optionalAddress,
	optionalNumber,
	optionalWord,
	readFailure,
	readProgress,
	readStatus,
	readSubmitted,
	sameJobId,
	withoutAddress,
	withoutUndefined,
} from '../../core/replies';
import { z } from '../../core/zod';

const STATUS_WORDS = {
	waiting: 'queued',
	running: 'processing',
	completed: 'completed',
	failed: 'failed',
} as const;

const body = z.object({
	task_id: anyJobId,
	status: z.string().min(1),
	progress: optionalNumber,
	video: optionalAddress,
	credits: optionalNumber,
	error: z.unknown(),
});

/** Whatever names a task is one. */
const submittedBody = body.extend({
	status: optionalWord.transform((word) => word ?? 'waiting'),
});

function readVideo(task: z.infer<typeof body>): JobReading {
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
		response: (answer) => readSubmitted(readVideo(submittedBody.parse(answer))),
	},
	status: {
		request: ({ jobId }) => ({ method: 'GET', path: `/videos/${inPath(jobId)}` }),
		response: (answer, { jobId }) =>
			readVideo(body.extend({ task_id: sameJobId(jobId) }).parse(answer)),
	},
};
