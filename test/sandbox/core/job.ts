import { MOST_PROGRESS } from '../decisions.ts';
import type { JobState, JobSummary } from '../types.ts';
import type { Account } from './account.ts';
import type { Batch } from './batch.ts';
import type { Tag } from './tags.ts';

/** What was asked for, in the core's words; dialects translate their fields into it. */
export interface JobRequest {
	model: string;
	prompt: string;
	/** What is made: a video when left out. */
	makes?: 'video' | 'image';
	/** Seconds of video. */
	durationSeconds: number;
	/** As the dialect says it. */
	resolution: string;
	audio: boolean;
	callbackUrl?: string;
	metadata?: Record<string, unknown>;
	/** The body as it was taken, for dialects that say parts of it again. */
	sent?: Record<string, unknown>;
}

export interface Job {
	readonly id: string;
	/** Name of the dialect that took it, which also writes its callbacks. */
	readonly dialect: string;
	readonly account: Account;
	readonly request: JobRequest;
	readonly tags: ReadonlySet<Tag>;
	/** Credits (or dollars) that were reserved for it. */
	readonly credits: number;
	/** Seconds of the job clock that its file can be had after completion. */
	readonly urlLifeSeconds: number;
	readonly batch: Batch | null;
	/** Wall milliseconds since 1970, as are all times here. */
	readonly createdAt: number;
	/** Wall milliseconds of processing that clients are told. */
	readonly estimateMs: number;
	/** Wall milliseconds of processing that it will take; Infinity for a job that never ends. */
	readonly processingMs: number;
	state: JobState;
	startedAt: number | null;
	settledAt: number | null;
	failure: { code: string; message: string } | null;
	/** The URL was ended by hand, before its time. */
	urlExpired: boolean;
}

export const isSettled = (job: Job): boolean =>
	job.state !== 'queued' && job.state !== 'processing';

/** 0..99 while it runs; 100 is said by "completed" alone. */
export function progressOf(job: Job, nowMs: number): number {
	if (job.startedAt === null) return 0;
	const span = Number.isFinite(job.processingMs) ? job.processingMs : job.estimateMs;
	const done = span > 0 ? (nowMs - job.startedAt) / span : 1;
	return Math.min(MOST_PROGRESS, Math.max(0, Math.floor(done * 100)));
}

/** Wall time at which a processing job is said to be ready: never in the past, even when it is late. */
export const estimatedCompletionMs = (job: Job, nowMs: number): number =>
	Math.max((job.startedAt ?? nowMs) + job.estimateMs, nowMs + 1000);

/** The job as it would be if it were completed now: what an early callback pretends. */
export const asCompleted = (job: Job, nowMs: number): Job => ({
	...job,
	state: 'completed',
	settledAt: nowMs,
	failure: null,
});

export const summaryOf = (job: Job): JobSummary => ({
	jobId: job.id,
	account: job.account.id,
	dialect: job.dialect,
	model: job.request.model,
	prompt: job.request.prompt,
	state: job.state,
	credits: job.credits,
	createdAt: job.createdAt,
	settledAt: job.settledAt,
});
