import type { Core } from '../core/core.ts';
import { isSettled, type Job } from '../core/job.ts';
import { REPLICATE_KEPT_SECONDS, UNKNOWN_STATUS_WORD } from '../decisions.ts';
import { fileUrl } from './jobs.ts';

/** The prediction object [doc]. */

export const ROOT = '/replicate/v1';

/** What the sandbox keeps of a prediction beside its job. */
export interface Kept {
	/** When `Cancel-After` ends it, in wall milliseconds. */
	deadline?: number;
	/** `Cancel-After` has ended it before it began. */
	isAborted?: boolean;
}
const kept = new WeakMap<Job, Kept>();
export const keptOf = (job: Job): Kept => {
	const known = kept.get(job) ?? {};
	kept.set(job, known);
	return known;
};

const WORDS = {
	queued: 'starting',
	processing: 'processing',
	completed: 'succeeded',
	failed: 'failed',
	cancelled: 'canceled',
} as const;

export function wordOf(job: Job): string {
	if (job.state === 'processing' && job.tags.has('unknown-status')) return UNKNOWN_STATUS_WORD;
	return keptOf(job).isAborted ? 'aborted' : WORDS[job.state];
}

const iso = (wallMs: number | null | undefined): string | null =>
	wallMs === null || wallMs === undefined ? null : new Date(wallMs).toISOString();

/** Seconds of the job clock, to the hundredth. */
const secondsFrom = (core: Core, from: number, to: number): number =>
	Math.round(((to - from) * core.clock.speed) / 10) / 100;

/** [pub] The text of an error has its code and the beginning of the ID. */
function errorOf({ failure, id, tags }: Job): string | null {
	if (!failure) return null;
	if (tags.has('fail-text')) return failure.message;
	const [code, text] = tags.has('moderate')
		? [
				'E005',
				'The input or output was flagged as sensitive. Please try again with different inputs.',
			]
		: ['E001', failure.message];
	return `${text} (${code}) (${id.slice(0, 10)})`;
}

/** [doc] After an hour, what went in and came out is removed, and the rest stays. */
export function isRemoved(core: Core, { settledAt }: Job): boolean {
	const life = core.clock.wallMs(REPLICATE_KEPT_SECONDS);
	return settledAt !== null && core.clock.now() - settledAt >= life;
}

function metricsOf(core: Core, job: Job): Record<string, unknown> | undefined {
	const { settledAt, startedAt, createdAt, request } = job;
	if (settledAt === null || startedAt === null) return undefined;
	return {
		predict_time: secondsFrom(core, startedAt, settledAt),
		total_time: secondsFrom(core, createdAt, settledAt),
		// [pub] of official models.
		...(job.state === 'completed'
			? {
					video_output_duration_seconds: request.durationSeconds,
					resolution_target: request.resolution,
				}
			: {}),
	};
}

export function predictionOf(core: Core, job: Job): Record<string, unknown> {
	const { id, request, state } = job;
	const removed = isRemoved(core, job);
	const { deadline } = keptOf(job);
	const url = `${core.apiBase}${ROOT}/predictions/${id}`;
	const output = state === 'completed' && !removed ? (fileUrl(core, job) ?? null) : null;
	const metrics = metricsOf(core, job);
	return {
		id,
		model: `bytedance/${request.model}`,
		version: 'hidden',
		input: removed ? {} : request.sent,
		logs: removed || job.startedAt === null ? '' : `Using seed: ${seedOf(job)}\n`,
		output,
		data_removed: removed,
		error: errorOf(job),
		status: wordOf(job),
		created_at: iso(job.createdAt),
		started_at: iso(job.startedAt),
		completed_at: isSettled(job) ? iso(job.settledAt) : null,
		source: 'api',
		...(deadline === undefined ? {} : { deadline: iso(deadline) }),
		...(metrics ? { metrics } : {}),
		urls: {
			get: url,
			cancel: `${url}/cancel`,
			web: `https://replicate.com/p/${id}`,
		},
	};
}

/** The seed of a request without one: always the same for the same ID. */
const seedOf = ({ id, request }: Job): number =>
	Number(request.sent?.seed ?? Number.parseInt(id.slice(0, 7), 16));
