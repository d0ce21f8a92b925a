import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Account, RateLimit } from '../core/account.ts';
import type { Answer, ProblemKind } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import type { Core } from '../core/core.ts';
import { imageInfo } from '../core/image.ts';
import type { Job } from '../core/job.ts';
import { tagsIn } from '../core/tags.ts';
import {
	RATE_WINDOW_MS,
	WAVESPEED_IMAGE_BYTES,
	WAVESPEED_KEPT_SECONDS,
	WAVESPEED_LIMITS,
	WAVESPEED_LISTED,
} from '../decisions.ts';
import type { RequestKind } from '../types.ts';
import { checkBody, parseBody } from './body.ts';
import type { Call, Dialect, Route, StandIn } from './dialect.ts';
import { checkReachable, webUrl } from './image.ts';
import { ownJob } from './jobs.ts';
import { bearerKey } from './seedance.ts';
import {
	dollarsOf,
	MODELS,
	NAME,
	resolutionOf,
	secondsOf,
	type Input,
	type Model,
} from './waveSpeedModels.ts';
import { predictionOf, ROOT, wordOf } from './waveSpeedPrediction.ts';
import { WAVESPEED_SECRET, waveSpeedScheme } from './waveSpeedSigning.ts';

/** Seedance at WaveSpeedAI: the model in the path, every answer in an envelope, no idempotency keys and no cancel. */

export const waveSpeedStandIn: StandIn = {
	provider: NAME,
	credentialType: 'seedanceWaveSpeedApi',
	account: {
		apiKey: 'sandbox-wavespeed-key-not-a-real-one',
		webhookSecret: '',
		credits: 1000,
		tier: '',
		...WAVESPEED_LIMITS,
	},
	keyHeader: 'authorization',
	currency: 'usd',
	tellsNoCharge: true,
	hosts: { baseUrl: ROOT },
	trials: [
		{ dialect: NAME, parameters: { model: 'seedance-2.0', duration: 4 }, plainStatus: true },
	],
	callbacks: [waveSpeedScheme],
	dialects: (core) => [dialectOf(core)],
};

function dialectOf(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	return {
		name: NAME,
		provider: NAME,
		prefixes: [ROOT],
		keyOf: bearerKey,
		answerTo,
		limitOf,
		routes: routesOf(core),
	};
}

/** [doc] The limit is one of submissions. */
function limitOf({ requestsPerMinute }: Account, kind: RequestKind): RateLimit | undefined {
	if (kind !== 'submit') return undefined;
	return { name: 'videos', requests: requestsPerMinute, spanMs: RATE_WINDOW_MS };
}

const success = (data: unknown): Answer => ({
	status: 200,
	body: { code: 200, message: 'success', data },
});

/** [us] The code is that of HTTP, and both are the same, unless a tag asks for an error in an HTTP 200 [doc]. */
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
	return { status: code, body: { code, message, data: null }, headers };
}

function routesOf(core: Core): Route[] {
	const at = (
		method: Route['method'],
		path: string,
		kind: Route['kind'],
		handle: Route['handle'],
	): Route => ({ method, path: ROOT + path, kind, handle });
	const read = (call: Call) => success(predictionOf(core, keptJob(core, call)));
	return [
		...MODELS.map((model) =>
			at('POST', `/${model.id}`, 'submit', (call) => submit(core, model, call)),
		),
		at('GET', '/predictions/:id/result', 'status', read),
		// [doc] Both addresses answer.
		at('GET', '/predictions/:id', 'status', read),
		at('POST', '/predictions', 'list', (call) => success(list(core, call))),
		at('GET', '/balance', 'credits', ({ account }) => success({ balance: account.credits })),
		at('GET', '/webhook/secret', 'keys', () => success({ secret: WAVESPEED_SECRET })),
		at('POST', '/media/upload/binary', 'upload', (call) => success(upload(core, call))),
	];
}

/** [doc] The address for callbacks is a parameter of the address, and no field of the body. */
const submitQuery = z.object({ webhook: webUrl.optional() }).strict();

function submit(core: Core, model: Model, call: Call): Answer {
	const { webhook: callbackUrl } = checkBody(submitQuery, call.query);
	const body = parseBody(call);
	const input = checkBody(model.schema, body);
	checkMedia(core, input);
	if (tagsIn(input.prompt).tags.has('code-in-body'))
		return { status: 200, body: { code: 400, message: 'The prompt is refused', data: null } };
	const job = core.board.submit({
		account: call.account,
		dialect: NAME,
		id: randomBytes(16).toString('hex'),
		credits: dollarsOf(model, input),
		urlLifeSeconds: WAVESPEED_KEPT_SECONDS,
		request: {
			model: model.id,
			prompt: input.prompt,
			durationSeconds: secondsOf(input),
			resolution: resolutionOf(model, input),
			audio: input.generate_audio ?? false,
			callbackUrl,
			sent: body as Record<string, unknown>,
		},
	});
	return success(predictionOf(core, job));
}

/** Nothing is fetched from other hosts. Uploaded files must exist, and those for images be images. */
function checkMedia(core: Core, input: Input): void {
	const images = [input.image, input.last_image, ...(input.reference_images ?? [])];
	const others = [...(input.reference_videos ?? []), ...(input.reference_audios ?? [])];
	checkReachable([...images, ...others]);
	const root = `${core.mediaBase}/uploads/`;
	for (const address of images) {
		if (!address?.startsWith(root)) continue;
		const file = core.uploads.get(address.slice(root.length));
		if (!file || !imageInfo(file.bytes))
			throw new Problem('invalid_request', `There is no image at ${address}`);
	}
}

/** [doc] After 7 days, it is not known any more. */
function keptJob(core: Core, call: Call): Job {
	const id = call.params.id ?? '';
	const job = ownJob(core, call, NAME, id, 'prediction');
	if (isGone(core, job)) throw new Problem('not_found', `No prediction with the id "${id}".`);
	return job;
}

const isGone = (core: Core, { createdAt }: Job): boolean =>
	core.clock.now() - createdAt >= core.clock.wallMs(WAVESPEED_KEPT_SECONDS);

const time = z
	.string()
	.datetime()
	.transform((text) => Date.parse(text));

/** [doc] Both numbers are required. */
const listBody = z
	.object({
		page: z.number().int().min(1),
		page_size: z.number().int().min(1).max(WAVESPEED_LISTED),
		model: z.string().optional(),
		status: z.enum(['completed', 'failed', 'processing']).optional(),
		created_after: time.optional(),
		created_before: time.optional(),
	})
	.strict();

/** [doc] The newest first, without the input. */
function list(core: Core, call: Call): unknown {
	const asked = checkBody(listBody, parseBody(call));
	const { page, page_size: size, model, status } = asked;
	const found = core.board
		.list()
		.filter((job) => job.account === call.account && job.dialect === NAME && !isGone(core, job))
		.filter(({ createdAt }) => createdAt >= (asked.created_after ?? 0))
		.filter(({ createdAt }) => createdAt <= (asked.created_before ?? Infinity))
		.filter(({ request }) => model === undefined || request.model === model)
		.filter((job) => status === undefined || wordOf(job) === status)
		.reverse();
	const items = found.slice((page - 1) * size, page * size);
	return { page, items: items.map((job) => predictionOf(core, job)) };
}

/** [doc] A form with one file. [us] The sandbox reads up to 10 MB of it, and takes images only. */
function upload(core: Core, { form }: Call): unknown {
	const refuse = (message: string) => new Problem('invalid_request', message);
	if (!form || form.broken) throw refuse('The body must be multipart/form-data');
	const [file, ...others] = form.files;
	if (file?.field !== 'file' || others.length > 0 || form.texts.length > 0)
		throw refuse('There must be one file, in "file", and nothing else');
	if (file.tooLong || file.bytes.length > WAVESPEED_IMAGE_BYTES)
		throw refuse('The file is too large');
	const type = imageInfo(file.bytes)?.type;
	if (!type) throw refuse('Unsupported file type');
	const name = `${randomBytes(16).toString('hex')}.${type.slice('image/'.length)}`;
	core.uploads.set(name, { bytes: file.bytes, type });
	return {
		type: 'image',
		download_url: `${core.mediaBase}/uploads/${name}`,
		filename: file.filename,
		size: file.bytes.length,
	};
}

/** [doc] The prediction with its input, without an envelope. */
function callbackPayload(core: Core, job: Job): CallbackPayload {
	const body = { ...predictionOf(core, job), input: job.request.sent };
	return {
		event: wordOf(job),
		body,
		sign: (message) => waveSpeedScheme.sign(message, ''),
		// [doc] For completed and failed ones. [us] Nobody is told of another end.
		...(job.state === 'cancelled' ? { silent: true } : {}),
		withVideoUrl: (url) => ({ ...body, status: 'completed', outputs: [url] }),
	};
}
