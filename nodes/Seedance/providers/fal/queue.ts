import type { Dialect, JobAddress, Submission } from '../../core/provider';
import { inPath } from '../../core/replies';
import { z } from '../../core/zod';
import { appOfJob, endpointOf, pathOf } from './endpoints';
import { recent } from './history';
import { inputOf } from './input';
import { isResult, readResult, readStatusReply, readSubmitReply } from './job';

// Sources: the queue pages, the common parameters, and fal-js.

/**
 * How long the files of a job are kept, in seconds: 30 days, as long as fal keeps its result, so that Check Status never
 * finds a video that is gone. [us]
 */
const FILES_KEPT_SECONDS = 30 * 24 * 3_600;

const HEADERS = {
	// Otherwise fal itself would run a job again that has failed, up to 10 times. [doc]
	'x-fal-no-retry': '1',
	'x-fal-object-lifecycle-preference': JSON.stringify({
		expiration_duration_seconds: FILES_KEPT_SECONDS,
	}),
};

const uploadReply = z.object({ file_url: z.string().url(), upload_url: z.string().url() });

/** Where the answer to a cancel does not say more: it was asked for, and the state of the job tells the rest. */
const cancelReply = z.object({
	status: z.enum(['OK', 'CANCELLATION_REQUESTED', 'ALREADY_COMPLETED', 'NOT_FOUND']),
});

const upload: NonNullable<Dialect['upload']> = {
	request: ({ mimeType, fileName }) => ({
		method: 'POST',
		host: 'storage',
		path: '/storage/upload/initiate?storage_type=fal-cdn-v3',
		body: { content_type: mimeType, file_name: fileName },
	}),
	response: (body) => {
		const { file_url: url, upload_url: putTo } = uploadReply.parse(body);
		return { url, putTo };
	},
};

function submitPath({ request }: Submission): string {
	const path = pathOf(endpointOf(request));
	const { callbackUrl } = request;
	return callbackUrl
		? `${path}?${new URLSearchParams({ fal_webhook: callbackUrl }).toString()}`
		: path;
}

/**
 * The queue. A submit uses the whole ID of an endpoint, and all questions only the application. [doc] The addresses in
 * the replies are not used.
 *
 * @param app where a job is looked for of which nothing but the ID is known
 */
export function queueOf(app: string): Dialect {
	const jobPath = (job: JobAddress) =>
		`${pathOf(appOfJob(job) ?? app)}/requests/${inPath(job.jobId)}`;
	/** Where the job was found is where it is asked for from then on. */
	const found = (job: JobAddress) => ({ reference: { app, ...job.reference } });
	return {
		generate: {
			request: (submission) => ({
				method: 'POST',
				path: submitPath(submission),
				headers: HEADERS,
				body: inputOf(submission.request),
			}),
			response: readSubmitReply,
		},
		status: {
			request: (job) => ({ method: 'GET', path: `${jobPath(job)}/status` }),
			response: (body, job) => {
				const reading = readStatusReply(body, job);
				return appOfJob(job) === undefined ? { ...reading, ...found(job) } : reading;
			},
		},
		result: {
			request: (job) => ({ method: 'GET', path: jobPath(job) }),
			response: readResult,
			answers: isResult,
		},
		cancel: {
			request: (job) => ({ method: 'PUT', path: `${jobPath(job)}/cancel` }),
			response: (body, { jobId }) => {
				const { status } = cancelReply.parse(body);
				// It was taken out of the queue. [doc]
				return status === 'OK' ? { jobId, status: 'cancelled' } : undefined;
			},
		},
		upload,
		recent,
	};
}
