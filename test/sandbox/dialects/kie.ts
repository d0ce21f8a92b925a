import { z } from 'zod';
import type { Account, RateLimit } from '../core/account.ts';
import type { Answer, ProblemKind } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import { newId } from '../core/board.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import {
	KIE_CALLBACK_TIMEOUT_MS,
	KIE_HTTP_ERRORS,
	KIE_LIMITS,
	KIE_STATUS_PER_SECOND,
	KIE_SUBMIT_SPAN_MS,
	KIE_URL_LIFE_SECONDS,
	KIE_USD_PER_CREDIT,
	RATE_WINDOW_MS,
	UNKNOWN_STATUS_WORD,
} from '../decisions.ts';
import type { RequestKind } from '../types.ts';
import { parseBody } from './body.ts';
import type { Call, Dialect, Route, StandIn } from './dialect.ts';
import { webUrl } from './image.ts';
import { fileUrl, ownJob } from './jobs.ts';
import { conflictIn, creditsOf, imagesIn, schemaOf, secondsOf, type Input } from './kieModels.ts';
import { taskAndTime, WEBHOOK_SECRET } from './kieSigning.ts';
import { checkImages, upload } from './kieUpload.ts';
import { bearerKey } from './seedance.ts';

/**
 * Seedance at kie.ai: one way to submit, errors in an HTTP 200, results as JSON in a text, callbacks whose body is not
 * signed. No idempotency keys, no list, no cancel.
 */

const NAME = 'kie';
const ROOT = '/kie';
const UPLOAD_ROOT = '/kie-upload';

export const kieStandIn: StandIn = {
	provider: NAME,
	credentialType: 'seedanceKieApi',
	account: {
		apiKey: 'sandbox-kie-key-not-a-real-one',
		webhookSecret: WEBHOOK_SECRET,
		credits: 100_000,
		tier: '',
		...KIE_LIMITS,
	},
	keyHeader: 'authorization',
	currency: 'credits',
	usdPerCredit: KIE_USD_PER_CREDIT,
	hosts: { baseUrl: ROOT, uploadUrl: UPLOAD_ROOT },
	trials: [
		{ dialect: NAME, parameters: { model: 'seedance-2.0', duration: 4 }, plainStatus: true },
	],
	callbacks: [taskAndTime],
	dialects: (core) => [dialectOf(core)],
};

function dialectOf(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	return {
		name: NAME,
		provider: NAME,
		prefixes: [ROOT, UPLOAD_ROOT],
		keyOf: bearerKey,
		answerTo,
		nowhere: () => ({ status: 404, body: { code: 404, msg: 'Not found', data: null } }),
		routes: routesOf(core),
		limitOf,
	};
}

function limitOf({ requestsPerMinute }: Account, kind: RequestKind): RateLimit | undefined {
	if (kind === 'submit') {
		const requests = Math.max(
			1,
			Math.floor((requestsPerMinute * KIE_SUBMIT_SPAN_MS) / RATE_WINDOW_MS),
		);
		return { name: kind, requests, spanMs: KIE_SUBMIT_SPAN_MS };
	}
	if (kind !== 'status') return undefined;
	const requests = Math.max(KIE_STATUS_PER_SECOND, Math.floor(requestsPerMinute / 60));
	return { name: kind, requests, spanMs: 1000 };
}

function routesOf(core: Core): Route[] {
	const at = (
		method: Route['method'],
		path: string,
		kind: Route['kind'],
		handle: Route['handle'],
	): Route => ({ method, path, kind, handle });
	return [
		at('POST', `${ROOT}/api/v1/jobs/createTask`, 'submit', (call) => submit(core, call)),
		at('GET', `${ROOT}/api/v1/jobs/recordInfo`, 'status', (call) =>
			success(recordOf(core, ownJob(core, call, NAME, call.query.taskId ?? '', 'task'))),
		),
		at('GET', `${ROOT}/api/v1/chat/credit`, 'credits', ({ account }) => success(account.credits)),
		at('POST', `${UPLOAD_ROOT}/api/file-stream-upload`, 'upload', (call) => upload(core, call)),
	];
}

const success = (data: unknown): Answer => ({
	status: 200,
	body: { code: 200, msg: 'success', data },
});

/** [doc] The codes. [us] The last two never occur here. */
const CODES: Record<ProblemKind, number> = {
	invalid_request: 422,
	unauthorized: 401,
	insufficient_credits: 402,
	not_found: 422,
	not_acceptable: 422,
	rate_limited: 429,
	internal: 500,
	already_settled: 422,
	idempotency_mismatch: 422,
};
/** [doc] */
const WORDS: Partial<Record<ProblemKind, string>> = {
	unauthorized: 'You do not have access permissions',
	not_found: 'recordInfo is null',
};

function answerTo({ kind, message, headers }: Problem): Answer {
	const code = CODES[kind];
	return {
		status: KIE_HTTP_ERRORS.includes(code) ? code : 200,
		body: { code, msg: WORDS[kind] ?? message, data: null },
		headers,
	};
}

/** [us] Unknown fields are refused. */
const submitBody = z
	.object({
		model: z.string(),
		callBackUrl: webUrl.optional(),
		input: z.record(z.unknown()),
	})
	.strict();

function checked<Out>(schema: z.ZodType<Out, z.ZodTypeDef, unknown>, body: unknown): Out {
	const read = schema.safeParse(body);
	if (read.success) return read.data;
	const [issue] = read.error.issues;
	throw new Problem(
		'invalid_request',
		`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
	);
}

function submit(core: Core, call: Call): Answer {
	const sent = checked(submitBody, parseBody(call));
	const { model, callBackUrl: callbackUrl } = sent;
	const schema = schemaOf(model);
	if (!schema)
		throw new Problem('invalid_request', 'The model name you specified is not supported.');
	const input = checked(schema, sent.input);
	const conflict = conflictIn(model, input);
	if (conflict) throw new Problem('invalid_request', conflict);
	checkImages(core, imagesIn(input));
	const job = core.board.submit({
		account: call.account,
		dialect: NAME,
		id: newId('task_bytedance_'),
		credits: creditsOf(model, input),
		urlLifeSeconds: KIE_URL_LIFE_SECONDS,
		request: {
			model,
			prompt: input.prompt,
			durationSeconds: secondsOf(input),
			resolution: input.resolution,
			audio: input.generate_audio ?? false,
			callbackUrl,
			sent,
		},
	});
	return success({ taskId: job.id });
}

/** [doc]; [us] `fail` for a cancelled task, too. */
const STATES = {
	queued: 'waiting',
	processing: 'generating',
	completed: 'success',
	failed: 'fail',
	cancelled: 'fail',
} as const;

function stateOf(job: Job): string {
	const isOdd = job.state === 'processing' && job.tags.has('unknown-status');
	return isOdd ? UNKNOWN_STATUS_WORD : STATES[job.state];
}

/** [doc] Results are JSON in a text. [us] The last frame comes behind the video in the same list. */
function resultOf(core: Core, job: Job, url = fileUrl(core, job)): string {
	if (job.state !== 'completed') return '';
	const wantsFrame = (job.request.sent?.input as Partial<Input> | undefined)?.return_last_frame;
	const frame = wantsFrame ? [`${core.mediaBase}/cdn/outputs/${job.id}.png`] : [];
	return JSON.stringify({ resultUrls: url === undefined ? [] : [url, ...frame] });
}

/** [doc] The record of a task; [pub] `creditsConsumed`. */
function recordOf(core: Core, job: Job): Record<string, unknown> {
	const { id, request, settledAt, createdAt, startedAt, state } = job;
	const cancelled = state === 'cancelled' ? 'The task was cancelled.' : '';
	return {
		taskId: id,
		model: request.model,
		state: stateOf(job),
		param: JSON.stringify(request.sent),
		resultJson: resultOf(core, job),
		// [doc] A text of digits. [us] Which ones.
		failCode: state === 'failed' ? (job.tags.has('moderate') ? '422' : '500') : '',
		failMsg: job.failure?.message ?? cancelled,
		costTime: settledAt === null ? 0 : settledAt - (startedAt ?? createdAt),
		completeTime: settledAt ?? 0,
		createTime: createdAt,
		updateTime: settledAt ?? startedAt ?? createdAt,
		...(settledAt === null ? {} : { creditsConsumed: state === 'completed' ? job.credits : 0 }),
	};
}

/** [doc] The body is that of the status request; [doc] signed only where the account has made a key. */
function callbackPayload(core: Core, job: Job): CallbackPayload {
	const { webhookSecret } = job.account;
	const envelope = (data: Record<string, unknown>) => ({ code: 200, msg: 'success', data });
	const record = recordOf(core, job);
	return {
		event: stateOf(job),
		body: envelope(record),
		...(webhookSecret === ''
			? {}
			: { sign: (message) => taskAndTime.sign(message, webhookSecret) }),
		delivery: { retries: 0, timeoutMs: KIE_CALLBACK_TIMEOUT_MS },
		withVideoUrl: (url) =>
			envelope({ ...record, state: 'success', resultJson: JSON.stringify({ resultUrls: [url] }) }),
	};
}
