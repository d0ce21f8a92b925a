import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Answer, ProblemKind } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import {
	ACCOUNT_LIMITS,
	SEGMIND_RESULT_SECONDS,
	SEGMIND_SYNC_SECONDS,
	SEGMIND_URL_LIFE_SECONDS,
	SUBMITTED_STATUS,
} from '../decisions.ts';
import type { SandboxOptions } from '../types.ts';
import { checkBody, parseBody } from './body.ts';
import type { Call, Dialect, Route, StandIn } from './dialect.ts';
import { ownJob } from './jobs.ts';
import { errorOf, resultAnswer, statusAnswer, syncHeaders, wordOf } from './segmindJob.ts';
import { modelPrice, segmindModels } from './segmindModels.ts';
import { segmindPrice, segmindSchema } from './segmindSchema.ts';
import { upload } from './segmindUpload.ts';

/** Seedance at Segmind: no callbacks, no cancel, no idempotency keys, prices in dollars. */

const NAME = 'segmind';
const SEGMIND_ROOT = '/segmind';
const SEGMIND_UPLOAD_ROOT = '/segmind-upload';
const KEY_HEADER = 'x-api-key';

/** Neither signs callbacks nor has tiers. */
export const segmindStandIn: StandIn = {
	provider: NAME,
	credentialType: 'segmindApi',
	account: {
		apiKey: 'sandbox-segmind-key-not-a-real-one',
		webhookSecret: '',
		credits: 1000,
		tier: '',
		...ACCOUNT_LIMITS,
	},
	keyHeader: KEY_HEADER,
	currency: 'usd',
	hosts: { baseUrl: SEGMIND_ROOT, uploadUrl: SEGMIND_UPLOAD_ROOT },
	trials: [{ dialect: NAME, parameters: { model: 'seedance-pro', duration: 5 } }],
	dialects: (core, { segmindUploadField }) => [segmind(core, segmindUploadField)],
};

function segmind(core: Core, uploadField: SandboxOptions['segmindUploadField']): Dialect {
	const routes = routesOf(core, uploadField ?? 'file_urls');
	return {
		name: NAME,
		provider: NAME,
		prefixes: [SEGMIND_ROOT, SEGMIND_UPLOAD_ROOT],
		// [pub] A Bearer header is not accepted as a key here.
		keyOf: (headers) => headers[KEY_HEADER],
		answerTo,
		nowhere: (_method, path) => wrongMethod(routes, path),
		routes,
	};
}

function routesOf(core: Core, uploadField: 'file_urls' | 'urls'): Route[] {
	const at = (
		method: Route['method'],
		path: string,
		kind: Route['kind'],
		handle: Route['handle'],
	): Route => ({ method, path: SEGMIND_ROOT + path, kind, handle });
	return [
		at('POST', '/v2/seedance-pro', 'submit', (call) => submit(core, start(core, call))),
		...segmindModels.map(({ slug, schema }) =>
			at('POST', `/v2/${slug}`, 'submit', (call) =>
				submit(core, startModel(core, call, slug, checkBody(schema, parseBody(call)))),
			),
		),
		at('GET', '/v2/requests/:id/status', 'status', (call) =>
			statusAnswer(core, keptJob(core, call)),
		),
		at('GET', '/v2/requests/:id', 'status', (call) => resultAnswer(core, keptJob(core, call))),
		at('POST', '/v1/seedance-pro', 'submit', (call) => generateNow(core, call)),
		at('GET', '/v1/get-user-credits', 'credits', balance),
		{
			method: 'POST',
			path: `${SEGMIND_UPLOAD_ROOT}/upload-asset`,
			kind: 'upload',
			handle: (call) => upload(core, call, uploadField),
		},
	];
}

/** [doc]; [pub] 406 is also used for content types. [us] The last three never occur here. */
const STATUSES: Record<ProblemKind, number> = {
	invalid_request: 400,
	unauthorized: 401,
	not_found: 404,
	insufficient_credits: 406,
	not_acceptable: 406,
	rate_limited: 429,
	internal: 500,
	already_settled: 409,
	idempotency_mismatch: 422,
};

/** `{"error": text}` [pub]; [us] the text. */
function answerTo({ kind, message, headers }: Problem): Answer {
	const error = kind === 'insufficient_credits' ? `Insufficient credits. ${message}` : message;
	return { status: STATUSES[kind], body: { error }, headers };
}

/** [pub] An HTML page, if the address exists for another method. */
function wrongMethod(routes: Route[], path: string): Answer | undefined {
	const asked = path.split('?')[0] ?? '';
	const exists = routes.some((each) =>
		new RegExp(`^${each.path.replace(/:\w+/g, '[^/]+')}$`).test(asked),
	);
	if (!exists) return undefined;
	return {
		status: 405,
		body: '<!doctype html>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n',
		headers: { 'content-type': 'text/html; charset=utf-8' },
	};
}

function start(core: Core, call: Call): Job {
	const body = checkBody(segmindSchema, parseBody(call));
	return core.board.submit({
		account: call.account,
		dialect: NAME,
		id: randomUUID(),
		credits: segmindPrice(body),
		urlLifeSeconds: SEGMIND_URL_LIFE_SECONDS,
		request: {
			model: 'seedance-pro',
			prompt: body.prompt,
			durationSeconds: body.duration,
			resolution: body.resolution,
			audio: false,
			sent: body,
		},
	});
}

type CheckedModel = ReturnType<(typeof segmindModels)[number]['schema']['parse']>;

function startModel(core: Core, call: Call, slug: string, body: CheckedModel): Job {
	return core.board.submit({
		account: call.account,
		dialect: NAME,
		id: randomUUID(),
		credits: modelPrice(slug, body),
		urlLifeSeconds: SEGMIND_URL_LIFE_SECONDS,
		request: {
			model: slug,
			prompt: body.prompt,
			durationSeconds: body.duration,
			resolution: body.resolution,
			audio: body.generate_audio,
			sent: { ...body.sent },
		},
	});
}

/** [us] A request that has ended at once reports that in this answer. Its result has to be fetched all the same. */
function submit(core: Core, job: Job): Answer {
	const url = `${core.apiBase}${SEGMIND_ROOT}/v2/requests/${job.id}`;
	const settled = job.settledAt !== null;
	return {
		status: SUBMITTED_STATUS,
		body: {
			request_id: job.id,
			status: settled ? wordOf(job) : 'QUEUED',
			status_url: `${url}/status`,
			response_url: url,
			...(job.failure ? { error: errorOf(job) } : {}),
		},
	};
}

/** [doc] Results are kept for an hour, then 404. */
function keptJob(core: Core, call: Call): Job {
	const id = call.params.id ?? '';
	const job = ownJob(core, call, NAME, id, 'request');
	const oldest = core.clock.now() - core.clock.wallMs(SEGMIND_RESULT_SECONDS);
	if (job.settledAt !== null && job.settledAt <= oldest)
		throw new Problem('not_found', `No request with the id "${id}".`);
	return job;
}

/** The synchronous call: waits for the end and streams the file itself. */
async function generateNow(core: Core, call: Call): Promise<Answer> {
	const job = start(core, call);
	const patience = core.timers.sleep(core.clock.wallMs(SEGMIND_SYNC_SECONDS));
	await Promise.race([core.board.settled(job), patience]);
	if (job.settledAt === null) return { status: 504, body: { error: 'Request timed out' } };
	if (job.state !== 'completed') return statusAnswer(core, job);
	const bytes = core.clip.bytesFor(job.id);
	const half = Math.ceil(bytes.length / 2);
	return {
		status: 200,
		body: Readable.from([bytes.subarray(0, half), bytes.subarray(half)]),
		headers: syncHeaders(core, job),
	};
}

/** [pub] Dollars; [us] 404 "no balance yet" for an account that was created without a balance and still has none. */
function balance({ account }: Call): Answer {
	const { credits, freeCredits } = account;
	if (!account.creditsAtStart && !credits && !freeCredits)
		throw new Problem('not_found', 'No credits found for this user.');
	return { status: 200, body: { credits, 'free-credits': freeCredits } };
}
