import type { JobReading } from '../../core/job';
import {
	anyJobId,
	later,
	optionalAddress,
	optionalFlag,
	optionalNumber,
	optionalRecord,
	optionalText,
	optionalWord,
	readStatus,
	withoutAddress,
} from '../../core/replies';
import { z } from '../../core/zod';
import { modelOf } from './input';
import { creditsToUsd } from '../../core/price';
import { USD_PER_CREDIT } from './price';
import { inWords } from './words';

// Source: "Get Task Details" of docs.kie.ai. [doc] The reply to a status request and a callback are the same.

/** A JSON object in a text, as `resultJson` and `param` are. [doc] An object itself is read as well. [us] */
const jsonText = z
	.string()
	.transform(parsed)
	.pipe(optionalRecord)
	.or(optionalRecord)
	.nullish()
	.catch(null);

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** A time in Unix milliseconds. 0 means that it has not come yet. [us] */
const optionalTime = z
	.number()
	.positive()
	.max(8.64e15)
	.transform((ms) => new Date(ms).toISOString().replace('.000Z', 'Z'))
	.nullish()
	.catch(null);

export const task = z.object({
	taskId: anyJobId,
	model: optionalText,
	state: z.string().min(1),
	param: jsonText,
	resultJson: jsonText,
	failCode: z.string().or(z.number().transform(String)).nullish().catch(null),
	failMsg: optionalText,
	/** Not documented. [pub] */
	creditsConsumed: optionalNumber,
	createTime: optionalTime,
	completeTime: optionalTime,
});
export type Task = z.infer<typeof task>;

/** Any body that names a task counts as one. */
export const submittedTask = task.extend({
	state: optionalWord.transform((word) => word ?? 'waiting'),
});

const WORDS = {
	waiting: 'queued',
	queuing: 'queued',
	generating: 'processing',
	success: 'completed',
	fail: 'failed',
} as const;

/**
 * How long a file is kept. The documents say 24 hours in one place and 14 days in another [doc], and users have seen 20
 * minutes [pub]: the shorter one of the documents.
 */
const KEPT_MS = 24 * 3_600_000;

export function readTask(body: Task): JobReading {
	const { taskId: jobId, creditsConsumed: creditsCharged } = body;
	const settings = settingsOf(body);
	const reading: JobReading = {
		jobId,
		model: modelIn(body),
		createdAt: body.createTime,
		...readStatus(WORDS, body.state),
	};
	const cost = {
		creditsCharged,
		costUsd: typeof creditsCharged === 'number' ? usdOf(creditsCharged) : undefined,
	};
	// A failed job without a figure counts as free: no document says otherwise. [us]
	if (reading.status === 'failed') {
		const { failMsg, failCode } = body;
		return {
			...reading,
			...cost,
			completedAt: body.completeTime,
			failure: inWords(failMsg, failCode),
		};
	}
	if (reading.status !== 'completed') return reading;
	const { videoUrl, lastFrameUrl } = filesIn(body);
	if (!videoUrl) return { ...reading, ...cost, ...withoutAddress('video', creditsCharged) };
	return {
		...reading,
		...settings,
		...cost,
		videoUrl,
		lastFrameUrl,
		completedAt: body.completeTime,
		expiresAt: later(body.completeTime, KEPT_MS),
	};
}

const usdOf = (credits: number): number => creditsToUsd(credits, USD_PER_CREDIT);

const modelIn = ({ model, param }: Task): string | undefined =>
	modelOf(model ?? optionalText.parse(param?.model) ?? '');

/** `param` is the whole request. [doc] Its input may be a text itself. [us] */
function settingsOf({ param }: Task): Partial<JobReading> {
	const input = jsonText.parse(param?.input);
	const [seconds, seed] = [Number(input?.duration ?? NaN), optionalNumber.parse(input?.seed) ?? -1];
	return {
		// −1 stands for the model's choice, or for a random seed.
		durationSeconds: seconds > 0 && Number.isFinite(seconds) ? seconds : null,
		resolution: optionalText.parse(input?.resolution),
		hasAudio: optionalFlag.parse(input?.generate_audio),
		seed: seed >= 0 ? seed : null,
	};
}

const addresses = z.array(optionalAddress).nullish().catch(null);
const IMAGE = /\.(png|jpe?g|webp)(\?|#|$)/i;

/**
 * `resultUrls` [doc]. Where the last frame is, no document says: it is taken from a field of that name, or from the
 * list, where it is an image. [us]
 */
function filesIn({ resultJson }: Task) {
	const urls = (addresses.parse(resultJson?.resultUrls) ?? []).filter(
		(url) => typeof url === 'string',
	);
	const named = [resultJson?.lastFrameUrl, resultJson?.last_frame_url]
		.map((url) => optionalAddress.parse(url))
		.find(Boolean);
	return {
		videoUrl: urls.find((url) => !IMAGE.test(url)),
		lastFrameUrl: named ?? urls.find((url) => IMAGE.test(url)),
	};
}
