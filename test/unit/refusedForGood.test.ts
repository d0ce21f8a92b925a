/** A 429 of which the provider says that it will not pass, such as without credits. */
import type { Provider } from '../../nodes/Seedance/core/provider';
import { newJob } from '../../nodes/Seedance/core/job';
import { seedance } from '../../nodes/Seedance/providers/seedance';
import { callOnce } from '../../nodes/Seedance/runtime/api/callOnce';
import { openSession } from '../../nodes/Seedance/runtime/api/session';
import { readJob } from '../../nodes/Seedance/runtime/wait/waitForJob';
import { SimulatedProvider, type SimulatedRequest } from '../simulation/provider.ts';
import { VirtualClock } from './virtualClock.ts';

const MINUTE = 60_000;
const job = newJob('task_0', 'seedance');

/** @param words what the provider says about each of its faults */
async function refusing(kind: SimulatedRequest['kind'], words: ReturnType<Provider['fault']>) {
	const clock = new VirtualClock();
	const simulated = new SimulatedProvider({
		clock,
		atOnce: 5,
		requestsPerMinute: 60,
		secondsOf: () => 60,
		misbehave: (request) =>
			request.kind === kind
				? { statusCode: 429, headers: { 'retry-after': '30' }, body: { error: 'Too many jobs' } }
				: undefined,
	});
	simulated.take();
	const warned: string[] = [];
	const caller = simulated.caller();
	caller.logger.warn = (text) => void warned.push(text);
	const opened = await openSession(caller, { ...seedance, fault: () => words }, { clock });
	if (!opened.ok) throw new Error(opened.fault.message);
	const session = opened.value;
	const start = clock.now();
	const [dialect] = seedance.dialectsForJob(job);
	const request = { model: 'seedance-2.0', mode: 'textToVideo', prompt: 'A shoe' } as const;
	const submit = () =>
		callOnce(
			session,
			(until, from) =>
				from.call('submit', dialect.generate, { request, idempotencyKey: 'key' }, { until }),
			{ timeoutMs: 5 * MINUTE, idempotent: true },
		);
	const { account } = session;
	/** How long nothing, or no submit, is sent with this key. */
	const state = () => ({
		pauseMs: account.requests.pauseLeftMs(clock.monotonic()),
		pausedBy: account.pausedBy?.message,
		allowance: account.requests.allowance(clock.monotonic()),
	});
	return { session, simulated, warned, submit, state, tookMs: () => clock.now() - start };
}

const forGood = { message: 'The quota is used up', transient: false };

describe('a 429 that will not pass', () => {
	it('to a submit is not repeated, and is told in the words of the provider', async () => {
		const { submit, simulated, tookMs } = await refusing('submit', forGood);
		expect(await submit()).toMatchObject({
			ok: false,
			fault: { ...forGood, httpStatus: 429, ambiguous: false },
		});
		expect([simulated.requests.length, tookMs()]).toEqual([1, 0]);
	});

	it('holds back nothing else that is sent with the key', async () => {
		const { session, submit, simulated, warned, state, tookMs } = await refusing('submit', forGood);
		const before = state();
		for (let n = 0; n < 4; n += 1) await submit();
		expect(await readJob(session, job)).toMatchObject({ ok: true });
		expect([simulated.requests.length, tookMs()]).toEqual([5, 0]);
		expect(state()).toEqual(before);
		expect(before).toEqual({ pauseMs: 0, pausedBy: undefined, allowance: 60 });
		expect(warned).toEqual([]);
	});

	it('to a question is not repeated either', async () => {
		const { session, simulated, state, tookMs } = await refusing('status', forGood);
		for (let n = 0; n < 4; n += 1) expect(await readJob(session, job)).toMatchObject({ ok: false });
		expect([simulated.requests.length, tookMs()]).toEqual([4, 0]);
		expect(state()).toEqual({ pauseMs: 0, pausedBy: undefined, allowance: 60 });
	});
});

describe('any other 429', () => {
	it('is repeated, and lowers what is sent', async () => {
		const { submit, simulated, tookMs } = await refusing('submit', {});
		expect(await submit()).toMatchObject({ ok: false, fault: { transient: true } });
		expect(simulated.requests.length).toBeGreaterThan(1);
		expect(tookMs()).toBeGreaterThanOrEqual(4 * MINUTE);
	});

	it('is repeated also where the provider has words of its own for it', async () => {
		const { submit, simulated } = await refusing('submit', { message: 'Slow down' });
		expect(await submit()).toMatchObject({ fault: { message: 'Slow down', transient: true } });
		expect(simulated.requests.length).toBeGreaterThan(1);
	});

	it('to a question pauses all that is sent with the key', async () => {
		const { session, warned, state } = await refusing('status', { message: 'Slow down' });
		await readJob(session, job);
		expect(state()).toMatchObject({ pausedBy: 'Slow down' });
		expect(state().pauseMs).toBeGreaterThan(0);
		expect(state().allowance).toBeLessThan(60);
		expect(warned[0]).toMatch(/^Slow down\. Nothing is sent with this key for 30 s$/);
	});
});
