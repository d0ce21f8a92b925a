import type { Dialect } from '../../core/provider';
import type { MediaRequest } from '../../core/request';
import { inPath, withoutUndefined } from '../../core/replies';
import { IDEMPOTENCY_HEADER } from './common';
import { readFlatJob, readSubmittedFlatJob } from './dedicated';

export const LITE_MODEL = 'seedance-1.0-lite';

const pathOf = (jobId: string) => `/jobs/${inPath(jobId)}`;

/**
 * Seedance 1.0 Lite with an image given by its address or as base64: `/seedance-1-lite/generate`, `/jobs/{id}`. [doc]
 */
export const lite: Dialect = {
	idempotent: true,
	generate: {
		request: ({ request, idempotencyKey }) => ({
			method: 'POST',
			path: '/seedance-1-lite/generate',
			headers: { [IDEMPOTENCY_HEADER]: idempotencyKey },
			body: withoutUndefined({
				image: imageOf(request),
				prompt: request.prompt,
				duration: request.duration,
				resolution: request.resolution,
				aspect_ratio: request.aspectRatio,
				camera_lock: request.cameraLock,
				seed: request.seed,
				webhook_url: request.callbackUrl,
			}),
		}),
		response: (body) => readSubmittedFlatJob(LITE_MODEL, body, 'processing'),
	},
	status: {
		request: ({ jobId }) => ({ method: 'GET', path: pathOf(jobId) }),
		response: (body, { jobId }) => readFlatJob(LITE_MODEL, body, jobId),
	},
	// Not documented for this dialect. Derived from its status path. [us]
	cancel: { request: ({ jobId }) => ({ method: 'DELETE', path: pathOf(jobId) }) },
};

/** "URL or base64" [doc]: plain base64 without a `data:` prefix. [us] */
function imageOf({ imageUrl, files }: MediaRequest): string | undefined {
	return files?.imageUrl ? files.imageUrl.bytes.toString('base64') : imageUrl;
}
