import type { Callback, Dialect, Provider } from '../../core/provider';
import type { JobReading } from '../../core/job';
import {
	optionalAddress,
	optionalNumber,
	optionalText,
	readFailure,
	readOrName,
	readStatus,
	withoutAddress,
	withoutUndefined,
} from '../../core/reading';
import { z } from '../../core/zod';
import { models } from './models';

// Source: "Seedance 1.5 API Documentation", seedanceapi.org.

const taskBody = z.object({
	data: z.object({
		task_id: z.string().min(1),
		status: z.string().min(1),
		consumed_credits: optionalNumber,
		created_at: optionalText,
		response: z.array(optionalAddress).nullish().catch(null),
		error_message: optionalText,
	}),
});

// IN_PROGRESS and SUCCESS [doc], FAILED [pub].
const STATUS_WORDS = {
	IN_PROGRESS: 'processing',
	SUCCESS: 'completed',
	FAILED: 'failed',
} as const;

function readTask(body: unknown, jobId?: string): JobReading {
	const { data } = taskBody.parse(body);
	if (jobId !== undefined) z.literal(jobId).parse(data.task_id);
	const reading: JobReading = {
		jobId: data.task_id,
		// The only one of this provider; its replies do not name it.
		model: 'seedance-1.5',
		...readStatus(STATUS_WORDS, data.status),
		createdAt: data.created_at,
	};
	if (reading.status === 'failed') return { ...reading, failure: readFailure(data.error_message) };
	if (reading.status !== 'completed') return reading;
	const videoUrl = data.response?.find(Boolean);
	if (!videoUrl) return { ...reading, ...withoutAddress('video', data.consumed_credits) };
	return { ...reading, videoUrl, creditsCharged: data.consumed_credits };
}

/** `POST /v1/generate`, `GET /v1/status?task_id=…`. No idempotency key is documented. */
const dialect: Dialect = {
	generate: {
		request: ({ request }) => ({
			method: 'POST',
			path: '/v1/generate',
			body: withoutUndefined({
				prompt: request.prompt,
				aspect_ratio: request.aspectRatio,
				resolution: request.resolution,
				// A text here. [doc]
				duration: String(request.duration),
				generate_audio: request.audio,
				fixed_lens: request.cameraLock,
				image_urls: request.imageUrl === undefined ? undefined : [request.imageUrl],
				callback_url: request.callbackUrl,
			}),
		}),
		response: (body) => readTask(body),
	},
	status: {
		request: ({ jobId }) => ({
			method: 'GET',
			path: `/v1/status?task_id=${encodeURIComponent(jobId)}`,
		}),
		response: (body, { jobId }) => readTask(body, jobId),
	},
};

const id = z.string().min(1);
const namedTask = z.object({ task_id: id }).passthrough();
const callbackBody = namedTask.transform((data) => ({ data })).or(z.object({ data: namedTask }));

/** Not documented: as the reply to the status question, with its envelope or without. [us] Not signed: only a hint to ask. */
const callback: Callback = {
	jobsIn: (body) => {
		const called = callbackBody.safeParse(body).data;
		return called ? [readOrName(called.data.task_id, () => readTask(called))] : [];
	},
};

const envelope = z.object({ code: z.union([z.number(), z.string().min(1)]) });

/** The codes that say no more than their HTTP status, which has words for all providers. [doc] */
const STATUSES: Readonly<Record<string, number>> = {
	INVALID_API_KEY: 401,
	INSUFFICIENT_CREDITS: 402,
	TASK_NOT_FOUND: 404,
	INTERNAL_ERROR: 500,
};

/** The others, with what to do. [doc] */
const FAULTS: Readonly<Record<string, { message: string; hint: string }>> = {
	INVALID_PROMPT: {
		message: 'SeedanceAPI.org did not accept the prompt',
		hint: 'Write what is to be seen in 1 to 2000 characters.',
	},
	INVALID_ASPECT_RATIO: {
		message: 'SeedanceAPI.org did not accept the aspect ratio',
		hint: 'Choose one of those that the field "Aspect Ratio" offers.',
	},
	INVALID_RESOLUTION: {
		message: 'SeedanceAPI.org did not accept the resolution',
		hint: 'Choose 480p or 720p.',
	},
	INVALID_DURATION: {
		message: 'SeedanceAPI.org did not accept the duration',
		hint: 'Choose 4, 8 or 12 seconds.',
	},
	TOO_MANY_IMAGES: {
		message: 'SeedanceAPI.org takes one image for a video',
		hint: 'Give a single address in "Image URL".',
	},
	INSUFFICIENT_CREDITS: {
		message: 'Not enough credits',
		hint: 'Buy credits on seedanceapi.org, or choose a shorter video, 480p or no audio.',
	},
};

const errorBody = z.object({
	code: z.union([z.string(), z.number()]).optional().catch(undefined),
	message: z.string().optional().catch(undefined),
	error: z
		.union([
			z.string(),
			z.object({
				code: z.string().optional().catch(undefined),
				message: z.string().optional().catch(undefined),
			}),
		])
		.optional()
		.catch(undefined),
});

/**
 * The shape of an error is not documented: code and text are looked for where such APIs put them, the code also at the
 * beginning of the text. [us]
 */
function readError(body: unknown): { code?: string; text?: string } {
	const { data } = errorBody.safeParse(body);
	const nested = typeof data?.error === 'object' ? data.error : { message: data?.error };
	const places = [nested.code, data?.code, data?.error, data?.message, nested.message];
	const code = places
		.map((place) => (typeof place === 'string' ? (/^[A-Z][A-Z_]+/.exec(place)?.[0] ?? '') : ''))
		.find((word) => Object.hasOwn(FAULTS, word) || Object.hasOwn(STATUSES, word));
	return { code, text: (data?.message ?? nested.message)?.trim() };
}

function fault(httpStatus: number, body: unknown) {
	const { code = httpStatus === 402 ? 'INSUFFICIENT_CREDITS' : undefined, text } = readError(body);
	if (code && Object.hasOwn(FAULTS, code)) return { code, ...FAULTS[code] };
	if (httpStatus === 404 || httpStatus >= 500 || !text) return { code };
	return { code, message: `SeedanceAPI.org did not accept the request: ${text}` };
}

/** An HTTP 200 whose body says another code is an error. [pub] What is no HTTP code counts as a fault of theirs. [us] */
function disguisedStatus(body: unknown): number | undefined {
	const said = envelope.safeParse(body).data?.code;
	if (said === undefined || Number(said) === 200) return undefined;
	const { code } = readError(body);
	if (code) return STATUSES[code] ?? 400;
	// A word that nobody knows decides nothing: the rest of the answer does.
	if (Number.isNaN(Number(said))) return undefined;
	return Number(said) >= 400 && Number(said) < 600 ? Math.floor(Number(said)) : 500;
}

export const seedanceOrg: Provider = {
	id: 'seedanceOrg',
	name: 'SeedanceAPI.org',
	credential: 'seedanceOrgApi',
	models,
	dialectFor: () => dialect,
	dialectOf: () => dialect,
	callback,
	disguisedStatus,
	fault,
};
