import type { Dialect, Provider } from '../../core/provider';
import { inPath, readSubmitted, sameJobId } from '../../core/replies';
import { access } from './access';
import { credits } from './credits';
import { fault } from './fault';
import { bodyOf } from './input';
import { models } from './models';
import { fileCall, readVideo, submittedVideo, video } from './video';
import { callback } from './webhook';

/** It has no uploads, no idempotency keys, no cancel and no list of jobs. Files are sent as data addresses. */
const dialect: Dialect = {
	generate: {
		request: ({ request }) => ({ method: 'POST', path: '/videos', body: bodyOf(request) }),
		response: (body) => readSubmitted(readVideo(submittedVideo.parse(body))),
	},
	status: {
		request: ({ jobId }) => ({ method: 'GET', path: `/videos/${inPath(jobId)}` }),
		response: (body, { jobId }) => readVideo(video.extend({ id: sameJobId(jobId) }).parse(body)),
	},
};

/** OpenRouter, which passes requests on to BytePlus. */
export const openRouter: Provider = {
	...access,
	id: 'openRouter',
	name: 'OpenRouter',
	models,
	dialects: [dialect],
	dialectForRequest: () => dialect,
	dialectsForJob: () => [dialect],
	file: fileCall,
	downloadReason:
		'OpenRouter gives the file only to those who have the API key, so it is downloaded even if this is off.',
	credits,
	callback,
	fault,
};
