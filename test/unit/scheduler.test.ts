import { providerById } from '../../nodes/Seedance/providers';
import { ItemRun } from '../../nodes/Seedance/runtime/items/run';
import { generateItems } from '../../nodes/Seedance/runtime/submit/generateItems';
import { openSession } from '../../nodes/Seedance/runtime/api/session';
import { SimulatedProvider, type SimulationOptions } from '../simulation/provider.ts';
import { spreadTimes } from '../simulation/spread.ts';
import { generateAndWait, type HowMany, type OurCode } from '../simulation/strategies.ts';
import { VirtualClock } from './virtualClock.ts';

const code: OurCode = { ItemRun, generateItems, openSession, providerById };
const MINUTE = 60_000;

/** A run of Generate Video in simulated time: jobs of about a minute, five at a time, unless told. */
async function play(options: Partial<SimulationOptions>, how: HowMany) {
	const clock = options.clock ?? new VirtualClock();
	const startedAt = clock.now();
	const provider = new SimulatedProvider({
		clock,
		atOnce: 5,
		requestsPerMinute: 60,
		secondsOf: spreadTimes(60, 0.2),
		latencyMs: 200,
		...options,
	});
	const made = await generateAndWait(code, clock, provider, how);
	const jobs = made.results.map((result) => ('job' in result ? result.job : undefined));
	const statuses = jobs.map((job) => job?.status);
	return { ...made, clock, provider, jobs, statuses, startedAt };
}

const submits = ({ requests }: SimulatedProvider) =>
	requests.filter(({ kind }) => kind === 'submit');

/** The most requests in any window of a minute. */
function mostInAMinute({ requests }: SimulatedProvider): number {
	return Math.max(
		...requests.map(({ at }, first) => {
			const end = requests.findIndex((later) => later.at >= at + MINUTE);
			return (end < 0 ? requests.length : end) - first;
		}),
	);
}

describe('the scheduler of a run, in simulated time', () => {
	afterEach(() => jest.restoreAllMocks());

	it('submits in the order of the items and gives the results in that order, whatever ends first', async () => {
		const secondsOf = (n: number) => [200, 30, 90, 31, 60, 45, 120, 33][n % 8]!;
		const { provider, jobs } = await play({ secondsOf }, { jobs: 40 });
		expect(submits(provider).map(({ at }) => at)).toEqual(
			submits(provider)
				.map(({ at }) => at)
				.sort((a, b) => a - b),
		);
		expect(jobs.map((job) => job?.jobId)).toEqual(provider.jobs.map(({ id }) => id));
		const ends = provider.jobs.map(({ endsAt }) => endsAt);
		expect(ends).not.toEqual([...ends].sort((a, b) => a - b));
	});

	it.each([1, 5, 10])('never has more than %i jobs in the making', async (atOnce) => {
		const { provider, statuses } = await play({ atOnce }, { jobs: 60, timeoutMinutes: 60 });
		expect(provider.mostAtOnce()).toBe(atOnce);
		expect(statuses).toEqual(Array(60).fill('completed'));
	});

	it.each([{ credential: { maxConcurrentJobs: 3 } }, { maxConcurrentJobs: 3 }])(
		'goes below the account where the user says so: %j',
		async (limit) => {
			const { provider } = await play({ atOnce: 5 }, { jobs: 30, ...limit });
			expect(provider.mostAtOnce()).toBe(3);
		},
	);

	it('submits the next item the moment one is settled', async () => {
		const { provider } = await play({ atOnce: 1, secondsOf: () => 60 }, { jobs: 10 });
		const gaps = provider.jobs
			.slice(1)
			.map(({ createdAt }, index) => createdAt - provider.jobs[index]!.noticedAt!);
		// The way back of the one answer and the way there of the next request.
		expect(gaps).toEqual(Array(9).fill(200));
	});

	it.each([
		['few places', 5, 60],
		['many places', 40, 60],
		['few requests', 10, 12],
	])('never sends more than the minute allows: %s', async (_, atOnce, requestsPerMinute) => {
		const options = { atOnce, requestsPerMinute };
		const { provider, statuses } = await play(options, { jobs: 200, timeoutMinutes: 600 });
		expect(provider.refused).toBe(0);
		expect(mostInAMinute(provider)).toBeLessThanOrEqual(requestsPerMinute);
		expect(new Set(statuses)).toEqual(new Set(['completed']));
		expect(submits(provider)).toHaveLength(200);
	});

	it('gives jobs back as timed out at their deadline, never later, and goes on with the next', async () => {
		const secondsOf = (n: number) => (n % 10 === 3 ? 1e6 : 60);
		const { provider, statuses } = await play(
			{ secondsOf, atOnce: 1_000 },
			{ jobs: 20, timeoutMinutes: 5, credential: { maxConcurrentJobs: 5 } },
		);
		expect(
			statuses.map((status, n) => (status === 'timed_out' ? n : -1)).filter((n) => n >= 0),
		).toEqual([3, 13]);
		for (const { id, createdAt } of [provider.jobs[3]!, provider.jobs[13]!]) {
			const asked = provider.requests.filter(({ jobId }) => jobId === id).map(({ at }) => at);
			expect(Math.max(...asked) - createdAt).toBeLessThanOrEqual(5 * MINUTE + 200);
			expect(Math.max(...asked) - createdAt).toBeGreaterThan(4.5 * MINUTE);
		}
	});

	it('ends within a second of a stop, and says which jobs still run', async () => {
		const { tookMs, statuses, jobs, provider } = await play(
			{ secondsOf: () => 500 },
			{ jobs: 20, stopInMs: 90_000 },
		);
		expect(tookMs).toBeLessThanOrEqual(91_000);
		expect(statuses.slice(0, 5)).toEqual(Array(5).fill('timed_out'));
		expect(jobs.slice(0, 5).map((job) => job?.jobId)).toEqual(provider.jobs.map(({ id }) => id));
		expect(statuses.slice(5).every((status) => status === undefined)).toBe(true);
		expect(submits(provider)).toHaveLength(5);
	});

	it('does not wait for the answer to a question when it is stopped', async () => {
		const { tookMs, statuses } = await play(
			// The first question is on its way for minutes.
			{ secondsOf: () => 500, latencyMs: 38_000, estimateSeconds: 20 },
			{ jobs: 1, stopInMs: 70_000 },
		);
		expect(tookMs).toBeLessThanOrEqual(71_000);
		expect(statuses).toEqual(['timed_out']);
	});

	/** How long a request, or its answer, is on its way. */
	const WAY_MS = 100;
	/** The most that is added, so that processes that were refused together do not return together. */
	const JITTER_MS = 2_000;
	/** The end of a whole second, as a date has no smaller unit. */
	const dateAfter = (at: number) => Math.ceil(at / 1_000) * 1_000 + 90_000;
	it.each([
		['seconds', 0, () => '90', (at: number) => at + WAY_MS + 90_000],
		['seconds', 0.99, () => '90', (at: number) => at + WAY_MS + 90_000],
		['a date', 0, (at: number) => new Date(dateAfter(at)).toUTCString(), dateAfter],
		['a date', 0.99, (at: number) => new Date(dateAfter(at)).toUTCString(), dateAfter],
	])(
		'obeys Retry-After as %s, with every request of the account, at random %d',
		async (_, random, retryAfter, endOf) => {
			jest.spyOn(Math, 'random').mockReturnValue(random);
			let refusedAt = 0;
			const { provider, statuses } = await play(
				{
					latencyMs: 2 * WAY_MS,
					misbehave: ({ ordinal, at }) => {
						if (ordinal !== 12) return undefined;
						refusedAt = at;
						return { statusCode: 429, headers: { 'retry-after': retryAfter(at) } };
					},
				},
				{ jobs: 20 },
			);
			const next = provider.requests.filter(({ at }) => at > refusedAt + 2 * WAY_MS)[0]!;
			expect(next.at).toBeCloseTo(endOf(refusedAt) + random * JITTER_MS + WAY_MS, 1);
			expect(new Set(statuses)).toEqual(new Set(['completed']));
			expect(submits(provider).length - provider.jobs.length).toBeLessThanOrEqual(1);
		},
	);

	it.each([408, 429, 500, 503])('HTTP %i while asking ends no wait', async (statusCode) => {
		const { provider, statuses } = await play(
			{
				misbehave: ({ kind, ordinal }) =>
					kind === 'status' && ordinal % 3 === 0 ? { statusCode } : undefined,
			},
			{ jobs: 10, timeoutMinutes: 120 },
		);
		expect(new Set(statuses)).toEqual(new Set(['completed']));
		expect(submits(provider)).toHaveLength(10);
	});

	it('a permanent fault ends the run: nothing more is submitted, and no job goes unnamed', async () => {
		const { provider, results } = await play(
			{
				misbehave: ({ jobId }) => (jobId === 'task_2' ? { statusCode: 403 } : undefined),
			},
			{ jobs: 50 },
		);
		expect(results.findIndex((result) => 'fault' in result)).toBe(2);
		expect(submits(provider).length).toBeLessThanOrEqual(7);
		const named = results.map((result) =>
			'job' in result ? result.job.jobId : result && 'jobId' in result ? result.jobId : '',
		);
		expect(named.slice(0, provider.jobs.length)).toEqual(provider.jobs.map(({ id }) => id));
	});

	it.each([60, undefined])(
		'asks seldom for jobs that are queued at the provider, and notices soon when they are done (estimate: %p s)',
		async (estimateSeconds) => {
			const options = estimateSeconds === undefined ? {} : { estimateSeconds };
			const how = { jobs: 200, timeoutMinutes: 600, submittedBefore: true };
			const { provider, statuses } = await play(options, how);
			expect(new Set(statuses)).toEqual(new Set(['completed']));
			expect(submits(provider)).toEqual([]);
			expect(provider.refused).toBe(0);
			expect(provider.requests.length / 200).toBeLessThan(5);
			const lags = provider.jobs.map(({ noticedAt, endsAt }) => noticedAt! - endsAt);
			expect(lags.reduce((sum, ms) => sum + ms, 0) / 200).toBeLessThan(20_000);
		},
	);

	it('learns from its first jobs what the provider guesses wrongly', async () => {
		const settings = { secondsOf: spreadTimes(60, 0.1), estimateSeconds: 180 };
		const { provider } = await play(settings, { jobs: 60 });
		const lags = provider.jobs.map(({ noticedAt, endsAt }) => noticedAt! - endsAt);
		const mean = (values: number[]) => values.reduce((sum, ms) => sum + ms, 0) / values.length;
		expect(mean(lags.slice(0, 5))).toBeGreaterThan(40_000);
		expect(mean(lags.slice(10))).toBeLessThan(4_000);
	});
});
