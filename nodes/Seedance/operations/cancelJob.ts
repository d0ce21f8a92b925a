import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failure, inputFault, success, type Fault, type Outcome } from '../core/fault';
import {
	amendJob,
	isSettled,
	updateJob,
	type Job,
	type JobReading,
	type JobStatus,
} from '../core/job';
import type { Endpoint, JobAddress } from '../core/provider';
import { z } from '../core/zod';
import { chosenProvider } from '../runtime/items/chosenProvider';
import { emit, emitSame, readOutputOptions } from '../runtime/items/output';
import type { ItemResult } from '../runtime/items/result';
import { eachAlone, ItemRun } from '../runtime/items/run';
import { dialectsOf } from '../runtime/api/jobDialect';
import { readJobOf, refusedBefore } from '../runtime/items/jobs';
import { retry, TRANSIENT } from '../runtime/api/retry';
import { openSession, type Session } from '../runtime/api/session';
import { continuesOnFault, toolCallOf } from '../runtime/items/toolCall';
import { readJob, untilKnown } from '../runtime/wait/waitForJob';
import { CALLS_AT_ONCE } from '../runtime/limits/concurrent';

/**
 * Pauses between status requests while the provider has accepted the cancel but does not report it yet, in
 * milliseconds.
 */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];

/** Cancel Job: cancels every item's job and outputs each job as it is afterwards. */
export async function cancelJobs(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const mixUp = toolCallOf(ctx)?.mixUp;
	if (mixUp) return emitSame(ctx, failure(mixUp));
	const run = new ItemRun(continuesOnFault(ctx));
	// Without the signal of the run: another item's fault does not interrupt a cancel.
	const opened = await openSession(ctx, chosenProvider(ctx));
	await run.through(eachAlone(ctx.getInputData()), CALLS_AT_ONCE, async (index) =>
		opened.ok ? await cancelItem(ctx, opened.value, index) : opened,
	);
	return emit(ctx, run.results, readOutputOptions(ctx.getNodeParameter('options', 0, {})));
}

async function cancelItem(
	ctx: IExecuteFunctions,
	session: Session,
	itemIndex: number,
): Promise<ItemResult> {
	const refused = refusedBefore(ctx, itemIndex);
	if (refused) return refused;
	const known = readJobOf(ctx, session, itemIndex);
	if (!known.ok) return known;
	const outcome = await cancelJob(session, known.value);
	return outcome.ok ? { job: outcome.value } : { fault: outcome.fault, jobId: known.value.jobId };
}

/**
 * Cancels a job. The result is what the provider reports afterwards: an accepted cancel proves nothing, because the job
 * may continue and be charged.
 */
export async function cancelJob(session: Session, job: Job): Promise<Outcome<Job>> {
	const tried = await retry(() => tryToCancel(session, job), TRANSIENT, session);
	if (tried.ok && 'end' in tried.value) return tried.value.end;
	const mayHaveWorked = tried.ok || tried.fault.ambiguous;
	const now = await (mayHaveWorked ? untilEnded(session, job) : readJob(session, job));
	// A job that has already ended cannot be cancelled. Its final state is the answer.
	if (now.ok && isSettled(now.value)) return now;
	if (!tried.ok) return tried;
	if (now.ok) return success(unconfirmed(now.value));
	// The job existed when it was cancelled. The provider no longer reports whether it was charged.
	const isGone = now.fault.httpStatus === 404 || now.fault.httpStatus === 410;
	if (isGone) return success({ ...job, status: 'cancelled', creditsCharged: null, costUsd: null });
	const reading = 'reading' in tried.value ? tried.value.reading : undefined;
	const reported = reading && updateJob(job, reading, tried.raw);
	return reported && isSettled(reported) ? success(reported) : now;
}

/** `end`: there was nothing to cancel. `reading`: the cancel was accepted; it may contain the state of the job. */
type Try = { end: Outcome<Job> } | { reading: JobReading | undefined };

/** How long the provider's answer that a job can be cancelled is valid, in milliseconds. */
const FRESH_MS = 5_000;

/**
 * A second cancel does no harm in itself. But if the state of the job matters, each try asks for it again: a job that
 * has ended between two tries must not lose its record.
 */
async function tryToCancel(session: Session, job: Job): Promise<Outcome<Try>> {
	const possible = dialectsOf(session, job);
	let current = job;
	// If the ID does not tell which API has the job, we ask first: another API's "accepted" would mean nothing.
	if (possible.length > 1 || possible.some(({ cancel }) => cancel?.when)) {
		const found = await untilKnown(session, job, () => readJob(session, job));
		if (!found.ok || isSettled(found.value)) return success({ end: found });
		current = found.value;
	}
	// Reading the job may have shown which API has it.
	const [{ cancel, status }] = dialectsOf(session, job);
	if (!cancel) return failure(inputFault(`${session.provider.name} cannot cancel this job`));
	const { when, response = undocumented(status) } = cancel;
	if (when && !when.includes(current.status)) {
		return success({ end: failure(tooLate(session, when, current)) });
	}
	const endpoint = { request: cancel.request, response };
	const until = when && session.clock.now() + FRESH_MS;
	const call = () => session.call('cancel', endpoint, current, { until });
	const accepted = await untilKnown(session, job, call);
	return accepted.ok ? success({ reading: accepted.value }, accepted.raw) : accepted;
}

function tooLate({ provider }: Session, when: readonly JobStatus[], { status }: Job): Fault {
	return inputFault(
		`${provider.name} cancels a job only while it is ${when.join(' or ')}, and this one is ${status}`,
		'The job continues and will be charged. Get its result with Check Status.',
	);
}

const NO_CONTENT = 204;

/**
 * Reads a reply to a cancel whose form is not documented: an object, or no content. A web page from a proxy, or half a
 * reply, does not count as acceptance. If the reply describes the job like a status reply, that description is used.
 */
const undocumented =
	(status: Endpoint<JobAddress, JobReading>) =>
	(body: unknown, job: JobAddress, httpStatus: number): JobReading | undefined => {
		if (httpStatus === NO_CONTENT) return undefined;
		z.object({}).parse(body);
		try {
			return status.response(body, job, httpStatus);
		} catch {
			return undefined;
		}
	};

/** Polls a few times, because not every server of the provider may know of the cancel yet. */
async function untilEnded(session: Session, job: Job): Promise<Outcome<Job>> {
	let now = await readJob(session, job);
	for (const pauseMs of PAUSES_MS) {
		if (now.ok && isSettled(now.value)) return now;
		if (!(await session.clock.sleep(pauseMs, session.signal))) return now;
		now = await readJob(session, job);
	}
	return now;
}

/** The provider has accepted the cancel but still reports the job as before. */
function unconfirmed(job: Job): Job {
	const message = `The provider accepted the cancel, but still reports the job as ${job.status}: it may continue and be charged. Look it up again with Check Status.`;
	const failure = job.failure ?? { code: 'cancel_unconfirmed', message };
	return amendJob(job, { failure });
}
