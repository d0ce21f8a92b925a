import type { Answer, Problem, ProblemKind } from '../core/answer.ts';
import { newId } from '../core/board.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import { isoSeconds } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { tagsIn } from '../core/tags.ts';
import { ACCOUNT_LIMITS, ORG_OTHER_CODE, UNKNOWN_STATUS_WORD } from '../decisions.ts';
import type { FaultSpec } from '../types.ts';
import { parseBody } from './body.ts';
import type { Call, Dialect, StandIn } from './dialect.ts';
import { fileUrl, ownJob } from './jobs.ts';
import { bearerKey } from './seedance.ts';
import { checkOrg2Body, checkOrgBody, org2Price, orgPrice } from './seedanceOrgSchema.ts';

/**
 * seedanceapi.org, v1 with Seedance 1.5 and v2 with Seedance 2.0: every answer has an envelope, and statuses are in
 * capitals.
 */

const NAME = 'seedanceOrg';
const NAME_2 = 'seedanceOrg2';
const ORG_ROOT = '/seedanceorg';

/** Neither signs callbacks nor has tiers. */
export const seedanceOrgStandIn: StandIn = {
	provider: NAME,
	credentialType: 'seedanceOrgApi',
	account: {
		apiKey: 'sandbox-org-key-not-a-real-one',
		webhookSecret: '',
		credits: 100_000,
		tier: '',
		...ACCOUNT_LIMITS,
	},
	keyHeader: 'authorization',
	currency: 'credits',
	hosts: { baseUrl: ORG_ROOT },
	trials: [
		{ dialect: NAME, parameters: { model: 'seedance-1.5', duration: 4 }, plainStatus: true },
		{
			dialect: NAME_2,
			parameters: { model: 'seedance-2.0-fast', duration: 5 },
			plainStatus: true,
		},
	],
	callbacks: [],
	dialects: (core, { orgErrorsInBody = false }) => [
		versionOf(core, NAME, 'v1', orgErrorsInBody, submit),
		versionOf(core, NAME_2, 'v2', orgErrorsInBody, submit2),
	],
};

/** A task of one version does not exist for the other one. [us] */
function versionOf(
	core: Core,
	name: string,
	version: 'v1' | 'v2',
	errorsInBody: boolean,
	accept: (core: Core, call: Call) => Answer,
): Dialect {
	core.payloads.set(name, (job) => callbackPayload(core, job));
	const answerTo = errorsInBody ? inBody : problemAnswer;
	const root = `${ORG_ROOT}/${version}`;
	return {
		name,
		provider: NAME,
		prefixes: version === 'v1' ? [ORG_ROOT] : [root],
		keyOf: bearerKey,
		answerTo,
		routes: [
			{
				method: 'POST',
				path: `${root}/generate`,
				kind: 'submit',
				handle: (call) => accept(core, call),
			},
			{
				method: 'GET',
				path: `${root}/status`,
				kind: 'status',
				handle: (call) => {
					const job = ownJob(core, call, name, call.query.task_id ?? '', 'task');
					return success(statusData(core, job));
				},
			},
		],
	};
}

const success = (data: Record<string, unknown>): Answer => ({
	status: 200,
	body: { code: 200, message: 'success', data },
});

/** Statuses and codes are [doc], except those of the last five rows. */
const ERRORS: Record<ProblemKind, { status: number; code: string }> = {
	invalid_request: { status: 400, code: ORG_OTHER_CODE },
	unauthorized: { status: 401, code: 'INVALID_API_KEY' },
	insufficient_credits: { status: 402, code: 'INSUFFICIENT_CREDITS' },
	not_found: { status: 404, code: 'TASK_NOT_FOUND' },
	internal: { status: 500, code: 'INTERNAL_ERROR' },
	rate_limited: { status: 429, code: 'RATE_LIMITED' },
	not_acceptable: { status: 400, code: ORG_OTHER_CODE },
	already_settled: { status: 409, code: ORG_OTHER_CODE },
	idempotency_mismatch: { status: 422, code: ORG_OTHER_CODE },
};

function errorOf({ kind, details }: Problem): { status: number; code: string } {
	const { status, code } = ERRORS[kind];
	return { status, code: typeof details.code === 'string' ? details.code : code };
}

/** [us] The document names statuses and codes but shows no body. */
function problemAnswer(problem: Problem): Answer {
	const { status, code } = errorOf(problem);
	return { status, body: { code, message: problem.message }, headers: problem.headers };
}

/** [pub] An error in an HTTP 200; [us] the code is the number of the status, and the symbol precedes the message. */
const codeInBody = (code: number, message: string): Answer => ({
	status: 200,
	body: { code, message, data: null },
});

function inBody(problem: Problem): Answer {
	const { status, code } = errorOf(problem);
	return codeInBody(status, `${code}: ${problem.message}`);
}

/** A fault that answers the next submission with HTTP 200 and another code in the body. */
export const orgCodeInBody = (
	code = 500,
	message = 'INTERNAL_ERROR: Server error, please try again later',
): FaultSpec => ({ path: `${ORG_ROOT}/v1/generate`, ...codeInBody(code, message) });

function submit(core: Core, call: Call): Answer {
	const sent = parseBody(call);
	const body = checkOrgBody(sent);
	if (tagsIn(body.prompt).tags.has('code-in-body'))
		return codeInBody(500, 'INTERNAL_ERROR: Server error, please try again later');
	const job = core.board.submit({
		account: call.account,
		dialect: NAME,
		id: newId('seed15', 'pro'),
		credits: orgPrice(body),
		request: {
			model: 'seedance-1.5',
			prompt: body.prompt,
			durationSeconds: Number(body.duration),
			resolution: body.resolution,
			audio: body.generate_audio,
			callbackUrl: body.callback_url,
			sent: sent as Record<string, unknown>,
		},
	});
	return success({
		task_id: job.id,
		status: wordOf(job),
		...(job.settledAt ? settled(core, job) : {}),
	});
}

/** [doc] The answer to a submission has the credits. */
function submit2(core: Core, call: Call): Answer {
	const sent = parseBody(call);
	const body = checkOrg2Body(sent);
	const job = core.board.submit({
		account: call.account,
		dialect: NAME_2,
		id: newId('task2'),
		credits: org2Price(body),
		request: {
			model: body.model,
			prompt: body.prompt,
			durationSeconds: body.duration,
			resolution: '',
			audio: false,
			callbackUrl: body.callback_url,
			sent: sent as Record<string, unknown>,
		},
	});
	return success({
		task_id: job.id,
		status: wordOf(job),
		consumed_credits: job.credits,
		...(job.settledAt ? settled(core, job) : {}),
	});
}

/** [doc] IN_PROGRESS and SUCCESS, [pub] FAILED; [us] the last one for a cancelled task, too. */
function wordOf(job: Job): string {
	if (job.state === 'completed') return 'SUCCESS';
	if (job.state === 'failed' || job.state === 'cancelled') return 'FAILED';
	const odd = job.state === 'processing' && job.tags.has('unknown-status');
	return odd ? UNKNOWN_STATUS_WORD.toUpperCase() : 'IN_PROGRESS';
}

/** [doc] for a task that has succeeded; [us] before that and after a failure: nothing consumed, no response. */
function settled(core: Core, job: Job): Record<string, unknown> {
	const done = job.state === 'completed';
	const url = done ? fileUrl(core, job) : undefined;
	const cancelled = job.state === 'cancelled' ? 'The task was cancelled.' : null;
	return {
		consumed_credits: done ? job.credits : 0,
		created_at: isoSeconds(job.createdAt),
		request: job.request.sent,
		response: url === undefined ? [] : [url],
		error_message: job.failure?.message ?? cancelled,
	};
}

const statusData = (core: Core, job: Job): Record<string, unknown> => ({
	task_id: job.id,
	status: wordOf(job),
	...settled(core, job),
});

/** [us] The same envelope as for the status; unsigned [pub]. */
function callbackPayload(core: Core, job: Job): CallbackPayload {
	const envelope = (data: Record<string, unknown>) => ({ code: 200, message: 'success', data });
	return {
		event: wordOf(job),
		body: envelope(statusData(core, job)),
		withVideoUrl: (url) =>
			envelope({ ...statusData(core, job), status: 'SUCCESS', response: [url] }),
	};
}
