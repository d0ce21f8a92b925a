import { MAX_POLL_MS, MIN_POLL_MS, nextPollDelayMs } from '../../nodes/Seedance/core/polling';

const delay = (elapsedSeconds: number, estimatedSeconds: number | null, progress: number | null) =>
	nextPollDelayMs({ elapsedMs: elapsedSeconds * 1_000, estimatedSeconds, progress });

describe('the time to the next question', () => {
	const elapsed = [0, 1, 10, 59, 60, 61, 300, 3_600, 86_400];
	const estimates = [null, 0, -5, 1, 60, 300, 1e9];
	const progresses = [null, 0, 0.001, 1, 50, 99, 99.999, 100];
	const states = elapsed.flatMap((seconds) =>
		estimates.flatMap((estimate) => progresses.map((p) => [seconds, estimate, p] as const)),
	);

	it('is never outside its bounds, whatever the provider says', () => {
		const outside = states.filter((state) => {
			const ms = delay(...state);
			return !(ms >= MIN_POLL_MS && ms <= MAX_POLL_MS);
		});
		expect(outside).toEqual([]);
	});

	it.each([60, 120, 300])('gets shorter towards an expected end in %i s', (estimate) => {
		const delays = [0, 0.25, 0.5, 0.75, 0.95].map((part) => delay(part * estimate, estimate, null));
		expect(delays).toEqual([...delays].sort((a, b) => b - a));
		expect(delays.at(-1)).toBeLessThan(delays[0]!);
	});

	it.each([null, 60, 300])('gets longer after an expected end (%p s) has passed', (estimate) => {
		const end = estimate ?? 60;
		const delays = [0, 20, 40, 120].map((over) => delay(end + over, estimate, null));
		expect(delays).toEqual([...delays].sort((a, b) => a - b));
		expect(delays).toEqual([MIN_POLL_MS, 5_000, 10_000, MAX_POLL_MS]);
	});

	it('believes the progress more than the estimate', () => {
		expect(delay(60, 300, 95)).toBeLessThan(delay(60, 300, 50));
		expect(delay(90, 60, 30)).toBe(MAX_POLL_MS);
	});

	it('reckons with a minute where the provider gives no estimate', () => {
		expect(delay(40, null, null)).toBe(delay(40, 60, null));
	});
});
