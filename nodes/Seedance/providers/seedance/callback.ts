import type { JobReading } from '../../core/job';
import type { Callback } from '../../core/provider';
import { anyJobId, readOrName } from '../../core/replies';
import { hmacOfBody } from '../../core/signature';
import { z } from '../../core/zod';
import { readFlatJob } from './dedicated';
import { LITE_MODEL } from './lite';
import { PRO_MODEL } from './pro';
import { readCalledBackTask } from './unifiedTask';

const task = z.object({ task_id: anyJobId });
const flatJob = z.object({ job_id: anyJobId });

/**
 * One callback when all tasks of a batch are finished. Its body is not documented: tasks in the form of their own
 * callbacks. [us]
 */
const batch = z.object({ tasks: z.array(z.unknown()) });
/** Or only their IDs, as in the possible answer to a submit. [us] */
const batchOfIds = z.object({ task_ids: z.array(z.unknown()) });

/** The form of the ID shows which of the two dedicated APIs made the job, because their callbacks do not name it. */
function modelOf(jobId: string): string | null {
	if (jobId.startsWith('sd1lite_')) return LITE_MODEL;
	return jobId.startsWith('job_') ? PRO_MODEL : null;
}

function readOne(body: unknown): JobReading[] {
	const taskId = task.safeParse(body).data?.task_id;
	if (taskId !== undefined) return [readOrName(taskId, () => readCalledBackTask(body))];
	const jobId = flatJob.safeParse(body).data?.job_id;
	if (jobId === undefined) return [];
	return [readOrName(jobId, () => readFlatJob(modelOf(jobId), body))];
}

function readBatch(body: unknown): JobReading[] | undefined {
	const tasks = batch.safeParse(body).data?.tasks;
	if (tasks) return tasks.flatMap(readOne);
	return batchOfIds.safeParse(body).data?.task_ids.flatMap((task_id) => readOne({ task_id }));
}

/** The timestamp header is our assumption, see `hmacOfBody`. [us] */
export const callback: Callback = {
	signatures: [
		hmacOfBody({ signature: 'x-seedance-signature', timestamp: 'x-seedance-timestamp' }),
	],
	jobsIn: (body) => readBatch(body) ?? readOne(body),
};
