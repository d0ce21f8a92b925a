import { z } from 'zod';
import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import { newId } from '../core/board.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import { isoSeconds } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import {
	LITE_CREDITS_PER_SECOND,
	MOST_LITE_SEED,
	SEEDANCE_1_SECONDS,
	SUBMITTED_STATUS,
} from '../decisions.ts';
import { checkBody, parseBody, promptOf } from './body.ts';
import { completedAt, flatError, flatOutcome } from './dedicated.ts';
import type { Call, Dialect } from './dialect.ts';
import { once } from './idempotency.ts';
import { checkImage, checkReachable, fromBase64, webUrl } from './image.ts';
import { cancelJob, estimatedSeconds, ownJob, statusWord } from './jobs.ts';
import { bearerKey, signedFor } from './seedance.ts';

/** The dedicated API of Seedance 1.0 Lite at seedance.it.com. */

const NAME = 'lite';
const SUBMIT = '/v1/seedance-1-lite/generate';
const JOBS = '/v1/jobs';

const { least, most } = SEEDANCE_1_SECONDS;

const schema = z
	.object({
		image: z.string(),
		prompt: promptOf(NAME),
		duration: z.number().int().min(least).max(most),
		resolution: z.enum(['720p', '1080p']).default('1080p'),
		aspect_ratio: z.enum(['16:9', '9:16', '1:1']).default('16:9'),
		camera_lock: z.boolean().default(true),
		seed: z.number().int().min(0).max(MOST_LITE_SEED).optional(),
		// [doc] null is its default.
		webhook_url: webUrl.nullish(),
	})
	.strict();

export function lite(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	const jobOf = (call: Call) => ownJob(core, call, NAME, call.params.id ?? '', 'job');
	return {
		name: NAME,
		provider: 'seedance',
		prefixes: ['/v1/seedance-1-lite', JOBS],
		keyOf: bearerKey,
		answerTo: flatError,
		routes: [
			{ method: 'POST', path: SUBMIT, kind: 'submit', handle: (call) => submit(core, call) },
			{
				method: 'GET',
				path: `${JOBS}/:id`,
				kind: 'status',
				handle: (call) => ({ status: 200, body: statusBody(core, jobOf(call)) }),
			},
			{
				method: 'DELETE',
				path: `${JOBS}/:id`,
				kind: 'cancel',
				handle: (call) => cancel(core, jobOf(call)),
			},
		],
	};
}

/** [doc] A URL or base64. Base64 is validated like a file. */
function checkSource(image: string): void {
	if (webUrl.safeParse(image).success) {
		checkReachable([image]);
		return;
	}
	const bytes = fromBase64(image);
	if (!bytes) throw new Problem('invalid_request', 'image: must be an http(s) URL or base64');
	checkImage('image', bytes);
}

function submit(core: Core, call: Call): Answer {
	const sent = parseBody(call);
	const body = checkBody(schema, sent);
	checkSource(body.image);
	return once(core, call, SUBMIT, sent, () => {
		const job = core.board.submit({
			account: call.account,
			dialect: NAME,
			id: newId('sd1lite_'),
			credits: body.duration * LITE_CREDITS_PER_SECOND,
			request: {
				model: 'seedance-1.0-lite',
				prompt: body.prompt,
				durationSeconds: body.duration,
				resolution: body.resolution,
				audio: false,
				callbackUrl: body.webhook_url ?? undefined,
			},
		});
		return { status: SUBMITTED_STATUS, body: submitBody(core, job) };
	});
}

/** [doc] "processing" from the start, even if the job has to wait. */
function submitBody(core: Core, job: Job): Record<string, unknown> {
	return {
		job_id: job.id,
		status: job.settledAt === null ? 'processing' : job.state,
		credits_charged: job.state === 'failed' ? 0 : job.credits,
		estimated_time_seconds: estimatedSeconds(job),
		created_at: isoSeconds(job.createdAt),
		...flatOutcome(core, job),
		...completedAt(job),
	};
}

/** [us] The answer is the job with the status "cancelled". */
function cancel(core: Core, job: Job): Answer {
	cancelJob(core, job, 'job');
	return { status: 200, body: statusBody(core, job) };
}

const statusBody = (core: Core, job: Job): Record<string, unknown> => ({
	job_id: job.id,
	status: statusWord(job),
	...flatOutcome(core, job),
	...completedAt(job),
});

/** [doc] "The same completion JSON as the polling endpoint": no event. */
function callbackPayload(core: Core, job: Job): CallbackPayload {
	return {
		event: `job.${job.state}`,
		body: statusBody(core, job),
		sign: signedFor(core, job.account),
		withVideoUrl: (url) => ({
			job_id: job.id,
			status: 'completed',
			video_url: url,
			duration_seconds: job.request.durationSeconds,
			resolution: job.request.resolution,
			credits_charged: job.credits,
			completed_at: isoSeconds(core.clock.now()),
		}),
	};
}
