import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failure, inputFault, type Outcome } from '../core/fault';
import { isSettled } from '../core/job';
import { providerById } from '../providers';
import { emit, emitSame, NOT_STARTED, type ItemResult } from './items';
import { finish } from './jobItems';
import { readOrder, readPlan, type Plan, type PlannedOrder } from './order';
import { openSession, type Session } from './session';
import { submit, submitMemory, type SubmitMemory } from './submit';
import { waitForJob } from './waitForJob';
import { eachInWindow } from './window';

/** So many submits under way at once where nobody waits for the videos; the request budget sets the pace. */
const SUBMIT_WIDTH = 10;

/**
 * Generate Video: read and check all items, submit each once, at most so many at a time, wait where that was asked for,
 * and give the jobs back in the order of the items.
 */
export async function generateVideos(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = ctx.getInputData();
	const keepsGoing = ctx.continueOnFail();
	let cause: number | undefined;
	const provider = providerById(ctx.getNodeParameter('provider', 0) as string);
	const opened = await openSession(ctx, provider, () => cause !== undefined && !keepsGoing);
	if (!opened.ok) return emitSame(ctx, opened);
	const session = opened.value;
	const planned = readPlan(ctx, session);
	if (!planned.ok) return emitSame(ctx, planned);
	const plan = planned.value;
	const orders: Array<Outcome<PlannedOrder>> = [];
	for (const index of items.keys()) orders.push(await readOrder(ctx, provider, plan, index));
	// Before anything is spent: one item that cannot be right stops all, unless the user chose to continue.
	const wrong = orders.findIndex((order) => !order.ok);
	if (wrong >= 0 && !keepsGoing) {
		const refused = orders.map((order) => (order.ok ? NOT_STARTED : order));
		return emit(ctx, refused, false, wrong);
	}

	const memory = submitMemory(ctx.getContext('node'));
	const results: ItemResult[] = [];
	await eachInWindow(orders, widthOf(plan), async (order, index) => {
		const result = order.ok ? await runOrder(ctx, session, plan, order.value, memory) : order;
		results[index] = result;
		if (!('fault' in result)) return 'continue';
		cause ??= index;
		return keepsGoing ? 'continue' : 'stop';
	});
	return emit(ctx, results, plan.includeInputFields, cause);
}

function widthOf(plan: Plan): number {
	return plan.afterSubmit === 'wait' ? plan.maxConcurrentJobs : SUBMIT_WIDTH;
}

async function runOrder(
	ctx: IExecuteFunctions,
	session: Session,
	plan: Plan,
	order: PlannedOrder,
	memory: SubmitMemory,
): Promise<ItemResult> {
	if (plan.afterSubmit === 'wait') return await submitAndWait(ctx, session, order, memory);
	const submitted = await submit(session, memory, order);
	return submitted.ok ? { job: submitted.value } : submitted;
}

/** Holds one of the account's places from the submit until the job is settled, not during the download. */
async function submitAndWait(
	ctx: IExecuteFunctions,
	session: Session,
	order: PlannedOrder,
	memory: SubmitMemory,
): Promise<ItemResult> {
	const waited = await session.account.slots.hold(session.clock, async () => {
		const submitted = await submit(session, memory, order);
		if (!submitted.ok) return submitted;
		const outcome = await waitForJob(
			session,
			submitted.value,
			session.clock.now() + order.timeoutMs,
		);
		return outcome.ok ? outcome : { ...outcome, jobId: submitted.value.jobId };
	});
	if (!waited)
		return failure(inputFault('The execution was stopped before this item was submitted'));
	if (!waited.ok) return waited;
	const job = waited.value;
	if (isSettled(job)) memory.remember(order.idempotencyKey, job);
	return await finish(ctx, session, job, order);
}
