import { randomBytes } from 'node:crypto';
import type { Answer, ProblemKind } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import type { Core } from '../core/core.ts';
import { imageInfo } from '../core/image.ts';
import { isSettled, type Job } from '../core/job.ts';
import { exactly } from '../core/money.ts';
import {
	OPENROUTER_BODY_BYTES,
	OPENROUTER_FILE_SECONDS,
	OPENROUTER_LIMITS,
	OPENROUTER_SUBMITTED_STATUS,
	UNKNOWN_STATUS_WORD,
	UNREACHABLE_HOSTS,
} from '../decisions.ts';
import { checkBody, parseBody } from './body.ts';
import type { Call, Dialect, Route, StandIn } from './dialect.ts';
import { fromBase64 } from './image.ts';
import { fileUrl, ownJob } from './jobs.ts';
import { dollarsOf, modelOf, problemOf, submitBody, type Input } from './openRouterModels.ts';
import { timedHmac } from './openRouterSigning.ts';
import { bearerKey } from './seedance.ts';

/** Seedance at OpenRouter: no uploads, files only with the key, prices in dollars by token, no list and no cancel. */

const NAME = 'openRouter';
const ROOT = '/openrouter/api/v1';

export const openRouterStandIn: StandIn = {
	provider: NAME,
	credentialType: 'seedanceOpenRouterApi',
	account: {
		apiKey: 'sk-or-sandbox-not-a-real-one',
		webhookSecret: timedHmac.webhookSecret,
		credits: 1000,
		tier: '',
		...OPENROUTER_LIMITS,
	},
	keyHeader: 'authorization',
	currency: 'usd',
	hosts: { baseUrl: ROOT },
	trials: [
		{ dialect: NAME, parameters: { model: 'seedance-2.0', duration: 4 }, plainStatus: true },
	],
	callbacks: [timedHmac],
	pathOfFile,
	dialects: (core) => [dialectOf(core)],
};

function pathOfFile(jobId: string): string {
	return `${ROOT}/videos/${jobId}/content?index=0`;
}

function dialectOf(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	return {
		name: NAME,
		provider: NAME,
		prefixes: [ROOT],
		keyOf: bearerKey,
		answerTo,
		routes: routesOf(core),
	};
}

function routesOf(core: Core): Route[] {
	const at = (
		method: Route['method'],
		path: string,
		kind: Route['kind'],
		handle: Route['handle'],
		mostBytes?: number,
	): Route => ({ method, path: ROOT + path, kind, handle, mostBytes });
	const ok = (body: unknown): Answer => ({ status: 200, body });
	const jobOf = (call: Call) => ownJob(core, call, NAME, call.params.id ?? '', 'video job');
	return [
		at('POST', '/videos', 'submit', (call) => submit(core, call), OPENROUTER_BODY_BYTES),
		at('GET', '/videos/:id', 'status', (call) => ok(videoOf(core, jobOf(call)))),
		at('GET', '/videos/:id/content', 'file', (call) => contentOf(core, call, jobOf(call))),
		at('GET', '/credits', 'credits', ({ account }) => ok({ data: balanceOf(account) })),
		at('GET', '/key', 'unknown', ({ account }) => ok({ data: keyOf(account) })),
	];
}

const balanceOf = ({ creditsAtStart, credits }: Call['account']) => ({
	total_credits: creditsAtStart,
	total_usage: exactly(creditsAtStart - credits),
});

const keyOf = ({ id, creditsAtStart, credits }: Call['account']) => ({
	label: id,
	limit: null,
	limit_remaining: null,
	usage: exactly(creditsAtStart - credits),
	is_free_tier: false,
});

const invalid = (message: string) => new Problem('invalid_request', message);

function submit(core: Core, call: Call): Answer {
	const input = checkBody(submitBody, parseBody(call));
	const model = modelOf(input.model);
	// [us] 404, as for a chat with a model that does not exist [pub].
	if (!model) throw new Problem('not_found', `No endpoints found for ${input.model}.`);
	const problem = problemOf(model, input) ?? mediaProblemOf(input);
	if (problem) throw invalid(problem);
	const job = core.board.submit({
		account: call.account,
		dialect: NAME,
		id: `gen-vid-${Math.floor(core.clock.now() / 1000)}-${randomBytes(10).toString('hex')}`,
		credits: dollarsOf(input),
		urlLifeSeconds: OPENROUTER_FILE_SECONDS,
		request: {
			model: input.model,
			prompt: input.prompt ?? '',
			durationSeconds: input.duration ?? 5,
			resolution: input.resolution ?? '720p',
			// [doc] The default is that of the model.
			audio: input.generate_audio ?? true,
			callbackUrl: input.callback_url,
			sent: { ...input },
		},
	});
	return { status: OPENROUTER_SUBMITTED_STATUS, body: videoOf(core, job) };
}

/** An address that cannot be read. Nothing is fetched. */
function mediaProblemOf({ frame_images: frames, input_references: others }: Input) {
	const parts = [...(frames ?? []), ...(others ?? [])];
	const problems = parts.flatMap((part) => {
		if (part.type === 'image_url') return addressProblem(part.image_url.url, true) ?? [];
		const { url } = part.type === 'video_url' ? part.video_url : part.audio_url;
		return addressProblem(url, false) ?? [];
	});
	return problems[0];
}

function addressProblem(url: string, isImage: boolean): string | undefined {
	if (url.startsWith('data:')) {
		const bytes = fromBase64(url);
		const declared = /^data:([^;,]+)/.exec(url)?.[1];
		const isWhatItSays = bytes && (!isImage || imageInfo(bytes)?.type === declared);
		return isWhatItSays ? undefined : 'A data URL is not what it says';
	}
	if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return `Invalid URL: ${url}`;
	const { hostname } = new URL(url);
	const isAway = UNREACHABLE_HOSTS.some((ending) => hostname.endsWith(ending));
	return isAway ? `Could not fetch ${url}` : undefined;
}

/** [doc] */
const WORDS = {
	queued: 'pending',
	processing: 'in_progress',
	completed: 'completed',
	failed: 'failed',
	cancelled: 'cancelled',
} as const;

function wordOf(job: Job): string {
	const isOdd = job.state === 'processing' && job.tags.has('unknown-status');
	return isOdd ? UNKNOWN_STATUS_WORD : WORDS[job.state];
}

/** What a reply and a callback have in common. */
function resultOf(core: Core, job: Job): Record<string, unknown> {
	const hasFile = job.state === 'completed' && fileUrl(core, job) !== undefined;
	return {
		id: job.id,
		status: wordOf(job),
		...(job.startedAt === null ? {} : { generation_id: job.id.replace('gen-vid', 'gen') }),
		...(hasFile ? { unsigned_urls: [core.apiBase + pathOfFile(job.id)] } : {}),
		...(job.state === 'completed' ? { usage: { cost: job.credits, is_byok: false } } : {}),
		...(job.failure ? { error: job.failure.message } : {}),
	};
}

/** [doc] The address for polling is a path. */
function videoOf(core: Core, job: Job): Record<string, unknown> {
	const { id, ...result } = resultOf(core, job);
	return { id, polling_url: `/api/v1/videos/${job.id}`, ...result };
}

/** [doc] The file, for the key of the account only. [us] Which errors there are. */
function contentOf(core: Core, { query }: Call, job: Job): Answer {
	const { index = '0' } = query;
	if (!isSettled(job) || job.state !== 'completed')
		throw invalid(`The video is not ready: its status is ${wordOf(job)}`);
	const diesAt = (job.settledAt ?? 0) + core.clock.wallMs(job.urlLifeSeconds);
	if (index !== '0' || job.urlExpired || core.clock.now() >= diesAt)
		throw new Problem('not_found', 'There is no such video');
	core.events.add('download', { jobId: job.id, detail: { status: 200 } });
	const headers = { 'content-type': 'video/mp4' };
	return { status: 200, body: core.clip.bytesFor(job.id), headers };
}

/** [doc] 400, 401, 402, 404, 429 and 500 with the code in the body again. */
const STATUSES: Record<ProblemKind, number> = {
	invalid_request: 400,
	not_acceptable: 400,
	unauthorized: 401,
	insufficient_credits: 402,
	not_found: 404,
	already_settled: 400,
	idempotency_mismatch: 400,
	rate_limited: 429,
	internal: 500,
};

function answerTo({ kind, message, headers }: Problem): Answer {
	const code = STATUSES[kind];
	return { status: code, body: { error: { code, message } }, headers };
}

/** [doc] Called at the end only. [us] Beside the signature, only the header that names the delivery. */
function callbackPayload(core: Core, job: Job): CallbackPayload {
	const { webhookSecret } = job.account;
	const data = resultOf(core, job);
	const type = `video.generation.${wordOf(job)}`;
	const delivery = { 'x-openrouter-idempotency-key': `${job.id}-${wordOf(job)}` };
	return {
		event: type,
		body: { type, data },
		sign: (message) => ({
			...delivery,
			...(webhookSecret ? timedHmac.sign(message, webhookSecret) : {}),
		}),
		withVideoUrl: (url) => ({
			type: 'video.generation.completed',
			data: { ...data, status: 'completed', unsigned_urls: [url] },
		}),
	};
}
