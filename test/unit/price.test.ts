import { affordableSeconds, estimateCost } from '../../nodes/Seedance/core/price';
import type { PricedRequest } from '../../nodes/Seedance/core/model';
import { modelById, providerById } from '../../nodes/Seedance/providers';
import { seedance } from '../../nodes/Seedance/providers/seedance';

const model = seedance.models[0]!;

it.each([
	[4, 243],
	[8, 485],
	[10, 607],
	[15, 910],
])('%i s of Seedance 2.0 cost %i credits', (duration, credits) => {
	expect(estimateCost(model, { duration }).creditsEstimated).toBe(credits);
});

it.each([
	[0, 0],
	[60, 0],
	[61, 1],
	[607, 10],
	[606, 9],
	[910, 15],
	[2750, 45],
	[-5, 0],
])('%i credits pay for %i s', (credits, seconds) => {
	expect(affordableSeconds(model, credits)).toBe(seconds);
});

it('a credit costs a cent, or what the price of the model says', () => {
	const price = { credits: () => 7 };
	expect(estimateCost({ ...model, price }, {}).costUsdEstimated).toBe(0.07);
	const half = { ...price, usdPerCredit: 0.005 };
	expect(estimateCost({ ...model, price: half }, {}).costUsdEstimated).toBe(0.035);
});

const priceOf = (provider: string, model: string, request: PricedRequest) =>
	estimateCost(modelById(providerById(provider), model)!, request).creditsEstimated;

it.each([
	['seedance-1.0-lite', 2, 14],
	['seedance-1.0-lite', 6, 42],
	['seedance-1.0-lite', 12, 84],
	['seedance-1.0-pro', 2, 48],
	['seedance-1.0-pro', 4, 96],
	['seedance-1.0-pro', 6, 144],
	['seedance-1.0-pro', 8, 192],
	['seedance-1.0-pro', 10, 240],
	['seedance-1.0-pro', 12, 288],
	['seedance-2.0', 4, 243],
	['seedance-2.0', 10, 607],
	['seedance-2.0', 15, 910],
])('seedance.it.com: %s, %i s: %i credits, as the document says', (model, duration, credits) => {
	expect(priceOf('seedance', model, { duration })).toBe(credits);
});

it.each([
	['480p', 4, 8, 14],
	['480p', 8, 14, 28],
	['480p', 12, 19, 38],
	['720p', 4, 14, 28],
	['720p', 8, 28, 56],
	['720p', 12, 42, 84],
])(
	'seedanceapi.org: %s, %i s: %i credits, %i with audio, as the document says',
	(resolution, duration, silent, loud) => {
		const price = (audio: boolean) =>
			priceOf('seedanceOrg', 'seedance-1.5', { resolution, duration, audio });
		expect([price(false), price(true)]).toEqual([silent, loud]);
	},
);

it.each([
	['seedream-v5', 8],
	['seedream-v4.5', 7],
	['seedream-v3', 6],
])('%s: %i credits an image', (model, credits) => {
	expect(priceOf('seedance', model, {})).toBe(credits);
});

it('Segmind bills in dollars: no credits, but seconds that a balance pays for', () => {
	const model = modelById(providerById('segmind'), 'seedance-pro')!;
	expect(estimateCost(model, { duration: 5 }).creditsEstimated).toBeNull();
	expect(affordableSeconds(model, 0.35)).toBe(5);
});

describe('in dollars', () => {
	const byToken = {
		...model,
		price: { usd: ({ duration = 0 }: PricedRequest) => duration * 0.061 },
	};

	it('a credit is a cent', () => {
		expect(estimateCost(model, { duration: 10 })).toEqual({
			creditsEstimated: 607,
			costUsdEstimated: 6.07,
		});
	});

	it('a price in money is no credits, and is rounded to a hundredth of a cent', () => {
		expect(estimateCost(byToken, { duration: 3 })).toEqual({
			creditsEstimated: null,
			costUsdEstimated: 0.183,
		});
		expect(estimateCost(byToken, { duration: 0 }).costUsdEstimated).toBe(0);
	});
});
