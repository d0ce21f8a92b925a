import { slopeOf } from './slope';
import { randomNumbers } from '../unit/virtualClock';

const measured = (count: number, y: (x: number) => number) =>
	Array.from({ length: count }, (_, x) => ({ x, y: y(x) }));

describe('the slope of measurements', () => {
	it('is exact for a straight line', () => {
		const { estimate, low, high } = slopeOf(measured(20, (x) => 7 + 3 * x));
		for (const each of [estimate, low, high]) expect(each).toBeCloseTo(3, 9);
	});

	it('has a true value of 0 in its interval where there is only noise', () => {
		const random = randomNumbers(5);
		const { low, high } = slopeOf(measured(100, () => random()));
		expect(low).toBeLessThan(0);
		expect(high).toBeGreaterThan(0);
	});

	it('shows growth through the noise', () => {
		const random = randomNumbers(5);
		const { low, high } = slopeOf(measured(100, (x) => 0.1 * x + random()));
		expect(low).toBeGreaterThan(0.09);
		expect(high).toBeLessThan(0.11);
	});

	it('is less sure of a slow wave than of as much independent noise', () => {
		const width = (y: (x: number) => number) => {
			const { low, high } = slopeOf(measured(100, y));
			return high - low;
		};
		const random = randomNumbers(5);
		const noise = Math.sqrt(2) * Math.sqrt(3); // as much variance as a sine of height 1 has
		expect(width((x) => Math.sin(x / 5))).toBeGreaterThan(
			3 * width(() => (random() - 0.5) * noise),
		);
	});

	it('is none of too few', () => {
		expect(() => slopeOf(measured(3, (x) => x))).toThrow('3 measurements');
	});
});
