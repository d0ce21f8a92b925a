import type { JobReading } from '../../core/job';
import type { JobAddress, Submission } from '../../core/provider';
import {
	anyJobId,
	optionalAddress,
	optionalNumber,
	optionalWord,
	readFailure,
	readStatus,
	readSubmitted,
	sameJobId,
	withoutAddress,
} from '../../core/replies';
import { z } from '../../core/zod';
import { appOf, endpointOf } from './endpoints';
import { detailOf, inWords } from './words';

// Sources: the queue pages, fal-js and fal_client.

/** There is no word for a failed or cancelled job. [doc] ERROR is the word of callbacks; here it would mean the same. [us] */
const WORDS = {
	IN_QUEUE: 'queued',
	IN_PROGRESS: 'processing',
	COMPLETED: 'completed',
	ERROR: 'failed',
} as const;

const reply = z.object({
	request_id: anyJobId,
	status: z.string().min(1),
	/** Of a job that has ended without a result. [doc] */
	error: z.unknown(),
	error_type: optionalWord,
});
/** Any reply to a submit that names a job is one. */
const submitReply = reply.extend({ status: optionalWord.transform((word) => word ?? 'IN_QUEUE') });

const CANCELLED = 'client_cancelled';

/** The text that stands for any error of the model. The result has the reason. [doc] */
const BARE_CODE = /status code:? (\d{3})/i;

/** A refused input may be charged if a machine worked on it; an error of fal's own is not. [doc] */
const mayCost = (httpStatus: number): boolean => httpStatus >= 400 && httpStatus < 500;

function readReply({
	request_id: jobId,
	status,
	error,
	error_type: errorType,
}: z.infer<typeof reply>): JobReading {
	const reading: JobReading = { jobId, ...readStatus(WORDS, status) };
	const hasError = Boolean(error) || Boolean(errorType);
	const isFailed = reading.status === 'failed' || (reading.status === 'completed' && hasError);
	if (!isFailed) return reading;
	if (errorType === CANCELLED) return { ...reading, status: 'cancelled' };
	const failure = inWords(readFailure(error, errorType));
	const code = BARE_CODE.exec(failure.message)?.[1];
	return {
		...reading,
		status: 'failed',
		failure,
		...(mayCost(Number(code)) ? { isCostUnknown: true } : {}),
		...(errorType ? {} : { reasonInResult: true }),
	};
}

export const readStatusReply = (body: unknown, { jobId }: JobAddress): JobReading =>
	readReply(reply.extend({ request_id: sameJobId(jobId) }).parse(body));

export function readSubmitReply(body: unknown, { request }: Submission): JobReading {
	const endpoint = endpointOf(request);
	const reading = readReply(submitReply.parse(body));
	const reference = { app: appOf(endpoint), endpoint };
	if (reading.status !== 'completed') return { ...reading, reference };
	// The result has yet to be asked for.
	return readSubmitted({ ...reading, reference, ...withoutAddress('video', null) });
}

const output = z.object({
	video: z.object({ url: optionalAddress, file_size: optionalNumber }).nullish().catch(null),
	seed: optionalNumber,
});

/** What a model has returned. */
export function readOutput(body: unknown, jobId: string): JobReading {
	const { video, seed } = output
		.refine((read) => read.video !== undefined, 'No result of a video model')
		.parse(body);
	// The model has done its work, so it is charged.
	if (!video?.url) return { jobId, seed, ...withoutAddress('video', null), isCostUnknown: true };
	return { jobId, status: 'completed', videoUrl: video.url, fileSizeBytes: video.file_size, seed };
}

/** What a model has returned instead of a video. */
export function readError(body: unknown, jobId: string, httpStatus: number): JobReading {
	const detail = detailOf(body);
	if (detail?.code === CANCELLED) return { jobId, status: 'cancelled' };
	const failure = inWords(detail ?? readFailure(undefined));
	const isCostUnknown = mayCost(httpStatus) && !detail?.isInfrastructure;
	return { jobId, status: 'failed', failure, ...(isCostUnknown ? { isCostUnknown } : {}) };
}

/** Refusals of the request, not of the job. */
const OF_THE_REQUEST = [401, 403, 404, 405, 408, 425, 429];

/** The result call answers as the model has answered, so an error is the end of the job. [doc] */
export function isResult(httpStatus: number, body: unknown): boolean {
	const detail = detailOf(body);
	if (!detail || OF_THE_REQUEST.includes(httpStatus)) return false;
	return detail.isInfrastructure || mayCost(httpStatus);
}

/** The answer of a job that has not ended. [doc] Its HTTP code is not documented. */
const IN_PROGRESS = /still in progress/i;

export function readResult(body: unknown, { jobId }: JobAddress, httpStatus: number): JobReading {
	if (httpStatus < 300) return readOutput(body, jobId);
	const isRunning = IN_PROGRESS.test(detailOf(body)?.message ?? '');
	return isRunning ? { jobId, status: 'processing' } : readError(body, jobId, httpStatus);
}
