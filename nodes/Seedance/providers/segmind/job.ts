import type { JobReading } from '../../core/job';
import { isWebAddress } from '../../core/parameters';
import type { JobAddress } from '../../core/provider';
import {
	anyJobId,
	optionalAddress,
	optionalNumber,
	optionalWord,
	readFailure,
	readStatus,
	sameJobId,
	withoutAddress,
} from '../../core/replies';
import { z } from '../../core/zod';
import { errorBody } from './fault';
import { returnsLastFrame } from './models';

// Sources: "Seedance 1.0 Pro Serverless API", segmind.com [doc]; reply bodies found in public sources [pub].

const STATUS_WORDS = {
	QUEUED: 'queued',
	PROCESSING: 'processing',
	COMPLETED: 'completed',
	FAILED: 'failed',
} as const;

/** A failed job is returned as HTTP 422 with this body. That is a job's state, not an error of the call. [doc] */
export const FAILED_JOB = [422];

const metrics = z.object({ cost: optionalNumber }).nullish().catch(null);

const statusBody = z.object({
	request_id: anyJobId.nullish(),
	status: z.string().min(1),
	error: z.unknown(),
	detail: z.unknown(),
	metrics,
});
type State = z.infer<typeof statusBody>;

/** Any body that names a request counts as one. */
const submittedBody = statusBody.extend({
	request_id: anyJobId,
	status: optionalWord.transform((word) => word ?? 'QUEUED'),
});

/** Another possible body of a failed job's 422: only the reason. [us] */
const bareFailure = errorBody.transform(({ error }) => ({
	request_id: undefined,
	status: 'FAILED',
	error,
	detail: undefined,
	metrics: undefined,
}));

/** The replies do not name the model. It is the one that the job is known to have. */
export function readState(
	body: unknown,
	{ jobId, model }: JobAddress,
	httpStatus: number,
): JobReading {
	const form = FAILED_JOB.includes(httpStatus) ? statusBody.or(bareFailure) : statusBody;
	const state = form.parse(body);
	// The ID may be missing, because it was in the path.
	return { ...readRequest(sameJobId(jobId).parse(state.request_id ?? jobId), state), model };
}

function readRequest(jobId: string, { status, error, detail, metrics }: State): JobReading {
	const reading: JobReading = { jobId, ...readStatus(STATUS_WORDS, status) };
	if (reading.status !== 'failed') return reading;
	return { ...reading, failure: readFailure(error ?? detail), costUsd: metrics?.cost };
}

/** A request that is finished at once has its result at another address, so it is polled like any other. */
export function readSubmitted(body: unknown): JobReading {
	const state = submittedBody.parse(body);
	const reading = readRequest(state.request_id, state);
	return reading.status === 'completed'
		? { ...reading, status: 'processing', estimatedSeconds: 0 }
		: reading;
}

/** `output` occurs as a text, as an object with an address and as a list. [pub] */
export const address = z.string().refine(isWebAddress);
const addressObject = z.object({ url: address }).transform(({ url }) => url);
const oneOutput = address.or(addressObject);
const output = oneOutput
	.or(z.array(oneOutput).transform(([first]) => first))
	.nullish()
	.catch(null);

const resultBody = z.object({
	output,
	video: z
		.object({ url: optionalAddress, file_size: optionalNumber, last_frame_url: optionalAddress })
		.nullish()
		.catch(null),
	seed: optionalNumber,
	metrics,
});

export function readResult(body: unknown, job: JobAddress, httpStatus: number): JobReading {
	const reading = readState(body, job, httpStatus);
	if (reading.status !== 'completed') return reading;
	const result = resultBody.parse(body);
	const videoUrl = result.video?.url ?? result.output;
	const costUsd = result.metrics?.cost;
	if (!videoUrl) return { ...reading, ...withoutAddress('video', null), costUsd };
	return {
		...reading,
		videoUrl,
		// 1.0 Pro has one in every result, although nobody can ask for it. [pub]
		lastFrameUrl: returnsLastFrame(job.model) ? result.video?.last_frame_url : null,
		seed: result.seed,
		fileSizeBytes: result.video?.file_size,
		costUsd,
	};
}
