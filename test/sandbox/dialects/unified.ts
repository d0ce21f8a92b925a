import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import { isoSeconds } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import type { Job, JobRequest } from '../core/job.ts';
import { estimatedCompletionMs, progressOf } from '../core/job.ts';
import { SUBMITTED_STATUS } from '../decisions.ts';
import { checkBody, parseBody, parseForm } from './body.ts';
import type { Call, Dialect, Route } from './dialect.ts';
import { once } from './idempotency.ts';
import { checkReachable } from './image.ts';
import { cancelJob, estimatedSeconds, fileUrl, ownJob, statusWord } from './jobs.ts';
import { bearerKey, structuredError } from './seedance.ts';
import type { Model, UnifiedBody } from './unifiedSchema.ts';
import {
	FORM_CONVERSIONS,
	imageFormSchema,
	imageToVideoSchema,
	MODELS,
	priceOf,
	textToVideoSchema,
} from './unifiedSchema.ts';

/** The unified API of seedance.it.com. Bodies are the document's, key by key: nothing is said that it does not show. */

const NAME = 'unified';

export function unified(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	const submitTo = (path: string, read: (call: Call) => Taken): Route => ({
		method: 'POST',
		path,
		kind: 'submit',
		handle: (call) => submit(core, call, path, read(call)),
	});
	return {
		name: NAME,
		provider: 'seedance',
		prefixes: ['/v1'],
		keyOf: bearerKey,
		answerTo: structuredError,
		routes: [
			submitTo('/v1/generate/text-to-video', readTextToVideo),
			submitTo('/v1/generate/image-to-video', readImageToVideo),
			{
				method: 'GET',
				path: '/v1/tasks/:id',
				kind: 'status',
				handle: (call) => status(core, call),
			},
			{
				method: 'DELETE',
				path: '/v1/tasks/:id',
				kind: 'cancel',
				handle: (call) => cancel(core, call),
			},
			{ method: 'GET', path: '/v1/account/credits', kind: 'credits', handle: credits },
		],
	};
}

/** A submission that is right, and what an idempotency key compares it by. */
interface Taken {
	body: UnifiedBody;
	content: unknown;
}

function readTextToVideo(call: Call): Taken {
	const content = parseBody(call);
	return { body: checkBody(textToVideoSchema, content), content };
}

/** [doc] A form with the file `image`, or JSON with `image_url`. */
function readImageToVideo(call: Call): Taken {
	if (call.form) {
		const { body, content } = parseForm(call.form, 'image', FORM_CONVERSIONS);
		return { body: checkBody(imageFormSchema, body), content };
	}
	const content = parseBody(call);
	return { body: checkBody(imageToVideoSchema, content), content };
}

function submit(core: Core, call: Call, path: string, { body, content }: Taken): Answer {
	checkReachable([body.image_url]);
	return once(core, call, path, content, () => {
		const job = core.board.submit({ account: call.account, dialect: NAME, ...orderOf(body) });
		return { status: SUBMITTED_STATUS, body: submitBody(core, job) };
	});
}

function orderOf(body: UnifiedBody): { request: JobRequest; credits: number } {
	const model = MODELS.get(body.model);
	if (!model) throw new Problem('invalid_request', 'model: is not a known model');
	const durationSeconds = body.duration ?? model.seconds.default;
	return {
		request: requestOf(body, durationSeconds, model),
		credits: priceOf(model, durationSeconds),
	};
}

const requestOf = (body: UnifiedBody, durationSeconds: number, model: Model): JobRequest => ({
	model: body.model,
	prompt: body.prompt,
	durationSeconds,
	resolution: model.resolutions[body.aspect_ratio],
	// [doc] true when left out, for models that make sound.
	audio: body.audio ?? model.audio,
	callbackUrl: body.webhook_url,
	metadata: body.metadata,
});

/** [us] `estimated_time` is whole seconds of wall time, of the job's own processing: the queue is not in it. */
function submitBody(core: Core, job: Job): Record<string, unknown> {
	const settled = job.state !== 'queued' && job.state !== 'processing';
	return {
		task_id: job.id,
		status: settled ? job.state : 'queued',
		model: job.request.model,
		credits_charged: job.state === 'failed' ? 0 : job.credits,
		estimated_time: estimatedSeconds(job),
		...(settled ? outcomeOf(core, job) : {}),
		created_at: isoSeconds(job.createdAt),
		...completedAt(job),
	};
}

function status(core: Core, call: Call): Answer {
	return { status: 200, body: statusBody(core, taskOf(core, call)) };
}

/** [us] The document knows the status "cancelled" but not how to get there: DELETE, answered with the task. */
function cancel(core: Core, call: Call): Answer {
	const job = taskOf(core, call);
	cancelJob(core, job, 'task');
	return { status: 200, body: statusBody(core, job) };
}

const credits = ({ account }: Call): Answer => ({
	status: 200,
	body: { credits: account.credits, tier: account.tier },
});

const taskOf = (core: Core, call: Call): Job =>
	ownJob(core, call, NAME, call.params.id ?? '', 'task');

function statusBody(core: Core, job: Job): Record<string, unknown> {
	const nowMs = core.clock.now();
	const running = job.state === 'processing';
	return {
		task_id: job.id,
		status: statusWord(job),
		...(running ? { progress: progressOf(job, nowMs) } : {}),
		model: job.request.model,
		...outcomeOf(core, job),
		...(job.request.metadata ? { metadata: job.request.metadata } : {}),
		...(job.state === 'completed' ? { credits_charged: job.credits } : {}),
		created_at: isoSeconds(job.createdAt),
		...(running ? { estimated_completion: isoSeconds(estimatedCompletionMs(job, nowMs)) } : {}),
		...completedAt(job),
	};
}

const completedAt = (job: Job): Record<string, unknown> =>
	job.state === 'completed' && job.settledAt !== null
		? { completed_at: isoSeconds(job.settledAt) }
		: {};

/** `result` of a completed task, `error` of a failed one ([us] an object as in error bodies, or a text by tag). */
function outcomeOf(core: Core, job: Job): Record<string, unknown> {
	if (job.state === 'completed') {
		const fileSize = core.clip.sizeFor(job.id);
		return { result: { ...resultOf(core, job), file_size: fileSize } };
	}
	if (job.failure) return { error: job.tags.has('fail-text') ? job.failure.message : job.failure };
	return {};
}

/** The result without `file_size`, which the document's callback does not have. */
const resultOf = (core: Core, job: Job): Record<string, unknown> => ({
	video_url: fileUrl(core, job),
	duration: job.request.durationSeconds,
	resolution: job.request.resolution,
	has_audio: job.request.audio,
});

function callbackPayload(core: Core, job: Job): CallbackPayload {
	const event = `task.${job.state}`;
	const bodyWith = (state: string, outcome: Record<string, unknown>) => ({
		event: `task.${state}`,
		task_id: job.id,
		status: state,
		...outcome,
		...(job.request.metadata ? { metadata: job.request.metadata } : {}),
		timestamp: isoSeconds(job.settledAt ?? core.clock.now()),
	});
	const result = resultOf(core, job);
	return {
		event,
		body: bodyWith(job.state, job.state === 'completed' ? { result } : outcomeOf(core, job)),
		signed: true,
		withVideoUrl: (url) => bodyWith('completed', { result: { ...result, video_url: url } }),
	};
}
