import type { Dialect, JobAddress } from '../../core/provider';
import type { MediaRequest } from '../../core/request';
import { inPath, readSubmitted, sameJobId, withoutUndefined } from '../../core/replies';
import { z } from '../../core/zod';
import { job, readJob, submittedJob } from './job';
import { APPLICATIONS } from './models';

// Source: "Awkward Video: the API of a made-up provider".

const applicationOf = ({ model, modelId }: Pick<MediaRequest, 'model' | 'modelId'>): string =>
	modelId ?? APPLICATIONS[model]?.id ?? model;

/** A job's ID means nothing without its application. An ID from elsewhere is looked for in the application of its model. */
function pathOf({ jobId, model, reference }: JobAddress): string {
	const application = reference?.application ?? applicationOf({ model: model ?? 'awkward-2' });
	return `/apps/${inPath(application)}/jobs/${inPath(jobId)}`;
}

/** The list shows this much of the text. */
const SHOWN_CHARACTERS = 100;
const listedJob = job.extend({ text: z.string() });
const list = z.object({ jobs: z.array(z.unknown()) });

const uploadSlot = z.object({ slot: z.string().url(), address: z.string().url() });

export const dialect: Dialect = {
	generate: {
		request: ({ request }) => ({
			method: 'POST',
			path: `/apps/${inPath(applicationOf(request))}/jobs`,
			body: withoutUndefined({ input: inputOf(request), notify: request.callbackUrl }),
		}),
		response: (body, { request }) =>
			readSubmitted(readJob(submittedJob.parse(body), applicationOf(request))),
	},
	status: {
		request: (address) => ({ method: 'POST', path: `${pathOf(address)}/look` }),
		response: (body, { jobId }) => {
			const read = job.parse(body);
			sameJobId(jobId).parse(read.handle.ticket);
			return readJob(read);
		},
	},
	cancel: {
		request: (address) => ({ method: 'PUT', path: `${pathOf(address)}/withdraw` }),
		// "erased" would mean that the job had ended after all, and that its record is gone.
		response: (body, { jobId }) => {
			z.object({ outcome: z.literal('withdrawn') }).parse(body);
			return { jobId, status: 'cancelled' };
		},
		when: ['queued'],
	},
	upload: {
		request: ({ mimeType, fileName }) => ({
			method: 'POST',
			host: 'files',
			path: '/slots',
			body: { type: mimeType, name: fileName },
		}),
		response: (body) => {
			const { slot, address } = uploadSlot.parse(body);
			return { url: address, putTo: slot };
		},
	},
	recent: {
		request: () => ({ method: 'GET', path: '/jobs?newest=50' }),
		response: (body, { request }) =>
			list.parse(body).jobs.flatMap((entry) => {
				const listed = listedJob.safeParse(entry).data;
				const isLike =
					listed?.handle.application === applicationOf(request) &&
					listed.text === [...(request.prompt ?? '')].slice(0, SHOWN_CHARACTERS).join('');
				return isLike ? [readJob(listed)] : [];
			}),
	},
};

function inputOf(request: MediaRequest): Record<string, unknown> {
	return withoutUndefined({
		text: request.prompt,
		seconds: request.duration === undefined ? undefined : String(request.duration),
		quality: request.resolution,
		shape: request.aspectRatio,
		sound: request.audio,
		frame: request.imageUrl,
	});
}
