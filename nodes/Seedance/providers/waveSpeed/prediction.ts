import type { JobFailure, JobReading } from '../../core/job';
import {
	anyJobId,
	later,
	optionalAddress,
	optionalFlag,
	optionalNumber,
	optionalRecord,
	optionalText,
	optionalWord,
	readFailure,
	readStatus,
	withoutAddress,
} from '../../core/replies';
import { z } from '../../core/zod';
import { readWireId } from './ids';

// Sources: "Get result", "Webhooks", the SDKs. Schemas there have changed without notice, so nothing but ID and status
// is relied on.

const envelope = z.object({ data: z.record(z.unknown()) });

/**
 * The content of the envelope `{code, message, data}`. A callback has none [doc], and a reply without one is read as its
 * content, as the provider's own node does [pub].
 */
export const contentOf = (body: unknown): unknown => envelope.safeParse(body).data?.data ?? body;

export const prediction = z.object({
	id: anyJobId,
	model: optionalText,
	status: z.string().min(1),
	/** Only in callbacks. [doc] */
	input: optionalRecord,
	outputs: z.unknown(),
	error: z.unknown(),
	created_at: optionalText,
});
export type Prediction = z.infer<typeof prediction>;

/** Any body that names a job counts as one. */
export const submittedPrediction = prediction.extend({
	status: optionalWord.transform((word) => word ?? 'created'),
});

/** The last two are words of the SDKs. [doc] */
const WORDS = {
	created: 'queued',
	processing: 'processing',
	completed: 'completed',
	failed: 'failed',
	timeout: 'failed',
	cancelled: 'cancelled',
} as const;

/** Predictions and their files are kept for 7 days. [doc] */
const KEPT_MS = 7 * 24 * 3_600_000;

export function readPrediction(body: Prediction): JobReading {
	const { id: jobId, status, input } = body;
	const { model, resolution } = readWireId(body.model ?? '');
	const reading: JobReading = {
		jobId,
		model,
		createdAt: body.created_at,
		...readStatus(WORDS, status),
	};
	// A failed job is refunded. [doc]
	if (reading.status === 'failed') return { ...reading, failure: failureOf(body) };
	// No document says who pays for a cancelled one. [us]
	if (reading.status === 'cancelled') return { ...reading, isCostUnknown: true };
	if (reading.status !== 'completed') return reading;
	const videoUrl = addressIn(body.outputs);
	if (!videoUrl) return { ...reading, ...withoutAddress('video', null), isCostUnknown: true };
	return {
		...reading,
		videoUrl,
		durationSeconds: chosen(input?.duration, 1),
		seed: chosen(input?.seed, 0),
		resolution: resolution ?? optionalText.parse(input?.resolution),
		hasAudio: optionalFlag.parse(input?.generate_audio),
		expiresAt: later(body.created_at, KEPT_MS),
	};
}

/** A number of the input. −1 stands for a choice of the model, which nobody tells. */
function chosen(value: unknown, least: number): number | null {
	const number = optionalNumber.parse(value) ?? -1;
	return number >= least ? number : null;
}

const file = z.object({ url: z.unknown() }).transform(({ url }) => url);

/** Texts, or with some models objects with `url`. [doc] */
const addressIn = (outputs: unknown) =>
	[outputs]
		.flat()
		.flatMap((each) => optionalAddress.parse(file.safeParse(each).data ?? each) ?? [])[0];

/** The texts of errors are not documented. These words are those of the models themselves. [us] */
const MODERATED = /sensitive|moderat|nsfw|content policy|copyright/i;

function failureOf({ status, error }: Prediction): JobFailure {
	const failure = readFailure(error, status.toLowerCase() === 'timeout' ? 'timeout' : null);
	if (!MODERATED.test(failure.message)) return failure;
	return {
		...failure,
		message: `The moderation refused this: the text, an image or the finished video may be sensitive. Change the text or the images. WaveSpeedAI says: ${failure.message}`,
	};
}
