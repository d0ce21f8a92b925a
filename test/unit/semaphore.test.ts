import { Semaphore } from '../../nodes/Seedance/runtime/limits/semaphore';
import { promising, randomNumbers, timingOf, VirtualClock } from './virtualClock.ts';

const range = (count: number) => [...Array(count).keys()];

describe('Semaphore', () => {
	/** Holds a slot for some time, and keeps book. */
	function bookkeeper(slots: Semaphore, clock: VirtualClock) {
		const book = { running: 0, most: 0, started: [] as number[] };
		const hold = (n: number, ms: number, on = clock) =>
			slots.run(async () => {
				book.started.push(n);
				book.most = Math.max(book.most, (book.running += 1));
				await clock.sleep(ms);
				book.running -= 1;
				return n;
			}, timingOf(on));
		return { book, hold };
	}

	it.each([1, 2, 3])('are never exceeded (random durations, seed %i)', async (seed) => {
		const clock = new VirtualClock();
		const random = randomNumbers(seed);
		const { book, hold } = bookkeeper(new Semaphore(5), clock);
		await Promise.all(
			range(100).map(async (n) => {
				await clock.sleep(random() * 60_000);
				await hold(n, 3_000 + random() * 27_000);
			}),
		);
		expect([book.most, book.running, book.started.length]).toEqual([5, 0, 100]);
	});

	it('are served in the order of asking, however long the wait', async () => {
		const clock = new VirtualClock();
		const random = randomNumbers(7);
		const { book, hold } = bookkeeper(new Semaphore(2), clock);
		await Promise.all(range(30).map((n) => hold(n, 1_000 + random() * 6_000)));
		expect(book.started).toEqual(range(30));
	});

	it('pass on at once, without waiting for the next look', async () => {
		const clock = new VirtualClock(0);
		const { hold } = bookkeeper(new Semaphore(1), clock);
		await Promise.all(range(4).map((n) => hold(n, 12_345)));
		expect(clock.now()).toBe(4 * 12_345);
	});

	it('are not taken by a newcomer while others wait', async () => {
		const clock = new VirtualClock(0);
		const slots = new Semaphore(1);
		const { book, hold } = bookkeeper(slots, clock);
		const first = hold(0, 1_000).then(() => hold(2, 1_000));
		await Promise.all([first, hold(1, 1_000)]);
		expect(book.started).toEqual([0, 1, 2]);
	});

	it('are given up at a stop while waiting, and the place in the queue with them', async () => {
		const clock = new VirtualClock(0);
		const { book, hold } = bookkeeper(new Semaphore(1), clock);
		const impatient = new VirtualClock(0);
		impatient.stopIn(2_000);
		const outcomes = await Promise.all([
			hold(0, 60_000),
			hold(1, 1_000, impatient),
			hold(2, 1_000),
		]);
		expect(outcomes).toEqual([0, 'stopped', 2]);
		expect(book.started).toEqual([0, 2]);
	});

	it('are free again after an error, which is handed on', async () => {
		const clock = new VirtualClock(0);
		const slots = new Semaphore(1);
		await expect(
			slots.run(() => Promise.reject(new Error('broken')), timingOf(clock)),
		).rejects.toThrow('broken');
		expect(
			await slots.run(
				promising(() => 'next'),
				timingOf(clock),
			),
		).toBe('next');
	});

	it('open to those who wait when the limit is raised', async () => {
		const clock = new VirtualClock(0);
		const slots = new Semaphore(1);
		const { book, hold } = bookkeeper(slots, clock);
		const all = Promise.all(range(4).map((n) => hold(n, 60_000)));
		await clock.sleep(10_000);
		slots.limit = 4;
		await clock.sleep(1_000);
		expect(book.running).toBe(4);
		await all;
	});
});
