import type { Dialect, Provider } from '../../core/provider';
import { anyJobId, inPath } from '../../core/replies';
import { z } from '../../core/zod';
import { access } from './access';
import { credits } from './credits';
import { fault } from './fault';
import { bodyOf, slugOf } from './input';
import { address, FAILED_JOB, readResult, readState, readSubmitted } from './job';
import { models } from './models';

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
const asyncOnly: Dialect = {
	generate: {
		request: ({ request }) => ({
			method: 'POST',
			path: `/v2/${slugOf(request)}`,
			body: bodyOf(request),
		}),
		response: readSubmitted,
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
		response: readState,
		answers: FAILED_JOB,
	},
	result: {
		request: ({ jobId }) => ({ method: 'GET', path: pathOf(jobId) }),
		response: readResult,
		answers: FAILED_JOB,
	},
};

/** The only model that is also made in one blocking call, v1. Its connection ends before longer jobs do. [pub] */
const BLOCKING_MODEL = 'seedance-pro';

const asyncOrBlocking: Dialect = {
	...asyncOnly,
	sync: {
		request: ({ request }) => ({
			method: 'POST',
			path: `/v1/${slugOf(request)}`,
			body: bodyOf(request),
		}),
		jobOf: (headers) => {
			const { 'x-request-id': jobId, 'x-cost': costUsd } = syncHeaders.parse(headers);
			return { jobId, model: BLOCKING_MODEL, status: 'completed', costUsd };
		},
	},
};

export const segmind: Provider = {
	...access,
	id: 'segmind',
	name: 'Segmind',
	models,
	dialects: [asyncOrBlocking, asyncOnly],
	dialectForRequest: ({ model }) => (model === BLOCKING_MODEL ? asyncOrBlocking : asyncOnly),
	// Both ask in the same way.
	dialectsForJob: () => [asyncOrBlocking],
	credits,
	fault,
};
