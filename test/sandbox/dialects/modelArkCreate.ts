import { randomBytes } from 'node:crypto';
import type { Answer } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { isSettled } from '../core/job.ts';
import { tagsIn } from '../core/tags.ts';
import { MODELARK_TASK_WORDS } from '../decisions.ts';
import { parseBody } from './body.ts';
import type { Call } from './dialect.ts';
import type { TaskBody } from './modelArkBody.ts';
import { inForm, taskSchema } from './modelArkBody.ts';
import type { Input } from './modelArkContent.ts';
import { obeyTags, readContent } from './modelArkContent.ts';
import { planOfDraft } from './modelArkDraft.ts';
import { invalid, missing, ok } from './modelArkError.ts';
import type { VideoModel } from './modelArkModels.ts';
import { modelFor, regionOf } from './modelArkIds.ts';
import { idIn, isTwoFive, VIDEO_MODELS } from './modelArkModels.ts';
import type { Plan } from './modelArkPlan.ts';
import { dollarsOf, planOf } from './modelArkPlan.ts';
import type { Kept } from './modelArkTask.ts';
import { EXPIRED, NAME } from './modelArkTask.ts';

/** A new task. */

/** The body as an object with a model, before anything else is looked at: an unknown model comes first [pub]. */
export function bodyWithModel(call: Call): Record<string, unknown> & { model: string } {
	const sent = parseBody(call);
	if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
		throw invalid('body', 'it must be an object');
	const { model } = sent as { model?: unknown };
	if (model === undefined || model === '') throw missing('model');
	if (typeof model !== 'string') throw invalid('model', 'it must be a text');
	return { ...sent, model };
}

export function createTask(core: Core, call: Call): Answer {
	const raw = bodyWithModel(call);
	const model = modelFor(call.account, raw.model, VIDEO_MODELS, idIn);
	const body = inForm(taskSchema, raw);
	const input = readContent(model, body.content);
	const plan =
		input.draftTask === undefined
			? planOf(model, body, input)
			: planOfDraft(core, call, model, body, raw, input.draftTask);
	obeyTags(input.prompt);
	const job = core.board.submit({
		account: call.account,
		dialect: NAME,
		id: newTaskId(plan),
		credits: dollarsOf(model, plan),
		request: {
			model: idIn(regionOf(call.account), model),
			prompt: input.prompt,
			durationSeconds: plan.seconds,
			resolution: plan.resolution,
			audio: plan.audio,
			callbackUrl: body.callback_url,
			sent: { model, plan } satisfies Kept as unknown as Record<string, unknown>,
			failure: failureOf(model, body, input),
			signedLinks: true,
		},
	});
	expireLater(core, job, plan);
	return ok({ id: job.id, safety_identifier: plan.safetyIdentifier });
}

/** [doc] The form of an ID; [pub] that of a flex task. */
function newTaskId({ tier }: Plan): string {
	const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
	return `cgt-${tier === 'flex' ? 'batch-' : ''}${time}-${randomBytes(4).toString('hex').slice(0, 5)}`;
}

/** [doc] Counted from the creation, with the time in the queue. */
function expireLater({ board, clock, timers }: Core, job: Job, { expiresAfter }: Plan): void {
	if (isSettled(job)) return;
	const stop = timers.after(clock.wallMs(expiresAfter), () => {
		// The board may have been cleared meanwhile.
		if (board.find(job.id) !== job) return;
		job.request.failure ??= EXPIRED;
		board.settle(job, 'failed');
	});
	void board.settled(job).then(stop);
}

interface Reason {
	code: string;
	message: string;
}

/** [doc] Codes of tasks that fail by a tag of the prompt. */
const FAILING = {
	expire: EXPIRED,
	'audio-moderated': {
		code: 'OutputAudioSensitiveContentDetected',
		message: 'The request failed because the output audio may contain sensitive information.',
	},
	policy: {
		code: 'OutputVideoSensitiveContentDetected.PolicyViolation',
		message:
			'The request failed because the output video may be related to copyright restrictions.',
	},
	'task-type': {
		code: 'InvalidParameter.TaskTypeMismatch',
		message: 'The input does not match omni_reference_task_type.',
	},
} as const;

function failureOf(model: VideoModel, body: TaskBody, input: Input): Reason | undefined {
	const { tags } = tagsIn(input.prompt);
	const asked = Object.entries(FAILING).find(([tag]) => tags.has(tag as keyof typeof FAILING));
	return asked?.[1] ?? brokenConstraint(model, body, input);
}

/** [doc] 2.5 finds out by the prompt that a reference is to be edited or extended, and only then what that needs. */
function brokenConstraint(
	model: VideoModel,
	{ omni_reference_task_type: type = 'auto', ratio = 'adaptive', duration = -1 }: TaskBody,
	{ prompt, videos }: Input,
): Reason | undefined {
	if (!isTwoFive(model) || type !== 'auto' || !videos.length) return undefined;
	const edits = MODELARK_TASK_WORDS.edit.test(prompt);
	if (!edits && !MODELARK_TASK_WORDS.extend.test(prompt)) return undefined;
	if (ratio === 'adaptive' && (!edits || duration === -1)) return undefined;
	const message = edits
		? 'An edit requires ratio adaptive and duration -1.'
		: 'An extension requires ratio adaptive.';
	return { code: 'InvalidParameter.TaskTypeConstraint', message };
}
