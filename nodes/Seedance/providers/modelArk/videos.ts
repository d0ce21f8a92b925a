import type { Dialect } from '../../core/provider';
import { inPath, sameJobId } from '../../core/replies';
import type { MediaRequest } from '../../core/request';
import { z } from '../../core/zod';
import { taskBody } from './content';
import { readSubmitted, readTask, task, type Task } from './task';
import { modelOf, wireIdOf } from './wireIds';

// Sources: create, retrieve, list and delete a video generation task (1520757, 1521309, 1521675, 1521720).

const TASKS = '/contents/generations/tasks';
const pathOf = (jobId: string) => `${TASKS}/${inPath(jobId)}`;

/** A tag may have 64 characters. [doc] An idempotency key of ours has 40. */
const tagOf = (idempotencyKey: string) => `n8n-${idempotencyKey}`;

const list = z.object({ items: z.array(z.unknown()) });
/** The list shows up to 500. [doc] An account has at most 120 in its queue, and more than that need not be read. [us] */
const LISTED = 100;

/** The list gives the model's ID, also where a submit has named an endpoint. An ID that we do not know can be any model's. */
function isOfModel({ model: wireId }: Task, { model, modelId }: MediaRequest): boolean {
	const listed = modelOf(wireId ?? '');
	return modelId !== undefined || listed === undefined || listed === model;
}

/** Without idempotency keys. A submit whose answer was lost is looked for in the list. */
export const videos: Dialect = {
	generate: {
		request: ({ request, region, idempotencyKey }) => ({
			method: 'POST',
			path: TASKS,
			body: taskBody(request, region, tagOf(idempotencyKey)),
		}),
		response: readSubmitted,
	},
	status: {
		request: ({ jobId }) => ({ method: 'GET', path: pathOf(jobId) }),
		response: (body, address) =>
			readTask(task.extend({ id: sameJobId(address.jobId) }).parse(body), address),
	},
	cancel: {
		request: ({ jobId }) => ({ method: 'DELETE', path: pathOf(jobId) }),
		// The reply is empty. [doc] The state of the job is asked for afterwards.
		response: () => undefined,
		// A running job refuses, and a finished one would lose its record. [doc]
		when: ['queued'],
	},
	recent: {
		request: ({ request, region }) => ({
			method: 'GET',
			path: `${TASKS}?${new URLSearchParams({
				page_num: '1',
				page_size: String(LISTED),
				// A key with limited permissions needs it. [doc]
				'filter.model': wireIdOf(request, region),
				// Jobs of the cheap tier are hidden otherwise. [doc]
				...(request.serviceTier === 'flex' ? { 'filter.service_tier': 'flex' } : {}),
			}).toString()}`,
		}),
		// An item shows no text. Its tag tells for certain, where the list has it; otherwise model and time must do. [us]
		response: (body, submission) => {
			const tag = tagOf(submission.idempotencyKey);
			const listed = list.parse(body).items.flatMap((item) => task.safeParse(item).data ?? []);
			const tagged = listed.filter((each) => each.safety_identifier === tag);
			const untagged = listed.filter(
				(each) => !each.safety_identifier && isOfModel(each, submission.request),
			);
			return (tagged.length > 0 ? tagged : untagged).map((each) => readTask(each));
		},
	},
};
