import type { IExecuteFunctions } from 'n8n-workflow';
import type { Fault, Outcome } from '../../core/fault';
import { filmsOf } from '../../core/films';
import { isSettled, type Job } from '../../core/job';
import { submitShared, type Past } from './earlier';
import type { ItemRun, LastStep } from '../items/run';
import { NOT_STARTED } from '../items/output';
import type { ItemResult, JobResult } from '../items/result';
import { finish } from '../items/jobs';
import { endedInVain, hasPolledJob, type SubmitMemory } from './memory';
import { shotsOf } from './nextShot';
import type { GenerateItem } from './readItem';
import type { RunOptions } from './runOptions';
import { submit } from './submit';
import { generateBlocking } from './blocking';
import { CALLS_AT_ONCE } from '../limits/concurrent';
import { submittedAt, waitForJob } from '../wait/waitForJob';

/** The context that all items of a run share. */
export interface RunContext extends Past {
	ctx: IExecuteFunctions;
	plan: Pick<
		RunOptions,
		'afterSubmit' | 'submitAs' | 'requestMode' | 'maxConcurrentJobs' | 'note' | 'shots'
	>;
}

/**
 * Submits each item once and waits for it, if the user wants that. The next item is submitted as soon as one is
 * settled. Items that continue each other are made one after the other.
 *
 * @param refused the faults of items whose batch was refused, by item index
 */
export async function generateItems(
	context: RunContext,
	run: ItemRun,
	items: ReadonlyArray<Outcome<GenerateItem>>,
	refused: ReadonlyMap<number, Fault>,
): Promise<void> {
	const width = widthOf(context.plan, items.length);
	const nextShot = shotsOf(context, run, items);
	await run.through(filmsOf(items.length, context.plan.shots), width, async (index) => {
		const fault = refused.get(index);
		if (fault) return { fault };
		const item = items[index]!;
		if (!item.ok) return item;
		const next = await nextShot(index, item.value);
		if ('result' in next) return next.result;
		return await generateItem(context, next.item, () => run.openBefore(index));
	});
	// A run that ends early does not reach every item, but the existing job of an item must be output all the same.
	for (const [index, known] of knownJobs(context.memory, items).entries()) {
		if (known) run.results[index] ??= known;
	}
}

/** The jobs that this try or an earlier one has submitted, by item index. They must not be lost. */
export const knownJobs = (
	memory: SubmitMemory,
	items: ReadonlyArray<Outcome<GenerateItem>>,
): Array<JobResult | undefined> =>
	items.map((item) => {
		const job = item.ok ? memory.of(item.value.memoryKey)?.job : undefined;
		return job && { job };
	});

/** The jobs of a batch already run when the waiting starts, so all of them are polled concurrently. */
function widthOf({ afterSubmit, submitAs, maxConcurrentJobs }: RunContext['plan'], count: number) {
	if (afterSubmit !== 'wait') return CALLS_AT_ONCE;
	return submitAs === 'batch' ? count : maxConcurrentJobs;
}

async function generateItem(
	context: RunContext,
	item: GenerateItem,
	ahead: () => number,
): Promise<ItemResult | LastStep> {
	const { ctx, session, plan } = context;
	const { reused } = item;
	if (reused) {
		const { metadata = null } = item.request;
		const finishReused = async (): Promise<ItemResult> => {
			const result = await finish(ctx, session, { ...reused, metadata }, item);
			return 'job' in result ? { ...result, extra: { reused: true } } : result;
		};
		return { finish: finishReused };
	}
	if (plan.afterSubmit === 'wait') return await submitAndWait(context, item, ahead);
	const submitted = await submitItem(context, item);
	if (!submitted.ok) return submitted;
	const job = submitted.value;
	// An earlier try has submitted it, or the reply contains the result.
	if (plan.afterSubmit === 'sleep' && isSettled(job)) {
		return { finish: () => finishGenerated(context, item, job) };
	}
	return { job, ...(plan.note ? { extra: { note: plan.note } } : {}) };
}

const submitItem = (context: RunContext, item: GenerateItem): Promise<Outcome<Job>> =>
	item.isShared ? submitShared(context, item) : submit(context, item);

/** Holds one of the account's job slots from the submit until the job is settled, but not during the download. */
async function submitAndWait(
	context: RunContext,
	item: GenerateItem,
	ahead: () => number,
): Promise<ItemResult | LastStep> {
	const { session, plan, memory, finished, byKey } = context;
	const { account, clock } = session;
	const dialect = session.provider.dialectForRequest(item.request);
	const { sync } = dialect;
	// A job that an earlier try has submitted in the other mode may still be running, so it is waited for.
	const isPolled = hasPolledJob(memory.of(item.memoryKey));
	if (plan.requestMode === 'sync' && sync && !isPolled) {
		const generateNow = () => generateBlocking(context, { ...dialect, sync }, item);
		const generated = await account.jobs.run(generateNow, session);
		return typeof generated === 'string' ? NOT_STARTED : generated;
	}
	const settle = () => submitAndSettle(context, item, ahead);
	// Jobs of a batch are queued by the provider. Waiting for a job slot here would only delay their results.
	const isUnderWay = plan.submitAs === 'batch' && memory.of(item.memoryKey)?.job !== undefined;
	const waited = isUnderWay ? await settle() : await account.jobs.run(settle, session);
	if (typeof waited === 'string') return NOT_STARTED;
	if (!waited.ok) return waited;
	const job = waited.value;
	if (isSettled(job)) {
		memory.note(item.memoryKey, { job });
		if (item.isShared) byKey.keep(item.memoryKey, job, clock.now());
		const isReusable = job.status === 'completed';
		if (item.reuse && isReusable) finished.keep(item.reuse.contentKey, job, clock.now());
	}
	// Only a finished video has a file to fetch. Of any other job, an item that continues it must know the result now.
	if (job.status !== 'completed') return await finishGenerated(context, item, job);
	return { finish: () => finishGenerated(context, item, job) };
}

/** A user who chose the key must know what the next submit with this key returns. */
async function finishGenerated(
	{ ctx, session }: RunContext,
	item: GenerateItem,
	job: Job,
): Promise<ItemResult> {
	const result = await finish(ctx, session, job, item);
	if (!('fault' in result) || !item.isShared || !endedInVain(job)) return result;
	const hint = `${result.fault.hint ?? ''} ${KEY_OF_A_FAILED_JOB}`.trim();
	return { ...result, fault: { ...result.fault, hint } };
}

const KEY_OF_A_FAILED_JOB =
	'This key returns the failed job for two more minutes. After that, running the item again makes a new job. If the provider then says that the key was used for other content, change "Idempotency Key".';

async function submitAndSettle(
	context: RunContext,
	item: GenerateItem,
	ahead: () => number,
): Promise<Outcome<Job> & { jobId?: string }> {
	const { session, memory } = context;
	const { clock } = session;
	const known = memory.of(item.memoryKey)?.job;
	const submitted = await submitItem(context, item);
	if (!submitted.ok) return submitted;
	const job = submitted.value;
	// A job from a batch or from an earlier try may already have been running for a while.
	const since = known || item.isShared ? submittedAt(job, clock.now()) : undefined;
	const deadline = clock.now() + item.timeoutMs;
	const outcome = await waitForJob(session, job, { deadline, since, ahead });
	return outcome.ok ? outcome : { ...outcome, jobId: job.jobId };
}
