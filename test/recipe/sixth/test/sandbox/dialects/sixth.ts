import { z } from 'zod';
import type { Answer, Problem } from '../core/answer.ts';
import { newId } from '../core/board.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { ACCOUNT_LIMITS } from '../decisions.ts';
import { checkBody, parseBody, promptOf } from './body.ts';
import type { Call, Dialect, StandIn } from './dialect.ts';
import { webUrl } from './image.ts';
import { fileUrl, ownJob } from './jobs.ts';

const NAME = 'sixth';
const ROOT = '/sixth';

const schema = z
	.object({
		text: promptOf(NAME, 1000),
		seconds: z.number().int().min(3).max(9),
		aspect_ratio: z.enum(['16:9', '9:16']),
		image: webUrl.optional(),
	})
	.strict();

export const sixth: StandIn = {
	provider: NAME,
	credentialType: 'sixthApi',
	account: {
		apiKey: 'sandbox-sixth-key',
		webhookSecret: '',
		credits: 1000,
		tier: '',
		...ACCOUNT_LIMITS,
	},
	keyHeader: 'x-sixth-key',
	currency: 'credits',
	hosts: { baseUrl: ROOT },
	trials: [{ dialect: NAME, parameters: { model: 'sixth-one', duration: 4 } }],
	dialects: (core) => [dialectOf(core)],
};

const STATUSES: Partial<Record<Problem['kind'], number>> = {
	unauthorized: 401,
	insufficient_credits: 402,
	not_found: 404,
	rate_limited: 429,
	internal: 500,
};

const dialectOf = (core: Core): Dialect => ({
	name: NAME,
	provider: NAME,
	prefixes: [ROOT],
	keyOf: (headers) => headers['x-sixth-key'],
	answerTo: ({ kind, message, headers }) => ({
		status: STATUSES[kind] ?? 400,
		body: { error: message },
		headers,
	}),
	routes: [
		{
			method: 'POST',
			path: `${ROOT}/videos`,
			kind: 'submit',
			handle: (call) => submit(core, call),
		},
		{
			method: 'GET',
			path: `${ROOT}/videos/:id`,
			kind: 'status',
			handle: (call) => answer(core, ownJob(core, call, NAME, call.params.id ?? '', 'video')),
		},
	],
});

function submit(core: Core, call: Call): Answer {
	const sent = parseBody(call);
	const { text, seconds } = checkBody(schema, sent);
	const job = core.board.submit({
		account: call.account,
		dialect: NAME,
		id: newId('six', ''),
		credits: seconds * 10,
		request: {
			model: 'sixth-one',
			prompt: text,
			durationSeconds: seconds,
			resolution: '1280x720',
			audio: false,
			sent: sent as Record<string, unknown>,
		},
	});
	return answer(core, job);
}

const WORDS = {
	queued: 'waiting',
	processing: 'running',
	completed: 'completed',
	failed: 'failed',
	cancelled: 'failed',
};

function answer(core: Core, job: Job): Answer {
	const isDone = job.state === 'completed';
	return {
		status: 200,
		body: {
			task_id: job.id,
			status: WORDS[job.state],
			...(isDone ? { video: fileUrl(core, job), credits: job.credits } : {}),
			...(job.failure ? { error: job.failure.message } : {}),
		},
	};
}
