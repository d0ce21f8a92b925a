import { getEventListeners } from 'node:events';
import { onAbort, orAborted } from '../../nodes/Seedance/runtime/limits/abort';
import { quietClock, realClock } from '../../nodes/Seedance/runtime/limits/clock';

import { RateLimiter } from '../../nodes/Seedance/runtime/limits/rateLimiter';
import { Semaphore } from '../../nodes/Seedance/runtime/limits/semaphore';
import { promising, timingOf, VirtualClock } from './virtualClock.ts';

const THOUSAND = [...Array(1_000).keys()];
const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

/** Node tells of a leak from the eleventh listener on. */
let warnings: string[] = [];
const onWarning = ({ name }: Error) => void warnings.push(name);
beforeEach(() => {
	warnings = [];
	process.on('warning', onWarning);
});
afterEach(async () => {
	await new Promise((resolve) => setImmediate(resolve));
	process.off('warning', onWarning);
	expect(warnings).toEqual([]);
});

const never = () => new Promise<never>(() => {});

/** Waits that last until their signal is aborted. */
const endless: Array<[string, (signal: AbortSignal) => Promise<unknown>]> = [
	['a sleep', (signal) => realClock().sleep(3_600_000, signal)],
	['a sleep that keeps nothing alive', (signal) => quietClock().sleep(3_600_000, signal)],
	['a sleep without an end', (signal) => realClock().sleep(Infinity, signal)],
	['a question', (signal) => orAborted(never(), signal)],
	['a slot', (signal) => new Semaphore(0).run(never, { clock: realClock(), signal })],
	[
		'a place in a minute',
		(signal) => new RateLimiter(0).run(never, { clock: realClock(), signal }),
	],
];

/** The same, which end by themselves. */
const short: Array<[string, (signal: AbortSignal) => Promise<unknown>]> = [
	['sleeps', (signal) => realClock().sleep(20, signal)],
	[
		'sleeps that keep nothing alive',
		(signal) => Promise.all([quietClock().sleep(20, signal), realClock().sleep(100)]),
	],
	['questions', (signal) => orAborted(realClock().sleep(20), signal)],
	[
		'turns that come too late',
		(signal) => new Semaphore(0).run(never, { clock: realClock(), signal, until: Date.now() + 50 }),
	],
];

describe('a thousand waits on one signal', () => {
	it.each(endless)('(%s) end with it, at once, and leave no listener', async (_, wait) => {
		const run = new AbortController();
		const all = Promise.all(THOUSAND.map(() => wait(run.signal)));
		await new Promise((resolve) => setImmediate(resolve));
		expect(listenersOf(run.signal)).toBe(1);
		const stoppedAt = performance.now();
		run.abort();
		await all;
		expect(performance.now() - stoppedAt).toBeLessThan(10_000);
		expect(listenersOf(run.signal)).toBe(0);
	});

	it.each(short)('(%s) leave no listener when they end by themselves', async (_, wait) => {
		const { signal } = new AbortController();
		await Promise.all(THOUSAND.map(() => wait(signal)));
		expect(listenersOf(signal)).toBe(0);
	});

	it('one after the other leave none, either', async () => {
		const { signal } = new AbortController();
		const slots = new Semaphore(1);
		for (const n of THOUSAND) {
			await slots.run(
				promising(() => n),
				{ clock: realClock(), signal },
			);
		}
		expect(listenersOf(signal)).toBe(0);
	});
});

describe('onAbort', () => {
	it('calls back at once where the signal is aborted already', () => {
		const called = jest.fn();
		onAbort(AbortSignal.abort(), called);
		expect(called).toHaveBeenCalledTimes(1);
	});

	it('does not call back whoever has stopped waiting, and all others once', () => {
		const run = new AbortController();
		const [stays, leaves] = [jest.fn(), jest.fn()];
		onAbort(run.signal, stays);
		onAbort(run.signal, leaves)();
		run.abort();
		expect([stays.mock.calls.length, leaves.mock.calls.length]).toEqual([1, 0]);
	});
});

describe('a queue', () => {
	/** One whose way is free when the test says so. */
	class Gate extends Semaphore {
		protected override msUntilFree(): number {
			return this.limit > 0 ? 0 : Infinity;
		}
	}
	function held(clock: VirtualClock) {
		const queue = new Gate(0);
		const pass = (until?: number, isTooLate?: () => boolean) =>
			queue.run(
				promising(() => 'passed'),
				{ ...timingOf(clock), until, isTooLate },
			);
		return { queue, pass };
	}

	it('tells a stop and a turn that would come too late apart', async () => {
		const clock = new VirtualClock(0);
		const { pass } = held(clock);
		clock.stopIn(5_000);
		const ends = [pass(10_000), pass(2_000), pass()].map(async (end) => [await end, clock.now()]);
		expect(await Promise.all(ends)).toEqual([
			['stopped', 5_000],
			['late', 2_000],
			['stopped', 5_000],
		]);
	});

	it('asks those behind the head, too, when something has changed for all', async () => {
		const clock = new VirtualClock(0);
		const { queue, pass } = held(clock);
		let isTooLate = false;
		const [head, behind] = [pass(), pass(Infinity, () => isTooLate)];
		await clock.sleep(1_000);
		isTooLate = true;
		queue.wakeAll();
		expect([await behind, clock.now()]).toEqual(['late', 1_000]);
		queue.limit = 1;
		expect(await head).toBe('passed');
	});

	it('sets no timer for those who wait until they are woken', async () => {
		const clock = new VirtualClock(0);
		const sleeps = jest.spyOn(clock, 'sleep');
		const { queue, pass } = held(clock);
		const all = THOUSAND.map(() => pass());
		await new Promise((resolve) => setImmediate(resolve));
		expect(sleeps.mock.calls.filter(([ms]) => ms < Infinity)).toEqual([]);
		queue.limit = 1;
		expect(new Set(await Promise.all(all))).toEqual(new Set(['passed']));
		expect(clock.now()).toBe(0);
	});

	it('sets one for its head alone where a time is known', async () => {
		const clock = new VirtualClock(0);
		const limiter = new RateLimiter(1);
		const send = () =>
			limiter.run(
				promising(() => clock.now()),
				timingOf(clock),
			);
		await send();
		const sleeps = jest.spyOn(clock, 'sleep');
		const all = Promise.all(THOUSAND.slice(0, 10).map(send));
		expect(sleeps.mock.calls.filter(([ms]) => ms < Infinity)).toHaveLength(1);
		expect((await all).at(-1)).toBe(10 * 60_000);
	});
});
