import { newJob } from '../../nodes/Seedance/core/job';
import { providerById } from '../../nodes/Seedance/providers';
import { ItemRun } from '../../nodes/Seedance/runtime/items/run';
import { generateItems } from '../../nodes/Seedance/runtime/submit/generateItems';
import { openSession } from '../../nodes/Seedance/runtime/api/session';
import { waitForJob } from '../../nodes/Seedance/runtime/wait/waitForJob';
import { SimulatedProvider } from '../simulation/provider.ts';
import { spreadTimes } from '../simulation/spread.ts';
import { generateAndWait, type OurCode } from '../simulation/strategies.ts';
import { oneByOne, refuses, says, scriptedSession, type Script } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const code: OurCode = { ItemRun, generateItems, openSession, providerById };
const MINUTE = 60_000;
const job = { ...newJob('task_1', 'scripted'), model: 'some-model' };

async function waiting(script: Script, from = job, requestsPerMinute = 1e6) {
	const clock = new VirtualClock(0);
	const session = scriptedSession(clock, script);
	session.settings.requestsPerMinute = requestsPerMinute;
	const outcome = await waitForJob(session, from, { deadline: 100 * MINUTE });
	return { outcome, endedAt: clock.now(), times: session.asked.map(({ atMs }) => atMs), session };
}

describe('a job that ends within the first seconds', () => {
	it.each([
		['failed', 1_000],
		['failed', 5_000],
		['completed', 3_000],
	] as const)('%s after %i ms, is noticed within ten', async (status, ms) => {
		const script: Script = ({ atMs }) => says(atMs >= ms ? { status } : {});
		for (const estimatedSeconds of [null, 30, 120, 600]) {
			const { endedAt } = await waiting(script, { ...job, estimatedSeconds });
			expect(endedAt).toBeLessThanOrEqual(10_000);
		}
	});

	it('costs the others one question', async () => {
		const { times } = await waiting(({ atMs }) =>
			says(atMs < 60_000 ? {} : { status: 'completed' }),
		);
		expect(times.filter((ms) => ms < 30_000)).toHaveLength(1);
	});

	it('and is not known yet at the early question, is given the usual time to become known', async () => {
		const unknown = refuses({ httpStatus: 404 });
		const done = says({ status: 'completed' });
		const { outcome, times } = await waiting(oneByOne(unknown, unknown, done));
		expect(outcome).toMatchObject({ ok: true, value: { status: 'completed' } });
		expect(times).toHaveLength(3);
		const never = await waiting(oneByOne(unknown));
		expect(never.outcome).toMatchObject({ ok: false, fault: { httpStatus: 404 } });
	});

	it('is not asked for where requests are scarce', async () => {
		const script: Script = ({ atMs }) => says(atMs < 60_000 ? {} : { status: 'completed' });
		const { times } = await waiting(script, job, 6);
		expect(Math.min(...times)).toBeGreaterThan(30_000);
	});

	it('and is called queued a few seconds after its submit, is not taken for one that waits its turn', async () => {
		const script: Script = ({ atMs }) =>
			says(atMs < 10_000 ? { status: 'queued' } : atMs < 60_000 ? {} : { status: 'completed' });
		const { endedAt, session } = await waiting(script);
		expect(endedAt).toBeLessThan(70_000);
		expect(session.account.durations.of('some-model')).toHaveLength(1);
	});
});

it('an estimate out of all proportion is believed up to a quarter of an hour', async () => {
	const script = oneByOne(says({}), says({ status: 'completed' }));
	const { endedAt } = await waiting(script, { ...job, estimatedSeconds: 120_000 });
	expect(endedAt).toBeLessThanOrEqual(15 * MINUTE);
});

async function noticed(seconds: number, atOnce: number, jobs: number) {
	const clock = new VirtualClock();
	const provider = new SimulatedProvider({
		clock,
		atOnce,
		requestsPerMinute: 60,
		latencyMs: 200,
		secondsOf: spreadTimes(seconds, 0.2, 3),
		estimateSeconds: seconds,
	});
	const { tookMs } = await generateAndWait(code, clock, provider, { jobs, timeoutMinutes: 600 });
	const lags = provider.jobs
		.slice(10)
		.map(({ noticedAt, endsAt }) => (noticedAt! - endsAt) / 1_000);
	const questions = provider.requests.filter(({ kind }) => kind === 'status').length;
	return {
		lag: lags.reduce((sum, each) => sum + each, 0) / lags.length,
		each: questions / jobs,
		aroundTheEnd: (questions - jobs) / (tookMs / MINUTE),
	};
}

describe('the requests of an account, 60 a minute', () => {
	it.each([60, 120, 300])(
		'are spent where they are plenty: five jobs of %i s at a time are noticed about two seconds after their end',
		async (seconds) => {
			const { lag, aroundTheEnd } = await noticed(seconds, 5, 100);
			expect(lag).toBeLessThan(2.5);
			expect(aroundTheEnd).toBeLessThanOrEqual(30);
		},
		120_000,
	);

	it('are saved where they are scarce: about four questions a job, ten or more at a time', async () => {
		expect((await noticed(60, 10, 200)).each).toBeLessThan(4.3);
		expect((await noticed(60, 20, 200)).each).toBeLessThan(4.3);
	}, 120_000);
});
