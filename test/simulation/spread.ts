// Durations of jobs: log-normal around a median, as is typical of such waiting times.
import { randomNumbers } from '../unit/virtualClock.ts';

/**
 * Job times in seconds, the same in every run.
 *
 * @param spread the standard deviation of the logarithm: 0.2 = two of three jobs within about a fifth of the median
 */
export function spreadTimes(
	medianSeconds: number,
	spread: number,
	seed = 1,
): (n: number) => number {
	const random = randomNumbers(seed);
	const times: number[] = [];
	return (n) => {
		while (times.length <= n) {
			// Box-Muller: two uniform numbers give a normal one.
			const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
			times.push(medianSeconds * Math.exp(spread * normal));
		}
		return times[n]!;
	};
}
