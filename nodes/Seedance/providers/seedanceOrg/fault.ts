import { anyJobId } from '../../core/replies';
import { z } from '../../core/zod';

// What SeedanceAPI.org says instead of an answer, and what is only dressed up as one.

const task = z.object({ task_id: anyJobId });
const namesTask = (body: unknown): boolean =>
	task.or(z.object({ data: task })).safeParse(body).success;

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

export function fault(httpStatus: number, body: unknown) {
	const { code = httpStatus === 402 ? 'INSUFFICIENT_CREDITS' : undefined, text } = readError(body);
	if (code && Object.hasOwn(FAULTS, code)) return { code, ...FAULTS[code] };
	if (httpStatus === 404 || httpStatus >= 500 || !text) return { code };
	return { code, message: `SeedanceAPI.org did not accept the request: ${text}` };
}

/**
 * An HTTP 200 whose body says another code is an error. [pub] What is no HTTP code counts as a fault of theirs, unless the
 * body names a task: other codes than 200 mean success as well, 0 at many such APIs, and a task may cost money. [us]
 */
export function disguisedStatus(body: unknown): number | undefined {
	const said = envelope.safeParse(body).data?.code;
	if (said === undefined || Number(said) === 200) return undefined;
	const status = statusOf(said, body);
	const isRefusal = status !== undefined && status < 500;
	return !isRefusal && namesTask(body) ? undefined : status;
}

function statusOf(said: number | string, body: unknown): number | undefined {
	const { code } = readError(body);
	if (code) return STATUSES[code] ?? 400;
	// A word that nobody knows decides nothing: the rest of the answer does.
	if (Number.isNaN(Number(said))) return undefined;
	return Number(said) >= 400 && Number(said) < 600 ? Math.floor(Number(said)) : 500;
}
