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
import { modelOf } from './input';
import { usdOfUsage } from './price';

// Source: the prediction object of the OpenAPI document.

const optionalList = z.array(z.unknown()).nullish().catch(null);

export const prediction = z.object({
	id: anyJobId,
	model: optionalText,
	status: z.string().min(1),
	input: optionalRecord,
	output: z.unknown(),
	error: z.unknown(),
	logs: optionalText,
	data_removed: optionalFlag,
	created_at: optionalText,
	started_at: optionalText,
	completed_at: optionalText,
	deadline: optionalText,
	metrics: z
		.object({ video_output_duration_seconds: optionalNumber, resolution_target: optionalText })
		.nullish()
		.catch(null),
});
export type Prediction = z.infer<typeof prediction>;

/** Any body that names a job counts as one. */
export const submittedPrediction = prediction.extend({
	status: optionalWord.transform((word) => word ?? 'starting'),
});

const WORDS = {
	starting: 'queued',
	processing: 'processing',
	succeeded: 'completed',
	failed: 'failed',
	canceled: 'cancelled',
	// Ended by `Cancel-After` before it had begun. [doc]
	aborted: 'cancelled',
} as const;

/** Input, output and the file itself are removed an hour after the end. [doc] */
const KEPT_MS = 3_600_000;

const REMOVED: JobFailure = {
	code: 'result_removed',
	message:
		'The video was finished, but Replicate keeps results for one hour only and has removed this one. Download each video as soon as it is finished. To have this one, it must be made, and paid, again.',
};

export function readPrediction(body: Prediction): JobReading {
	const { id: jobId, status, input, metrics } = body;
	const reading: JobReading = {
		jobId,
		model: body.model ? modelOf(body.model) : undefined,
		createdAt: body.created_at,
		...readStatus(WORDS, status),
	};
	if (reading.status === 'failed') return { ...reading, failure: failureOf(body) };
	if (reading.status === 'cancelled') return { ...reading, ...endOf(body) };
	if (reading.status !== 'completed') return reading;
	const completedAt = body.completed_at;
	const costUsd = costOf(body, reading.model ?? undefined);
	const known = { ...reading, completedAt, costUsd };
	const gone = { status: 'failed', isCostUnknown: costUsd === null } as const;
	if (body.data_removed) return { ...known, ...gone, failure: REMOVED };
	const videoUrl = addressIn(body.output);
	if (!videoUrl) return { ...known, ...gone, ...withoutAddress('video', null) };
	return {
		...known,
		videoUrl,
		durationSeconds: secondsOf(body),
		seed: seedOf(body),
		resolution: metrics?.resolution_target ?? optionalText.parse(input?.resolution),
		hasAudio: optionalFlag.parse(input?.generate_audio),
		expiresAt: later(completedAt, KEPT_MS),
	};
}

/** Every Seedance model returns one address [doc]; a list of one is read as well. */
const addressIn = (output: unknown) =>
	[output].flat().flatMap((each) => optionalAddress.parse(each) ?? [])[0];

const secondsOf = ({ input, metrics }: Prediction): number | null => {
	const asked = optionalNumber.parse(input?.duration) ?? 0;
	// -1 stands for the model's choice.
	return metrics?.video_output_duration_seconds ?? (asked > 0 ? asked : null);
};

/** The log of a job without a seed says which one it used. [pub] */
const seedOf = ({ input, logs }: Prediction): number | null => {
	const [, used] = /Using seed: (\d+)/.exec(logs ?? '') ?? [];
	return optionalNumber.parse(input?.seed) ?? (used === undefined ? null : Number(used));
};

function costOf(body: Prediction, model: string | undefined): number | null {
	const { input, metrics } = body;
	const seconds = secondsOf(body);
	if (!seconds || !model) return null;
	const resolution = metrics?.resolution_target ?? optionalText.parse(input?.resolution);
	const videos = optionalList.parse(input?.reference_videos) ?? [];
	return usdOfUsage(model, {
		seconds,
		resolution: resolution ?? undefined,
		audio: optionalFlag.parse(input?.generate_audio) ?? undefined,
		// The input is removed together with the result.
		hadVideo: input && !body.data_removed ? videos.length > 0 : undefined,
	});
}

/** What the user must know of a job that was ended before its time. [doc] */
function endOf(body: Prediction) {
	const { status, started_at: startedAt, completed_at: completedAt, deadline } = body;
	const isLate = Date.parse(completedAt ?? '') >= Date.parse(deadline ?? '');
	const isAborted = status.toLowerCase() === 'aborted';
	const why = isLate || isAborted ? 'The time in "Timeout (Minutes)" was up. ' : '';
	if (isAborted || !startedAt) {
		if (!why) return { completedAt };
		const message = `${why}The job had not begun, so Replicate does not charge it.`;
		return { completedAt, failure: { code: 'timed_out_at_provider', message } };
	}
	const message = `${why}Replicate charges what the job had run until then, and does not say how much: see replicate.com/account/billing.`;
	const code = isLate ? 'timed_out_at_provider' : 'cancelled_while_running';
	return { completedAt, failure: { code, message }, isCostUnknown: true };
}

/** By the code in the text of the error. [pub] */
const FAILURES: ReadonlyArray<[RegExp, string]> = [
	[
		/\bE005\b|flagged as sensitive/i,
		'The moderation refused this: the text, an image or the finished video may be sensitive. Change the text or the images',
	],
	[/\bE006\b/, 'The model does not take these inputs together. Change the fields of this node'],
];

function failureOf({ error }: Prediction): JobFailure {
	const { code, message } = readFailure(error);
	const [number] = /\bE\d{3}\b/.exec(message) ?? [];
	const words = FAILURES.find(([pattern]) => pattern.test(message))?.[1];
	return {
		code: number ?? code,
		message: words ? `${words}. Replicate says: ${message}` : message,
	};
}
