import type { Dialect, HttpCall, LostSubmission, Submission } from '../../core/provider';
import { inPath, readSubmitted, sameJobId } from '../../core/replies';
import { z } from '../../core/zod';
import { pathOf, wireIdOf } from './ids';
import { inputOf, settingsOf } from './input';
import { contentOf, prediction, readPrediction, submittedPrediction } from './prediction';

// Sources: "Submit task", "Get result", "List predictions", "Media upload", "Webhooks".

function submitPath({ request }: Submission): string {
	const path = pathOf(wireIdOf(request));
	const { callbackUrl: webhook } = request;
	return webhook ? `${path}?${new URLSearchParams({ webhook }).toString()}` : path;
}

const uploaded = z.object({ download_url: z.string().url() });
const list = z.object({ items: z.array(z.unknown()) });

/** The most that a page has. [doc] */
const PAGE_SIZE = 100;
/** How far the provider's clock may be ahead of ours, in milliseconds. [us] */
const CLOCK_SKEW_MS = 10_000;

/** A list is asked for by POST. [doc] */
const recentCall = ({ sentAt }: LostSubmission): HttpCall => ({
	method: 'POST',
	path: '/predictions',
	body: {
		page: 1,
		page_size: PAGE_SIZE,
		created_after: new Date(sentAt - CLOCK_SKEW_MS).toISOString().replace(/\.\d+Z$/, 'Z'),
	},
});

/**
 * A listed job shows its model, its time and no input [doc], so these two must do, as with ModelArk. Where the input is
 * shown, a field that differs decides. [us]
 */
function mayComeFrom(
	{ request }: Submission,
	{ model, input }: z.infer<typeof prediction>,
): boolean {
	if (model !== wireIdOf(request)) return false;
	return Object.entries(settingsOf(request)).every(([field, value]) => {
		const shown = input?.[field] ?? undefined;
		return shown === undefined || shown === value;
	});
}

/**
 * Without idempotency keys and without a cancel, as no document has one. A submit whose answer was lost is looked for in
 * the list.
 */
export const dialect: Dialect = {
	generate: {
		request: (submission) => ({
			method: 'POST',
			path: submitPath(submission),
			body: inputOf(submission.request),
		}),
		response: (body) => readSubmitted(readPrediction(submittedPrediction.parse(contentOf(body)))),
	},
	status: {
		request: ({ jobId }) => ({ method: 'GET', path: `/predictions/${inPath(jobId)}/result` }),
		response: (body, { jobId }) =>
			readPrediction(prediction.extend({ id: sameJobId(jobId) }).parse(contentOf(body))),
	},
	upload: {
		request: (content) => ({
			method: 'POST',
			path: '/media/upload/binary',
			form: { fields: {}, file: { name: 'file', content } },
		}),
		response: (body) => ({ url: uploaded.parse(contentOf(body)).download_url }),
	},
	recent: {
		request: recentCall,
		response: (body, submission) =>
			list.parse(contentOf(body)).items.flatMap((item) => {
				const listed = prediction.safeParse(item).data;
				return listed && mayComeFrom(submission, listed) ? [readPrediction(listed)] : [];
			}),
	},
};
