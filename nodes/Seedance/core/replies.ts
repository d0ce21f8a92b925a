import type { JobFailure, JobReading, JobStatus } from './job';
import { isWebAddress } from './parameters';
import { z } from './zod';

// Building blocks for reading providers' replies. Fields that a job needs are strict. All others may be missing or
// malformed without making the job unreadable.

export const optionalText = z.string().nullish().catch(null);
export const optionalNumber = z.number().finite().nullish().catch(null);
export const optionalFlag = z.boolean().nullish().catch(null);
/** A value that is not a web address counts as missing, because nobody could download it. */
export const optionalAddress = z.string().refine(isWebAddress).nullish().catch(null);
export const optionalRecord = z.record(z.unknown()).nullish().catch(null);

/** A job's ID, which some APIs return as a number. A number that JavaScript has rounded would be another job's ID. */
export const anyJobId = z.string().min(1).or(z.number().int().safe().transform(String));

/** An optional status word: a reply to a submit is a job even without it. */
export const optionalWord = z.string().min(1).nullish().catch(null);

/** The ID of the requested job: a reply about another job is unreadable. */
export const sameJobId = (jobId: string) => anyJobId.pipe(z.literal(jobId));

/** Encodes an ID for use in a path. A lone surrogate, which cannot be encoded, becomes the replacement character. */
export const inPath = (jobId: string): string =>
	encodeURIComponent(jobId.replace(/\p{Surrogate}/gu, '\uFFFD'));

/**
 * Translates a provider's status word into ours, case-insensitively. An unknown word never means "done": the job counts
 * as still processing.
 */
export function readStatus(
	words: Readonly<Record<string, JobStatus>>,
	word: string,
): Pick<JobReading, 'status' | 'unknownStatus'> {
	const lower = word.toLowerCase();
	const known = Object.entries(words).find(([candidate]) => candidate.toLowerCase() === lower);
	if (known) return { status: known[1] };
	// British and American spelling: no document mentions both, and some mention neither.
	if (/^cancell?ed$/.test(lower)) return { status: 'cancelled' };
	return { status: 'processing', unknownStatus: word };
}

/** What a callback says about a job. If the data for a job cannot be read, the result contains only its ID. */
export function readOrName(jobId: string, read: () => JobReading): JobReading {
	try {
		return read();
	} catch {
		return { jobId, status: 'processing', unknownStatus: '' };
	}
}

/**
 * Percent from a provider's scale, whose maximum is `full`. The scale belongs to the dialect, because the value 1 is
 * valid on both scales.
 */
export function readProgress(value: number | null | undefined, full: 1 | 100): number | null {
	if (value === null || value === undefined) return null;
	const percent = Math.min(Math.max((value / full) * 100, 0), 100);
	// Rounded to tenths: 0.29 of 1 would be 28.999999999999996.
	return Math.round(percent * 10) / 10;
}

const words = z.string().trim().min(1);
const failureText = words.transform((message) => ({ code: undefined, message }));
const failureObject = z.object({ code: words.optional().catch(undefined), message: words });
const failureBody = failureObject.or(failureText);

/**
 * Why a job failed. Providers return the reason as an object, as a text or not at all.
 *
 * @param code the code, if it is next to the text
 */
export function readFailure(error: unknown, code?: string | null): JobFailure {
	const parsed = failureBody.safeParse(error).data;
	return {
		code: parsed?.code ?? (code || 'failed'),
		message: parsed?.message ?? 'The provider gives no reason',
	};
}

const NO_ADDRESS = { video: 'no_video_url', image: 'no_image_url' } as const;

/** "Done", but without the address of the file: a failure with its own code, and possibly a charge. */
export function withoutAddress(
	what: 'video' | 'image',
	creditsCharged: number | null | undefined,
): Pick<JobReading, 'status' | 'creditsCharged' | 'failure'> {
	return {
		status: 'failed',
		creditsCharged,
		failure: {
			code: NO_ADDRESS[what],
			message: `The provider says that the ${what} is finished but gives no address for it. Ask its support about this job.`,
		},
	};
}

/** The reply to a submit. A job that is done but has no address yet is polled like any other job. */
export function readSubmitted(reading: JobReading): JobReading {
	const isWithoutAddress = Object.values<string | undefined>(NO_ADDRESS).includes(
		reading.failure?.code,
	);
	if (!isWithoutAddress) return reading;
	return { ...reading, status: 'processing', failure: undefined, estimatedSeconds: 0 };
}

/** Every choice of the user is sent, including `false` and 0. Only missing values are left out. */
export function withoutUndefined(body: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** Whole seconds between two times; null if the result is not a positive number. */
export function secondsBetween(
	from: string | null | undefined,
	to: string | null | undefined,
): number | null {
	const seconds = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
	return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds) : null;
}

/** The largest date in JavaScript, in Unix milliseconds. */
const MAX_DATE_MS = 8.64e15;

/** A time plus some milliseconds; null if the time is not known. */
export function later(iso: string | null | undefined, ms: number): string | null {
	const time = Date.parse(iso ?? '') + ms;
	return Math.abs(time) <= MAX_DATE_MS ? new Date(time).toISOString().replace('.000Z', 'Z') : null;
}
