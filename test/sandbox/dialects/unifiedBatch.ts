import { z } from 'zod';
import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { Batch } from '../core/batch.ts';
import { newId } from '../core/board.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { isSettled } from '../core/job.ts';
import { MOST_BATCH_TASKS, SUBMITTED_STATUS } from '../decisions.ts';
import { checkBody, parseBody } from './body.ts';
import type { Call, Route } from './dialect.ts';
import { once } from './idempotency.ts';
import { checkReachable, webUrl } from './image.ts';
import { errorOf } from './seedance.ts';
import type { UnifiedBody } from './unifiedSchema.ts';
import { imageToVideoSchema, orderOf, textToVideoSchema } from './unifiedSchema.ts';
import { batchPayload, submitBody } from './unifiedTask.ts';

/** Many tasks in one call. The document shows only the request. Everything else is [us]. */

const PATH = '/v1/generate/batch';

const schema = z
	.object({
		tasks: z
			.array(z.object({ type: z.enum(['text-to-video', 'image-to-video']) }).passthrough())
			.min(1)
			.max(MOST_BATCH_TASKS),
		webhook_url: webUrl.optional(),
	})
	.strict();

export function batchRoute(core: Core, dialect: string): Route {
	core.settledListeners.push((job) => {
		if (job.batch) tellWhenDone(core, job.batch);
	});
	return {
		method: 'POST',
		path: PATH,
		kind: 'submit',
		handle: (call) => submitBatch(core, call, dialect),
	};
}

function submitBatch(core: Core, call: Call, dialect: string): Answer {
	const sent = parseBody(call);
	const { tasks, webhook_url: callbackUrl } = checkBody(schema, sent);
	const bodies = checkTasks(tasks);
	return once(core, call, PATH, sent, () => {
		const { account } = call;
		const batch: Batch = { id: newId('batch_'), account, callbackUrl, jobs: [], closed: false };
		const entries = bodies.map((body, index) => takeTask(core, dialect, batch, body, index));
		batch.closed = true;
		tellWhenDone(core, batch);
		return { status: SUBMITTED_STATUS, body: replyOf(batch, entries) };
	});
}

/**
 * [us] One invalid task makes the whole batch fail: nothing is accepted, and every error is named with the task's index
 * from 0.
 */
function checkTasks(tasks: Array<{ type: string }>): UnifiedBody[] {
	const faults: string[] = [];
	const bodies = tasks.flatMap(({ type, ...task }, index): UnifiedBody[] => {
		try {
			const body = checkBody<UnifiedBody>(
				type === 'text-to-video' ? textToVideoSchema : imageToVideoSchema,
				task,
			);
			checkReachable([body.image_url]);
			return [body];
		} catch (thrown) {
			if (!(thrown instanceof Problem)) throw thrown;
			faults.push(`tasks.${index}: ${thrown.message}`);
			return [];
		}
	});
	if (faults.length) throw new Problem('invalid_request', faults.join('; '));
	return bodies;
}

interface Entry {
	/** Undefined for a task for which the credits were not sufficient. */
	job?: Job;
	body: Record<string, unknown>;
}

/**
 * [us] "A 402 mid-batch" [doc]: tasks are paid in order. If the first one is refused, the whole call is refused. Later
 * refusals concern only their own task.
 */
function takeTask(
	core: Core,
	dialect: string,
	batch: Batch,
	body: UnifiedBody,
	index: number,
): Entry {
	try {
		const job = core.board.submit({ account: batch.account, dialect, batch, ...orderOf(body) });
		batch.jobs.push(job);
		return { job, body: submitBody(core, job) };
	} catch (thrown) {
		if (!(thrown instanceof Problem) || index === 0) throw thrown;
		const { code } = errorOf(thrown);
		const error = { code, message: thrown.message, ...thrown.details };
		return { body: { status: 'failed', model: body.model, error } };
	}
}

/** [us] Each task has the form of its own submission, in the order of the request. Tags select other forms. */
function replyOf(batch: Batch, all: Entry[]): unknown {
	const entries = all.filter(({ job }) => !job?.tags.has('batch-fewer'));
	const tagged = (tag: 'batch-array' | 'batch-ids') => batch.jobs.some(({ tags }) => tags.has(tag));
	if (tagged('batch-array')) return entries.map(({ body }) => body);
	if (tagged('batch-ids')) {
		const ids = entries.flatMap(({ job }) => (job ? [job.id] : []));
		return { batch_id: batch.id, task_ids: ids };
	}
	return { batch_id: batch.id, tasks: entries.map(({ body }) => body) };
}

/** [doc] "One webhook when everything finishes". The tags of any task in the batch apply to it. */
function tellWhenDone(core: Core, batch: Batch): void {
	const { id, account, callbackUrl: url, jobs } = batch;
	if (!url || !batch.closed || !jobs.every(isSettled)) return;
	const tagged = (tag: 'callback-never' | 'callback-twice') =>
		jobs.some(({ tags }) => tags.has(tag));
	if (tagged('callback-never')) return;
	const message = { id, account, url, payload: batchPayload(core, batch) };
	core.callbacks.tell(message, 'regular');
	if (tagged('callback-twice')) core.callbacks.tell(message, 'duplicate');
}
