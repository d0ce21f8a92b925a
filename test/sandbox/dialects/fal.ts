import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Answer, ProblemKind } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import type { Core } from '../core/core.ts';
import { imageInfo } from '../core/image.ts';
import { isSettled, type Job } from '../core/job.ts';
import {
	FAL_FILE_SECONDS,
	FAL_LIMITS,
	FAL_RESULT_SECONDS,
	FAL_SUBMITTED_STATUS,
} from '../decisions.ts';
import { checkBody, parseBody } from './body.ts';
import type { Call, Dialect, Route, StandIn } from './dialect.ts';
import { ENDPOINTS, falInput, NAME } from './falInput.ts';
import {
	appOf,
	callbackBody,
	positionOf,
	QUEUE,
	resultAnswer,
	statusAnswer,
	urlsOf,
} from './falJob.ts';
import { falPlatform, PLATFORM } from './falPlatform.ts';
import { falPrice, secondsOf } from './falPrice.ts';
import { falKeys, falScheme } from './falSigning.ts';
import { webUrl } from './image.ts';
import { ownJob } from './jobs.ts';

/** fal.ai: a queue under the owner and the name of an application, files at another host, a Platform API at a third. */

const STORAGE = '/fal-storage';
const KEY_HEADER = 'authorization';
const START = 'Key ';

/** The scheme of the header is "Key" [doc]. */
const keyOf: Dialect['keyOf'] = ({ [KEY_HEADER]: value }) =>
	value?.startsWith(START) ? value.slice(START.length) : undefined;

export const falStandIn: StandIn = {
	provider: NAME,
	credentialType: 'seedanceFalApi',
	account: {
		apiKey: 'sandbox-fal-key-id:not-a-real-secret',
		webhookSecret: '',
		credits: 1000,
		tier: '',
		...FAL_LIMITS,
	},
	keyHeader: KEY_HEADER,
	currency: 'usd',
	tellsNoCharge: true,
	hosts: { queueUrl: QUEUE, apiUrl: PLATFORM, storageUrl: STORAGE },
	trials: [
		{
			dialect: NAME,
			parameters: { model: 'seedance-2.0', duration: 4, resolution: '480p' },
			plainStatus: true,
		},
	],
	callbacks: [falScheme],
	dialects: (core) => [queue(core), falPlatform(core, keyOf)],
};

function queue(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	return {
		name: NAME,
		provider: NAME,
		prefixes: [QUEUE, STORAGE],
		keyOf,
		answerTo,
		routes: routesOf(core),
	};
}

function routesOf(core: Core): Route[] {
	const request = `${QUEUE}/:owner/:app/requests/:id`;
	const ok = (body: unknown): Answer => ({ status: 200, body });
	return [
		...ENDPOINTS.map(
			(endpoint): Route => ({
				method: 'POST',
				path: `${QUEUE}/${endpoint}`,
				kind: 'submit',
				handle: (call) => submit(core, endpoint, call),
			}),
		),
		{
			method: 'GET',
			path: `${request}/status`,
			kind: 'status',
			handle: (call) => statusAnswer(core, jobOf(core, call)),
		},
		{
			method: 'GET',
			path: request,
			kind: 'status',
			handle: (call) => resultAnswer(core, jobOf(core, call)),
		},
		{
			method: 'PUT',
			path: `${request}/cancel`,
			kind: 'cancel',
			handle: (call) => cancel(core, call),
		},
		{
			method: 'POST',
			path: `${STORAGE}/storage/upload/initiate`,
			kind: 'upload',
			handle: (call) => ok(initiateUpload(core, call)),
		},
		{
			method: 'GET',
			path: `${STORAGE}/.well-known/jwks.json`,
			kind: 'keys',
			handle: () => ok(falKeys),
		},
	];
}

/** [pub] 401 and 403, [doc] 422, [us] the others. */
const STATUSES: Record<ProblemKind, number> = {
	invalid_request: 422,
	not_acceptable: 422,
	unauthorized: 401,
	insufficient_credits: 403,
	not_found: 404,
	already_settled: 400,
	idempotency_mismatch: 400,
	rate_limited: 429,
	internal: 500,
};

function textOf({ kind, message }: Problem): string {
	if (kind === 'unauthorized') return 'No user found for Key ID and Secret';
	if (kind === 'insufficient_credits')
		return 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.';
	return message;
}

function answerTo(problem: Problem): Answer {
	const { kind, details, headers } = problem;
	const detail = details.detail ?? textOf(problem);
	const type = kind === 'internal' ? { error_type: 'internal_error' } : {};
	return { status: STATUSES[kind], body: { detail, ...type }, headers };
}

const submitQuery = z
	.object({ fal_webhook: webUrl.optional(), fal_max_queue_length: z.coerce.number().optional() })
	.strict();

const lifecycle = z
	.object({
		expiration_duration_seconds: z.number().int().positive().nullable().optional(),
		initial_acl: z.unknown(),
	})
	.strict();

/** [doc] How long the files are to live; null means for ever. */
function fileSeconds({ 'x-fal-object-lifecycle-preference': wish }: Call['headers']): number {
	if (wish === undefined) return FAL_FILE_SECONDS;
	let read: unknown;
	try {
		read = JSON.parse(wish);
	} catch {
		throw new Problem('invalid_request', 'X-Fal-Object-Lifecycle-Preference is not JSON');
	}
	const { expiration_duration_seconds: seconds } = checkBody(lifecycle, read);
	return seconds === null ? Number.MAX_SAFE_INTEGER : (seconds ?? FAL_FILE_SECONDS);
}

function submit(core: Core, endpoint: string, call: Call): Answer {
	const { fal_webhook: callbackUrl } = checkBody(submitQuery, call.query);
	const body = parseBody(call);
	const input = falInput(core, endpoint, body);
	const job = core.board.submit({
		account: call.account,
		dialect: NAME,
		id: randomUUID(),
		credits: falPrice(endpoint, input),
		urlLifeSeconds: fileSeconds(call.headers),
		request: {
			model: endpoint,
			prompt: input.prompt,
			durationSeconds: secondsOf(input),
			resolution: input.resolution,
			audio: input.generate_audio ?? false,
			callbackUrl,
			sent: { ...input, body },
		},
	});
	return {
		status: FAL_SUBMITTED_STATUS,
		body: {
			status: 'IN_QUEUE',
			request_id: job.id,
			queue_position: Math.max(0, positionOf(core, job)),
			...urlsOf(core, job),
			gateway_request_id: job.id,
		},
	};
}

/** A request of this application. [doc] Kept for 30 days after its end. */
function jobOf(core: Core, call: Call): Job {
	const { owner = '', app = '', id = '' } = call.params;
	if (call.raw.length > 0) throw new Problem('invalid_request', 'There must be no body.');
	const job = ownJob(core, call, NAME, id, 'request');
	const oldest = core.clock.now() - core.clock.wallMs(FAL_RESULT_SECONDS);
	const isGone = job.settledAt !== null && job.settledAt <= oldest;
	if (appOf(job.request.model) !== `${owner}/${app}` || isGone)
		throw new Problem('not_found', `No request with the id "${id}".`);
	return job;
}

/** Four words [doc], with the codes that were seen [pub]. */
function cancel(core: Core, call: Call): Answer {
	let job: Job;
	try {
		job = jobOf(core, call);
	} catch (thrown) {
		if (!(thrown instanceof Problem) || thrown.kind !== 'not_found') throw thrown;
		return { status: 404, body: { status: 'NOT_FOUND' } };
	}
	if (isSettled(job)) return { status: 400, body: { status: 'ALREADY_COMPLETED' } };
	const wasRunning = job.state === 'processing';
	// [us] A Seedance model stops at once, and what it has done is not charged.
	core.board.settle(job, 'cancelled');
	return wasRunning
		? { status: 202, body: { status: 'CANCELLATION_REQUESTED' } }
		: { status: 200, body: { status: 'OK' } };
}

const uploadBody = z
	.object({
		content_type: z.enum(['image/jpeg', 'image/png', 'image/webp']),
		file_name: z.string().min(1),
	})
	.strict();
const uploadQuery = z.object({ storage_type: z.literal('fal-cdn-v3') }).strict();

/** The bytes go to another address, without the key [doc]. */
function initiateUpload(core: Core, call: Call): unknown {
	checkBody(uploadQuery, call.query);
	const { content_type: type } = checkBody(uploadBody, parseBody(call));
	const name = `${randomBytes(8).toString('hex')}.${type.slice('image/'.length)}`;
	core.slots.set(`/slots/${name}`, (upload) => {
		if (upload.carriedKey) return { status: 403, body: { detail: 'No key, please.' } };
		if (upload.type !== type || imageInfo(upload.bytes)?.type !== type)
			return { status: 400, body: { detail: 'The file is of another type.' } };
		core.uploads.set(name, upload);
		return { status: 200, body: '' };
	});
	return {
		file_url: `${core.mediaBase}/uploads/${name}`,
		upload_url: `${core.mediaBase}/slots/${name}`,
	};
}

function callbackPayload(core: Core, job: Job): CallbackPayload {
	const body = callbackBody(core, job);
	return {
		event: String(body.status),
		body,
		sign: (message) => falScheme.sign(message, ''),
		withVideoUrl: (url) => ({ ...body, status: 'OK', payload: { video: { url } } }),
	};
}
