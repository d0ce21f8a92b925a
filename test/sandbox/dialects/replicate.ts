import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Answer } from '../core/answer.ts';
import { Problem } from '../core/answer.ts';
import type { CallbackPayload } from '../core/callbacks.ts';
import type { Core } from '../core/core.ts';
import { isSettled, type Job } from '../core/job.ts';
import {
	REPLICATE_KEPT_SECONDS,
	REPLICATE_LEAST_CANCEL_AFTER_SECONDS,
	REPLICATE_LIMITS,
	REPLICATE_LISTED,
} from '../decisions.ts';
import { parseBody } from './body.ts';
import type { Call, Dialect, Route, StandIn } from './dialect.ts';
import { ownJob } from './jobs.ts';
import { checkMedia, readFile, upload } from './replicateFiles.ts';
import { conflictIn, dollarsOf, schemaOf, secondsOf } from './replicateModels.ts';
import { keptOf, predictionOf, ROOT, wordOf } from './replicatePrediction.ts';
import { answerTo, invalidFieldsOf, invalidInput } from './replicateProblem.ts';
import { SECRET, standardWebhooks } from './replicateSigning.ts';
import { bearerKey } from './seedance.ts';

/** Seedance at Replicate: no idempotency keys, callbacks signed after Standard Webhooks, prices in dollars by second. */

const NAME = 'replicate';
const OWNER = 'bytedance';

export const replicateStandIn: StandIn = {
	provider: NAME,
	credentialType: 'seedanceReplicateApi',
	account: {
		apiKey: 'r8_sandbox-replicate-key-not-a-real-one',
		webhookSecret: '',
		credits: 1000,
		tier: '',
		...REPLICATE_LIMITS,
	},
	keyHeader: 'authorization',
	currency: 'usd',
	hosts: { baseUrl: ROOT },
	trials: [
		{ dialect: NAME, parameters: { model: 'seedance-2.0', duration: 4 }, plainStatus: true },
	],
	callbacks: [standardWebhooks],
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
		routes: routesOf(core),
	};
}

function routesOf(core: Core): Route[] {
	const at = (
		method: Route['method'],
		path: string,
		kind: Route['kind'],
		handle: Route['handle'],
	): Route => ({ method, path: ROOT + path, kind, handle });
	const ok = (body: unknown): Answer => ({ status: 200, body });
	const jobOf = (call: Call) => ownJob(core, call, NAME, call.params.id ?? '', 'prediction');
	return [
		at('POST', '/models/:owner/:name/predictions', 'submit', (call) => submit(core, call)),
		at('GET', '/predictions/:id', 'status', (call) => ok(predictionOf(core, jobOf(call)))),
		at('POST', '/predictions/:id/cancel', 'cancel', (call) => ok(cancel(core, jobOf(call)))),
		at('GET', '/predictions', 'list', (call) => ok(list(core, call))),
		at('POST', '/files', 'upload', (call) => upload(core, call)),
		at('GET', '/files/:id', 'unknown', (call) => readFile(core, call)),
		at('GET', '/webhooks/default/secret', 'keys', () => ok({ key: SECRET })),
		at('GET', '/account', 'unknown', ({ account }) =>
			ok({ type: 'user', username: account.id, name: account.id, github_url: '', avatar_url: '' }),
		),
	];
}

const EVENTS = ['start', 'output', 'logs', 'completed'] as const;

/** [doc] HTTPS only. [us] Plain HTTP is allowed on this machine, where nodes and sandbox run side by side. */
const isCallbackAddress = (text: string): boolean =>
	URL.canParse(text) &&
	(new URL(text).protocol === 'https:' ||
		/^http:\/\/(localhost|127\.[\d.]+|\[::1\])[:/]/.test(text));

/** [doc] `additionalProperties: false`. */
const submitBody = z
	.object({
		input: z.record(z.unknown()),
		webhook: z.string().refine(isCallbackAddress, 'must be an HTTPS URL').optional(),
		webhook_events_filter: z.array(z.enum(EVENTS)).optional(),
	})
	.strict();

function checked<Out>(schema: z.ZodType<Out, z.ZodTypeDef, unknown>, root: string, body: unknown) {
	const read = schema.safeParse(body);
	if (read.success) return read.data;
	throw invalidInput(invalidFieldsOf(root, read.error));
}

function submit(core: Core, call: Call): Answer {
	const { owner, name = '' } = call.params;
	const schema = owner === OWNER ? schemaOf(name) : undefined;
	if (!schema) throw new Problem('not_found', 'The requested resource could not be found.');
	const cancelAfterMs = readCancelAfter(call.headers['cancel-after']);
	const { input: sent, ...callback } = checked(submitBody, '', parseBody(call));
	const input = checked(schema, 'input', sent);
	const conflict = conflictIn(name, input);
	if (conflict)
		throw invalidInput([{ type: 'invalid_type', field: 'input', description: conflict }]);
	checkMedia(core, input);
	const events = callback.webhook_events_filter ?? EVENTS;
	const job = core.board.submit({
		account: call.account,
		dialect: NAME,
		id: randomBytes(13).toString('hex'),
		credits: dollarsOf(name, input),
		urlLifeSeconds: REPLICATE_KEPT_SECONDS,
		request: {
			model: name,
			prompt: input.prompt ?? '',
			durationSeconds: secondsOf(input),
			resolution: input.resolution ?? '720p',
			audio: input.generate_audio ?? false,
			callbackUrl: events.includes('completed') ? callback.webhook : undefined,
			metadata: { tellsStart: events.includes('start') },
			sent,
		},
	});
	if (cancelAfterMs !== undefined) endAfter(core, job, cancelAfterMs);
	return { status: 201, body: predictionOf(core, job) };
}

/** [doc] Hours, minutes and seconds, at least 5 s in all. @returns milliseconds */
function readCancelAfter(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const [whole, hours = 0, minutes = 0, seconds = 0] =
		/^(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
	const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
	if (whole === undefined || total < REPLICATE_LEAST_CANCEL_AFTER_SECONDS)
		throw new Problem('invalid_request', 'Cancel-After must be a duration of at least 5s');
	return total * 1000;
}

/** [doc] Before it has begun: aborted. While it runs: canceled. */
function endAfter(core: Core, job: Job, ms: number): void {
	const kept = keptOf(job);
	kept.deadline = job.createdAt + ms;
	core.timers.after(ms, () => {
		if (isSettled(job)) return;
		if (job.state === 'queued') {
			kept.isAborted = true;
			// [us] Whether this counts as "completed" is not documented, so nobody is called.
			job.request.callbackUrl = undefined;
		}
		core.board.settle(job, 'cancelled');
	});
}

/**
 * [us] A prediction that has ended is answered as it is. [us] The money of one that was running goes back, because how
 * much of it Replicate would keep is not documented.
 */
function cancel(core: Core, job: Job): unknown {
	core.board.settle(job, 'cancelled');
	return predictionOf(core, job);
}

const time = z
	.string()
	.refine((text) => Number.isFinite(Date.parse(text)), 'must be a time')
	.transform((text) => Date.parse(text));
const listQuery = z
	.object({
		created_after: time.default('1970-01-01'),
		created_before: time.default('9999-01-01'),
		source: z.literal('web').optional(),
	})
	.strict();

/** [doc] The newest first. [us] One page only. */
function list(core: Core, { account, query }: Call): unknown {
	const { created_after: after, created_before: before, source } = checked(listQuery, '', query);
	const mine = core.board
		.list()
		.filter((job) => job.account === account && job.dialect === NAME && source === undefined)
		.filter(({ createdAt }) => createdAt >= after && createdAt < before);
	const results = mine.reverse().slice(0, REPLICATE_LISTED);
	return { previous: null, next: null, results: results.map((job) => predictionOf(core, job)) };
}

/** [doc] The body is the prediction. */
function callbackPayload(core: Core, job: Job): CallbackPayload {
	const body = predictionOf(core, job);
	return {
		event: wordOf(job),
		body,
		sign: (message) => standardWebhooks.sign(message, ''),
		...(job.request.metadata?.tellsStart === true ? { tellsStart: true } : {}),
		withVideoUrl: (output) => ({ ...body, status: 'succeeded', output }),
	};
}
