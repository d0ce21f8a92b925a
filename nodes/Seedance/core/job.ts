import { shorten } from './parameters';
import { creditsToUsd, type Estimate } from './price';

/** What a job can be. `timed_out` is ours: we stopped waiting; the provider may still finish it. */
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

/** The one output of every node that touches jobs. Every key is always present; `null` = the provider has not said. */
export interface Job extends Estimate {
	jobId: string;
	provider: string;
	model: string | null;
	status: JobStatus;
	/** Percent, 0 to 100. */
	progress: number | null;
	/** Of videos; of images `imageUrl` instead. */
	videoUrl?: string | null;
	imageUrl?: string | null;
	durationSeconds: number | null;
	/** As the provider says it, for example `1280x720`. */
	resolution: string | null;
	hasAudio: boolean | null;
	fileSizeBytes: number | null;
	/** What the provider took: a reservation does not count. 0 for failed and cancelled jobs. */
	creditsCharged: number | null;
	/** US dollars. */
	costUsd: number | null;
	/** The provider's guess at submit, in seconds from then on. */
	estimatedSeconds: number | null;
	/** ISO 8601, as are the next two. */
	createdAt: string | null;
	completedAt: string | null;
	/** When the video's address stops working. */
	expiresAt: string | null;
	failure: JobFailure | null;
	/** What was sent with the job. */
	metadata: Record<string, unknown> | null;
}

/**
 * What one reply of a provider says about a job, in our words. A key that is absent was not in the reply.
 * `unknownStatus` holds a status word that we do not know; `status` is then `processing`: an unknown word is never done.
 */
export type JobReading = Partial<Omit<Job, 'provider' | keyof Estimate>> &
	Pick<Job, 'jobId' | 'status'> & { unknownStatus?: string };

const SETTLED: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];

/** Settled: the provider will not change it any more. `timed_out` is not settled. */
export const isSettled = (job: Pick<Job, 'status'>): boolean => SETTLED.includes(job.status);

const rawBodies = new WeakMap<Job, unknown>();

/** Keeps the provider's own words beside a job, for those who want them; they go when the job goes. */
export function withRaw(job: Job, raw: unknown): Job {
	rawBodies.set(job, raw);
	return job;
}

/** The last body that the job was read from; null where there was none, or it is no longer known. */
export const rawOf = (job: Job): unknown => rawBodies.get(job) ?? null;

/** Where the finished video or image lies. */
export const mediaUrlOf = ({ videoUrl, imageUrl }: Job): string | null =>
	imageUrl ?? videoUrl ?? null;

/** A job of which nothing is known but who runs it. */
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

/** The job after a reply: what the reply says wins, what it leaves out stays. */
export function updateJob(job: Job, { unknownStatus, ...reading }: JobReading): Job {
	const said = Object.entries(reading).filter(([, value]) => value !== null && value !== undefined);
	const next: Job = { ...job, ...(Object.fromEntries(said) as JobReading) };
	// A reading that speaks of an image, even of one that is not there yet, tells what kind of job this is.
	if (reading.imageUrl !== undefined) {
		next.imageUrl ??= null;
		delete next.videoUrl;
	}
	next.failure = reading.failure ?? unknownStatusFailure(unknownStatus);
	if (next.status === 'completed') next.progress = 100;
	// A provider that bills in money says so itself, also for a job that failed.
	const toldUsd = reading.costUsd ?? null;
	next.creditsCharged = chargedCredits(next, reading.creditsCharged ?? null, toldUsd);
	const { creditsCharged } = next;
	if (creditsCharged !== null && toldUsd === null) next.costUsd = creditsToUsd(creditsCharged);
	return next;
}

/** Credits are kept for successful jobs only; before the end, a provider's figure is a reservation. */
function chargedCredits(job: Job, said: number | null, toldUsd: number | null): number | null {
	// What has cost dollars has not cost "0 credits".
	if (job.status === 'failed' || job.status === 'cancelled') return said ?? (toldUsd ? null : 0);
	return job.status === 'completed' ? (said ?? job.creditsCharged) : null;
}

/** Kept on the unfinished job, so that whoever waited in vain sees the word that was not understood. */
function unknownStatusFailure(word: string | undefined): JobFailure | null {
	if (word === undefined) return null;
	return {
		code: 'unknown_status',
		message: `The provider reports the status "${shorten(word, 60)}", which this version of the nodes does not know. Check Status can look the job up again later.`,
	};
}
