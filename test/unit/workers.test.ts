import { providerById } from '../../nodes/Seedance/providers';
import { ItemRun } from '../../nodes/Seedance/runtime/items/run';
import { generateItems } from '../../nodes/Seedance/runtime/submit/generateItems';
import { openSession } from '../../nodes/Seedance/runtime/api/session';
import type { SimulationOptions } from '../simulation/provider.ts';
import { spreadTimes } from '../simulation/spread.ts';
import type { OurCode } from '../simulation/strategies.ts';
import { playWorkers, type Workers } from '../simulation/workers.ts';
import { randomNumbers } from './virtualClock.ts';

const code: OurCode = { ItemRun, generateItems, openSession, providerById };
const MINUTE = 60_000;
const MOST_REFUSED = 0.1;

/** An account with 60 requests a minute and 5 jobs at a time, as the credential of each worker says. */
const play = (workers: Workers, options: Partial<SimulationOptions> = {}) =>
	playWorkers(
		code,
		{ timeoutMinutes: 600, ...workers },
		{
			atOnce: 5,
			requestsPerMinute: 60,
			latencyMs: 200,
			secondsOf: spreadTimes(60, 0.2),
			estimateSeconds: 60,
			...options,
		},
	);

beforeEach(() => {
	const random = randomNumbers(11);
	jest.spyOn(Math, 'random').mockImplementation(random);
});
afterEach(() => jest.restoreAllMocks());

describe('several workers that share nothing but the key', () => {
	describe.each([
		['counts', true],
		['does not count', false],
	])('at a provider that %s what it refused', (_, countsRefused) => {
		it.each([1, 2, 4])(
			'submit 240 items at once: %i workers are seldom refused after the first minute',
			async (workers) => {
				const how = { workers, jobs: 240 / workers, returnsAtOnce: true };
				const run = await play(how, { countsRefused });
				expect(run.unmade).toBe(0);
				expect(run.refusedShare).toBeLessThan(MOST_REFUSED);
			},
		);

		it.each([1, 2, 4])(
			'wait for 60 jobs: %i workers are seldom refused after the first minute',
			async (workers) => {
				const run = await play({ workers, jobs: 60 / workers }, { countsRefused });
				expect(run.unmade).toBe(0);
				expect(run.refusedShare).toBeLessThan(MOST_REFUSED);
			},
		);

		it.each([1, 2, 4])('keep to five jobs where more are refused: %i workers', async (workers) => {
			const how = { workers, jobs: 60 / workers };
			const run = await play(how, { countsRefused, refusesMoreJobs: true });
			expect(run.unmade).toBe(0);
			expect(run.refusedShare).toBeLessThan(MOST_REFUSED);
		});
	});

	it('share the minute: of two, each gets a part, and together nearly all of it', async () => {
		const run = await play({ workers: 2, jobs: 150, returnsAtOnce: true });
		// At 60 a minute they take four minutes after the first 60.
		expect(run.tookMs).toBeLessThan(7 * MINUTE);
	});

	it('cost a single one no time: it is never refused and never slower than its minute allows', async () => {
		const run = await play({ workers: 1, jobs: 300, returnsAtOnce: true });
		expect(run.provider.refused).toBe(0);
		expect(run.tookMs).toBeLessThan(4 * MINUTE + 5_000);
	});

	it('leave room for one that begins when the minute is used up: it does not take that for its share', async () => {
		const how = { workers: 2, jobs: 60, beginsAt: (worker: number) => worker * 5_000 };
		const run = await play({ ...how, returnsAtOnce: true });
		expect(run.unmade).toBe(0);
		expect(run.refusedShare).toBeLessThan(MOST_REFUSED);
		// The second one's 60 fit into the second minute; it may be careful, but not for an hour.
		expect(run.tookMs).toBeLessThan(5 * MINUTE);
	});

	it('leave the account to the one that is left, in the end', async () => {
		const jobsOf = (worker: number) => [60, 900][worker]!;
		const how = { workers: 2, jobs: 0, jobsOf, returnsAtOnce: true };
		const { provider, clock } = await play(how);
		const end = clock.now();
		const lastMinutes = provider.requests.filter(({ at }) => at > end - 3 * MINUTE);
		expect(lastMinutes.length).toBeGreaterThan(3 * 45);
	});
});
