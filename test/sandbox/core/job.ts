import { MOST_PROGRESS } from '../decisions.ts';
import type { JobState, JobSummary } from '../types.ts';
import type { Account } from './account.ts';
import type { Batch } from './batch.ts';
import type { Tag } from './tags.ts';

/** The request in the core's terms. Dialects translate their fields into it. */
export interface JobRequest {
	model: string;
	prompt: string;
	/** What is made; a video by default. */
	makes?: 'video' | 'image';
	/** Seconds of video. */
	durationSeconds: number;
	/** In the dialect's format. */
	resolution: string;
	audio: boolean;
	callbackUrl?: string;
	metadata?: Record<string, unknown>;
	/** The accepted body, for dialects that repeat parts of it. */
	sent?: Record<string, unknown>;
	/** Why it is going to fail, or has to now, in the dialect's own words. */
	failure?: { code: string; message: string };
	/** Its files are only at addresses with a signature. */
	signedLinks?: true;
}

export interface Job {
	readonly id: string;
	/** Name of the dialect that accepted the job. It also creates the job's callbacks. */
	readonly dialect: string;
	readonly account: Account;
	readonly request: JobRequest;
	readonly tags: ReadonlySet<Tag>;
	/** Credits (or dollars) that were reserved for it. */
	readonly credits: number;
	/** How long the file is available after completion, in seconds of the job clock. */
	readonly urlLifeSeconds: number;
	readonly batch: Batch | null;
	/** It is processed at once and takes no place of those that are processed at a time. */
	readonly unqueued: boolean;
	/** Wall milliseconds since 1970, as are all times here. */
	readonly createdAt: number;
	/** The estimate that clients receive, in wall milliseconds. */
	readonly estimateMs: number;
	/** The real processing time in wall milliseconds; Infinity for a job that never ends. */
	readonly processingMs: number;
	state: JobState;
	startedAt: number | null;
	settledAt: number | null;
	failure: { code: string; message: string } | null;
	/** Whether the URL was expired manually. */
	urlExpired: boolean;
	/** Whether its record and its file are gone. */
	erased: boolean;
}

export const isSettled = (job: Job): boolean =>
	job.state !== 'queued' && job.state !== 'processing';

/** 0..99 while it runs. Only a completed job has 100. */
export function progressOf(job: Job, nowMs: number): number {
	if (job.startedAt === null) return 0;
	const span = Number.isFinite(job.processingMs) ? job.processingMs : job.estimateMs;
	const done = span > 0 ? (nowMs - job.startedAt) / span : 1;
	return Math.min(MOST_PROGRESS, Math.max(0, Math.floor(done * 100)));
}

/** The estimated completion of a processing job: never in the past, even when the job is late. */
export const estimatedCompletionMs = (job: Job, nowMs: number): number =>
	Math.max((job.startedAt ?? nowMs) + job.estimateMs, nowMs + 1000);

/** The job as if it were completed now, for early callbacks. */
export const asCompleted = (job: Job, nowMs: number): Job => ({
	...job,
	state: 'completed',
	settledAt: nowMs,
	failure: null,
});

export const summaryOf = (job: Job): JobSummary => ({
	jobId: job.id,
	account: job.account.id,
	provider: job.account.provider,
	dialect: job.dialect,
	model: job.request.model,
	prompt: job.request.prompt,
	state: job.state,
	credits: job.credits,
	createdAt: job.createdAt,
	settledAt: job.settledAt,
	erased: job.erased,
	callbackUrl: job.request.callbackUrl ?? null,
});
