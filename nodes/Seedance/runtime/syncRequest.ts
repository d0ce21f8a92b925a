import { failure, success } from '../core/fault';
import type { Dialect } from '../core/provider';
import { fileNameOf } from './download';
import { withJobId, type ItemResult } from './items';
import { networkFault } from './networkFault';
import type { PlannedOrder } from './order';
import type { Session } from './session';
import { callOnce, noteDoubt, prepare, submittedJob, type SubmitMemory } from './submit';
import type { Caller } from './wire';

/**
 * Makes a video in one blocking call and streams its bytes into the binary store. There is no job to come back to: a
 * broken call is never tried again, because the video may have been made and charged.
 */
export async function generateSync(
	caller: Caller,
	session: Session,
	memory: SubmitMemory,
	dialect: Dialect & Required<Pick<Dialect, 'sync'>>,
	order: PlannedOrder,
): Promise<ItemResult> {
	const doubt = memory.doubtOf(order.idempotencyKey);
	if (doubt) return failure(doubt);
	const prepared = await prepare(session, dialect, order);
	if (!prepared.ok) return prepared;
	const call = dialect.sync.request({ ...order, request: prepared.value });
	const limits = { timeoutMs: order.timeoutMs, idempotent: false };
	const fetch = () => session.fetchFile(call, order.timeoutMs);
	const answer = await callOnce(session, fetch, limits);
	if (!answer.ok) {
		noteDoubt(memory, [order], answer.fault, false);
		return answer;
	}
	const reading = success(dialect.sync.jobOf(answer.value.headers));
	const job = submittedJob(session.provider.id, order, reading);
	memory.remember(order.idempotencyKey, job);
	session.noteJob(job.jobId, order.itemIndex);
	try {
		const name = fileNameOf(job, 'video/mp4');
		const stream = answer.value.body as Parameters<Caller['helpers']['prepareBinaryData']>[0];
		const file = await caller.helpers.prepareBinaryData(stream, name, 'video/mp4');
		return { job, binary: { [order.binaryField]: file } };
	} catch (error) {
		const fault = networkFault(session.provider, error);
		const message = `${fault.message}, in the middle of the video`;
		const hint =
			'The video was made and charged. Use the request mode "Async" to be able to fetch it again.';
		return { fault: withJobId({ ...fault, message, hint }, job.jobId), jobId: job.jobId };
	}
}
