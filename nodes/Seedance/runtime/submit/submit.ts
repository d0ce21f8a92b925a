import {
	failure,
	inputFault,
	success,
	type Fault,
	type Outcome,
	type Success,
} from '../../core/fault';
import { jobFrom, updateJob, type Job, type JobReading } from '../../core/job';
import type { Dialect } from '../../core/provider';
import type { MediaRequest } from '../../core/request';
import { callOnce } from '../api/callOnce';
import { noteDialect } from '../api/jobDialect';
import type { SubmitMemory } from './memory';
import { prepare } from './prepare';
import { findLostJob } from './recentJobs';
import type { Keys } from './idempotency';
import type { SubmitContext, SubmitItem } from './submitItem';

/** Submits an item once. If it was submitted before, that job is used instead. */
export async function submit(context: SubmitContext, item: SubmitItem): Promise<Outcome<Job>> {
	return await context.memory.inTurn(item.memoryKey, () => submitInTurn(context, item));
}

async function submitInTurn(context: SubmitContext, item: SubmitItem): Promise<Outcome<Job>> {
	const { session, memory } = context;
	const { settings } = item;
	const { job, doubt, doubtKey = item.idempotencyKey, attempt } = memory.of(item.memoryKey) ?? {};
	if (job) return success(job);
	if (doubt) return await lookForJob(context, { ...item, idempotencyKey: doubtKey }, doubt);
	if (attempt && attempt.settings !== settings) return failure(CHANGED_SINCE);
	const { idempotencyKey, request } = attempt ?? {
		idempotencyKey: item.idempotencyKey,
		request: requestToSend(item),
	};
	const dialect = session.provider.dialectForRequest(request);
	const prepared = await prepare(session, dialect, { ...item, request });
	if (!prepared.ok) return prepared;
	const { region } = session.settings;
	const { unwantedAfterMs } = item;
	const submission = { idempotencyKey, request: prepared.value, region, unwantedAfterMs };
	const idempotent = dialect.idempotent === true;
	const onSend = () => {
		session.noteSubmit([item.itemIndex], idempotent ? idempotencyKey : undefined);
		if (!idempotent) session.account.unanswered.add(submission, session.clock.now());
	};
	const reading = await callOnce(
		session,
		(until, from) => from.call('submit', dialect.generate, submission, { until, onSend }),
		{ ...item, idempotent, isRepeated: attempt !== undefined },
	);
	if (reading.ok) return success(noteSubmitted(context, item, dialect, reading));
	if (!reading.fault.ambiguous) session.account.unanswered.answered(idempotencyKey);
	else if (!idempotent) return await lookForJob(context, item, reading.fault);
	else memory.note(item.memoryKey, { attempt: { idempotencyKey, request, settings } });
	return reading;
}

/**
 * For a submit whose answer was lost, at a provider without idempotency keys: returns its job from the list of recent
 * jobs, or the fault. Later tries look again; none of them submits again.
 */
async function lookForJob(
	context: SubmitContext,
	item: SubmitItem,
	doubt: Fault,
): Promise<Outcome<Job>> {
	const { session, memory } = context;
	noteAmbiguousSubmit(memory, item, doubt);
	const lost = session.account.unanswered.lost(item.idempotencyKey, session.clock.now());
	if (!lost) return failure(doubt);
	const dialect = session.provider.dialectForRequest(lost.request);
	const found = await findLostJob(session, dialect, lost);
	return found ? success(noteSubmitted(context, item, dialect, found)) : failure(doubt);
}

/**
 * The request as it is sent to the provider. A shared key stands for one body in all executions, so values that do not
 * change the result, such as a time in the metadata, must not change the request.
 */
const requestToSend = ({ request, isShared }: SubmitItem): MediaRequest =>
	isShared ? { ...request, metadata: undefined } : request;

export const CHANGED_SINCE = {
	...inputFault(
		'An earlier try of this item may have started a job, but the settings of the node have changed since then',
		'Check your account at the provider. If there is no such job, run the item in a new execution.',
	),
	ambiguous: true,
};

/** Records a new job: in the memory, in the spending, with the account, and in n8n's log. */
export function noteSubmitted(
	{ session, memory, spend }: SubmitContext,
	{ memoryKey, itemIndex, idempotencyKey, request, ...estimate }: SubmitItem,
	dialect: Dialect,
	{ value, raw }: Success<JobReading>,
): Job {
	const { metadata = null, model } = request;
	const { creditsEstimated, costUsdEstimated } = estimate;
	const known = { model, metadata, creditsEstimated, costUsdEstimated };
	const job = updateJob(jobFrom(known, value.jobId, session.provider.id), value, raw);
	memory.note(memoryKey, { job, attempt: undefined });
	spend?.(job);
	const { account, clock } = session;
	account.newJobs.add(job.jobId, clock.now());
	session.noteJob(job.jobId, itemIndex);
	noteDialect(session, job.jobId, dialect);
	account.unanswered.answered(idempotencyKey);
	return job;
}

/** Without idempotency keys, "Retry On Fail" must not repeat a submit that may have started a job. */
export function noteAmbiguousSubmit(
	memory: SubmitMemory,
	{ memoryKey, idempotencyKey }: Pick<SubmitItem, 'memoryKey'> & Partial<Keys>,
	fault: Fault,
): void {
	if (fault.ambiguous) memory.note(memoryKey, { doubt: fault, doubtKey: idempotencyKey });
}
