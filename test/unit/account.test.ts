import { accountOf, Durations, type Account } from '../../nodes/Seedance/runtime/limits/account';
import { RateLimiter } from '../../nodes/Seedance/runtime/limits/rateLimiter';
import { promising, randomNumbers, timingOf, VirtualClock } from './virtualClock.ts';

const MINUTE = 60_000;
const range = (count: number) => [...Array(count).keys()];

/** The most events in any window of a minute. */
function mostInAMinute(times: readonly number[]): number {
	const sorted = [...times].sort((a, b) => a - b);
	return Math.max(
		...sorted.map((start, first) => sorted.filter((t) => t < start + MINUTE).length - first),
	);
}

describe('RateLimiter', () => {
	it.each([
		['no latency', 1, 0],
		['latency up to a second', 2, 1_000],
		['latency up to half a minute', 3, 30_000],
		['latency beyond a minute', 4, 90_000],
	])('never exceeds the limit as the provider counts, with %s', async (_, seed, latencyMs) => {
		const clock = new VirtualClock();
		const budget = new RateLimiter(20);
		const random = randomNumbers(seed);
		const arrivals: number[] = [];
		const request = async () => {
			await clock.sleep(random() * latencyMs);
			arrivals.push(clock.now());
			await clock.sleep(random() * latencyMs);
		};
		const wave = async (count: number) => {
			await Promise.all(range(count).map(() => budget.run(request, timingOf(clock))));
		};
		await wave(70);
		await clock.sleep(random() * MINUTE);
		await wave(50);
		expect(arrivals).toHaveLength(120);
		expect(mostInAMinute(arrivals)).toBeLessThanOrEqual(20);
	});

	it('uses the whole limit: 60 requests at 20 a minute need two minutes, not more', async () => {
		const clock = new VirtualClock(0);
		const budget = new RateLimiter(20);
		await Promise.all(range(60).map(() => budget.run(() => clock.sleep(100), timingOf(clock))));
		expect(clock.now()).toBeGreaterThanOrEqual(2 * MINUTE);
		expect(clock.now()).toBeLessThan(2 * MINUTE + 1_000);
	});

	it('serves in the order of asking', async () => {
		const clock = new VirtualClock();
		const budget = new RateLimiter(3);
		const served: number[] = [];
		await Promise.all(
			range(10).map((n) =>
				budget.run(
					promising(() => void served.push(n)),
					timingOf(clock),
				),
			),
		);
		expect(served).toEqual(range(10));
	});

	it('counts a request that failed, and hands its error on', async () => {
		const clock = new VirtualClock(0);
		const budget = new RateLimiter(1);
		await expect(
			budget.run(() => Promise.reject(new Error('broken')), timingOf(clock)),
		).rejects.toThrow('broken');
		expect(
			await budget.run(
				promising(() => clock.now()),
				timingOf(clock),
			),
		).toBe(MINUTE);
	});

	it('sends nothing while it is paused, and the longest pause counts', async () => {
		const clock = new VirtualClock(0);
		const budget = new RateLimiter(10);
		budget.pause(7_000);
		budget.pause(5_000);
		expect(
			await budget.run(
				promising(() => clock.now()),
				timingOf(clock),
			),
		).toBe(7_000);
	});

	it('lets a pause that comes while others wait hold them back too', async () => {
		const clock = new VirtualClock(0);
		const budget = new RateLimiter(1);
		const first = budget.run(
			promising(() => budget.pause(90_000)),
			timingOf(clock),
		);
		const second = budget.run(
			promising(() => clock.now()),
			timingOf(clock),
		);
		await first;
		expect(await second).toBe(90_000);
	});

	it('gives up at a stop, without a request', async () => {
		const clock = new VirtualClock(0);
		const budget = new RateLimiter(1);
		clock.stopIn(10_000);
		const sent: number[] = [];
		const outcomes = await Promise.all(
			range(3).map((n) =>
				budget.run(
					promising(() => sent.push(n)),
					timingOf(clock),
				),
			),
		);
		expect([outcomes, sent, clock.now()]).toEqual([[1, 'stopped', 'stopped'], [0], 10_000]);
	});

	it('keeps no place for those who were stopped', async () => {
		const stopped = new VirtualClock(0);
		stopped.stopIn(0);
		await stopped.sleep(1);
		const budget = new RateLimiter(1);
		expect(
			await budget.run(
				promising(() => 'sent'),
				timingOf(stopped),
			),
		).toBe('stopped');
		expect(
			await budget.run(
				promising(() => 'sent'),
				timingOf(new VirtualClock(0)),
			),
		).toBe('sent');
	});

	it('follows a limit that is raised', async () => {
		const clock = new VirtualClock(0);
		const budget = new RateLimiter(1);
		await budget.run(
			promising(() => undefined),
			timingOf(clock),
		);
		budget.limit = 2;
		expect(
			await budget.run(
				promising(() => clock.now()),
				timingOf(clock),
			),
		).toBe(0);
	});
});

describe('accountOf', () => {
	const limits = { requestsPerMinute: 60, maxConcurrentJobs: 5 };

	it('gives everybody with the same key at the same address the same account', () => {
		const account = accountOf('https://a.example/v1', 'key-1', limits);
		expect(accountOf('https://a.example/v1', 'key-1', limits)).toBe(account);
		expect(accountOf('https://a.example/v1', 'key-2', limits)).not.toBe(account);
		expect(accountOf('https://b.example/v1', 'key-1', limits)).not.toBe(account);
	});

	it('follows the limits of the credential', () => {
		const account = accountOf('https://c.example', 'key-1', limits);
		accountOf('https://c.example', 'key-1', { requestsPerMinute: 10, maxConcurrentJobs: 2 });
		expect([account.requests.limit, account.jobs.limit]).toEqual([10, 2]);
	});

	const [low, high] = [limits, { requestsPerMinute: 600, maxConcurrentJobs: 50 }];
	const limitsOf = ({ requests, jobs }: Account) => [requests.limit, jobs.limit];

	it('keeps to the lower limits of two credentials with one key, in whatever order they are used', () => {
		const account = accountOf('https://d.example', 'key-1', low, 0);
		accountOf('https://d.example', 'key-1', high, 1_000);
		expect(limitsOf(account)).toEqual([60, 5]);
		accountOf('https://e.example', 'key-1', high, 0);
		expect(limitsOf(accountOf('https://e.example', 'key-1', low, 1_000))).toEqual([60, 5]);
	});

	it('follows a limit that the user raises, a minute after the last use of the old one', () => {
		const account = accountOf('https://f.example', 'key-1', low, 0);
		accountOf('https://f.example', 'key-1', high, MINUTE);
		expect(limitsOf(account)).toEqual([60, 5]);
		accountOf('https://f.example', 'key-1', high, MINUTE + 1);
		expect(limitsOf(account)).toEqual([600, 50]);
	});

	it('keeps to the old one as long as something runs with it', async () => {
		const clock = new VirtualClock(0);
		const account = accountOf('https://g.example', 'key-1', low, clock.monotonic());
		const running = account.during(low, clock, () => clock.sleep(10 * MINUTE));
		await clock.sleep(9 * MINUTE);
		accountOf('https://g.example', 'key-1', high, clock.monotonic());
		expect(limitsOf(account)).toEqual([60, 5]);
		await running;
		await clock.sleep(MINUTE + 1);
		await account.during(high, clock, () => Promise.resolve());
		expect(limitsOf(account)).toEqual([600, 50]);
	});
});

describe('Durations', () => {
	it('keeps the latest of each model apart', () => {
		const durations = new Durations();
		range(130).forEach((n) => durations.add('one', n));
		durations.add(null, 0.5);
		expect(durations.of('one')).toEqual(range(130).slice(30));
		expect([durations.of(null), durations.of('two')]).toEqual([[0.5], []]);
	});
});
