import { anyJobId } from '../../core/replies';
import { z } from '../../core/zod';

// Errors of SeedanceAPI.org, including errors in an HTTP 200.

const task = z.object({ task_id: anyJobId });
const namesTask = (body: unknown): boolean =>
	task.or(z.object({ data: task })).safeParse(body).success;

const envelope = z.object({ code: z.union([z.number(), z.string().min(1)]) });

/** Codes that add nothing to their HTTP status, which has a message common to all providers. [doc] */
const STATUSES: Readonly<Record<string, number>> = {
	INVALID_API_KEY: 401,
	INSUFFICIENT_CREDITS: 402,
	TASK_NOT_FOUND: 404,
	INTERNAL_ERROR: 500,
};

/** The other codes, with what to do. [doc] */
const FAULTS: Readonly<Record<string, { message: string; hint: string }>> = {
	INVALID_PROMPT: {
		message: 'SeedanceAPI.org did not accept the prompt',
		hint: 'Describe the video in 1 to 2000 characters.',
	},
	INVALID_ASPECT_RATIO: {
		message: 'SeedanceAPI.org did not accept the aspect ratio',
		hint: 'Choose one of the values in the field "Aspect Ratio".',
	},
	INVALID_RESOLUTION: {
		message: 'SeedanceAPI.org did not accept the resolution',
		hint: 'Choose 480p or 720p.',
	},
	INVALID_DURATION: {
		message: 'SeedanceAPI.org did not accept the duration',
		hint: 'Choose 4, 8 or 12 seconds with Seedance 1.5, and 5, 10 or 15 with Seedance 2.0.',
	},
	TOO_MANY_IMAGES: {
		message: 'SeedanceAPI.org does not accept so many images for a video',
		hint: 'Seedance 1.5 takes one image, and Seedance 2.0 up to 4.',
	},
	INSUFFICIENT_CREDITS: {
		message: 'Not enough credits',
		hint: 'Buy credits on seedanceapi.org, or choose a shorter or cheaper video: Seedance 1.5, with 480p or no audio, or Seedance 2.0 Fast.',
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
 * The shape of an error is not documented. Code and text are searched where similar APIs put them, and the code also at
 * the beginning of the text. [us]
 */
function readError(body: unknown): { code?: string; text?: string } {
	const { data } = errorBody.safeParse(body);
	const nested = typeof data?.error === 'object' ? data.error : { message: data?.error };
	const candidates = [nested.code, data?.code, data?.error, data?.message, nested.message];
	const code = candidates
		.map((candidate) =>
			typeof candidate === 'string' ? (/^[A-Z][A-Z_]+/.exec(candidate)?.[0] ?? '') : '',
		)
		.find((word) => Object.hasOwn(FAULTS, word) || Object.hasOwn(STATUSES, word));
	return { code, text: (data?.message ?? nested.message)?.trim() };
}

export function fault(httpStatus: number, body: unknown) {
	// The common words of these say more than the text in the body.
	if (httpStatus === 401 || httpStatus === 429) return {};
	const { code = httpStatus === 402 ? 'INSUFFICIENT_CREDITS' : undefined, text } = readError(body);
	if (code && Object.hasOwn(FAULTS, code)) return { code, ...FAULTS[code] };
	if (httpStatus === 404 || httpStatus >= 500 || !text) return { code };
	return { code, message: `SeedanceAPI.org did not accept the request: ${text}` };
}

/**
 * An HTTP 200 whose body contains another code is an error. [pub] A code that is not an HTTP code counts as a server
 * error, unless the body names a task: at many such APIs other codes than 200, such as 0, mean success as well, and a
 * task may cost money. [us]
 */
export function disguisedStatus(body: unknown): number | undefined {
	const bodyCode = envelope.safeParse(body).data?.code;
	if (bodyCode === undefined || Number(bodyCode) === 200) return undefined;
	const status = statusOf(bodyCode, body);
	const isRefusal = status !== undefined && status < 500;
	return !isRefusal && namesTask(body) ? undefined : status;
}

function statusOf(bodyCode: number | string, body: unknown): number | undefined {
	const { code } = readError(body);
	if (code) return STATUSES[code] ?? 400;
	// An unknown word is ignored. The rest of the reply decides.
	if (Number.isNaN(Number(bodyCode))) return undefined;
	return Number(bodyCode) >= 400 && Number(bodyCode) < 600 ? Math.floor(Number(bodyCode)) : 500;
}
