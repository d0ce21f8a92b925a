import type { Job, JobReading } from '../../core/job';
import { isWebAddress } from '../../core/parameters';
import type { HttpCall } from '../../core/provider';
import {
	anyJobId,
	inPath,
	later,
	optionalFlag,
	optionalNumber,
	optionalWord,
	readFailure,
	readStatus,
	withoutAddress,
} from '../../core/replies';
import { z } from '../../core/zod';
import { access } from './access';

// Source: the response of the video generation in the SDK.

const addresses = z.array(z.unknown()).nullish().catch(null);

export const video = z.object({
	id: anyJobId,
	status: z.string().min(1),
	error: z.unknown(),
	/** At OpenRouter itself, with the key only. [doc] */
	unsigned_urls: addresses,
	/** At a storage, signed. Only newer documents have it. [doc] */
	urls: addresses,
	usage: z.object({ cost: optionalNumber, is_byok: optionalFlag }).nullish().catch(null),
	/** When the stored file is removed, in Unix seconds. [doc] */
	expires_at: optionalNumber,
});
export type Video = z.infer<typeof video>;

/** Any body that names a job counts as one. */
export const submittedVideo = video.extend({
	status: optionalWord.transform((word) => word ?? 'pending'),
});

const WORDS = {
	pending: 'queued',
	in_progress: 'processing',
	completed: 'completed',
	failed: 'failed',
	cancelled: 'cancelled',
	expired: 'failed',
} as const;

const NEEDS_KEY =
	'This address works only with the OpenRouter API key: without it, it answers 401. Use the downloaded file in the binary data of the item. Where there is none, Check Status downloads it.';
const EXPIRED =
	'The job was not finished in time, and OpenRouter has given it up. Run the item again.';

export function readVideo(body: Video): JobReading {
	const { id: jobId, status, error, usage } = body;
	const reading: JobReading = { jobId, ...readStatus(WORDS, status) };
	// With a key of the user's own, the bill comes from somebody else as well. [us]
	const costUsd = usage?.is_byok ? null : usage?.cost;
	if (reading.status === 'failed') return { ...reading, costUsd, failure: failureOf(body) };
	if (reading.status === 'cancelled') {
		const failure = typeof error === 'string' && error !== '' ? readFailure(error) : undefined;
		return { ...reading, costUsd, failure };
	}
	if (reading.status !== 'completed') return reading;
	const videoUrl = addressIn(body);
	if (videoUrl === undefined) return { ...reading, ...withoutAddress('video', null), costUsd };
	const videoUrlNote = isBehindKey({ jobId, videoUrl }) ? NEEDS_KEY : undefined;
	return { ...reading, videoUrl, videoUrlNote, costUsd, expiresAt: later(EPOCH, expiryMs(body)) };
}

const EPOCH = '1970-01-01T00:00:00Z';
const expiryMs = ({ expires_at: seconds }: Video): number => (seconds ? seconds * 1000 : NaN);

function failureOf({ status, error }: Video) {
	const hasExpired = status.toLowerCase() === 'expired';
	if (hasExpired && !error) return { code: 'expired', message: EXPIRED };
	return readFailure(error, hasExpired ? 'expired' : undefined);
}

/** A signed address first, because it works without the key. [us] */
const addressIn = ({ id, urls, unsigned_urls: unsigned }: Video): string | undefined =>
	[...(urls ?? []), ...(unsigned ?? [])].flatMap((each) => absolute(id, each) ?? [])[0];

/** The address of the job is documented as a path; that of the file might be one as well. [us] */
function absolute(jobId: string, url: unknown): string | undefined {
	if (typeof url !== 'string') return undefined;
	if (isWebAddress(url)) return url;
	const main = access.hosts.base;
	const whole = url.startsWith('/') && URL.canParse(url, main) ? new URL(url, main).href : '';
	return isBehindKey({ jobId, videoUrl: whole }) ? whole : undefined;
}

const contentPath = (jobId: string): string => `/videos/${inPath(jobId)}/content`;

/** Whether this is the address of the job's file at OpenRouter itself, whose host can be a proxy's. */
function isBehindKey({ jobId, videoUrl }: Pick<Job, 'jobId' | 'videoUrl'>): boolean {
	const url = videoUrl ?? '';
	return URL.canParse(url) && new URL(url).pathname.endsWith(contentPath(jobId));
}

/** The path is made from the job's ID, so that no reply decides where the key goes. */
export const fileCall = (job: Pick<Job, 'jobId' | 'videoUrl'>): HttpCall | undefined =>
	isBehindKey(job) ? { method: 'GET', path: `${contentPath(job.jobId)}?index=0` } : undefined;
