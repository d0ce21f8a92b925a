import type { Callback, Dialect, Provider } from '../../core/provider';
import type { JobReading } from '../../core/job';
import {
	optionalNumber,
	optionalText,
	readFailure,
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
		response: z.array(z.string()).nullish().catch(null),
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
	const [videoUrl] = data.response ?? [];
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
const callbackBody = z
	.object({ task_id: id })
	.or(z.object({ data: z.object({ task_id: id }) }).transform(({ data }) => data));

/** Neither signed nor documented: never trusted, only a hint to ask. */
const callback: Callback = {
	jobIdIn: (body) => callbackBody.safeParse(body).data?.task_id,
};

const envelope = z.object({ code: z.number().int() });

/** The codes and what the document says to them; a text for users and what to do. */
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
	code: z.union([z.string(), z.number()]).optional(),
	message: z.string().optional().catch(undefined),
	error: z
		.union([z.string(), z.object({ code: z.string().optional(), message: z.string().optional() })])
		.optional()
		.catch(undefined),
});

/** The shape of an error is not documented: code and text are looked for where such APIs put them. [us] */
function fault(httpStatus: number, body: unknown) {
	const { data } = errorBody.safeParse(body);
	const nested = typeof data?.error === 'object' ? data.error : { message: data?.error };
	const words = [nested.code, data?.code, data?.message, nested.message];
	const code = words.find((word): word is string => typeof word === 'string' && word in FAULTS);
	if (code) return { code, ...FAULTS[code] };
	if (httpStatus === 402) return FAULTS.INSUFFICIENT_CREDITS ?? {};
	const said = data?.message ?? nested.message;
	if (httpStatus === 404 || httpStatus >= 500 || !said) return {};
	return { message: `SeedanceAPI.org did not accept the request: ${said}` };
}

export const seedanceOrg: Provider = {
	id: 'seedanceOrg',
	name: 'SeedanceAPI.org',
	credential: 'seedanceOrgApi',
	models,
	dialectFor: () => dialect,
	dialectOf: () => dialect,
	callback,
	// An HTTP 200 whose body says another code is an error. [pub]
	disguisedStatus: (body) => {
		const code = envelope.safeParse(body).data?.code;
		return code === undefined || code === 200 ? undefined : code;
	},
	fault,
};
