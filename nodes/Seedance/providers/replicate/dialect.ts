import type { Dialect } from '../../core/provider';
import { inPath, readSubmitted, sameJobId, withoutUndefined } from '../../core/replies';
import type { MediaRequest } from '../../core/request';
import { z } from '../../core/zod';
import { inputOf, settingsOf, wireNameOf } from './input';
import { prediction, readPrediction, submittedPrediction } from './prediction';

// Source: the OpenAPI document (models.predictions.create, predictions.get, .cancel and .list, files.create).

const PREDICTIONS = '/predictions';

/** The shortest time that `Cancel-After` takes, in seconds. [doc] */
const MIN_CANCEL_AFTER_SECONDS = 5;

/**
 * The provider ends the job itself when nobody waits for it any more, even if n8n has stopped by then. Without it, a
 * job may run for 30 minutes. [doc]
 */
function cancelAfter(unwantedAfterMs: number | undefined): Record<string, string> | undefined {
	if (unwantedAfterMs === undefined) return undefined;
	const seconds = Math.max(MIN_CANCEL_AFTER_SECONDS, Math.ceil(unwantedAfterMs / 1000));
	return { 'cancel-after': `${seconds}s` };
}

/**
 * The largest file that is sent as a data address, in bytes. The documents say "up to 256 kB" and "below 1 MB"; this is
 * less than 256,000 characters in base64. [us]
 */
const MAX_INLINE_BYTES = 190_000;

const uploaded = z.object({ urls: z.object({ get: z.string().url() }) });

/** How far the provider's clock may be ahead of ours, in milliseconds. [us] */
const CLOCK_SKEW_MS = 10_000;
const list = z.object({ results: z.array(z.unknown()) });

/** Without idempotency keys. A submit whose answer was lost is looked for in the list. */
export const dialect: Dialect = {
	generate: {
		request: ({ request, unwantedAfterMs }) => ({
			method: 'POST',
			path: `/models/${wireNameOf(request.model)}${PREDICTIONS}`,
			headers: cancelAfter(unwantedAfterMs),
			body: withoutUndefined({
				input: inputOf(request),
				webhook: request.callbackUrl,
				webhook_events_filter: request.callbackUrl === undefined ? undefined : ['completed'],
			}),
		}),
		response: (body) => readSubmitted(readPrediction(submittedPrediction.parse(body))),
	},
	status: {
		request: ({ jobId }) => ({ method: 'GET', path: `${PREDICTIONS}/${inPath(jobId)}` }),
		response: (body, { jobId }) =>
			readPrediction(prediction.extend({ id: sameJobId(jobId) }).parse(body)),
	},
	cancel: {
		request: ({ jobId }) => ({ method: 'POST', path: `${PREDICTIONS}/${inPath(jobId)}/cancel` }),
		response: (body, { jobId }) =>
			readPrediction(prediction.extend({ id: sameJobId(jobId) }).parse(body)),
		notice:
			'Replicate charges what a cancelled job has already run. Only a job that has not begun yet costs nothing.',
	},
	upload: {
		request: (content) => ({
			method: 'POST',
			path: '/files',
			form: { fields: {}, file: { name: 'content', content } },
		}),
		response: (body) => ({ url: uploaded.parse(body).urls.get }),
		inlineBytes: MAX_INLINE_BYTES,
	},
	recent: {
		request: ({ sentAt }) => ({
			method: 'GET',
			path: `${PREDICTIONS}?${new URLSearchParams({
				created_after: new Date(sentAt - CLOCK_SKEW_MS).toISOString(),
			}).toString()}`,
		}),
		response: (body, { request }) =>
			list.parse(body).results.flatMap((item) => {
				const listed = prediction.safeParse(item).data;
				return listed && mayComeFrom(request, listed) ? [readPrediction(listed)] : [];
			}),
	},
};

/**
 * A listed job shows its input [doc], but not for certain each field of it: a missing one decides nothing. [us] Media is
 * not compared, because files get other addresses.
 */
function mayComeFrom(request: MediaRequest, { model, input }: z.infer<typeof prediction>): boolean {
	if (model && model !== wireNameOf(request.model)) return false;
	return Object.entries(settingsOf(request)).every(([field, value]) => {
		const shown = input?.[field] ?? undefined;
		return shown === undefined || shown === value;
	});
}
