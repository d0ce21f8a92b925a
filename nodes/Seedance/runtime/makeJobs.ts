import type { IExecuteFunctions } from 'n8n-workflow';
import type { Fault, Outcome } from '../core/fault';
import { isSettled, type Job } from '../core/job';
import type { ItemRun, LastStep } from './itemRun';
import { NOT_STARTED, type ItemResult } from './items';
import { finish } from './jobItems';
import type { PlannedOrder } from './order';
import type { Plan } from './plan';
import type { FinishedJobs } from './reuse';
import type { Session } from './session';
import { submit, type SubmitMemory } from './submit';
import { generateSync } from './syncRequest';
import { submittedAt, waitForJob } from './waitForJob';

/** So many submits under way at once where nobody waits for the videos; the request budget sets the pace. */
const SUBMIT_WIDTH = 10;

/** What the items of a run share. */
export interface Making {
	ctx: IExecuteFunctions;
	session: Session;
	plan: Pick<Plan, 'afterSubmit' | 'submitAs' | 'requestMode' | 'maxConcurrentJobs'>;
	memory: SubmitMemory;
	finished: FinishedJobs;
}

/**
 * Submits each order once and, where that was asked for, waits: a window slides over the items, and the next is submitted
 * the moment one is settled.
 *
 * @param refused items that a batch was refused for, by their index
 */
export async function makeJobs(
	making: Making,
	run: ItemRun,
	orders: ReadonlyArray<Outcome<PlannedOrder>>,
	refused: ReadonlyMap<number, Fault>,
): Promise<void> {
	const width = widthOf(making.plan, orders.length);
	await run.through(orders, width, async (order, index) => {
		const fault = refused.get(index);
		if (fault) return { fault };
		return order.ok ? await make(making, order.value, () => run.openBefore(index)) : order;
	});
	// A run that ends early does not get to every item; a job that an item has all the same must not go unnamed.
	orders.forEach((order, index) => {
		const job = order.ok ? making.memory.recall(order.value.idempotencyKey) : undefined;
		if (job) run.results[index] ??= { job };
	});
}

/** Neither submitted before by this execution nor finished before by this workflow: this one will cost. */
export const isFresh = (making: Making, order: PlannedOrder): boolean =>
	!making.memory.recall(order.idempotencyKey) && !reusable(making, order);

function reusable({ finished, session }: Making, { reuse }: PlannedOrder): Job | undefined {
	return reuse && finished.find(reuse.contentKey, reuse.maxAgeMs, session.clock.now());
}

/** The jobs of a batch run already when the waiting begins, so all are waited for together. */
function widthOf({ afterSubmit, submitAs, maxConcurrentJobs }: Making['plan'], items: number) {
	if (afterSubmit !== 'wait') return SUBMIT_WIDTH;
	return submitAs === 'batch' ? items : maxConcurrentJobs;
}

async function make(
	making: Making,
	order: PlannedOrder,
	ahead: () => number,
): Promise<ItemResult | LastStep> {
	const { ctx, session, plan } = making;
	const before = reusable(making, order);
	if (before) {
		const { metadata = null } = order.request;
		return lastStep(async () => {
			const result = await finish(ctx, session, { ...before, metadata }, order);
			return 'job' in result ? { ...result, extra: { reused: true } } : result;
		});
	}
	if (plan.afterSubmit === 'wait') return await submitAndWait(making, order, ahead);
	const submitted = await submit(session, making.memory, order);
	return submitted.ok ? { job: submitted.value } : submitted;
}

const lastStep = (step: () => Promise<ItemResult>): LastStep => ({ finish: step });

/** Holds one of the account's places from the submit until the job is settled, not during the download. */
async function submitAndWait(
	making: Making,
	order: PlannedOrder,
	ahead: () => number,
): Promise<ItemResult | LastStep> {
	const { ctx, session, plan, memory, finished } = making;
	const { clock, account } = session;
	const dialect = session.provider.dialectFor(order.request);
	const { sync } = dialect;
	if (plan.requestMode === 'sync' && sync) {
		const makeNow = () => generateSync(ctx, session, memory, { ...dialect, sync }, order);
		return (await account.slots.hold(clock, makeNow)) ?? NOT_STARTED;
	}
	const settle = () => submitAndSettle(making, order, ahead);
	// What went out in a batch is queued by the provider; holding places back here would only delay the answers.
	const waited =
		plan.submitAs === 'batch' ? await settle() : await account.slots.hold(clock, settle);
	if (!waited) return NOT_STARTED;
	if (!waited.ok) return waited;
	const job = waited.value;
	if (isSettled(job)) memory.remember(order.idempotencyKey, job);
	if (order.reuse && job.status === 'completed') {
		finished.keep(order.reuse.contentKey, job, clock.now());
	}
	return lastStep(() => finish(ctx, session, job, order));
}

async function submitAndSettle(
	{ session, memory }: Making,
	order: PlannedOrder,
	ahead: () => number,
): Promise<Outcome<Job> & { jobId?: string }> {
	const { clock } = session;
	const known = memory.recall(order.idempotencyKey);
	const submitted = await submit(session, memory, order);
	if (!submitted.ok) return submitted;
	const job = submitted.value;
	// Known from a batch, or from a try before this one: it may have been running for a while.
	const since = known && submittedAt(known, clock.now());
	const deadline = clock.now() + order.timeoutMs;
	const outcome = await waitForJob(session, job, { deadline, since, ahead });
	return outcome.ok ? outcome : { ...outcome, jobId: job.jobId };
}
