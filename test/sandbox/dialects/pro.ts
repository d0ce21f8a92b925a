import { z } from 'zod';
import type { Answer } from '../core/answer.ts';
import { newId } from '../core/board.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import { isoSeconds } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { progressOf } from '../core/job.ts';
import {
	FULL_HD_RESOLUTIONS,
	PRO_CREDITS_PER_SECOND,
	SEEDANCE_1_SECONDS,
	SUBMITTED_STATUS,
} from '../decisions.ts';
import { checkBody, parseBody, promptOf } from './body.ts';
import { flatError, flatOutcome } from './dedicated.ts';
import type { Call, Dialect } from './dialect.ts';
import { once } from './idempotency.ts';
import { checkReachable, webUrl } from './image.ts';
import { cancelJob, estimatedSeconds, ownJob, statusWord } from './jobs.ts';
import { bearerKey, signedFor } from './seedance.ts';

/** The dedicated API of Seedance 1.0 Pro at seedance.it.com. */

const NAME = 'pro';
const ROOT = '/v1/seedance-1-pro';

const { least, most } = SEEDANCE_1_SECONDS;

const schema = z
	.object({
		source_image_url: webUrl,
		prompt: promptOf(NAME),
		duration_seconds: z.number().int().min(least).max(most),
		camera_lock: z.boolean().default(false),
		end_frame_url: webUrl.nullish(),
		// [doc] "per-request"; [us] the name.
		webhook_url: webUrl.nullish(),
	})
	.strict();

export function pro(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	const jobOf = (call: Call) => ownJob(core, call, NAME, call.params.id ?? '', 'job');
	return {
		name: NAME,
		provider: 'seedance',
		prefixes: [ROOT],
		keyOf: bearerKey,
		answerTo: flatError,
		routes: [
			{
				method: 'POST',
				path: `${ROOT}/generate`,
				kind: 'submit',
				handle: (call) => submit(core, call),
			},
			{
				method: 'GET',
				path: `${ROOT}/status/:id`,
				kind: 'status',
				handle: (call) => ({ status: 200, body: statusBody(core, jobOf(call)) }),
			},
			{
				method: 'DELETE',
				path: `${ROOT}/jobs/:id`,
				kind: 'cancel',
				handle: (call) => cancel(core, jobOf(call)),
			},
		],
	};
}

function submit(core: Core, call: Call): Answer {
	const sent = parseBody(call);
	const body = checkBody(schema, sent);
	checkReachable([body.source_image_url, body.end_frame_url]);
	return once(core, call, `${ROOT}/generate`, sent, () => {
		const job = core.board.submit({
			account: call.account,
			dialect: NAME,
			id: newId('job_'),
			credits: body.duration_seconds * PRO_CREDITS_PER_SECOND,
			request: {
				model: 'seedance-1.0-pro',
				prompt: body.prompt,
				durationSeconds: body.duration_seconds,
				resolution: FULL_HD_RESOLUTIONS['16:9'],
				audio: false,
				callbackUrl: body.webhook_url ?? undefined,
				sent: body,
			},
		});
		return { status: SUBMITTED_STATUS, body: submitBody(core, job) };
	});
}

function submitBody(core: Core, job: Job): Record<string, unknown> {
	return {
		job_id: job.id,
		status: job.settledAt === null ? 'queued' : job.state,
		created_at: isoSeconds(job.createdAt),
		estimated_seconds: estimatedSeconds(job),
		...flatOutcome(core, job),
	};
}

/** [us] The answer is the job with the status "cancelled", a word that this document does not contain. */
function cancel(core: Core, job: Job): Answer {
	cancelJob(core, job, 'job');
	return { status: 200, body: statusBody(core, job) };
}

function statusBody(core: Core, job: Job): Record<string, unknown> {
	const running = job.state === 'processing';
	return {
		job_id: job.id,
		status: statusWord(job),
		// [doc] 0..1
		...(running ? { progress: progressOf(job, core.clock.now()) / 100 } : {}),
		...flatOutcome(core, job),
		// [doc] Not in a completed job.
		...(job.state === 'completed' ? {} : { created_at: isoSeconds(job.createdAt) }),
	};
}

function callbackPayload(core: Core, job: Job): CallbackPayload {
	// [doc] No resolution. Undefined values are not sent.
	const outcome = { ...flatOutcome(core, job), resolution: undefined };
	const bodyWith = (state: string, rest: Record<string, unknown>) => ({
		event: `job.${state}`,
		job_id: job.id,
		status: state,
		...rest,
		timestamp: isoSeconds(job.settledAt ?? core.clock.now()),
	});
	return {
		event: `job.${job.state}`,
		body: bodyWith(job.state, outcome),
		sign: signedFor(core, job.account),
		withVideoUrl: (url) =>
			bodyWith('completed', {
				video_url: url,
				duration_seconds: job.request.durationSeconds,
				credits_charged: job.credits,
			}),
	};
}
