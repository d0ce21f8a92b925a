import { quietClock, realClock } from '../../nodes/Seedance/runtime/limits/clock';
import { RateLimiter } from '../../nodes/Seedance/runtime/limits/rateLimiter';

describe.each([
	['the clock of a run', realClock],
	['the clock that keeps nothing alive', quietClock],
])('%s', (_, clockOf) => {
	afterEach(() => jest.restoreAllMocks());

	it.each([0, 0.4, 1, 3.7, 30, 600])('sleeps for %p ms', async (ms) => {
		const start = performance.now();
		// What keeps nothing alive needs somebody who does.
		const alive = setTimeout(() => undefined, 10_000);
		expect(await clockOf().sleep(ms)).toBe(true);
		clearTimeout(alive);
		expect(performance.now() - start).toBeGreaterThanOrEqual(ms - 1);
	});

	it('wakes although the clock on the wall is put back', async () => {
		const real = Date.now();
		const now = jest.spyOn(Date, 'now').mockReturnValue(real + 86_400_000);
		const alive = setTimeout(() => undefined, 10_000);
		const slept = clockOf().sleep(20);
		now.mockReturnValue(real);
		expect(await slept).toBe(true);
		clearTimeout(alive);
	});

	it('sleeps no longer when the run is to stop', async () => {
		expect(await clockOf().sleep(60_000, AbortSignal.abort())).toBe(false);
	});

	it('tells a time that goes on when the clock on the wall is put back', () => {
		const clock = clockOf();
		const [before, ticks] = [clock.now(), clock.monotonic()];
		expect(Math.abs(before - Date.now())).toBeLessThan(60_000);
		jest.spyOn(Date, 'now').mockReturnValue(before - 3_600_000);
		expect(clock.now()).toBeGreaterThanOrEqual(before);
		expect(clock.monotonic()).toBeGreaterThanOrEqual(ticks);
	});
});

it('an account does not stand still when the clock on the wall is put back', async () => {
	const budget = new RateLimiter(60);
	budget.pause(realClock().monotonic() + 50);
	const real = Date.now();
	const now = jest.spyOn(Date, 'now').mockReturnValue(real - 3_600_000);
	// A run that begins afterwards.
	const { signal } = new AbortController();
	const sent = await Promise.race([
		budget.run(() => Promise.resolve('sent'), { clock: realClock(), signal }),
		realClock().sleep(10_000),
	]);
	expect(sent).toBe('sent');
	now.mockRestore();
});
