import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { trueOrFalse } from '../../core/parameters';
import { readOption, wholeFrom } from '../items/options';
import type { Session } from '../api/session';
import type { Order } from './submit';

/** What the user allows a run and a month to cost, in credits; undefined = no limit, 0 = nothing. */
export interface MoneyLimits {
	maxCredits?: number;
	monthlyCreditBudget?: number;
	checkCredits: boolean;
}

export function readMoneyLimits(options: IDataObject): Outcome<MoneyLimits> {
	const maxCredits = readOption(options, 'maxCredits', 'Max Credits', wholeFrom(0));
	if (!maxCredits.ok) return maxCredits;
	const budgetLabel = 'Monthly Credit Budget';
	const budget = readOption(options, 'monthlyCreditBudget', budgetLabel, wholeFrom(0));
	if (!budget.ok) return budget;
	const check = readOption(options, 'checkCredits', 'Check Credits First', trueOrFalse(false));
	if (!check.ok) return check;
	return success({
		maxCredits: maxCredits.value,
		monthlyCreditBudget: budget.value,
		checkCredits: check.value === true,
	});
}

/**
 * Whether what is about to be submitted stays within all limits. Asked before the first submission, for all items
 * together: nothing is submitted when it does not.
 *
 * @param orders those that this execution has not submitted yet
 */
export async function checkMoney(
	session: Session,
	limits: MoneyLimits,
	orders: readonly Order[],
	spent: MonthlySpending,
): Promise<Outcome<true>> {
	// Items with one key are one job.
	const jobs = [...new Map(orders.map((order) => [order.memoryKey, order])).values()];
	const needed = jobs.reduce((sum, order) => sum + (order.creditsEstimated ?? 0), 0);
	const { maxCredits, monthlyCreditBudget } = limits;
	if (maxCredits !== undefined && needed > maxCredits) {
		return refused(`This run would cost ${needed} credits, "Max Credits" allows ${maxCredits}`);
	}
	if (monthlyCreditBudget !== undefined && spent.credits() + needed > monthlyCreditBudget) {
		return refused(
			`This run would cost ${needed} credits, and this workflow has used ${spent.credits()} of its ${monthlyCreditBudget} credits for this month`,
		);
	}
	const { credits } = session.provider;
	if (!limits.checkCredits || !credits || needed === 0) return success(true);
	const balance = await session.call(credits, undefined);
	if (!balance.ok) return balance;
	if (balance.value.credits >= needed) return success(true);
	return refused(
		`Not enough credits: this run needs ${needed}, the account has ${balance.value.credits}`,
	);
}

const refused = (message: string) =>
	failure(
		inputFault(message, 'Nothing was submitted. Raise the limit, or send fewer or shorter items.'),
	);

/** What this workflow has submitted in this calendar month (UTC), by our estimates. */
export interface MonthlySpending {
	credits(): number;
	add(credits: number): void;
}

/**
 * Kept in the workflow's static data, which n8n stores at the end of an execution of an active workflow: executions that
 * run side by side do not see each other's spending until then.
 */
export function monthlySpending(ctx: IExecuteFunctions, now: Date): MonthlySpending {
	const store = ctx.getWorkflowStaticData('global');
	const month = now.toISOString().slice(0, 7);
	const read = () => {
		const kept = store.seedanceSpending as { month?: string; credits?: number } | undefined;
		return kept?.month === month ? (kept.credits ?? 0) : 0;
	};
	return {
		credits: read,
		add: (credits) => {
			store.seedanceSpending = { month, credits: read() + credits };
		},
	};
}
