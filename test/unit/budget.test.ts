import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, success, type Outcome } from '../../nodes/Seedance/core/fault';
import type { Balance } from '../../nodes/Seedance/core/provider';
import {
	checkMoney,
	monthlySpending,
	readMoneyLimits,
	type MoneyLimits,
} from '../../nodes/Seedance/runtime/submit/budget';
import type { SubmitItem } from '../../nodes/Seedance/runtime/submit/submitItem';
import { scriptedSession, silence } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const order = (memoryKey: string, creditsEstimated: number | null = 243) =>
	({ memoryKey, creditsEstimated, costUsdEstimated: null }) as SubmitItem;
const two = [order('0/0'), order('0/1')];

interface Situation {
	/** What the provider says; undefined: it has no balance. */
	balance?: number | Outcome<Balance>;
	spent?: number;
	/** How many times the provider cannot be reached before that. */
	fails?: number;
}

/** What a run of these orders is told, and how often the balance was asked for. */
async function checking(
	limits: Partial<MoneyLimits>,
	orders: readonly SubmitItem[] = two,
	{ balance, spent = 0, fails = 0 }: Situation = {},
) {
	const scripted = scriptedSession(new VirtualClock(0), () => silence);
	let asked = 0;
	const provider = { ...scripted.provider };
	if (balance !== undefined) provider.credits = { request: neverMind, response: neverMind };
	const answer =
		typeof balance === 'number'
			? success<Balance>({ credits: balance, currency: 'credits', tier: null })
			: balance;
	const call = () => {
		asked += 1;
		return Promise.resolve((asked > fails ? answer : silence) as Outcome<never>);
	};
	const spending = { of: () => spent, add: neverMind };
	const all = { checkCredits: false, ...limits };
	const outcome = await checkMoney({ ...scripted, provider, call }, all, orders, spending);
	return { outcome, asked };
}
const neverMind = (): never => {
	throw new Error('Not called');
};
const refusal = (message: string) => ({
	ok: false,
	fault: { message: expect.stringContaining(message), transient: false, ambiguous: false },
});
const allowed = success(true);

describe('"Max Credits"', () => {
	it('lets just that much through, and not one credit more', async () => {
		expect((await checking({ maxCredits: 486 })).outcome).toEqual(allowed);
		expect((await checking({ maxCredits: 485 })).outcome).toMatchObject(
			refusal('would cost 486 credits, "Max Credits" allows 485'),
		);
	});

	it('0 lets nothing through that costs, and what costs nothing', async () => {
		expect((await checking({ maxCredits: 0 })).outcome.ok).toBe(false);
		expect((await checking({ maxCredits: 0 }, [])).outcome).toEqual(allowed);
	});

	it('counts items with one key once', async () => {
		const orders = [order('same'), order('same'), order('other')];
		expect((await checking({ maxCredits: 486 }, orders)).outcome).toEqual(allowed);
	});

	it('cannot count what nobody knows the price of', async () => {
		expect((await checking({ maxCredits: 0 }, [order('0/0', null)])).outcome).toEqual(allowed);
	});
});

describe('"Monthly Credit Budget"', () => {
	it('lets a run through that uses it up, and not one credit more', async () => {
		const spent = { spent: 514 };
		expect((await checking({ monthlyCreditBudget: 1_000 }, two, spent)).outcome).toEqual(allowed);
		expect((await checking({ monthlyCreditBudget: 999 }, two, spent)).outcome).toMatchObject(
			refusal('has used 514 of its 999 credits for this month'),
		);
	});

	it('is asked beside "Max Credits", whichever is smaller', async () => {
		const limits = { maxCredits: 486, monthlyCreditBudget: 500 };
		expect((await checking(limits, two, { spent: 14 })).outcome).toEqual(allowed);
		expect((await checking(limits, two, { spent: 15 })).outcome).toMatchObject(refusal('has used'));
	});
});

describe('"Check Credits First"', () => {
	const checkCredits = true;

	it('lets a run through that the balance just pays for', async () => {
		expect(await checking({ checkCredits }, two, { balance: 486 })).toEqual({
			outcome: allowed,
			asked: 1,
		});
	});

	it('refuses a run that lacks one credit', async () => {
		const { outcome } = await checking({ checkCredits }, two, { balance: 485 });
		expect(outcome).toMatchObject(refusal('this run needs 486, the account has 485'));
	});

	it('asks again where the provider cannot be reached for a moment', async () => {
		const reached = await checking({ checkCredits }, two, { balance: 486, fails: 2 });
		expect(reached).toEqual({ outcome: allowed, asked: 3 });
	});

	it('submits nothing where the balance cannot be asked for', async () => {
		const unknown = failure({ message: 'No', transient: true, ambiguous: false });
		const { outcome } = await checking({ checkCredits }, two, { balance: unknown });
		expect(outcome).toEqual(unknown);
	});

	it.each<[string, Parameters<typeof checking>]>([
		['it is not wanted', [{}, two, { balance: 0 }]],
		['nothing is to be submitted', [{ checkCredits }, [], { balance: 0 }]],
		['the provider has no balance', [{ checkCredits }, two]],
		['another limit refuses the run', [{ checkCredits, maxCredits: 1 }, two, { balance: 1_000 }]],
	])('does not ask where %s', async (_, run) => {
		expect((await checking(...run)).asked).toBe(0);
	});
});

describe('what a workflow has spent in a month', () => {
	const on = (store: IDataObject, date: string) => {
		const getWorkflowStaticData = () => store;
		const ctx = { getWorkflowStaticData } as unknown as IExecuteFunctions;
		return monthlySpending(ctx, new Date(date));
	};

	it('is shared by all days of it', () => {
		const store: IDataObject = {};
		on(store, '2026-04-01T00:00:00Z').add(order('0/0', 100));
		on(store, '2026-04-02T12:00:00Z').add(order('0/0', 20));
		const last = on(store, '2026-04-30T23:59:59Z');
		last.add(order('0/0', 3));
		expect(last.of('credits')).toBe(123);
	});

	it.each(['2026-05-01T00:00:00Z', '2027-04-10T00:00:00Z'])('starts anew at %s', (date) => {
		const store: IDataObject = {};
		on(store, '2026-04-30T23:59:59Z').add(order('0/0', 100));
		const next = on(store, date);
		expect(next.of('credits')).toBe(0);
		next.add(order('0/0', 7));
		expect(on(store, date).of('credits')).toBe(7);
	});

	it('survives being stored', () => {
		const store: IDataObject = {};
		on(store, '2026-04-10T00:00:00Z').add(order('0/0', 100));
		const stored = JSON.parse(JSON.stringify(store)) as IDataObject;
		expect(on(stored, '2026-04-11T00:00:00Z').of('credits')).toBe(100);
	});
});

describe('the limits as the user sets them', () => {
	it.each<[IDataObject, MoneyLimits]>([
		[{}, { checkCredits: false }],
		[
			{ maxCredits: 486, checkCredits: true },
			{ maxCredits: 486, checkCredits: true },
		],
		[{ monthlyCreditBudget: '1000' }, { monthlyCreditBudget: 1_000, checkCredits: false }],
	])('%j', (options, limits) => {
		expect(readMoneyLimits(options)).toEqual(success(limits));
	});

	it.each([
		['Max Credits', { maxCredits: -1 }],
		['Monthly Credit Budget', { monthlyCreditBudget: 'much' }],
		['Check Credits First', { checkCredits: 'perhaps' }],
	])('%s is refused in words', (label, options) => {
		expect(readMoneyLimits(options)).toMatchObject(refusal(`${label}: `));
	});
});
