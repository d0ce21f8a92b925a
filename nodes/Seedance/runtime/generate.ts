import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Outcome } from '../core/fault';
import { newJob } from '../core/job';
import type { Model } from '../core/model';
import type { Provider } from '../core/provider';
import { providerById } from '../providers';
import { submitBatches } from './batch';
import { ItemRun } from './itemRun';
import { emit, emitSame, NOT_STARTED, type ItemResult } from './items';
import { isFresh, makeJobs, type Making } from './makeJobs';
import { checkMoney, monthlySpending, type MonthlySpending } from './money';
import { readOrder, type PlannedOrder } from './order';
import { readPlan, type Plan } from './plan';
import { finishedJobs } from './reuse';
import { openSession, type Session } from './session';
import { submitMemory, type SubmitMemory } from './submit';

/**
 * Generate Video and Generate Image: read and check all items, keep to the limits on money, submit each once, at most so
 * many at a time, wait where that was asked for, and give the jobs back in the order of the items.
 */
export async function generate(
	ctx: IExecuteFunctions,
	makes: Model['makes'],
): Promise<INodeExecutionData[]> {
	const run = new ItemRun(ctx.continueOnFail());
	const provider = providerById(ctx.getNodeParameter('provider', 0) as string);
	const opened = await openSession(ctx, provider, { halted: run.isHalted });
	if (!opened.ok) return emitSame(ctx, opened);
	const session = opened.value;
	const planned = readPlan(ctx, session, makes);
	if (!planned.ok) return emitSame(ctx, planned);
	const plan = planned.value;
	const orders: Array<Outcome<PlannedOrder>> = [];
	for (const index of ctx.getInputData().keys()) {
		orders.push(await readOrder(ctx, provider, plan, index));
	}
	// Before anything is spent: one item that cannot be right stops all, unless the user chose to continue.
	const wrong = orders.findIndex((order) => !order.ok);
	if (wrong >= 0 && !ctx.continueOnFail()) {
		const refused = orders.map((order) => (order.ok ? NOT_STARTED : order));
		return emit(ctx, refused, plan.output, wrong);
	}
	if (plan.estimateOnly) return emit(ctx, orders.map(estimateOf(provider, makes)), plan.output);

	const spending = monthlySpending(ctx, new Date(session.clock.now()));
	const making = makingOf(ctx, session, plan, spending);
	const fresh = orders.flatMap((order) =>
		order.ok && isFresh(making, order.value) ? [order.value] : [],
	);
	const allowed = await checkMoney(session, plan.money, fresh, spending);
	if (!allowed.ok) return emitSame(ctx, allowed);
	const inBatches = plan.submitAs === 'batch' ? fresh : [];
	const refused = await submitBatches(session, making.memory, inBatches);
	await makeJobs(making, run, orders, refused);
	return emit(ctx, run.results, plan.output, run.cause);
}

function makingOf(
	ctx: IExecuteFunctions,
	session: Session,
	plan: Plan,
	spending: MonthlySpending,
): Making {
	const memory = submitMemory(ctx.getContext('node'));
	const counts = plan.money.monthlyCreditBudget !== undefined;
	return {
		ctx,
		session,
		plan,
		memory: counts ? countingMemory(memory, spending) : memory,
		finished: finishedJobs(ctx, session.provider.id),
	};
}

/** Every job that is remembered for the first time was submitted just now. */
function countingMemory(memory: SubmitMemory, spending: MonthlySpending): SubmitMemory {
	return {
		...memory,
		remember: (key, job) => {
			if (!memory.recall(key)) spending.add(job.creditsEstimated ?? 0);
			memory.remember(key, job);
		},
	};
}

/** No call at all: what the item would cost. */
function estimateOf(provider: Provider, makes: Model['makes']) {
	return (order: Outcome<PlannedOrder>): ItemResult => {
		if (!order.ok) return order;
		const { creditsEstimated, request } = order.value;
		const { model, metadata = null } = request;
		const { videoUrl: url, ...job } = newJob('', provider.id);
		const json = { ...job, [`${makes}Url`]: url, jobId: null, status: 'not_submitted' };
		return { json: { ...json, model, metadata, creditsEstimated } as IDataObject };
	};
}
