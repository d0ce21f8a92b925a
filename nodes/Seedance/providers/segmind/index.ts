import type { JobReading } from '../../core/job';
import type { Dialect, Provider } from '../../core/provider';
import {
	anyJobId,
	inPath,
	optionalAddress,
	optionalNumber,
	optionalWord,
	readFailure,
	readStatus,
	sameJobId,
	withoutAddress,
	withoutUndefined,
} from '../../core/replies';
import { isWebAddress } from '../../core/parameters';
import type { MediaRequest } from '../../core/request';
import { z } from '../../core/zod';
import { access } from './access';
import { credits } from './credits';
import { errorBody, fault } from './fault';
import { models } from './models';

// Sources: "Seedance 1.0 Pro Serverless API", segmind.com [doc]; reply bodies found in public sources [pub].

const STATUS_WORDS = {
	QUEUED: 'queued',
	PROCESSING: 'processing',
	COMPLETED: 'completed',
	FAILED: 'failed',
} as const;

/** The only model of this provider. Its replies do not name it. */
const MODEL = 'seedance-pro';

/** A failed job is returned as HTTP 422 with this body. That is a job's state, not an error of the call. [doc] */
const FAILED_JOB = [422];

const metrics = z.object({ cost: optionalNumber }).nullish().catch(null);

const statusBody = z.object({
	request_id: anyJobId.nullish(),
	status: z.string().min(1),
	error: z.unknown(),
	detail: z.unknown(),
	metrics,
});
type State = z.infer<typeof statusBody>;

/** Any body that names a request counts as one. */
const submittedBody = statusBody.extend({
	request_id: anyJobId,
	status: optionalWord.transform((word) => word ?? 'QUEUED'),
});

/** Another possible body of a failed job's 422: only the reason. [us] */
const bareFailure = errorBody.transform(({ error }) => ({
	request_id: undefined,
	status: 'FAILED',
	error,
	detail: undefined,
	metrics: undefined,
}));

function readState(body: unknown, jobId: string, httpStatus: number): JobReading {
	const form = FAILED_JOB.includes(httpStatus) ? statusBody.or(bareFailure) : statusBody;
	const state = form.parse(body);
	// The ID may be missing, because it was in the path.
	return readRequest(sameJobId(jobId).parse(state.request_id ?? jobId), state);
}

function readRequest(jobId: string, { status, error, detail, metrics }: State): JobReading {
	const reading: JobReading = { jobId, model: MODEL, ...readStatus(STATUS_WORDS, status) };
	if (reading.status !== 'failed') return reading;
	return { ...reading, failure: readFailure(error ?? detail), costUsd: metrics?.cost };
}

/** A request that is finished at once has its result at another address, so it is polled like any other. */
function readSubmitted(body: unknown): JobReading {
	const state = submittedBody.parse(body);
	const reading = readRequest(state.request_id, state);
	return reading.status === 'completed'
		? { ...reading, status: 'processing', estimatedSeconds: 0 }
		: reading;
}

/** `output` occurs as a text, as an object with an address and as a list. [pub] */
const address = z.string().refine(isWebAddress);
const addressObject = z.object({ url: address }).transform(({ url }) => url);
const oneOutput = address.or(addressObject);
const output = oneOutput
	.or(z.array(oneOutput).transform(([first]) => first))
	.nullish()
	.catch(null);

const resultBody = z.object({
	output,
	video: z.object({ url: optionalAddress, file_size: optionalNumber }).nullish().catch(null),
	metrics,
});

function readResult(body: unknown, jobId: string, httpStatus: number): JobReading {
	const reading = readState(body, jobId, httpStatus);
	if (reading.status !== 'completed') return reading;
	const result = resultBody.parse(body);
	const videoUrl = result.video?.url ?? result.output;
	const costUsd = result.metrics?.cost;
	if (!videoUrl) return { ...reading, ...withoutAddress('video', null), costUsd };
	return { ...reading, videoUrl, fileSizeBytes: result.video?.file_size, costUsd };
}

/** [pub] The file is uploaded even if the reply contains no ID. */
const syncHeaders = z.object({
	'x-request-id': anyJobId.catch('unknown'),
	'x-cost': z.coerce.number().nonnegative().optional().catch(undefined),
});

const oneUrl = z.array(address).nonempty();
/** Both `file_urls` and `urls` occur. [pub] */
const uploadBody = z
	.object({ file_urls: oneUrl })
	.or(z.object({ urls: oneUrl }).transform(({ urls }) => ({ file_urls: urls })))
	.transform(({ file_urls: [url] }) => url);

const pathOf = (jobId: string) => `/v2/requests/${inPath(jobId)}`;

/** Async v2: submit, poll the status, fetch the result. It has no callbacks, no idempotency keys and no cancel. */
const dialect: Dialect = {
	generate: {
		request: ({ request }) => ({ method: 'POST', path: '/v2/seedance-pro', body: bodyOf(request) }),
		response: readSubmitted,
	},
	sync: {
		request: ({ request }) => ({ method: 'POST', path: '/v1/seedance-pro', body: bodyOf(request) }),
		jobOf: (headers) => {
			const { 'x-request-id': jobId, 'x-cost': costUsd } = syncHeaders.parse(headers);
			return { jobId, model: MODEL, status: 'completed', costUsd };
		},
	},
	upload: {
		request: ({ bytes, mimeType }) => ({
			method: 'POST',
			host: 'upload',
			path: '/upload-asset',
			body: { data_urls: [`data:${mimeType};base64,${bytes.toString('base64')}`] },
		}),
		response: (body) => ({ url: uploadBody.parse(body) }),
	},
	status: {
		request: ({ jobId }) => ({ method: 'GET', path: `${pathOf(jobId)}/status` }),
		response: (body, { jobId }, httpStatus) => readState(body, jobId, httpStatus),
		answers: FAILED_JOB,
	},
	result: {
		request: ({ jobId }) => ({ method: 'GET', path: pathOf(jobId) }),
		response: (body, { jobId }, httpStatus) => readResult(body, jobId, httpStatus),
		answers: FAILED_JOB,
	},
};

function bodyOf(request: MediaRequest): Record<string, unknown> {
	return withoutUndefined({
		prompt: request.prompt,
		duration: request.duration,
		resolution: request.resolution,
		aspect_ratio: request.aspectRatio,
		camera_fixed: request.cameraLock,
		image_url: request.imageUrl,
		last_frame_url: request.endFrameUrl,
		seed: request.seed,
		skip_moderation: request.skipModeration,
	});
}

export const segmind: Provider = {
	...access,
	id: 'segmind',
	name: 'Segmind',
	models,
	dialects: [dialect],
	dialectForRequest: () => dialect,
	dialectsForJob: () => [dialect],
	credits,
	fault,
};
