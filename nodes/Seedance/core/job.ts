import { shorten } from './parameters';
import { creditsToUsd, type Estimate } from './price';

/** The states of a job. `timed_out` is our own: we stopped waiting, but the provider may still finish the job. */
export type JobStatus =
	| 'queued'
	| 'processing'
	| 'completed'
	| 'failed'
	| 'cancelled'
	| 'timed_out';

export interface JobFailure {
	code: string;
	message: string;
}

/**
 * The output of every node that works with jobs. Every key is always present; `null` means that the provider has not
 * reported a value.
 */
export interface Job extends Estimate {
	jobId: string;
	provider: string;
	model: string | null;
	status: JobStatus;
	/** Percent, 0 to 100. */
	progress: number | null;
	/** For videos. Images have `imageUrl` instead. */
	videoUrl?: string | null;
	imageUrl?: string | null;
	durationSeconds: number | null;
	/** As reported by the provider, for example `1280x720`. */
	resolution: string | null;
	hasAudio: boolean | null;
	fileSizeBytes: number | null;
	/** What the provider charged. A reservation does not count. 0 for failed and cancelled jobs. */
	creditsCharged: number | null;
	/** US dollars. */
	costUsd: number | null;
	/** The provider's estimate at submit, in seconds from that moment. */
	estimatedSeconds: number | null;
	/** ISO 8601, as are the next two. */
	createdAt: string | null;
	completedAt: string | null;
	/** When the video's address stops working. */
	expiresAt: string | null;
	failure: JobFailure | null;
	/** The metadata that was sent with the job. */
	metadata: Record<string, unknown> | null;
}

/**
 * What one reply of a provider says about a job, in our terms. A key that is absent was not in the reply.
 * `unknownStatus` holds a status word that we do not know. `status` is then `processing`, because an unknown word never
 * means done.
 */
export type JobReading = Partial<Omit<Job, 'provider' | keyof Estimate>> &
	Pick<Job, 'jobId' | 'status'> & { unknownStatus?: string };

const SETTLED: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];

/** Settled: the provider will not change the job any more. `timed_out` is not settled. */
export const isSettled = (job: Pick<Job, 'status'>): boolean => SETTLED.includes(job.status);

const rawBodies = new WeakMap<Job, unknown>();

/**
 * Remembers the provider's reply for a job, for the option Include Raw Response. The reply is released together with
 * the job.
 */
export function withRaw(job: Job, raw: unknown): Job {
	rawBodies.set(job, raw);
	return job;
}

/** The last reply that the job was read from; null if there was none, or if it is no longer known. */
export const rawOf = (job: Job): unknown => rawBodies.get(job) ?? null;

/** The address of the finished video or image. */
export const mediaUrlOf = ({ videoUrl, imageUrl }: Job): string | null =>
	imageUrl ?? videoUrl ?? null;

/** A job of which only the ID and the provider are known. */
export function newJob(jobId: string, provider: string): Job {
	return {
		jobId,
		provider,
		model: null,
		status: 'queued',
		progress: null,
		videoUrl: null,
		durationSeconds: null,
		resolution: null,
		hasAudio: null,
		fileSizeBytes: null,
		creditsCharged: null,
		creditsEstimated: null,
		costUsd: null,
		costUsdEstimated: null,
		estimatedSeconds: null,
		createdAt: null,
		completedAt: null,
		expiresAt: null,
		failure: null,
		metadata: null,
	};
}

/** The job after a reply: values in the reply replace the old ones, and missing values are kept. */
export function updateJob(job: Job, { unknownStatus, ...reading }: JobReading): Job {
	const reported = Object.entries(reading).filter(
		([, value]) => value !== null && value !== undefined,
	);
	const next: Job = { ...job, ...(Object.fromEntries(reported) as JobReading) };
	// A reading with an image key, even without an address yet, shows that this job makes an image.
	if (reading.imageUrl !== undefined) {
		next.imageUrl ??= null;
		delete next.videoUrl;
	}
	next.failure = reading.failure ?? unknownStatusFailure(unknownStatus);
	if (next.status === 'completed') next.progress = 100;
	// A provider that bills in money reports the cost itself, also for a failed job.
	const toldUsd = reading.costUsd ?? null;
	next.creditsCharged = chargedCredits(next, reading.creditsCharged ?? null, toldUsd);
	const { creditsCharged } = next;
	if (creditsCharged !== null && toldUsd === null) next.costUsd = creditsToUsd(creditsCharged);
	return next;
}

/** Only completed jobs are charged. Before the end, a provider's figure is a reservation. */
function chargedCredits(job: Job, reported: number | null, toldUsd: number | null): number | null {
	// A job that cost dollars did not cost "0 credits".
	if (job.status === 'failed' || job.status === 'cancelled')
		return reported ?? (toldUsd ? null : 0);
	return job.status === 'completed' ? (reported ?? job.creditsCharged) : null;
}

/** Kept on the unfinished job, so that a user whose wait timed out sees the unknown status word. */
function unknownStatusFailure(word: string | undefined): JobFailure | null {
	if (word === undefined) return null;
	return {
		code: 'unknown_status',
		message: `The provider reports the status "${shorten(word, 60)}", which this version of the nodes does not know. Check Status can look the job up again later.`,
	};
}
