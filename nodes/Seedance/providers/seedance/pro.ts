import type { Dialect } from '../../core/provider';
import { inPath, withoutUndefined } from '../../core/replies';
import { IDEMPOTENCY_HEADER } from './common';
import { readFlatJob, readSubmittedFlatJob } from './dedicated';

export const PRO_MODEL = 'seedance-1.0-pro';

/** Seedance 1.0 Pro with an image given by its address: `/seedance-1-pro/…`. [doc] */
export const pro: Dialect = {
	idempotent: true,
	generate: {
		request: ({ request, idempotencyKey }) => ({
			method: 'POST',
			path: '/seedance-1-pro/generate',
			headers: { [IDEMPOTENCY_HEADER]: idempotencyKey },
			body: withoutUndefined({
				source_image_url: request.imageUrl,
				prompt: request.prompt,
				duration_seconds: request.duration,
				camera_lock: request.cameraLock,
				end_frame_url: request.endFrameUrl,
				// "per-request" [doc]. The field is named as in the two other dialects. [us]
				webhook_url: request.callbackUrl,
			}),
		}),
		response: (body) => readSubmittedFlatJob(PRO_MODEL, body, 'queued'),
	},
	status: {
		request: ({ jobId }) => ({
			method: 'GET',
			path: `/seedance-1-pro/status/${inPath(jobId)}`,
		}),
		response: (body, { jobId }) => readFlatJob(PRO_MODEL, body, jobId),
	},
	cancel: {
		request: ({ jobId }) => ({
			method: 'DELETE',
			path: `/seedance-1-pro/jobs/${inPath(jobId)}`,
		}),
	},
};
