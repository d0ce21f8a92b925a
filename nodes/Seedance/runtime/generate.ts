import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Outcome } from '../core/fault';
import { isSettled, newJob, type Job } from '../core/job';
import type { Model } from '../core/model';
import type { Provider } from '../core/provider';
import { providerById } from '../providers';
import { submitBatches } from './batch';
import { emit, emitSame, NOT_STARTED, type ItemResult } from './items';
import { finish } from './jobItems';
import { checkMoney, monthlySpending, type MonthlySpending } from './money';
import { readOrder, type PlannedOrder } from './order';
import { readPlan, type Plan } from './plan';
import { openSession, type Session } from './session';
import { finishedJobs, type FinishedJobs } from './reuse';
import { submit, submitMemory, type SubmitMemory } from './submit';
import { generateSync } from './syncRequest';
import { waitForJob } from './waitForJob';
import { eachInWindow } from './window';

/** So many submits under way at once where nobody waits for the videos; the request budget sets the pace. */
const SUBMIT_WIDTH = 10;

/**
 * Generate Video and Generate Image: read and check all items, keep to the limits on money, submit each once, at most so
 * many at a time, wait where that was asked for, and give the jobs back in the order of the items.
 */
export async function generate(
	ctx: IExecuteFunctions,
	makes: Model['makes'],
): Promise<INodeExecutionData[]> {
	const keepsGoing = ctx.continueOnFail();
	let cause: number | undefined;
	const provider = providerById(ctx.getNodeParameter('provider', 0) as string);
	const opened = await openSession(ctx, provider, () => cause !== undefined && !keepsGoing);
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
	if (wrong >= 0 && !keepsGoing) {
		const refused = orders.map((order) => (order.ok ? NOT_STARTED : order));
		return emit(ctx, refused, plan.output, wrong);
	}
	if (plan.estimateOnly) return emit(ctx, orders.map(estimateOf(provider)), plan.output);

	const run = openRun(ctx, session, plan);
	const fresh = orders.flatMap((order) =>
		order.ok && isFresh(run, order.value) ? [order.value] : [],
	);
	const allowed = await checkMoney(session, plan.money, fresh, run.spending);
	if (!allowed.ok) return emitSame(ctx, allowed);
	const inBatches = plan.submitAs === 'batch' ? fresh : [];
	const batchFaults = await submitBatches(session, run.memory, inBatches);
	const results: ItemResult[] = [];
	await eachInWindow(orders, widthOf(plan, orders.length), async (order, index) => {
		const fault = batchFaults.get(index);
		const result = fault ? { fault } : order.ok ? await runOrder(run, order.value) : order;
		results[index] = result;
		if (!('fault' in result)) return 'continue';
		cause ??= index;
		return keepsGoing ? 'continue' : 'stop';
	});
	addRemembered(run, orders, results);
	return emit(ctx, results, plan.output, cause);
}

/** A run that ends early does not get to every item; a job that an item has all the same must not go unnamed. */
function addRemembered(
	{ memory }: Run,
	orders: ReadonlyArray<Outcome<PlannedOrder>>,
	results: ItemResult[],
): void {
	orders.forEach((order, index) => {
		const job = order.ok ? memory.recall(order.value.idempotencyKey) : undefined;
		if (job) results[index] ??= { job };
	});
}

/** What the steps of a run share. */
interface Run {
	ctx: IExecuteFunctions;
	session: Session;
	plan: Plan;
	memory: SubmitMemory;
	spending: MonthlySpending;
	finished: FinishedJobs;
}

function openRun(ctx: IExecuteFunctions, session: Session, plan: Plan): Run {
	const spending = monthlySpending(ctx, new Date(session.clock.now()));
	const memory = submitMemory(ctx.getContext('node'));
	const counts = plan.money.monthlyCreditBudget !== undefined;
	return {
		ctx,
		session,
		plan,
		memory: counts ? countingMemory(memory, spending) : memory,
		spending,
		finished: finishedJobs(ctx, session.provider.id),
	};
}

/** Neither submitted before by this execution nor finished before by this workflow: this one will cost. */
const isFresh = (run: Run, order: PlannedOrder): boolean =>
	!run.memory.recall(order.idempotencyKey) && !reusable(run, order);

function reusable({ finished, session }: Run, { reuse }: PlannedOrder): Job | undefined {
	return reuse && finished.find(reuse.contentKey, reuse.maxAgeMs, session.clock.now());
}

/** Every job that is remembered for the first time was submitted just now. */
function countingMemory(memory: SubmitMemory, spending: MonthlySpending): SubmitMemory {
	return {
		recall: (key) => memory.recall(key),
		remember: (key, job) => {
			if (!memory.recall(key)) spending.add(job.creditsEstimated ?? 0);
			memory.remember(key, job);
		},
	};
}

/** No call at all: what the item would cost. */
function estimateOf(provider: Provider) {
	return (order: Outcome<PlannedOrder>): ItemResult => {
		if (!order.ok) return order;
		const { creditsEstimated, request } = order.value;
		const { model, metadata = null } = request;
		const job = newJob('', provider.id);
		const json = { ...job, jobId: null, model, metadata, status: 'not_submitted' };
		return { json: { ...json, creditsEstimated } as IDataObject };
	};
}

/** The jobs of a batch run already when the waiting begins, so all are waited for together. */
function widthOf({ afterSubmit, submitAs, maxConcurrentJobs }: Plan, items: number): number {
	if (afterSubmit !== 'wait') return SUBMIT_WIDTH;
	return submitAs === 'batch' ? items : maxConcurrentJobs;
}

async function runOrder(run: Run, order: PlannedOrder): Promise<ItemResult> {
	const before = reusable(run, order);
	if (before) {
		const { metadata = null } = order.request;
		const result = await finish(run.ctx, run.session, { ...before, metadata }, order);
		return 'job' in result ? { ...result, extra: { reused: true } } : result;
	}
	if (run.plan.afterSubmit === 'wait') return await submitAndWait(run, order);
	const submitted = await submit(run.session, run.memory, order);
	return submitted.ok ? { job: submitted.value } : submitted;
}

/** Holds one of the account's places from the submit until the job is settled, not during the download. */
async function submitAndWait(run: Run, order: PlannedOrder): Promise<ItemResult> {
	const { ctx, session, plan, memory } = run;
	const dialect = session.provider.dialectFor(order.request);
	const { sync } = dialect;
	if (plan.requestMode === 'sync' && sync && !memory.recall(order.idempotencyKey)) {
		const make = () => generateSync(ctx, session, memory, { ...dialect, sync }, order);
		return (await session.account.slots.hold(session.clock, make)) ?? NOT_STARTED;
	}
	return await submitAndPoll(run, order);
}

async function submitAndPoll(
	{ ctx, session, memory, finished, plan }: Run,
	order: PlannedOrder,
): Promise<ItemResult> {
	const { clock } = session;
	const submitAndSettle = async () => {
		const submitted = await submit(session, memory, order);
		if (!submitted.ok) return submitted;
		const outcome = await waitForJob(session, submitted.value, clock.now() + order.timeoutMs);
		return outcome.ok ? outcome : { ...outcome, jobId: submitted.value.jobId };
	};
	// What went out in a batch is queued by the provider; holding places back here would only delay the answers.
	const waited =
		plan.submitAs === 'batch'
			? await submitAndSettle()
			: await session.account.slots.hold(clock, submitAndSettle);
	if (!waited) return NOT_STARTED;
	if (!waited.ok) return waited;
	const job = waited.value;
	if (isSettled(job)) memory.remember(order.idempotencyKey, job);
	if (order.reuse && job.status === 'completed') {
		finished.keep(order.reuse.contentKey, job, clock.now());
	}
	return await finish(ctx, session, job, order);
}
