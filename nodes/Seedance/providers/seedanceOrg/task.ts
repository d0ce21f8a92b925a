import type { JobReading } from '../../core/job';
import {
	anyJobId,
	optionalAddress,
	optionalNumber,
	optionalText,
	optionalWord,
	readFailure,
	readStatus,
	withoutAddress,
} from '../../core/replies';
import { z } from '../../core/zod';
import { models } from './models';

// Sources: "Seedance 1.5 API Documentation" and the pages about v2, seedanceapi.org. Both versions answer alike.

export const task = z.object({
	task_id: anyJobId,
	status: z.string().min(1),
	consumed_credits: optionalNumber,
	created_at: optionalText,
	/** What was sent. In v2, that includes the model. [us] */
	request: z.object({ model: optionalWord }).nullish().catch(null),
	response: z.array(optionalAddress).nullish().catch(null),
	error_message: optionalText,
});
export type Task = z.infer<typeof task>;
export const taskBody = z.object({ data: task });

/** Any body that names a task counts as one, with or without the envelope. */
const submittedTask = task.extend({
	status: optionalWord.transform((word) => word ?? 'IN_PROGRESS'),
});
export const submittedBody = z
	.object({ data: submittedTask })
	.or(submittedTask.transform((data) => ({ data })));

// IN_PROGRESS and SUCCESS [doc], FAILED [pub].
const STATUS_WORDS = {
	IN_PROGRESS: 'processing',
	SUCCESS: 'completed',
	FAILED: 'failed',
} as const;

/** @param usual the model of the job where the reply does not name it */
export function readTask(data: Task, usual?: string): JobReading {
	const reading: JobReading = {
		jobId: data.task_id,
		model: modelNamedIn(data) ?? usual,
		...readStatus(STATUS_WORDS, data.status),
		createdAt: data.created_at,
	};
	if (reading.status === 'failed') {
		const failure = readFailure(data.error_message);
		// The consumed credits are not a reservation: a failed job may have been charged.
		return { ...reading, failure, creditsCharged: data.consumed_credits };
	}
	if (reading.status !== 'completed') return reading;
	const videoUrl = data.response?.find(Boolean);
	if (!videoUrl) return { ...reading, ...withoutAddress('video', data.consumed_credits) };
	return { ...reading, videoUrl, creditsCharged: data.consumed_credits };
}

const modelNamedIn = ({ request }: Task): string | undefined =>
	models.find(({ id }) => id === request?.model)?.id;
