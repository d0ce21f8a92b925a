import type { Dialect, HttpCall, JobAddress, Submission } from '../../core/provider';
import type { MediaRequest } from '../../core/request';
import { inPath, sameJobId, withoutUndefined } from '../../core/replies';
import { IDEMPOTENCY_HEADER } from './common';
import {
	batchBody,
	readEntry,
	readSubmittedTask,
	readTask,
	submittedTask,
	taskBody,
} from './unifiedTask';

/** The maximum size of a batch is not documented. [us] */
const MAX_BATCH = 50;

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
		response: (body, { request }) => readSubmittedTask(submittedTask.parse(body), request.model),
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
			path: `/tasks/${inPath(jobId)}`,
		}),
		response: (body, { jobId, model }) =>
			readTask(taskBody.extend({ task_id: sameJobId(jobId) }).parse(body), model),
	},
	// Not documented for this dialect. Derived from its status path. [us]
	cancel: {
		request: ({ jobId }) => ({ method: 'DELETE', path: `/tasks/${inPath(jobId)}` }),
	},
};

/** JSON, or multipart if the image is a file. In multipart every value is a text, including `audio`. [doc] */
function contentOf(request: MediaRequest): Pick<HttpCall, 'body' | 'form'> {
	const body = generateBody(request);
	const image = request.files?.imageUrl;
	if (!image) return { body };
	const fields = Object.entries(body).map(([name, value]) => [
		name,
		typeof value === 'string' ? value : JSON.stringify(value),
	]);
	return {
		form: {
			fields: Object.fromEntries(fields) as Record<string, string>,
			file: { name: 'image', content: image },
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
