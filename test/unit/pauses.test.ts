import type { IExecuteFunctions } from 'n8n-workflow';
import { faultOfAnswer } from '../../nodes/Seedance/core/httpFault';
import { newJob } from '../../nodes/Seedance/core/job';
import { providerById } from '../../nodes/Seedance/providers';
import { openSession } from '../../nodes/Seedance/runtime/api/session';
import { callOnce } from '../../nodes/Seedance/runtime/api/callOnce';
import { readJob, waitForJob } from '../../nodes/Seedance/runtime/wait/waitForJob';
import { SimulatedProvider, type Answer, type SimulatedRequest } from '../simulation/provider.ts';
import { VirtualClock } from './virtualClock.ts';

const MINUTE = 60_000;
const seedance = providerById('seedance');
const job = newJob('task_0', 'seedance');
let keys = 0;

/** Two runs with one key, against a provider that now and then answers something else. */
async function twoRuns(
	misbehave: (request: SimulatedRequest) => Answer | undefined,
	requestsPerMinute = 60,
) {
	const clock = new VirtualClock();
	const provider = new SimulatedProvider({
		clock,
		atOnce: 5,
		requestsPerMinute: 60,
		secondsOf: () => 60,
		misbehave,
	});
	provider.take();
	const warned: string[] = [];
	keys += 1;
	const open = async () => {
		const caller: IExecuteFunctions = provider.caller({
			apiKey: `paused ${keys}`,
			requestsPerMinute,
		});
		caller.logger.warn = (text) => void warned.push(text);
		const opened = await openSession(caller, seedance, { clock });
		if (!opened.ok) throw new Error(opened.fault.message);
		return opened.value;
	};
	return { clock, provider, warned, one: await open(), other: await open() };
}

const tooMany = (retryAfter: string) => ({
	statusCode: 429,
	headers: { 'retry-after': retryAfter },
});
const firstIs = (answer: Answer) => (request: SimulatedRequest) =>
	request.ordinal === 0 ? answer : undefined;
const words = /is getting too many requests from this account/;

describe('a 429 with a long Retry-After', () => {
	it('is told at once to what only asks, in all runs, and logged once', async () => {
		const { clock, provider, warned, one, other } = await twoRuns(firstIs(tooMany('3600')));
		const start = clock.now();
		for (const session of [one, other, one]) {
			const asked = await readJob(session, job);
			expect(asked).toMatchObject({
				ok: false,
				fault: {
					message: expect.stringMatching(words) as string,
					hint: expect.stringContaining('Try again in 60 minutes') as string,
					httpStatus: 429,
					ambiguous: false,
				},
			});
		}
		expect(clock.now() - start).toBeLessThan(2 * MINUTE);
		expect(provider.requests).toHaveLength(1);
		expect(warned).toEqual([expect.stringMatching(/too many requests.*Nothing is sent.*3600 s/)]);
	});

	it('reaches what waits for its turn already', async () => {
		const { clock, one, other } = await twoRuns(firstIs(tooMany('3600')), 1);
		const start = clock.now();
		const both = await Promise.all([readJob(one, job), readJob(other, job)]);
		expect(both.map(({ ok }) => ok)).toEqual([false, false]);
		expect(clock.now() - start).toBeLessThan(2 * MINUTE);
	});

	it('ends a submit whose time is shorter, without a doubt about money', async () => {
		const { clock, one, other } = await twoRuns(firstIs(tooMany('3600')));
		await readJob(one, job);
		const [dialect] = [seedance.dialectsForJob(job)[0]];
		const request = { model: 'seedance-2.0', mode: 'textToVideo', prompt: 'A shoe', duration: 4 };
		const order = { request, idempotencyKey: 'key' } as never;
		const submitted = await callOnce(
			other,
			(until) => other.call('submit', dialect.generate, order, { until }),
			{
				timeoutMs: 20 * MINUTE,
				idempotent: true,
			},
		);
		expect(submitted).toMatchObject({
			ok: false,
			fault: { message: expect.stringMatching(words) as string, ambiguous: false },
		});
		expect(clock.now()).toBeLessThan(Date.UTC(2026, 0, 1) + 21 * MINUTE);
	});

	it('does not hold a wait beyond its own deadline', async () => {
		const { clock, one } = await twoRuns(firstIs(tooMany('3600')));
		const deadline = clock.now() + 5 * MINUTE;
		expect(await waitForJob(one, job, { deadline })).toMatchObject({
			ok: true,
			value: { status: 'timed_out', failure: { message: expect.stringMatching(words) as string } },
		});
		expect(clock.now() - deadline).toBeLessThanOrEqual(2_000);
	});

	it('does not end a wait that lasts longer', async () => {
		const { clock, one } = await twoRuns(firstIs(tooMany('600')));
		const waited = await waitForJob(one, job, { deadline: clock.now() + 20 * MINUTE });
		expect(waited).toMatchObject({ ok: true, value: { status: 'completed' } });
	});
});

it('a minute whose requests are used up does not hold a wait beyond its deadline', async () => {
	const { clock, provider, one, other } = await twoRuns(() => undefined, 1);
	await readJob(other, job);
	const deadline = clock.now() + 10_000;
	expect(await waitForJob(one, job, { deadline })).toMatchObject({
		ok: true,
		value: { status: 'timed_out' },
	});
	expect(clock.now() - deadline).toBeLessThanOrEqual(2_000);
	expect(provider.requests).toHaveLength(1);
});

it('a minute whose requests are used up does not hold a blocking call beyond its time', async () => {
	const { clock, provider, one, other } = await twoRuns(() => undefined, 1);
	await readJob(other, job);
	const start = clock.now();
	const until = start + MINUTE / 2;
	const call = { method: 'POST', path: '/generate' } as const;
	const fetched = await one.fetchFile(call, MINUTE, { until });
	expect(fetched).toMatchObject({ ok: false, fault: { code: 'no_place', ambiguous: false } });
	expect(clock.now() - start).toBe(MINUTE / 2);
	expect(provider.requests).toHaveLength(1);
});

it('a Retry-After of a minute is waited out by what only asks', async () => {
	const { clock, provider, one } = await twoRuns(firstIs(tooMany('60')));
	const start = clock.now();
	expect(await readJob(one, job)).toMatchObject({ ok: true });
	expect(clock.now() - start).toBeGreaterThanOrEqual(MINUTE);
	expect(provider.requests).toHaveLength(2);
});

describe('a 503 with Retry-After', () => {
	const unavailable = (after: string) => ({ statusCode: 503, headers: { 'retry-after': after } });

	it('says how long to wait; without it, and with other faults, nobody does', () => {
		const faultOf = (status: number, headers: Record<string, string>) =>
			faultOfAnswer(seedance, 'ask', { status, headers, body: {} }, 'x', 0);
		expect(faultOf(503, { 'retry-after': '20' }).retryAfterMs).toBe(20_000);
		expect(faultOf(503, {}).retryAfterMs).toBeUndefined();
		expect(faultOf(500, { 'retry-after': '20' }).retryAfterMs).toBeUndefined();
	});

	it('is obeyed', async () => {
		const { provider, one } = await twoRuns(firstIs(unavailable('20')));
		expect(await readJob(one, job)).toMatchObject({ ok: true });
		const [first, second] = provider.requests;
		expect(second!.at - first!.at).toBeGreaterThanOrEqual(20_000);
	});
});

it('a 429 to a submit that speaks of jobs at a time holds back submits, and no question', async () => {
	const { clock, one } = await twoRuns(({ kind }) =>
		kind === 'submit'
			? { ...tooMany('60'), body: { error: { message: 'Too many concurrent jobs' } } }
			: undefined,
	);
	const start = clock.now();
	const request = { model: 'seedance-2.0', mode: 'textToVideo', prompt: 'A shoe', duration: 4 };
	const order = { request, idempotencyKey: 'key' } as never;
	const refused = await one.call('submit', seedance.dialectsForJob(job)[0].generate, order, {
		until: start + MINUTE,
	});
	expect(refused).toMatchObject({ ok: false, fault: { httpStatus: 429 } });
	expect(await readJob(one, job)).toMatchObject({ ok: true });
	expect(clock.now() - start).toBeLessThan(1_000);
});
