import type { Answer } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import { isSettled, type Job } from '../core/job.ts';
import { FAL_IN_PROGRESS_STATUS, UNKNOWN_STATUS_WORD } from '../decisions.ts';
import { fileUrl } from './jobs.ts';

/** How fal speaks of a request. There is no word for one that has failed or was cancelled [doc]. */

export const QUEUE = '/fal-queue';

/** `owner/app`. [doc] */
export const appOf = (endpoint: string): string => endpoint.split('/').slice(0, 2).join('/');

export function urlsOf({ apiBase }: Core, job: Job) {
	const url = `${apiBase}${QUEUE}/${appOf(job.request.model)}/requests/${job.id}`;
	return { response_url: url, status_url: `${url}/status`, cancel_url: `${url}/cancel` };
}

/** The place in the queue, from 0. */
export const positionOf = ({ board }: Core, job: Job): number =>
	board
		.list()
		.filter(({ account, state }) => account === job.account && state === 'queued')
		.indexOf(job);

const CANCELLED = { error: 'The client cancelled the request', error_type: 'client_cancelled' };

/** [us] What the status has of a request without a result, besides the documented names. */
function errorOf(job: Job): Record<string, string> {
	if (job.state === 'cancelled') return CANCELLED;
	return job.state === 'failed' ? { error: 'Invalid status code: 422' } : {};
}

/** [doc] 202 until it has ended, then 200. */
export function statusAnswer(core: Core, job: Job): Answer {
	const about = { request_id: job.id, ...urlsOf(core, job) };
	if (job.state === 'queued') {
		const position = positionOf(core, job);
		return { status: 202, body: { status: 'IN_QUEUE', queue_position: position, ...about } };
	}
	if (!isSettled(job)) {
		const odd = job.tags.has('unknown-status');
		const status = odd ? UNKNOWN_STATUS_WORD.toUpperCase() : 'IN_PROGRESS';
		return { status: 202, body: { status, logs: null, ...about } };
	}
	const seconds = ((job.settledAt ?? 0) - (job.startedAt ?? job.createdAt)) / 1000;
	const metrics = { inference_time: seconds * core.clock.speed };
	return {
		status: 200,
		body: { status: 'COMPLETED', logs: null, metrics, ...about, ...errorOf(job) },
	};
}

/** The number that comes back without one in the request. */
const seedOf = (job: Job): unknown =>
	job.request.sent?.seed ?? Number.parseInt(job.id.slice(0, 6), 16);

/** What the model has returned. */
export function outputOf(core: Core, job: Job): { code: number; payload: Record<string, unknown> } {
	if (job.state === 'cancelled') {
		const { error: detail, error_type } = CANCELLED;
		return { code: 499, payload: { detail, error_type } };
	}
	if (job.failure) {
		const { code: type, message: msg } = job.failure;
		const list = [
			{ loc: ['body', 'prompt'], msg, type, url: `https://docs.fal.ai/errors/#${type}` },
		];
		// [doc] A text is possible, too.
		return { code: 422, payload: { detail: job.tags.has('fail-text') ? msg : list } };
	}
	const video = {
		url: fileUrl(core, job),
		content_type: 'video/mp4',
		file_name: `${job.id}.mp4`,
		file_size: core.clip.sizeFor(job.id),
	};
	return { code: 200, payload: { video, seed: seedOf(job) } };
}

/** [doc] The status and the body of the model. */
export function resultAnswer(core: Core, job: Job): Answer {
	if (!isSettled(job)) {
		return { status: FAL_IN_PROGRESS_STATUS, body: { detail: 'Request is still in progress' } };
	}
	const { code, payload } = outputOf(core, job);
	return { status: code, body: payload };
}

/** The body of a callback [doc]. */
export function callbackBody(core: Core, job: Job): Record<string, unknown> {
	const { code, payload } = outputOf(core, job);
	const ids = { request_id: job.id, gateway_request_id: job.id };
	return code === 200
		? { ...ids, status: 'OK', payload }
		: { ...ids, status: 'ERROR', error: `Invalid status code: ${code}`, payload };
}
