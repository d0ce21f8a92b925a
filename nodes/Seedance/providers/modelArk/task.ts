import type { JobReading } from '../../core/job';
import type { JobAddress, Submission } from '../../core/provider';
import {
	anyJobId,
	later,
	optionalAddress,
	optionalFlag,
	optionalText,
	readFailure,
	readStatus,
	withoutAddress,
} from '../../core/replies';
import { z } from '../../core/zod';
import { usdOfUsage } from './price';
import { modelOf } from './wireIds';
import { inWords } from './words';

/** Numbers occur as texts. [pub] */
const number = z
	.number()
	.finite()
	.or(
		z
			.string()
			.regex(/^-?\d+(\.\d+)?$/)
			.transform(Number)
			.pipe(z.number().finite()),
	)
	.nullish()
	.catch(null);

export const task = z.object({
	id: anyJobId,
	model: optionalText,
	status: z.string().min(1),
	/** In a list it can be called `failure_reason`. [doc], [pub] */
	error: z.unknown(),
	failure_reason: z.unknown(),
	created_at: number,
	updated_at: number,
	content: z
		.object({ video_url: optionalAddress, last_frame_url: optionalAddress })
		.nullish()
		.catch(null),
	usage: z.object({ completion_tokens: number }).nullish().catch(null),
	seed: number,
	resolution: optionalText,
	ratio: optionalText,
	duration: number,
	generate_audio: optionalFlag,
	service_tier: optionalText,
	safety_identifier: optionalText,
});
export type Task = z.infer<typeof task>;

const WORDS = {
	queued: 'queued',
	running: 'processing',
	succeeded: 'completed',
	failed: 'failed',
	cancelled: 'cancelled',
	expired: 'failed',
} as const;

const EXPIRED = {
	code: 'expired',
	message:
		'ModelArk did not begin the job in time, because too many were waiting. Nothing is charged.',
};

/** An address works for 24 hours from the end, and for 100 downloads. [doc] */
const KEPT_MS = 24 * 3_600_000;

/** How long a job of the cheap tier may take, for the first question about it, in seconds. "Hours" [doc], [us] */
const FLEX_SECONDS = 3_600;

/** @param address what we already know about the job */
export function readTask(
	body: Task,
	{ reference }: Pick<JobAddress, 'reference'> = {},
): JobReading {
	const { id: jobId, status, content } = body;
	const model = body.model ? modelOf(body.model) : undefined;
	const createdAt = isoOf(body.created_at);
	const reading: JobReading = { jobId, model, createdAt, ...readStatus(WORDS, status) };
	if (reading.status === 'failed') return { ...reading, failure: failureOf(body) };
	if (reading.status !== 'completed') return reading;
	const completedAt = isoOf(body.updated_at);
	const known = { completedAt, costUsd: costOf(body, model, reference) };
	if (!content?.video_url) return { ...reading, ...known, ...withoutAddress('video', null) };
	return {
		...reading,
		...known,
		videoUrl: content.video_url,
		lastFrameUrl: content.last_frame_url,
		durationSeconds: body.duration,
		seed: body.seed,
		resolution: body.resolution,
		hasAudio: body.generate_audio,
		expiresAt: later(completedAt, KEPT_MS),
	};
}

/** The reply to a submit has only the ID. Whether a reference is a video decides the price, and no later reply says it. */
export function readSubmitted(body: unknown, { request }: Submission): JobReading {
	const { id: jobId } = z.object({ id: anyJobId }).parse(body);
	const { mode, referenceVideoUrls = [], serviceTier } = request;
	const hasVideo = referenceVideoUrls.length > 0 ? 'yes' : 'no';
	return {
		jobId,
		status: 'queued',
		reference: mode === 'draftToVideo' ? undefined : { videoInput: hasVideo },
		estimatedSeconds: serviceTier === 'flex' ? FLEX_SECONDS : undefined,
	};
}

function failureOf({ status, error, failure_reason: reason }: Task) {
	if (status.toLowerCase() === 'expired') return EXPIRED;
	return inWords(readFailure(error ?? reason));
}

function costOf(
	{ usage, resolution, ratio, duration, generate_audio: audio, service_tier: tier }: Task,
	model: string | undefined,
	reference: JobAddress['reference'],
): number | null {
	const tokens = usage?.completion_tokens;
	if (!tokens || !model) return null;
	const { videoInput } = reference ?? {};
	return usdOfUsage(model, {
		tokens,
		resolution: resolution ?? '',
		ratio: ratio ?? '',
		seconds: duration ?? 0,
		audio: audio ?? true,
		isFlex: tier === 'flex',
		hadVideo: videoInput === undefined ? undefined : videoInput === 'yes',
	});
}

/** @param seconds Unix seconds */
export const isoOf = (seconds: number | null | undefined): string | null =>
	seconds && Math.abs(seconds) < 1e11
		? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
		: null;
