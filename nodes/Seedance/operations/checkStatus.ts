import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failure } from '../core/fault';
import { isSettled } from '../core/job';
import { chosenProvider } from '../runtime/items/chosenProvider';
import { eachAlone, ItemRun, type LastStep } from '../runtime/items/run';
import { emit, emitSame, readParameter } from '../runtime/items/output';
import type { ItemResult } from '../runtime/items/result';
import {
	finish,
	readJobOf,
	readJobOptions,
	refusedBefore,
	type JobOptions,
} from '../runtime/items/jobs';
import { readMinutes } from '../runtime/items/options';
import { CALLS_AT_ONCE } from '../runtime/limits/concurrent';
import { openSession, type Session } from '../runtime/api/session';
import { continuesOnFault, toolCallOf } from '../runtime/items/toolCall';
import { orKnown, readJob, submittedAt, untilKnown, waitForJob } from '../runtime/wait/waitForJob';

/**
 * Check Status: reads every item's job, waits for it if the user wants that, and outputs the jobs in the order of the
 * items.
 */
export async function checkStatus(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const mixUp = toolCallOf(ctx)?.mixUp;
	if (mixUp) return emitSame(ctx, failure(mixUp));
	const items = ctx.getInputData();
	const run = new ItemRun(continuesOnFault(ctx));
	const provider = chosenProvider(ctx);
	const opened = await openSession(ctx, provider, { halt: run.halted });
	const options = readJobOptions(ctx);
	const waits = ctx.getNodeParameter('waitUntilFinished', 0, false) === true;
	// Waiting jobs are all polled concurrently, because they already run at the provider.
	const width = waits ? items.length : CALLS_AT_ONCE;
	await run.through(eachAlone(items), width, async (index) => {
		if (!opened.ok) return opened;
		const ahead = () => run.openBefore(index);
		return await checkJob(ctx, opened.value, index, { ...options, waits, ahead });
	});
	return emit(ctx, run.results, options.output, run.cause);
}

async function checkJob(
	ctx: IExecuteFunctions,
	session: Session,
	itemIndex: number,
	{ waits, ahead, ...options }: JobOptions & { waits: boolean; ahead: () => number },
): Promise<ItemResult | LastStep> {
	const { clock } = session;
	const refused = refusedBefore(ctx, itemIndex);
	if (refused) return refused;
	const known = readJobOf(ctx, session, itemIndex);
	if (!known.ok) return known;
	const { jobId } = known.value;
	const timeout = readParameter(ctx, 'timeoutMinutes', itemIndex);
	if (!timeout.ok) return timeout;
	const timeoutMs = readMinutes(timeout.value ?? 20, 'Timeout (Minutes)');
	if (!timeoutMs.ok) return timeoutMs;
	const deadline = clock.now() + timeoutMs.value;
	const ask = () => readJob(session, known.value);
	// When waiting, an unknown ID gets the same grace period as a new job.
	const asked = await untilKnown(session, known.value, ask, waits ? clock.now() : undefined);
	// A transient fault does not end a wait that has only just started.
	const current = waits ? orKnown(asked, known.value) : asked;
	if (!current.ok) return { ...current, jobId };
	let job = current.value;
	if (waits && !isSettled(job)) {
		const since = submittedAt(job, clock.now());
		const waited = await waitForJob(session, job, { deadline, since, ahead });
		if (!waited.ok) return { ...waited, jobId };
		job = waited.value;
	}
	return { finish: () => finish(ctx, session, job, options) };
}
