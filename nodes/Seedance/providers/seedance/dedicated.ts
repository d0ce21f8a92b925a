import type { JobReading } from '../../core/job';
import {
	anyJobId,
	optionalAddress,
	optionalNumber,
	optionalText,
	optionalWord,
	readFailure,
	readProgress,
	readStatus,
	readSubmitted,
	sameJobId,
	withoutAddress,
} from '../../core/replies';
import { z } from '../../core/zod';
import { STATUS_WORDS } from './common';

/** The reply of the two dedicated APIs: a flat object. */
const flatJob = z.object({
	job_id: anyJobId,
	status: z.string().min(1),
	progress: optionalNumber,
	video_url: optionalAddress,
	duration_seconds: optionalNumber,
	resolution: optionalText,
	credits_charged: optionalNumber,
	/** The name in 1.0 Pro. */
	estimated_seconds: optionalNumber,
	/** The name in 1.0 Lite. */
	estimated_time_seconds: optionalNumber,
	created_at: optionalText,
	completed_at: optionalText,
	error: z.unknown(),
	/** Next to the error's text. */
	code: optionalText,
});

type FlatJob = z.infer<typeof flatJob>;

/** Any body that names a job counts as one. */
const submittedJob = flatJob.extend({ status: optionalWord });

/** @param jobId the requested job: a reply about another job is unreadable */
export function readFlatJob(model: string | null, body: unknown, jobId?: string): JobReading {
	const asked = jobId === undefined ? flatJob : flatJob.extend({ job_id: sameJobId(jobId) });
	return readJob(model, asked.parse(body));
}

/** @param usual the status if the reply to a submit contains none */
export function readSubmittedFlatJob(
	model: string,
	body: unknown,
	usual: keyof typeof STATUS_WORDS,
): JobReading {
	const job = submittedJob.parse(body);
	return readSubmitted(readJob(model, { ...job, status: job.status ?? usual }));
}

function readJob(model: string | null, job: FlatJob): JobReading {
	const reading: JobReading = {
		jobId: job.job_id,
		...readStatus(STATUS_WORDS, job.status),
		model,
		// 0 to 1 in 1.0 Pro [doc], absent in 1.0 Lite; the unified API goes to 100.
		progress: readProgress(job.progress, 1),
		estimatedSeconds: job.estimated_seconds ?? job.estimated_time_seconds,
		createdAt: job.created_at,
		completedAt: job.completed_at,
	};
	if (reading.status === 'failed') return { ...reading, failure: readFailure(job.error, job.code) };
	if (reading.status !== 'completed') return reading;
	if (!job.video_url) return { ...reading, ...withoutAddress('video', job.credits_charged) };
	return {
		...reading,
		videoUrl: job.video_url,
		durationSeconds: job.duration_seconds,
		resolution: job.resolution,
		creditsCharged: job.credits_charged,
	};
}
