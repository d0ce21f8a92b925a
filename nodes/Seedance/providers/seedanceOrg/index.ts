import type { Callback, Dialect, Provider } from '../../core/provider';
import type { JobReading } from '../../core/job';
import {
	anyJobId,
	inPath,
	optionalAddress,
	optionalNumber,
	optionalText,
	optionalWord,
	readFailure,
	readOrName,
	readStatus,
	readSubmitted,
	sameJobId,
	withoutAddress,
	withoutUndefined,
} from '../../core/replies';
import { z } from '../../core/zod';
import { access } from './access';
import { disguisedStatus, fault } from './fault';
import { models } from './models';

// Source: "Seedance 1.5 API Documentation", seedanceapi.org.

const task = z.object({
	task_id: anyJobId,
	status: z.string().min(1),
	consumed_credits: optionalNumber,
	created_at: optionalText,
	response: z.array(optionalAddress).nullish().catch(null),
	error_message: optionalText,
});
type Task = z.infer<typeof task>;
const taskBody = z.object({ data: task });

/** Any body that names a task counts as one, with or without the envelope. */
const submittedTask = task.extend({
	status: optionalWord.transform((word) => word ?? 'IN_PROGRESS'),
});
const submittedBody = z
	.object({ data: submittedTask })
	.or(submittedTask.transform((data) => ({ data })));

// IN_PROGRESS and SUCCESS [doc], FAILED [pub].
const STATUS_WORDS = {
	IN_PROGRESS: 'processing',
	SUCCESS: 'completed',
	FAILED: 'failed',
} as const;

function readTask(data: Task): JobReading {
	const reading: JobReading = {
		jobId: data.task_id,
		// The only model of this provider. Its replies do not name it.
		model: 'seedance-1.5',
		...readStatus(STATUS_WORDS, data.status),
		createdAt: data.created_at,
	};
	if (reading.status === 'failed') {
		const failure = readFailure(data.error_message);
		// The consumed credits are not a reservation: a failed job may have been charged.
		return { ...reading, failure, creditsCharged: data.consumed_credits };
	}
	if (reading.status !== 'completed') return reading;
	const videoUrl = data.response?.find(Boolean);
	if (!videoUrl) return { ...reading, ...withoutAddress('video', data.consumed_credits) };
	return { ...reading, videoUrl, creditsCharged: data.consumed_credits };
}

/** `POST /v1/generate`, `GET /v1/status?task_id=…`. No idempotency key is documented. */
const dialect: Dialect = {
	generate: {
		request: ({ request }) => ({
			method: 'POST',
			path: '/v1/generate',
			body: withoutUndefined({
				prompt: request.prompt,
				aspect_ratio: request.aspectRatio,
				resolution: request.resolution,
				// A text in this API. [doc]
				duration: String(request.duration),
				generate_audio: request.audio,
				fixed_lens: request.cameraLock,
				image_urls: request.imageUrl === undefined ? undefined : [request.imageUrl],
				callback_url: request.callbackUrl,
			}),
		}),
		response: (body) => readSubmitted(readTask(submittedBody.parse(body).data)),
	},
	status: {
		request: ({ jobId }) => ({
			method: 'GET',
			path: `/v1/status?task_id=${inPath(jobId)}`,
		}),
		response: (body, { jobId }) => {
			const { data } = taskBody.parse(body);
			return readTask({ ...data, task_id: sameJobId(jobId).parse(data.task_id) });
		},
	},
};

const namedTask = z.object({ task_id: anyJobId }).passthrough();
const callbackBody = namedTask.transform((data) => ({ data })).or(z.object({ data: namedTask }));

/**
 * Not documented. Read like the reply to the status request, with or without its envelope. [us] Not signed, so it is
 * only a reason to ask the API.
 */
const callback: Callback = {
	jobsIn: (body) => {
		const called = callbackBody.safeParse(body).data;
		return called ? [readOrName(called.data.task_id, () => readTask(task.parse(called.data)))] : [];
	},
};

export const seedanceOrg: Provider = {
	...access,
	id: 'seedanceOrg',
	name: 'SeedanceAPI.org',
	models,
	dialects: [dialect],
	dialectForRequest: () => dialect,
	dialectsForJob: () => [dialect],
	callback,
	disguisedStatus,
	fault,
};
