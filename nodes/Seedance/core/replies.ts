import type { JobFailure, JobReading, JobStatus } from './job';
import { isWebAddress } from './parameters';
import { z } from './zod';

// Pieces for reading providers' replies. What a job cannot do without is strict; the rest may be missing or odd without
// making the job unreadable.

export const optionalText = z.string().nullish().catch(null);
export const optionalNumber = z.number().finite().nullish().catch(null);
export const optionalFlag = z.boolean().nullish().catch(null);
/** What is not the address of a web page or file is none: nobody could fetch it. */
export const optionalAddress = z.string().refine(isWebAddress).nullish().catch(null);
export const optionalRecord = z.record(z.unknown()).nullish().catch(null);

/** A job's ID, which some APIs give as a number. One that JavaScript has already rounded would be another job's. */
export const anyJobId = z.string().min(1).or(z.number().int().safe().transform(String));

/** A status word as far as there is one: an answer to a submit is a job without it. */
export const optionalWord = z.string().min(1).nullish().catch(null);

/** The ID of the job that was asked for: an answer about another one is not readable. */
export const sameJobId = (jobId: string) => anyJobId.pipe(z.literal(jobId));

/** An ID as a part of a path. Half a surrogate, which nothing can encode, becomes the character for what is unknown. */
export const inPath = (jobId: string): string =>
	encodeURIComponent(jobId.replace(/\p{Surrogate}/gu, '\uFFFD'));

/**
 * A provider's word for a state in ours, in small or capital letters. An unknown word is never "done": the job counts as
 * still in the making.
 */
export function readStatus(
	words: Readonly<Record<string, JobStatus>>,
	word: string,
): Pick<JobReading, 'status' | 'unknownStatus'> {
	const lower = word.toLowerCase();
	const known = Object.entries(words).find(([candidate]) => candidate.toLowerCase() === lower);
	if (known) return { status: known[1] };
	// In British and American spelling; no document names both, some name neither.
	if (/^cancell?ed$/.test(lower)) return { status: 'cancelled' };
	return { status: 'processing', unknownStatus: word };
}

/** What a callback says of a job; of one that it names in words that cannot be read, no more than that. */
export function readOrName(jobId: string, read: () => JobReading): JobReading {
	try {
		return read();
	} catch {
		return { jobId, status: 'processing', unknownStatus: '' };
	}
}

/**
 * Percent from a provider's scale, whose top is `full`. The scale belongs to the dialect: 1 alone could be either.
 */
export function readProgress(value: number | null | undefined, full: 1 | 100): number | null {
	if (value === null || value === undefined) return null;
	const percent = Math.min(Math.max((value / full) * 100, 0), 100);
	// Tenths: 0.29 of 1 would be 28.999999999999996.
	return Math.round(percent * 10) / 10;
}

const words = z.string().trim().min(1);
const failureText = words.transform((message) => ({ code: undefined, message }));
const failureObject = z.object({ code: words.optional().catch(undefined), message: words });
const failureBody = failureObject.or(failureText);

/**
 * Why a job failed: providers say it as an object, as a text or not at all.
 *
 * @param code where it stands beside the text
 */
export function readFailure(error: unknown, code?: string | null): JobFailure {
	const said = failureBody.safeParse(error).data;
	return {
		code: said?.code ?? (code || 'failed'),
		message: said?.message ?? 'The provider gives no reason',
	};
}

const NO_ADDRESS = { video: 'no_video_url', image: 'no_image_url' } as const;

/** "Done", but without the address of what was made: a failure of its own, and possibly a charge. */
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

/** What a submit was answered with: a job that is done but has no address yet is asked for like any other. */
export function readSubmitted(reading: JobReading): JobReading {
	const isWithoutAddress = Object.values<string | undefined>(NO_ADDRESS).includes(
		reading.failure?.code,
	);
	if (!isWithoutAddress) return reading;
	return { ...reading, status: 'processing', failure: undefined, estimatedSeconds: 0 };
}

/** Every choice of the user goes on the wire, `false` and 0 included; only what was left out stays out. */
export function withoutUndefined(body: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** Whole seconds from one time to the other; null where that is not a positive number. */
export function secondsBetween(
	from: string | null | undefined,
	to: string | null | undefined,
): number | null {
	const seconds = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
	return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds) : null;
}

/** Beyond this, JavaScript knows no dates: Unix milliseconds. */
const MAX_DATE_MS = 8.64e15;

/** A time so many milliseconds later; null where the first is not known. */
export function later(iso: string | null | undefined, ms: number): string | null {
	const time = Date.parse(iso ?? '') + ms;
	return Math.abs(time) <= MAX_DATE_MS ? new Date(time).toISOString().replace('.000Z', 'Z') : null;
}
