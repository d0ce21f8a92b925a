import type {
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../core/fault';
import type { Model } from '../core/model';
import type { Provider } from '../core/provider';
import { chosenProvider } from '../runtime/items/chosenProvider';
import { submitBatches } from '../runtime/submit/batch';
import { isFresh, lookBackAll } from '../runtime/submit/earlier';
import { ItemRun } from '../runtime/items/run';
import { readSleepOptions } from '../runtime/items/jobs';
import { limitWaitFor } from '../runtime/items/options';
import { emit, emitSame, NOT_STARTED } from '../runtime/items/output';
import type { FaultResult } from '../runtime/items/result';
import { generateItems, knownJobs, type RunContext } from '../runtime/submit/generateItems';
import { checkMoney, monthlySpending, type MonthlySpending } from '../runtime/submit/budget';
import { withJobStarted, withoutSubmit } from '../runtime/submit/jobStarted';
import { readItem, type GenerateItem } from '../runtime/submit/readItem';
import { readRunOptions, type RunOptions } from '../runtime/submit/runOptions';
import { notSubmitted } from '../runtime/submit/notSubmitted';
import { refuseBrokenFilms } from '../runtime/submit/shots';
import { submitMemory, type SubmitMemory } from '../runtime/submit/memory';
import { keptJobs } from '../runtime/submit/reuse';
import { openSession, type Session } from '../runtime/api/session';
import { isAwaited, sleepUntilEnded } from '../runtime/callbacks/sleep';
import { answerCallback } from './waitForWebhook.webhook';
import { continuesOnFault, toolCallOf } from '../runtime/items/toolCall';

/**
 * Generate Video and Generate Image: reads and validates all items, checks the spending limits, submits each item once
 * with limited concurrency, waits if the user wants that, and outputs the jobs in the order of the items.
 */
export async function generate(
	ctx: IExecuteFunctions,
	makes: Model['makes'],
): Promise<INodeExecutionData[]> {
	// Must come before the first await, see `toolCallOf`.
	const toolCall = toolCallOf(ctx);
	const memory = submitMemory(ctx.getContext('node'), ctx.getExecutionId());
	const refuse = (refused: FaultResult) => emitSame(ctx, withoutSubmit(memory, refused));
	if (toolCall?.mixUp) return refuse(failure(toolCall.mixUp));
	const run = new ItemRun(continuesOnFault(ctx));
	const provider = chosenProvider(ctx);
	const opened = await openSession(ctx, provider, { halt: run.halted });
	if (!opened.ok) return refuse(opened);
	const session = opened.value;
	const planned = readRunOptions(ctx, session, makes, toolCall);
	if (!planned.ok) return refuse(planned);
	const plan = planned.value;
	const items = await readItems(ctx, provider, plan);
	// Before anything is spent: one invalid item stops the whole run, unless the user chose to continue.
	const wrong = items.findIndex((item) => !item.ok);
	if (wrong >= 0 && !continuesOnFault(ctx)) {
		const known = knownJobs(memory, items);
		const refused = items.map((item, n) => (item.ok ? (known[n] ?? NOT_STARTED) : item));
		return emit(ctx, refused, plan.output, wrong);
	}
	if (plan.estimateOnly) {
		const estimates = items.map((item) =>
			item.ok ? notSubmitted(provider.id, item.value, undefined, makes) : item,
		);
		return emit(ctx, withJobStarted(memory, items, estimates), plan.output);
	}
	const spending = monthlySpending(ctx, new Date(session.clock.now()));
	const context = contextOf(ctx, session, plan, memory, spending);
	return await generateAndEmit(context, spending, run, items);
}

/** A callback for an execution that sleeps in Generate Video or Generate Image. */
export const answerGenerated = async (
	ctx: IWebhookFunctions,
	makes: Model['makes'],
): Promise<IWebhookResponseData> => await answerCallback(ctx, readSleepOptions(makes));

type ReadItems = Array<Outcome<GenerateItem>>;

async function generateAndEmit(
	context: RunContext & { plan: RunOptions },
	spending: MonthlySpending,
	run: ItemRun,
	read: ReadItems,
): Promise<INodeExecutionData[]> {
	const { ctx, session, plan, memory } = context;
	const looked = await lookBackAll(context, read, plan.shots);
	const items = refuseBrokenFilms(looked, plan.shots, (item) =>
		Boolean(item.reused ?? memory.of(item.memoryKey)),
	);
	const fresh = items.flatMap((item) =>
		item.ok && isFresh(context, item.value) ? [item.value] : [],
	);
	const allowed = await checkMoney(session, plan.money, fresh, spending);
	if (!allowed.ok) {
		const jobs = knownJobs(memory, items);
		const results = items.map((_, index) => jobs[index] ?? allowed);
		return emitSame(ctx, allowed, withJobStarted(memory, items, results), plan.output);
	}
	const refused = await submitBatches(context, fresh, plan.submitAs);
	await generateItems(context, run, items, refused);
	// A run that ends early must not begin to sleep.
	const sleeps = plan.afterSubmit === 'sleep' && !session.signal.aborted;
	const results = withJobStarted(memory, items, run.results);
	if (!sleeps) return emit(ctx, results, plan.output, run.cause);
	const known = results.map((each) => (isAwaited(each) ? success(each.job) : each));
	return await sleepUntilEnded(ctx, session, known, {
		...readSleepOptions(plan.makes)(ctx),
		limitMs: limitWaitFor(
			plan.limitWaitMs,
			items.map((item) => (item.ok ? (item.value.longestMs ?? 0) : 0)),
		),
		cause: run.cause,
	});
}

async function readItems(
	ctx: IExecuteFunctions,
	provider: Provider,
	plan: RunOptions,
): Promise<ReadItems> {
	const items: ReadItems = [];
	for (const index of ctx.getInputData().keys()) {
		const before = items[plan.shots[index]?.before ?? -1];
		const contentBefore = before?.ok ? before.value.contentKey : undefined;
		items.push(await readItem(ctx, provider, plan, index, contentBefore));
	}
	return refuseMixedKeys(items);
}

/** One key for different items would make one job and return it for all of them. */
function refuseMixedKeys(items: ReadItems): ReadItems {
	const firsts = new Map<string, GenerateItem>();
	return items.map((item) => {
		if (!item.ok || !item.value.isShared) return item;
		const { memoryKey, contentKey, itemIndex } = item.value;
		const first = firsts.get(memoryKey) ?? item.value;
		firsts.set(memoryKey, first);
		if (first.contentKey === contentKey) return item;
		return failure(
			inputFault(
				`Idempotency Key: the items ${first.itemIndex} and ${itemIndex} have the same key and different content. Allowed: a different key for each video, such as a SKU.`,
				'Nothing was submitted for this item.',
			),
		);
	});
}

function contextOf(
	ctx: IExecuteFunctions,
	session: Session,
	plan: RunOptions,
	memory: SubmitMemory,
	spending: MonthlySpending,
): RunContext & { plan: RunOptions } {
	const { monthlyCreditBudget, monthlyBudgetUsd } = plan.money;
	const counts = monthlyCreditBudget !== undefined || monthlyBudgetUsd !== undefined;
	return {
		ctx,
		session,
		plan,
		memory,
		spend: counts ? spending.add : undefined,
		finished: keptJobs(ctx, 'finishedJobs', session),
		byKey: keptJobs(ctx, 'jobsByKey', session),
	};
}
