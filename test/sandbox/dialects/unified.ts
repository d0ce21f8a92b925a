import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import { isoSeconds } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import type { Job, JobRequest } from '../core/job.ts';
import { estimatedCompletionMs, progressOf } from '../core/job.ts';
import { RESOLUTIONS, SUBMITTED_STATUS, UNKNOWN_STATUS_WORD } from '../decisions.ts';
import { checkBody, parseBody } from './body.ts';
import type { Call, Dialect, Route } from './dialect.ts';
import { once } from './idempotency.ts';
import { bearerKey, structuredError } from './seedance.ts';
import type { UnifiedBody } from './unifiedSchema.ts';
import { imageToVideoSchema, MODELS, priceOf, textToVideoSchema } from './unifiedSchema.ts';

/** The unified API of seedance.it.com. Bodies are the document's, key by key: nothing is said that it does not show. */

const NAME = 'unified';

type Schema = typeof textToVideoSchema | typeof imageToVideoSchema;

export function unified(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	const submitTo = (path: string, schema: Schema): Route => ({
		method: 'POST',
		path,
		kind: 'submit',
		handle: (call) => submit(core, call, path, schema),
	});
	return {
		name: NAME,
		prefix: '/v1',
		keyOf: bearerKey,
		answerTo: structuredError,
		routes: [
			submitTo('/v1/generate/text-to-video', textToVideoSchema),
			submitTo('/v1/generate/image-to-video', imageToVideoSchema),
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

function submit(core: Core, call: Call, path: string, schema: Schema): Answer {
	const sent = parseBody(call);
	const body: UnifiedBody = checkBody(schema, sent);
	return once(core, call, path, sent, () => {
		const model = MODELS.get(body.model);
		if (!model) throw new Problem('invalid_request', 'model: is not a known model');
		const durationSeconds = body.duration ?? model.seconds.default;
		const job = core.board.submit({
			account: call.account,
			dialect: NAME,
			request: requestOf(body, durationSeconds, model.audio),
			credits: priceOf(model, durationSeconds),
		});
		return { status: SUBMITTED_STATUS, body: submitBody(core, job) };
	});
}

const requestOf = (body: UnifiedBody, durationSeconds: number, hasAudio: boolean): JobRequest => ({
	model: body.model,
	prompt: body.prompt,
	durationSeconds,
	aspectRatio: body.aspect_ratio,
	// [doc] true when left out, for models that make sound.
	audio: body.audio ?? hasAudio,
	imageUrl: body.image_url,
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
		estimated_time: settled ? 0 : Math.max(1, Math.ceil(job.estimateMs / 1000)),
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
	if (job.state === 'completed' || job.state === 'failed')
		throw new Problem('already_settled', `The task is already ${job.state}.`);
	core.board.settle(job, 'cancelled');
	return { status: 200, body: statusBody(core, job) };
}

const credits = ({ account }: Call): Answer => ({
	status: 200,
	body: { credits: account.credits, tier: account.tier },
});

function taskOf(core: Core, call: Call): Job {
	const id = call.params.id ?? '';
	const job = core.board.get(call.account, id);
	if (!job) throw new Problem('not_found', `No task with the id "${id}".`);
	return job;
}

function statusBody(core: Core, job: Job): Record<string, unknown> {
	const nowMs = core.clock.now();
	const running = job.state === 'processing';
	const word = running && job.tags.has('unknown-status') ? UNKNOWN_STATUS_WORD : job.state;
	return {
		task_id: job.id,
		status: word,
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
	...(job.tags.has('no-url') ? {} : { video_url: `${core.mediaBase}/cdn/outputs/${job.id}.mp4` }),
	duration: job.request.durationSeconds,
	resolution: RESOLUTIONS[job.request.aspectRatio],
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
