import { creditsToUsd, type Estimate } from './price';
import { unknownStatusFailure } from './unknownStatus';
import { z } from './zod';

/** A value that is missing or of another type counts as not known. */
const known = <T>(type: z.ZodType<T>) => type.nullable().default(null).catch(null);

/** A job has one of two addresses. */
const address = z.string().nullish().catch(null);

/**
 * The output of every node that works with jobs, in this order. Every key is always present; `null` means that the
 * provider has not reported a value.
 */
const jobSchema = z.object({
	jobId: z.string(),
	provider: z.string(),
	model: known(z.string()),
	/** `timed_out` is our own: we stopped waiting, but the provider may still finish the job. */
	status: z
		.enum(['queued', 'processing', 'completed', 'failed', 'cancelled', 'timed_out'])
		.catch('queued'),
	/** Percent, 0 to 100. */
	progress: known(z.number().finite()),
	/** For videos. Images have `imageUrl` instead. */
	videoUrl: address,
	durationSeconds: known(z.number().finite()),
	/** The last frame as an image, where it was asked for. */
	lastFrameUrl: known(z.string()),
	/** The seed that was used. */
	seed: known(z.number().finite()),
	/** As reported by the provider, for example `1280x720`. */
	resolution: known(z.string()),
	hasAudio: known(z.boolean()),
	fileSizeBytes: known(z.number().finite()),
	/** What the provider charged. A reservation does not count. 0 for failed and cancelled jobs. */
	creditsCharged: known(z.number().finite()),
	creditsEstimated: known(z.number().finite()),
	/** US dollars. */
	costUsd: known(z.number().finite()),
	costUsdEstimated: known(z.number().finite()),
	/** The provider's estimate at submit, in seconds from that moment. */
	estimatedSeconds: known(z.number().finite()),
	/** ISO 8601, as are the next two. */
	createdAt: known(z.string()),
	completedAt: known(z.string()),
	/** When the video's address stops working. */
	expiresAt: known(z.string()),
	failure: known(z.object({ code: z.string(), message: z.string() })),
	/** The metadata that was sent with the job. */
	metadata: known(z.record(z.unknown())),
	/** What the provider needs beside the ID to find the job again. Only its dialect knows the meaning. */
	reference: known(z.record(z.string())),
	imageUrl: address,
	/** What the user must know about `videoUrl`, in words; absent if there is nothing. */
	videoUrlNote: z.string().optional().catch(undefined),
});

export type Job = z.infer<typeof jobSchema>;
export type JobStatus = Job['status'];
export type JobFailure = NonNullable<Job['failure']>;

/** What one reply of a provider says about a job, in our terms. A key that is absent was not in the reply. */
export type JobReading = Partial<Omit<Job, 'provider' | keyof Estimate>> &
	Pick<Job, 'jobId' | 'status'> & {
		/** A status word that we do not know. `status` is then `processing`, because an unknown word never means done. */
		unknownStatus?: string;
		/** The provider may have charged the job although it has no result, and does not say how much. */
		isCostUnknown?: boolean;
		/** The job has failed, and only the separate call for the result says why. */
		reasonInResult?: true;
	};

const SETTLED: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];

/** Settled: the provider will not change the job any more. `timed_out` is not settled. */
export const isSettled = (job: Pick<Job, 'status'>): boolean => SETTLED.includes(job.status);

/** A reply is released together with its job. */
const rawBodies = new WeakMap<Job, unknown>();

/** The last reply that the job was read from; null if there was none, or if it is no longer known. */
export const rawOf = (job: Job): unknown => rawBodies.get(job) ?? null;

/** The address of the finished video or image. */
export const mediaUrlOf = ({ videoUrl, imageUrl }: Job): string | null =>
	imageUrl ?? videoUrl ?? null;

/** A file of a finished job. */
export interface Media {
	url: string;
	kind: 'video' | 'image';
	/** As far as the provider reports it, in bytes. */
	sizeBytes: number | null;
	/** When the address stops working, ISO 8601. */
	expiresAt: string | null;
	/** The name of the file, without its extension. */
	name: string;
}

/** The finished video or image. Without an address, `url` is empty. */
export function mediaOf(job: Job): Media {
	const { model, jobId, fileSizeBytes, expiresAt } = job;
	const name = `${model ?? 'job'}-${jobId}`;
	return {
		url: mediaUrlOf(job) ?? '',
		kind: kindOf(job),
		sizeBytes: fileSizeBytes,
		expiresAt,
		name,
	};
}

/** The last frame, if the job has it. */
export function lastFrameOf(job: Job): Media | undefined {
	const { name, expiresAt } = mediaOf(job);
	const url = job.lastFrameUrl;
	if (url === null) return undefined;
	return { url, kind: 'image', sizeBytes: null, expiresAt, name: `${name}-last-frame` };
}

/** A job as far as the fields of an earlier output describe it. A failure belongs to the reply that reported it. */
export function jobFrom(fields: Record<string, unknown>, jobId: string, provider: string): Job {
	const job = jobSchema.parse({ videoUrl: null, ...fields, jobId, provider, failure: null });
	// An item with the input's fields may have both: then `imageUrl` is not ours.
	const makesImage = fields.imageUrl !== undefined && fields.videoUrl === undefined;
	return withOneAddress(job, makesImage ? 'image' : 'video');
}

/** A job of which only the ID and the provider are known. */
export const newJob = (jobId: string, provider: string): Job => jobFrom({}, jobId, provider);

/** What the job makes. */
export const kindOf = ({ imageUrl }: Pick<Job, 'imageUrl'>): 'video' | 'image' =>
	imageUrl === undefined ? 'video' : 'image';

function withOneAddress(job: Job, makes: 'video' | 'image'): Job {
	const [own, other] = makes === 'image' ? IMAGE_FIRST : VIDEO_FIRST;
	job[own] ??= null;
	delete job[other];
	return job;
}
const IMAGE_FIRST = ['imageUrl', 'videoUrl'] as const;
const VIDEO_FIRST = ['videoUrl', 'imageUrl'] as const;

/**
 * The job after a reply: values in the reply replace the old ones, and missing values are kept.
 *
 * @param raw the reply itself, for the option Include Raw Response
 */
export function updateJob(
	job: Job,
	{ unknownStatus, isCostUnknown, ...reading }: JobReading,
	raw: unknown = null,
): Job {
	const reported = Object.entries({ ...reading, reasonInResult: undefined }).filter(
		([, value]) => value !== null && value !== undefined,
	);
	const next: Job = { ...job, ...(Object.fromEntries(reported) as JobReading) };
	// Even without an address yet, the key shows what this job makes.
	const makesImage =
		reading.imageUrl !== undefined || (kindOf(job) === 'image' && !reading.videoUrl);
	withOneAddress(next, makesImage ? 'image' : 'video');
	// The note is about the address of the same reply.
	if (reading.videoUrl && !reading.videoUrlNote) delete next.videoUrlNote;
	next.failure = reading.failure ?? unknownStatusFailure(unknownStatus);
	if (next.status === 'completed') next.progress = 100;
	// A provider that bills in money reports the cost itself, also for a failed job.
	const toldUsd = reading.costUsd ?? null;
	next.creditsCharged = isCostUnknown
		? null
		: chargedCredits(next, reading.creditsCharged ?? null, toldUsd);
	const { creditsCharged } = next;
	// A price that was known before stays known; the 0 of a failed job does not.
	if (isCostUnknown) next.costUsd = toldUsd ?? (job.costUsd || null);
	else if (creditsCharged !== null && toldUsd === null) next.costUsd = creditsToUsd(creditsCharged);
	rawBodies.set(next, raw);
	return next;
}

/** The job as its last reply has it, apart from what we add. */
export function amendJob(job: Job, changes: Partial<Job>): Job {
	const amended = { ...job, ...changes };
	rawBodies.set(amended, rawOf(job));
	return amended;
}

/** Only completed jobs are charged. Before the end, a provider's figure is a reservation. */
function chargedCredits(job: Job, reported: number | null, toldUsd: number | null): number | null {
	// A job that cost dollars did not cost "0 credits".
	if (job.status === 'failed' || job.status === 'cancelled')
		return reported ?? (toldUsd ? null : 0);
	return job.status === 'completed' ? (reported ?? job.creditsCharged) : null;
}
