import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Answer, ProblemKind } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import { newId } from '../core/board.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import type { Core } from '../core/core.ts';
import { isSettled, type Job } from '../core/job.ts';
import {
	applicationNamed,
	checkFrame,
	checkUpload,
	FRAME_TYPES,
	NAME,
	tokensOf,
	type SubmitBody,
} from './awkwardInput.ts';
import { handleOf, lookOf, phaseOf, unixSeconds } from './awkwardJob.ts';
import { ed25519, publishedKeys, standardWebhooks } from './awkwardSigning.ts';
import { checkBody, parseBody } from './body.ts';
import type { Call, Dialect, Route, StandIn } from './dialect.ts';
import { ownJob } from './jobs.ts';

/** Awkward Video, which does not exist: written from test/recipe/API.md. */

const JOBS = '/awkward-jobs/v1';
const FILES = '/awkward-files/api';
const KEY_HEADER = 'x-awkward-key';
/** Characters of the text in the list of recent jobs. */
const LISTED_CHARACTERS = 100;

export const awkward: StandIn = {
	provider: NAME,
	credentialType: 'awkwardApi',
	account: {
		apiKey: 'sandbox-awkward-key-not-a-real-one',
		webhookSecret: '',
		credits: 1000,
		tier: '',
		requestsPerMinute: 120,
		maxConcurrentJobs: 2,
	},
	keyHeader: KEY_HEADER,
	currency: 'usd',
	hosts: { baseUrl: JOBS, filesUrl: FILES },
	trials: [{ dialect: NAME, parameters: { model: 'awkward-2', duration: 4 } }],
	callbacks: [ed25519, standardWebhooks],
	dialects: (core) => [dialectOf(core)],
};

function dialectOf(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	return {
		name: NAME,
		provider: NAME,
		prefixes: [JOBS, FILES],
		keyOf: (headers) => headers[KEY_HEADER],
		answerTo,
		routes: routesOf(core),
	};
}

function routesOf(core: Core): Route[] {
	const job = `${JOBS}/apps/:application/jobs/:ticket`;
	const submitTo = `${JOBS}/apps/:application/jobs`;
	const ok = (body: unknown): Answer => ({ status: 200, body });
	return [
		{ method: 'POST', path: submitTo, kind: 'submit', handle: (call) => submit(core, call) },
		{
			method: 'POST',
			path: `${job}/look`,
			kind: 'status',
			handle: (call) => ok(lookOf(core, jobOf(core, call))),
		},
		{
			method: 'PUT',
			path: `${job}/withdraw`,
			kind: 'cancel',
			handle: (call) => ok({ outcome: withdraw(core, jobOf(core, call)) }),
		},
		{ method: 'GET', path: `${JOBS}/jobs`, kind: 'list', handle: (call) => ok(list(core, call)) },
		{
			method: 'POST',
			path: `${FILES}/slots`,
			kind: 'upload',
			handle: (call) => ok(openSlot(core, call)),
		},
		{ method: 'GET', path: `${FILES}/keys`, kind: 'keys', handle: () => ok(publishedKeys) },
	];
}

/** [doc], but for the words of what cannot happen here. */
const ERRORS: Record<ProblemKind, [status: number, kind: string]> = {
	invalid_request: [400, 'bad_input'],
	not_acceptable: [400, 'bad_input'],
	unauthorized: [401, 'key_unknown'],
	insufficient_credits: [402, 'no_money'],
	not_found: [404, 'no_such_job'],
	already_settled: [409, 'too_late'],
	idempotency_mismatch: [400, 'bad_input'],
	rate_limited: [429, 'slow_down'],
	internal: [500, 'our_fault'],
};

function answerTo({ kind, message: text, details, headers }: Problem): Answer {
	const [status, usual] = ERRORS[kind];
	return { status, body: { problem: { kind: details.kind ?? usual, text } }, headers };
}

function submit(core: Core, call: Call): Answer {
	const { application = '' } = call.params;
	const { schema, dollarsPerMillionTokens } = applicationNamed(application);
	const { input, notify } = checkBody<SubmitBody>(schema, parseBody(call));
	const { sound = false, frame } = input;
	checkFrame(core, frame);
	const tokens = tokensOf(input);
	const job = core.board.submit({
		account: call.account,
		dialect: NAME,
		id: newId('aw-'),
		credits: (tokens * dollarsPerMillionTokens) / 1e6,
		request: {
			model: application,
			prompt: input.text,
			durationSeconds: Number(input.seconds),
			resolution: input.quality,
			audio: sound,
			callbackUrl: notify,
			sent: { tokens },
		},
	});
	return { status: 202, body: { handle: handleOf(job), phase: phaseOf(job) } };
}

/** A job of the account that was submitted to this application. Neither asking nor withdrawing has a body. */
function jobOf(core: Core, call: Call): Job {
	const { application, ticket = '' } = call.params;
	if (call.raw.length > 0) throw new Problem('invalid_request', 'There must be no body.');
	const job = ownJob(core, call, NAME, ticket, 'job');
	if (job.request.model !== application)
		throw new Problem('not_found', `No job with the id "${ticket}" in "${application}".`);
	return job;
}

function withdraw(core: Core, job: Job): string {
	if (isSettled(job)) {
		core.board.erase(job);
		return 'erased';
	}
	if (job.state === 'processing')
		throw new Problem('already_settled', 'The job is running and cannot be withdrawn any more.');
	core.board.settle(job, 'cancelled');
	return 'withdrawn';
}

const listQuery = z.object({ newest: z.coerce.number().int().min(1).max(100) }).strict();

function list(core: Core, { account, query }: Call): unknown {
	const { newest } = checkBody(listQuery, query);
	const mine = core.board
		.list()
		.filter((job) => job.account === account && job.dialect === NAME && !job.erased);
	const jobs = mine.reverse().slice(0, newest);
	return {
		jobs: jobs.map((job) => ({
			handle: handleOf(job),
			phase: phaseOf(job),
			began: unixSeconds(job.createdAt),
			text: [...job.request.prompt].slice(0, LISTED_CHARACTERS).join(''),
		})),
	};
}

const slotSchema = z.object({ type: z.enum(FRAME_TYPES), name: z.string().min(1) }).strict();

/** The slot is at another host, and whoever has its address needs no key. */
function openSlot(core: Core, call: Call): unknown {
	const { type } = checkBody(slotSchema, parseBody(call));
	const name = `${randomBytes(8).toString('hex')}.${type.slice('image/'.length)}`;
	core.slots.set(`/slots/${name}`, (upload) => {
		if (upload.carriedKey)
			return { ...answerTo(new Problem('unauthorized', 'No key, please.')), status: 403 };
		try {
			if (upload.type !== type) throw new Problem('invalid_request', `Not "${type}".`);
			checkUpload(upload.bytes, type);
		} catch (thrown) {
			if (thrown instanceof Problem) return answerTo(thrown);
			throw thrown;
		}
		core.uploads.set(name, upload);
		return { status: 200, body: '' };
	});
	return { slot: `${core.mediaBase}/slots/${name}`, address: `${core.mediaBase}/uploads/${name}` };
}

function callbackPayload(core: Core, job: Job): CallbackPayload {
	const { webhookSecret } = job.account;
	const scheme = webhookSecret === '' ? ed25519 : standardWebhooks;
	const body = lookOf(core, job);
	return {
		event: phaseOf(job),
		body,
		sign: (message) => scheme.sign(message, webhookSecret),
		tellsStart: true,
		withVideoUrl: (clip) => ({ ...body, phase: 'done', result: { clip, seconds: 4 } }),
	};
}
