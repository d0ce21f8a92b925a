import type { IExecuteFunctions } from 'n8n-workflow';
import type { Fault, Outcome } from '../../core/fault';
import { isSettled, type Job } from '../../core/job';
import { submitShared, type Past } from './earlier';
import type { ItemRun, LastStep } from '../items/run';
import { NOT_STARTED } from '../items/output';
import type { ItemResult } from '../items/result';
import { finish } from '../items/jobs';
import { endedInVain } from './memory';
import type { PlannedOrder } from './readItem';
import type { RunOptions } from './runOptions';
import { submit } from './submit';
import { generateBlocking } from './blocking';
import { submittedAt, waitForJob } from '../wait/waitForJob';

/** Concurrent submits if the run does not wait for the videos. The rate limiter determines the actual rate. */
const SUBMIT_WIDTH = 10;

/** The context that all items of a run share. */
export interface RunContext extends Past {
	ctx: IExecuteFunctions;
	plan: Pick<RunOptions, 'afterSubmit' | 'submitAs' | 'requestMode' | 'maxConcurrentJobs'>;
}

/**
 * Submits each item once and waits for it, if the user wants that. The next item is submitted as soon as one is
 * settled.
 *
 * @param refused the faults of items whose batch was refused, by item index
 */
export async function generateItems(
	context: RunContext,
	run: ItemRun,
	orders: ReadonlyArray<Outcome<PlannedOrder>>,
	refused: ReadonlyMap<number, Fault>,
): Promise<void> {
	const width = widthOf(context.plan, orders.length);
	await run.through(orders, width, async (order, index) => {
		const fault = refused.get(index);
		if (fault) return { fault };
		return order.ok ? await make(context, order.value, () => run.openBefore(index)) : order;
	});
	// A run that ends early does not reach every item, but the existing job of an item must be output all the same.
	orders.forEach((order, index) => {
		const job = order.ok ? context.memory.of(order.value.memoryKey)?.job : undefined;
		if (job) run.results[index] ??= { job };
	});
}

/** Neither submitted nor reused: this item will cost money. */
export const isFresh = ({ memory }: RunContext, { memoryKey, reused }: PlannedOrder): boolean =>
	!reused && !memory.of(memoryKey)?.job;

/** The jobs of a batch already run when the waiting starts, so all of them are polled concurrently. */
function widthOf({ afterSubmit, submitAs, maxConcurrentJobs }: RunContext['plan'], items: number) {
	if (afterSubmit !== 'wait') return SUBMIT_WIDTH;
	return submitAs === 'batch' ? items : maxConcurrentJobs;
}

async function make(
	context: RunContext,
	order: PlannedOrder,
	ahead: () => number,
): Promise<ItemResult | LastStep> {
	const { ctx, session, plan } = context;
	const { reused } = order;
	if (reused) {
		const { metadata = null } = order.request;
		return lastStep(async () => {
			const result = await finish(ctx, session, { ...reused, metadata }, order);
			return 'job' in result ? { ...result, extra: { reused: true } } : result;
		});
	}
	if (plan.afterSubmit === 'wait') return await submitAndWait(context, order, ahead);
	const submitted = await submitOrder(context, order);
	return submitted.ok ? { job: submitted.value } : submitted;
}

const submitOrder = (context: RunContext, order: PlannedOrder): Promise<Outcome<Job>> =>
	order.isShared ? submitShared(context, order) : submit(context.session, context.memory, order);

const lastStep = (step: () => Promise<ItemResult>): LastStep => ({ finish: step });

/** Holds one of the account's job slots from the submit until the job is settled, but not during the download. */
async function submitAndWait(
	context: RunContext,
	order: PlannedOrder,
	ahead: () => number,
): Promise<ItemResult | LastStep> {
	const { session, plan, memory } = context;
	const { account } = session;
	const dialect = session.provider.dialectForRequest(order.request);
	const { sync } = dialect;
	if (plan.requestMode === 'sync' && sync) {
		const makeNow = () =>
			generateBlocking(context.ctx, session, memory, { ...dialect, sync }, order);
		const made = await account.jobs.run(makeNow, session);
		return typeof made === 'string' ? NOT_STARTED : made;
	}
	const settle = () => submitAndSettle(context, order, ahead);
	// Jobs of a batch are queued by the provider. Waiting for a job slot here would only delay their results.
	const isUnderWay = plan.submitAs === 'batch' && memory.of(order.memoryKey)?.job !== undefined;
	const waited = isUnderWay ? await settle() : await account.jobs.run(settle, session);
	if (typeof waited === 'string') return NOT_STARTED;
	if (!waited.ok) return waited;
	const job = waited.value;
	if (isSettled(job)) keep(context, order, job);
	return lastStep(() => finishMade(context, order, job));
}

function keep(
	{ session, memory, finished, byKey }: RunContext,
	order: PlannedOrder,
	job: Job,
): void {
	const now = session.clock.now();
	memory.note(order.memoryKey, { job });
	if (order.isShared) byKey.keep(order.memoryKey, job, now);
	if (order.reuse && job.status === 'completed') finished.keep(order.reuse.contentKey, job, now);
}

/** A user who chose the key must know what the next submit with this key returns. */
async function finishMade(
	{ ctx, session }: RunContext,
	order: PlannedOrder,
	job: Job,
): Promise<ItemResult> {
	const result = await finish(ctx, session, job, order);
	if (!('fault' in result) || !order.isShared || !endedInVain(job)) return result;
	const hint = `${result.fault.hint ?? ''} ${KEY_OF_A_FAILED_JOB}`.trim();
	return { ...result, fault: { ...result.fault, hint } };
}

const KEY_OF_A_FAILED_JOB =
	'This key returns the failed job for two more minutes. After that, running the item again makes a new job. If the provider then says that the key was used for other content, change "Idempotency Key".';

async function submitAndSettle(
	context: RunContext,
	order: PlannedOrder,
	ahead: () => number,
): Promise<Outcome<Job> & { jobId?: string }> {
	const { session, memory } = context;
	const { clock } = session;
	const known = memory.of(order.memoryKey)?.job;
	const submitted = await submitOrder(context, order);
	if (!submitted.ok) return submitted;
	const job = submitted.value;
	// A job from a batch or from an earlier try may already have been running for a while.
	const since = known || order.isShared ? submittedAt(job, clock.now()) : undefined;
	const deadline = clock.now() + order.timeoutMs;
	const outcome = await waitForJob(session, job, { deadline, since, ahead });
	return outcome.ok ? outcome : { ...outcome, jobId: job.jobId };
}
