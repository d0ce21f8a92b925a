import type { Callback, Dialect, Provider } from '../../core/provider';
import {
	anyJobId,
	inPath,
	readOrName,
	readSubmitted,
	sameJobId,
	withoutUndefined,
} from '../../core/replies';
import type { MediaRequest } from '../../core/request';
import { z } from '../../core/zod';
import { access } from './access';
import { disguisedStatus, fault } from './fault';
import { models, V1_MODEL } from './models';
import { readTask, submittedBody, task, taskBody } from './task';

/**
 * `POST /…/generate`, `GET /…/status?task_id=…`. No idempotency key is documented.
 *
 * @param usual the model of a job of which only the ID is known, if the version has only one
 */
const dialectOf = (
	version: 'v1' | 'v2',
	bodyOf: (request: MediaRequest) => Record<string, unknown>,
	usual?: string,
): Dialect => ({
	generate: {
		request: ({ request }) => ({
			method: 'POST',
			path: `/${version}/generate`,
			body: withoutUndefined(bodyOf(request)),
		}),
		response: (body, { request }) =>
			readSubmitted(readTask(submittedBody.parse(body).data, request.model)),
	},
	status: {
		request: ({ jobId }) => ({
			method: 'GET',
			path: `/${version}/status?task_id=${inPath(jobId)}`,
		}),
		response: (body, { jobId }) => {
			const { data } = taskBody.parse(body);
			return readTask({ ...data, task_id: sameJobId(jobId).parse(data.task_id) }, usual);
		},
	},
});

const v1 = dialectOf(
	'v1',
	(request) => ({
		prompt: request.prompt,
		aspect_ratio: request.aspectRatio,
		resolution: request.resolution,
		// A text in this version. [doc]
		duration: request.duration === undefined ? undefined : String(request.duration),
		generate_audio: request.audio,
		fixed_lens: request.cameraLock,
		image_urls: request.imageUrl === undefined ? undefined : [request.imageUrl],
		callback_url: request.callbackUrl,
	}),
	V1_MODEL,
);

const v2 = dialectOf('v2', (request) => ({
	model: request.model,
	prompt: request.prompt,
	// A number in this version. [doc]
	duration: request.duration,
	aspect_ratio: request.aspectRatio,
	images: request.imageUrl === undefined ? request.referenceImageUrls : [request.imageUrl],
	// The name is that of v1. [pub]
	callback_url: request.callbackUrl,
}));

/** Without a model that we know, the job can be of either version. Most are of the older one. [us] */
function dialectsOf(model: string | null | undefined): readonly [Dialect, ...Dialect[]] {
	if (model === V1_MODEL) return [v1];
	return models.some(({ id }) => id === model) ? [v2] : [v1, v2];
}

const namedTask = z.object({ task_id: anyJobId }).passthrough();
/** The IDs of v1 begin so in its document. [doc] */
const usualOf = (jobId: string) => (/^seed15/.test(jobId) ? V1_MODEL : undefined);

const callbackBody = namedTask.transform((data) => ({ data })).or(z.object({ data: namedTask }));

/**
 * Not documented. Read like the reply to the status request, with or without its envelope. [us] Not signed, so it is
 * only a reason to ask the API.
 */
const callback: Callback = {
	jobsIn: (body) => {
		const called = callbackBody.safeParse(body).data;
		if (!called) return [];
		const { task_id: jobId } = called.data;
		return [readOrName(jobId, () => readTask(task.parse(called.data), usualOf(jobId)))];
	},
};

export const seedanceOrg: Provider = {
	...access,
	id: 'seedanceOrg',
	name: 'SeedanceAPI.org',
	models,
	dialects: [v1, v2],
	dialectForRequest: ({ model }) => (model === V1_MODEL ? v1 : v2),
	dialectsForJob: ({ model }) => dialectsOf(model),
	callback,
	disguisedStatus,
	fault,
};
