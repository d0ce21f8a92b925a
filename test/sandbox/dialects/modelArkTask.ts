import type { CallbackPayload } from '../core/callbacks.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { isSettled } from '../core/job.ts';
import {
	MODELARK_CALLBACK,
	MODELARK_CANCELLED_CODE,
	MODELARK_CANCELLED_SECONDS,
	MODELARK_TASK_SECONDS,
	UNKNOWN_STATUS_WORD,
} from '../decisions.ts';
import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { Call } from './dialect.ts';
import { ok, refusal } from './modelArkError.ts';
import { fileLinks } from './modelArkLinks.ts';
import type { VideoModel } from './modelArkModels.ts';
import type { Plan } from './modelArkPlan.ts';
import { tokensOf } from './modelArkPlan.ts';

/** How ModelArk speaks of a task: in the answer to the question, in lists and in callbacks. */

export const NAME = 'modelArk';

/** What the stand-in keeps of a task. */
export interface Kept {
	model: VideoModel;
	plan: Plan;
}
export const keptOf = ({ request }: Job): Kept => request.sent as unknown as Kept;

/** Ends a task as `expired`, which is a state of its own here. */
export const EXPIRED = { code: 'expired', message: 'The task has expired.' };

const WORDS = { queued: 'queued', processing: 'running', completed: 'succeeded' } as const;

export function wordOf({ state, failure, tags }: Job): string {
	if (state === 'processing' && tags.has('unknown-status')) return UNKNOWN_STATUS_WORD;
	if (state === 'failed') return failure?.code === EXPIRED.code ? 'expired' : 'failed';
	return state === 'cancelled' ? 'cancelled' : WORDS[state];
}

/** [doc] Codes for the reasons that every dialect has. */
const REASONS: Readonly<Record<string, { code: string; message: string }>> = {
	generation_failed: {
		code: 'InternalServiceError',
		message: 'The service encountered an unexpected internal error.',
	},
	content_policy_violation: {
		code: 'OutputVideoSensitiveContentDetected',
		message: 'The request failed because the output video may contain sensitive information.',
	},
	invalid_input: {
		code: 'InvalidParameter',
		message: 'The parameter `content[1].image_url.url` is not valid: the image cannot be read.',
	},
};

const unixSeconds = (wallMs: number): number => Math.floor(wallMs / 1000);

/** The whole answer to the question for a task. */
export function viewOf(core: Core, job: Job): Record<string, unknown> {
	const { plan } = keptOf(job);
	const word = wordOf(job);
	const view = {
		id: job.id,
		model: job.request.model,
		status: word,
		created_at: unixSeconds(job.createdAt),
		// [pub] It does not move while the task is running.
		updated_at: unixSeconds(job.settledAt ?? job.startedAt ?? job.createdAt),
		service_tier: plan.tier,
		execution_expires_after: plan.expiresAfter,
		safety_identifier: plan.safetyIdentifier,
	};
	if (word === 'succeeded') return { ...view, ...resultOf(core, job) };
	if (word !== 'failed') return view;
	const error = REASONS[job.failure?.code ?? ''] ?? job.failure;
	return { ...view, error: job.tags.has('fail-text') ? error?.message : error };
}

/** [doc] `duration` or `frames`, never both. */
function resultOf(core: Core, job: Job): Record<string, unknown> {
	const { model, plan } = keptOf(job);
	const tokens = tokensOf(model, plan);
	const has = (field: VideoModel['fields'][number]) => model.fields.includes(field);
	return {
		content: fileLinks(core, job, plan),
		usage: {
			completion_tokens: tokens,
			total_tokens: tokens,
			...(has('tools') ? { tool_usage: { web_search: plan.tools ? 1 : 0 } } : {}),
		},
		seed: plan.seed === undefined || plan.seed === -1 ? seedOf(job.id) : plan.seed,
		resolution: plan.resolution,
		ratio: plan.ratio,
		...(plan.frames === undefined ? { duration: plan.seconds } : { frames: plan.frames }),
		framespersecond: 24,
		...(model.hasAudio ? { generate_audio: plan.audio } : {}),
		...(plan.tools ? { tools: plan.tools } : {}),
		...(has('output_format') ? { output_format: plan.format } : {}),
		...(has('draft') ? { draft: plan.draft, draft_task_id: plan.draftTask } : {}),
		...(has('priority') ? { priority: plan.priority } : {}),
	};
}

/** For a task without a seed: always the same for the same task. */
const seedOf = (id: string): number =>
	[...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 99_991, 7);

/** Whether the record of a task still exists. */
export function isKept({ clock }: Core, job: Job): boolean {
	const age = clock.now() - job.createdAt;
	if (job.erased || age >= clock.wallMs(MODELARK_TASK_SECONDS)) return false;
	const cancelledFor = job.state === 'cancelled' ? clock.now() - (job.settledAt ?? 0) : 0;
	return cancelledFor < clock.wallMs(MODELARK_CANCELLED_SECONDS);
}

/** A task of the account. Images have no tasks. */
export function taskOf(core: Core, { account, params: { id = '' } }: Call): Job {
	const job = core.board.get(account, id);
	if (job?.dialect !== NAME || job.request.makes === 'image' || !isKept(core, job))
		throw new Problem('not_found', 'No such task');
	return job;
}

/** [doc] A queued task is cancelled, and the record of one that has ended is deleted. */
export function deleteTask(core: Core, call: Call): Answer {
	const job = taskOf(core, call);
	if (job.state === 'processing')
		throw refusal(
			'InvalidAction.RunningTaskDeletion',
			'Cannot delete task because it is currently running',
		);
	if (job.state === 'cancelled')
		throw refusal(MODELARK_CANCELLED_CODE, 'Cannot delete task because it is cancelled');
	if (isSettled(job)) core.board.erase(job);
	else core.board.settle(job, 'cancelled');
	return ok('');
}

/** [doc] The body of the answer to the question, at every change but a cancellation, and without a signature. */
export function callbackPayload(core: Core, job: Job): CallbackPayload {
	const body = viewOf(core, job);
	const word = wordOf(job);
	const isLast = word === 'succeeded' || word === 'failed';
	return {
		event: word,
		body,
		tellsQueued: true,
		tellsStart: true,
		...(word === 'cancelled' ? { silent: true } : {}),
		delivery: { ...MODELARK_CALLBACK, retries: isLast ? MODELARK_CALLBACK.retries : 0 },
		withVideoUrl: (url) => ({ ...body, status: 'succeeded', content: { video_url: url } }),
	};
}
