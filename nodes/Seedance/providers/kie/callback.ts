import type { Callback } from '../../core/provider';
import { anyJobId, readOrName } from '../../core/replies';
import { hmacOfJobId } from '../../core/signature';
import { z } from '../../core/zod';
import { readTask, task } from './task';

/** `data.taskId` [doc]; older endpoints say `data.task_id`. [doc] */
const named = z.object({
	data: z
		.object({ taskId: anyJobId })
		.or(z.object({ task_id: anyJobId }).transform(({ task_id: taskId }) => ({ taskId }))),
});
const full = z.object({ data: z.unknown() });

const jobIdIn = (body: unknown): string | undefined => named.safeParse(body).data?.data.taskId;

/**
 * Sent at the end of a job. The signature is over the ID and the time only [doc], so the body proves nothing, and the
 * job is always asked for.
 */
export const callback: Callback = {
	signatures: [
		hmacOfJobId({ signature: 'x-webhook-signature', timestamp: 'x-webhook-timestamp' }, jobIdIn),
	],
	jobsIn: (body) => {
		const jobId = jobIdIn(body);
		if (jobId === undefined) return [];
		return [readOrName(jobId, () => readTask(task.parse(full.parse(body).data)))];
	},
};
