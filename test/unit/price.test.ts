import { affordableSeconds, estimateCredits } from '../../nodes/Seedance/core/price';
import { seedance } from '../../nodes/Seedance/providers/seedance';

const model = seedance.models[0]!;

it.each([
	[4, 243],
	[8, 485],
	[10, 607],
	[15, 910],
])('%i s of Seedance 2.0 cost %i credits', (duration, credits) => {
	expect(estimateCredits(model, { duration })).toBe(credits);
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
