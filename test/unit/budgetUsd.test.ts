import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { costNotices } from '../../nodes/Seedance/form/costNotices';
import type { Capabilities, Model, PricedRequest } from '../../nodes/Seedance/core/model';
import { moneyOptions } from '../../nodes/Seedance/form/money';
import { seedance } from '../../nodes/Seedance/providers/seedance';
import {
	checkMoney,
	monthlySpending,
	readMoneyLimits,
} from '../../nodes/Seedance/runtime/submit/budget';
import type { SubmitItem } from '../../nodes/Seedance/runtime/submit/submitItem';
import type { Session } from '../../nodes/Seedance/runtime/api/session';

const DAY = new Date('2026-11-21T12:00:00Z');

const jobsFor = (...dollars: Array<number | null>) =>
	dollars.map((costUsdEstimated, n) => ({
		memoryKey: String(n),
		request: { model: 'clip-1' },
		creditsEstimated: null,
		costUsdEstimated,
	})) as SubmitItem[];

/** A workflow whose provider bills in dollars. */
function workflow(balance = Infinity, data: IDataObject = {}) {
	const ctx = {
		getWorkflowStaticData: (type: string) => (type === 'global' ? data : {}),
	} as unknown as IExecuteFunctions;
	const call = () =>
		Promise.resolve({ ok: true, value: { credits: balance, currency: 'usd', tier: null } });
	const session = { provider: { credits: {} }, call } as unknown as Session;
	return {
		spend: (jobs: readonly SubmitItem[], now = DAY) =>
			jobs.forEach((job) => monthlySpending(ctx, now).add(job)),
		check: async (options: IDataObject, jobs: readonly SubmitItem[], now = DAY) => {
			const limits = readMoneyLimits(options);
			if (!limits.ok) return limits.fault.message;
			const checked = await checkMoney(session, limits.value, jobs, monthlySpending(ctx, now));
			return checked.ok ? true : checked.fault.message;
		},
	};
}

describe('limits in dollars', () => {
	it('a run may cost exactly the limit, and not a cent more', async () => {
		const { check } = workflow();
		expect(await check({ maxCostUsd: 0.3 }, jobsFor(0.1, 0.2))).toBe(true);
		expect(await check({ maxCostUsd: '0.3' }, jobsFor(0.1, 0.21))).toBe(
			'This run would cost US$0.31, "Max Cost (USD)" allows US$0.3',
		);
		expect(await check({ maxCostUsd: 0 }, jobsFor(0.01))).toMatch(/allows US\$0$/);
	});

	it('a month may cost exactly the budget, and the next one begins anew', async () => {
		const { check, spend } = workflow();
		spend(jobsFor(1.5, 0.25));
		expect(await check({ monthlyBudgetUsd: 2 }, jobsFor(0.25))).toBe(true);
		expect(await check({ monthlyBudgetUsd: 2 }, jobsFor(0.26))).toBe(
			'This run would cost US$0.26, and this workflow has used US$1.75 of its US$2 for this month',
		);
		const december = new Date('2026-12-01T00:00:00Z');
		expect(await check({ monthlyBudgetUsd: 2 }, jobsFor(2), december)).toBe(true);
	});

	it('does not let through what has no price', async () => {
		const { check } = workflow();
		const message = 'cannot be checked: the price of clip-1 is not known';
		expect(await check({ maxCostUsd: 5 }, jobsFor(1, null))).toBe(`"Max Cost (USD)" ${message}`);
		expect(await check({ monthlyBudgetUsd: 5 }, jobsFor(null))).toMatch(/^"Monthly Budget/);
		expect(await check({ monthlyBudgetUsd: 5 }, jobsFor(null))).toContain(message);
		expect(await check({}, jobsFor(null))).toBe(true);
	});

	it.each(['maxCostUsd', 'monthlyBudgetUsd'])(
		'%s that is given but empty is refused',
		async (name) => {
			const { check } = workflow();
			for (const empty of ['', null, undefined, -1, 'much'])
				expect(await check({ [name]: empty }, jobsFor(1))).toMatch(/is not possible/);
		},
	);

	it('the balance must pay for it', async () => {
		expect(await workflow(0.5).check({ checkCredits: true }, jobsFor(0.25, 0.25))).toBe(true);
		expect(await workflow(0.49).check({ checkCredits: true }, jobsFor(0.25, 0.25))).toBe(
			'Not enough credits: this run needs US$0.5, the account has US$0.49',
		);
	});

	it('a balance is not enough for what has no price', async () => {
		expect(await workflow(100).check({ checkCredits: true }, jobsFor(1, null))).toBe(
			'"Check Credits First" cannot be checked: the price of clip-1 is not known',
		);
	});

	it('credits and dollars are counted apart', async () => {
		const { check, spend } = workflow();
		spend([{ creditsEstimated: 100, costUsdEstimated: 1 } as SubmitItem]);
		const again = [{ ...jobsFor(1)[0], creditsEstimated: 100 } as SubmitItem];
		expect(await check({ monthlyCreditBudget: 200 }, again)).toBe(true);
		expect(await check({ monthlyCreditBudget: 199 }, again)).toMatch(
			/has used 100 of its 199 credits/,
		);
		expect(await check({ monthlyBudgetUsd: 1.99 }, again)).toMatch(/has used US\$1 of/);
	});
});

describe('the form', () => {
	const model = seedance.models[0]!;
	const inDollars = {
		...seedance,
		models: [{ ...model, price: { usd: () => 1.25 } }],
	};
	const namesOf = (offered: Parameters<typeof moneyOptions>[0]) =>
		moneyOptions(offered).map(({ name }) => name);

	it('offers limits in the currency of the provider, and none that no provider has', () => {
		expect(namesOf([seedance])).toEqual(expect.arrayContaining(['maxCredits']));
		expect(namesOf([seedance])).not.toContain('maxCostUsd');
		expect(namesOf([inDollars])).toEqual(
			expect.arrayContaining(['checkCredits', 'maxCostUsd', 'monthlyBudgetUsd']),
		);
		expect(namesOf([inDollars])).not.toContain('maxCredits');
	});

	/** The notices of a model that bills in dollars: the fields that each depends on, and its text. */
	function noticesOf(
		price: Model['price'],
		modes: Model['modes'],
		makes: Model['makes'] = 'video',
	) {
		const models = [{ ...model, makes, price, modes }];
		return costNotices(makes, [{ ...seedance, models }]).map(({ displayName, displayOptions }) => {
			const { provider, model: id, ...fields } = displayOptions?.show ?? {};
			expect([provider, id]).toEqual([['seedance'], [model.id]]);
			return [fields, displayName];
		});
	}
	const resolution = { values: ['480p', '720p'], default: '720p' };
	const video: Capabilities = {
		prompt: { maxLength: 9 },
		duration: { min: 4, max: 15, default: 5 },
		resolution,
		aspectRatio: { values: ['16:9', '1:1'], default: '16:9' },
		audio: { default: true },
	};
	const SIZES: Record<string, number> = { '480p': 0.0422, '720p': 0.1 };

	it('says what a second costs where the price is by token, not each of the many amounts', () => {
		const usd = ({ resolution: size = '', aspectRatio = '16:9', duration = 0 }: PricedRequest) =>
			(SIZES[size] ?? 0) * duration * (aspectRatio === '1:1' ? 0.9 : 1);
		expect(noticesOf({ usd }, { textToVideo: video })).toEqual([
			[
				{ resolution: ['480p'] },
				'Estimated cost at list price: up to US$0.042 for each second of video, so US$0.211 for 5 seconds. Failed jobs cost nothing.',
			],
			[
				{ resolution: ['720p'] },
				'Estimated cost at list price: up to US$0.100 for each second of video, so US$0.50 for 5 seconds. Failed jobs cost nothing.',
			],
		]);
	});

	it('says one rate where nothing changes it, and one for each value of what does', () => {
		const flat = noticesOf({ usd: ({ duration = 0 }) => duration }, { textToVideo: video });
		expect(flat).toEqual([[{}, expect.stringContaining('up to US$1.000 for each second')]]);
		const usd = ({ duration = 0, audio }: PricedRequest) => duration * (audio ? 2 : 1);
		const bySound = noticesOf({ usd }, { textToVideo: video });
		expect(bySound.map(([fields]) => fields)).toEqual([{ audio: [false] }, { audio: [true] }]);
	});

	it('says the amount where there is no length, once for each field that changes it', () => {
		const { duration, ...image } = video;
		expect(duration).toBeDefined();
		const byRatio = ({ aspectRatio }: PricedRequest) => (aspectRatio === '1:1' ? 2 : 0.125);
		expect(noticesOf({ usd: byRatio }, { textToVideo: image }, 'image')).toEqual([
			[
				{ aspectRatio: ['16:9'] },
				'Estimated cost: US$0.125 for each image. Failed jobs cost nothing.',
			],
			[
				{ aspectRatio: ['1:1'] },
				'Estimated cost: US$2.00 for each image. Failed jobs cost nothing.',
			],
		]);
	});

	it('says each amount in credits also where they have a price in dollars', () => {
		const { duration, ...rest } = video;
		expect(duration).toBeDefined();
		const can = { ...rest, duration: { values: [5, 10], default: 5 } };
		const price = { credits: () => 7, usd: () => 1 };
		expect(noticesOf(price, { textToVideo: can })).toEqual(
			[5, 10].map((seconds) => [
				{ duration: [seconds] },
				'Estimated cost: 7 credits (US$0.07) for each video. Failed jobs cost nothing.',
			]),
		);
	});

	it('sends to the provider where no price is public', () => {
		const { duration, ...image } = video;
		expect(duration).toBeDefined();
		expect(noticesOf({}, { textToVideo: image })).toEqual([
			[{}, 'No price of this model is public. Look it up at the provider.'],
		]);
	});
});
