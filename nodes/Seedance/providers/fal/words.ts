import type { JobFailure } from '../../core/job';
import { z } from '../../core/zod';

// How fal says what went wrong: `detail` as a text or as a list, and `error_type` of its infrastructure. [doc]

const text = z.string().trim().min(1);
const item = z.object({
	msg: text,
	type: text.optional().catch(undefined),
	loc: z
		.array(z.string().or(z.number()))
		.catch([])
		.transform((path) => path.filter((each) => each !== 'body').join('.')),
});
const body = z.object({
	detail: z.array(item).nonempty().or(text),
	error_type: text.optional().catch(undefined),
});

/** An error as fal says it. */
export interface Detail {
	/** The type, which is stable. The message is not. [doc] */
	code: string | undefined;
	message: string;
	/** A code of the infrastructure: the model itself has not refused anything. */
	isInfrastructure: boolean;
}

/** @returns undefined if the body is not an error of fal */
export function detailOf(raw: unknown): Detail | undefined {
	const read = body.safeParse(raw).data;
	if (!read) return undefined;
	const { detail, error_type: errorType } = read;
	const isInfrastructure = errorType !== undefined;
	if (typeof detail === 'string') return { code: errorType, message: detail, isInfrastructure };
	const [{ type }] = detail;
	const message = detail.map(({ loc, msg }) => (loc ? `${loc}: ${msg}` : msg)).join('; ');
	return { code: errorType ?? type, message, isInfrastructure };
}

/** What moderation found, by fal's own words, as it has one type for everything. [pub] */
const MODERATION: ReadonlyArray<[RegExp, string]> = [
	[
		/likeness|real (people|person)|privacy/i,
		'an image or video may show a real person, which Seedance 2.x refuses. Use one without a recognisable face.',
	],
	[
		/output audio/i,
		'the sound of the finished video may be sensitive. Turn Generate Audio off, or change the text.',
	],
	[/^output|output video/i, 'the finished video may be sensitive. Change the text or the images.'],
];

/** By the type. [doc] */
const TYPES: Readonly<Record<string, string>> = {
	request_timeout: 'fal could not begin the job in time. Nothing is charged. Try again later.',
	startup_timeout: 'The model did not start at fal in time. Nothing is charged. Try again later.',
	runner_scheduling_failure: 'fal had no machine for the job. Nothing is charged. Try again later.',
	internal_error: 'fal had an internal error. Nothing is charged. Try again later.',
};
const RUNNER =
	'The machine that ran the job at fal has failed. Nothing is charged. Try again later.';

/** @returns undefined if fal's own words must do */
function wordsOf({ code = '', message }: Omit<JobFailure, 'code'> & { code?: string }) {
	if (code === 'content_policy_violation') {
		const found = MODERATION.find(([pattern]) => pattern.test(message));
		const what = found?.[1] ?? 'the content may be sensitive. Change the text or the images.';
		return `The moderation of fal refused this: ${what}`;
	}
	return TYPES[code] ?? (code.startsWith('runner_') ? RUNNER : undefined);
}

/** In the user's words, then in those of fal. */
export function inWords(failure: { code?: string; message: string }): JobFailure {
	const { code = 'failed', message } = failure;
	const words = wordsOf(failure);
	return { code, message: words ? `${words} (${message})` : message };
}
