import type { Answer } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { exactly } from '../core/money.ts';
import { UNKNOWN_STATUS_WORD } from '../decisions.ts';
import { fileUrl } from './jobs.ts';

/** Segmind's answers about a request. */

export function wordOf(job: Job): string {
	if (job.state === 'cancelled') return 'FAILED';
	const odd = job.state === 'processing' && job.tags.has('unknown-status');
	return (odd ? UNKNOWN_STATUS_WORD : job.state).toUpperCase();
}

/** Seconds of the job clock, to the hundredth. */
const secondsBetween = (core: Core, from: number, to: number): number =>
	Math.round(((to - from) * core.clock.speed) / 10) / 100;

/** [pub] */
export function metricsOf(core: Core, job: Job): Record<string, number> {
	const end = job.settledAt ?? core.clock.now();
	const start = job.startedAt ?? job.createdAt;
	return {
		cost: job.credits,
		remaining_credits: job.account.credits,
		inference_time: secondsBetween(core, start, end),
		queue_time: secondsBetween(core, job.createdAt, start),
		total_time: secondsBetween(core, job.createdAt, end),
	};
}

/** [doc] HTTP 422 for a failed request, [pub] with its body. */
const failedAnswer = (job: Job): Answer => ({
	status: 422,
	body: { status: 'FAILED', request_id: job.id, error: errorOf(job) },
});

export const errorOf = (job: Job): string => job.failure?.message ?? 'The request was cancelled.';

export function statusAnswer(core: Core, job: Job): Answer {
	const status = wordOf(job);
	if (status === 'FAILED') return failedAnswer(job);
	const metrics =
		status === 'COMPLETED' ? { inference_time: metricsOf(core, job).inference_time } : undefined;
	return { status: 200, body: { status, request_id: job.id, metrics } };
}

/** [us] The result of a request that is still running is its status. */
export function resultAnswer(core: Core, job: Job): Answer {
	if (wordOf(job) !== 'COMPLETED') return statusAnswer(core, job);
	const url = fileUrl(core, job);
	return {
		status: 200,
		body: {
			status: 'COMPLETED',
			request_id: job.id,
			output: outputOf(job, url),
			video: {
				url,
				content_type: 'video/mp4',
				file_name: `${job.id}.mp4`,
				file_size: core.clip.sizeFor(job.id),
				...(hasLastFrame(job)
					? { last_frame_url: `${core.mediaBase}/cdn/outputs/${job.id}.png` }
					: {}),
			},
			seed: job.request.sent?.seed ?? seedOf(job.id),
			metrics: metricsOf(core, job),
		},
	};
}

/** [pub] 1.0 Pro always has it; [us] of the others, those that were asked for it. */
const hasLastFrame = ({ request }: Job): boolean =>
	request.model === 'seedance-pro' || request.sent?.return_last_frame === true;

/** [pub] `output` occurs as a string, as an object with a URL and as an array. */
function outputOf(job: Job, url: string | undefined): unknown {
	if (job.tags.has('output-object')) return { url };
	if (job.tags.has('output-array')) return url === undefined ? [] : [url];
	return url;
}

/** The seed for a request without one: always the same for the same request. */
const seedOf = (id: string): number => (Number.parseInt(id.slice(0, 8), 16) % 999_999) + 1;

/** [pub] Headers of the synchronous answer. */
export const syncHeaders = (core: Core, job: Job): Record<string, string> => {
	const { inference_time: time = 0, cost, remaining_credits: left } = metricsOf(core, job);
	return {
		'content-type': 'video/mp4',
		'x-request-id': job.id,
		'x-generation-time': String(time),
		'x-cost': String(cost),
		'x-remaining-credits': String(exactly(left ?? 0)),
	};
};
