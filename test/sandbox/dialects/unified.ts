import type { Answer } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { SUBMITTED_STATUS } from '../decisions.ts';
import { checkBody, parseBody, parseForm } from './body.ts';
import type { Call, Dialect, Route } from './dialect.ts';
import { once } from './idempotency.ts';
import { checkReachable } from './image.ts';
import { cancelJob, ownJob } from './jobs.ts';
import { bearerKey, structuredError } from './seedance.ts';
import { batchRoute } from './unifiedBatch.ts';
import type { UnifiedBody } from './unifiedSchema.ts';
import {
	FORM_CONVERSIONS,
	imageFormSchema,
	imageToVideoSchema,
	orderOf,
	textToVideoSchema,
} from './unifiedSchema.ts';
import { callbackPayload, statusBody, submitBody } from './unifiedTask.ts';

/** The unified API of seedance.it.com. */

const NAME = 'unified';

export function unified(core: Core): Dialect {
	core.payloads.set(NAME, (job) => callbackPayload(core, job));
	const submitTo = (path: string, read: (call: Call) => Taken): Route => ({
		method: 'POST',
		path,
		kind: 'submit',
		handle: (call) => submit(core, call, path, read(call)),
	});
	return {
		name: NAME,
		provider: 'seedance',
		prefixes: ['/v1'],
		keyOf: bearerKey,
		answerTo: structuredError,
		routes: [
			submitTo('/v1/generate/text-to-video', readTextToVideo),
			submitTo('/v1/generate/image-to-video', readImageToVideo),
			batchRoute(core, NAME),
			{
				method: 'GET',
				path: '/v1/tasks/:id',
				kind: 'status',
				handle: (call) => status(core, call),
			},
			{
				method: 'DELETE',
				path: '/v1/tasks/:id',
				kind: 'cancel',
				handle: (call) => cancel(core, call),
			},
			{ method: 'GET', path: '/v1/account/credits', kind: 'credits', handle: credits },
		],
	};
}

/** A valid submission, and the hash by which its idempotency key is compared. */
interface Taken {
	body: UnifiedBody;
	content: unknown;
}

function readTextToVideo(call: Call): Taken {
	const content = parseBody(call);
	return { body: checkBody(textToVideoSchema, content), content };
}

/** [doc] A form with the file `image`, or JSON with `image_url`. */
function readImageToVideo(call: Call): Taken {
	if (call.form) {
		const { body, content } = parseForm(call.form, 'image', FORM_CONVERSIONS);
		return { body: checkBody(imageFormSchema, body), content };
	}
	const content = parseBody(call);
	return { body: checkBody(imageToVideoSchema, content), content };
}

function submit(core: Core, call: Call, path: string, { body, content }: Taken): Answer {
	checkReachable([body.image_url]);
	return once(core, call, path, content, () => {
		const job = core.board.submit({ account: call.account, dialect: NAME, ...orderOf(body) });
		return { status: SUBMITTED_STATUS, body: submitBody(core, job) };
	});
}

function status(core: Core, call: Call): Answer {
	return { status: 200, body: statusBody(core, taskOf(core, call)) };
}

/**
 * [us] The document contains the status "cancelled" but no way to cancel. Here it is DELETE, and the answer is the
 * task.
 */
function cancel(core: Core, call: Call): Answer {
	const job = taskOf(core, call);
	cancelJob(core, job, 'task');
	return { status: 200, body: statusBody(core, job) };
}

const credits = ({ account }: Call): Answer => ({
	status: 200,
	body: { credits: account.credits, tier: account.tier },
});

const taskOf = (core: Core, call: Call): Job =>
	ownJob(core, call, NAME, call.params.id ?? '', 'task');
