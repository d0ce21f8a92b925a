import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { trueOrFalse, type Reader } from '../../core/parameters';
import type { Estimate } from '../../core/price';
import { retry, TRANSIENT } from '../api/retry';
import type { Session } from '../api/session';
import { numberFrom, readOption, wholeFrom } from '../items/options';
import type { SubmitItem } from './submitItem';

interface Limit<Name extends string> {
	name: Name;
	label: string;
}

/** The currencies of the limits. The limits are parameters; undefined = no limit, 0 = nothing. */
interface Currency {
	estimate: keyof Estimate;
	run: Limit<'maxCredits' | 'maxCostUsd'>;
	month: Limit<'monthlyCreditBudget' | 'monthlyBudgetUsd'>;
	/** The name in the workflow's static data. */
	spent: 'credits' | 'usd';
	reader: Reader<number>;
	/** Formats an amount, and a limit, whose label already names the unit. */
	show: (amount: number) => string;
	showLimit: (amount: number) => string;
}

const CURRENCIES: readonly Currency[] = [
	{
		estimate: 'creditsEstimated',
		run: { name: 'maxCredits', label: 'Max Credits' },
		month: { name: 'monthlyCreditBudget', label: 'Monthly Credit Budget' },
		spent: 'credits',
		reader: wholeFrom(0),
		show: (credits) => `${credits} credits`,
		showLimit: String,
	},
	{
		estimate: 'costUsdEstimated',
		run: { name: 'maxCostUsd', label: 'Max Cost (USD)' },
		month: { name: 'monthlyBudgetUsd', label: 'Monthly Budget (USD)' },
		spent: 'usd',
		reader: numberFrom(0),
		show: (usd) => `US$${usd}`,
		showLimit: (usd) => `US$${usd}`,
	},
];

/** The user's spending limits for a run and for a month. */
export type MoneyLimits = {
	[Name in Currency['run' | 'month']['name']]?: number;
} & { checkCredits: boolean };

export function readMoneyLimits(options: IDataObject): Outcome<MoneyLimits> {
	const check = readOption(options, 'checkCredits', 'Check Credits First', trueOrFalse(false));
	if (!check.ok) return check;
	const limits: MoneyLimits = { checkCredits: check.value === true };
	for (const { run, month, reader } of CURRENCIES) {
		for (const { name, label } of [run, month]) {
			const limit = readOption(options, name, label, reader);
			if (!limit.ok) return limit;
			limits[name] = limit.value;
		}
	}
	return success(limits);
}

/**
 * Checks all limits before the first submission, for all items together. If one is exceeded, nothing is submitted.
 *
 * @param items the items that this execution has not submitted yet
 */
export async function checkMoney(
	session: Session,
	limits: MoneyLimits,
	items: readonly SubmitItem[],
	spending: MonthlySpending,
): Promise<Outcome<true>> {
	// Items with the same key are one job.
	const jobs = [...new Map(items.map((item) => [item.memoryKey, item])).values()];
	for (const currency of CURRENCIES) {
		const within = checkLimits(currency, limits, jobs, spending);
		if (!within.ok) return within;
	}
	return limits.checkCredits ? await checkBalance(session, jobs) : success(true);
}

function checkLimits(
	{ estimate, run, month, spent, show, showLimit }: Currency,
	limits: MoneyLimits,
	jobs: readonly SubmitItem[],
	spending: MonthlySpending,
): Outcome<true> {
	const [perRun, perMonth] = [limits[run.name], limits[month.name]];
	const needed = sumOf(jobs, estimate);
	const unpriced = jobs.find((job) => job.costUsdEstimated === null);
	if (estimate === 'costUsdEstimated' && unpriced && (perRun ?? perMonth) !== undefined) {
		const { label } = perRun === undefined ? month : run;
		return refused(cannotCheck(label, unpriced));
	}
	if (perRun !== undefined && needed > perRun) {
		return refused(
			`This run would cost ${show(needed)}, "${run.label}" allows ${showLimit(perRun)}`,
		);
	}
	const before = spending.of(spent);
	if (perMonth !== undefined && before + needed > perMonth) {
		return refused(
			`This run would cost ${show(needed)}, and this workflow has used ${showLimit(before)} of its ${show(perMonth)} for this month`,
		);
	}
	return success(true);
}

async function checkBalance(session: Session, jobs: readonly SubmitItem[]): Promise<Outcome<true>> {
	const { credits } = session.provider;
	const inCredits = sumOf(jobs, 'creditsEstimated');
	const inUsd = sumOf(jobs, 'costUsdEstimated');
	const unpriced = jobs.find(
		({ creditsEstimated, costUsdEstimated }) =>
			creditsEstimated === null && costUsdEstimated === null,
	);
	if (credits && unpriced) return refused(cannotCheck('Check Credits First', unpriced));
	if (!credits || (inCredits === 0 && inUsd === 0)) return success(true);
	const ask = () => session.call('account', credits, undefined);
	const balance = await retry(ask, TRANSIENT, session);
	// A question about the balance starts no job, whatever became of its answer.
	if (!balance.ok) return failure({ ...balance.fault, ambiguous: false });
	const { credits: amount, currency } = balance.value;
	const needed = currency === 'usd' ? inUsd : inCredits;
	if (amount >= needed) return success(true);
	const unit = currency === 'usd' ? 'US$' : '';
	return refused(
		`Not enough credits: this run needs ${unit}${needed}, the account has ${unit}${amount}`,
	);
}

const cannotCheck = (label: string, { request }: SubmitItem): string =>
	`"${label}" cannot be checked: the price of ${request.model} is not known`;

const sumOf = (jobs: readonly Estimate[], estimate: keyof Estimate): number =>
	rounded(jobs.reduce((sum, job) => sum + (job[estimate] ?? 0), 0));

/** To a hundredth of a cent, because sums of dollars are not exact. */
const rounded = (amount: number): number => Math.round(amount * 10_000) / 10_000;

const refused = (message: string) =>
	failure(
		inputFault(message, 'Nothing was submitted. Raise the limit, or send fewer or shorter items.'),
	);

export type MonthlySpending = ReturnType<typeof monthlySpending>;

/**
 * The estimated cost of what this workflow has submitted in this calendar month (UTC). Stored in its static data, which
 * n8n saves at the end of an execution of an active workflow. Concurrent executions do not see each other's spending
 * until then.
 */
export function monthlySpending(ctx: IExecuteFunctions, now: Date) {
	const store = ctx.getWorkflowStaticData('global');
	const month = now.toISOString().slice(0, 7);
	type Kept = { month?: string } & { [Spent in Currency['spent']]?: number };
	const of = (spent: Currency['spent']): number => {
		const kept = store.seedanceSpending as Kept | undefined;
		return kept?.month === month ? (kept[spent] ?? 0) : 0;
	};
	return {
		of,
		add: ({ creditsEstimated, costUsdEstimated }: Estimate) => {
			const credits = rounded(of('credits') + (creditsEstimated ?? 0));
			const usd = rounded(of('usd') + (costUsdEstimated ?? 0));
			store.seedanceSpending = { month, credits, usd };
		},
	};
}
