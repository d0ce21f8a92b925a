import { forEachConcurrent } from '../../nodes/Seedance/runtime/limits/concurrent';
import { randomNumbers, VirtualClock } from './virtualClock.ts';

const range = (count: number) => [...Array(count).keys()];

describe('forEachConcurrent', () => {
	it.each([1, 3, 10])('begins in order and never has more than %i under way', async (width) => {
		const clock = new VirtualClock();
		const random = randomNumbers(width);
		const started: number[] = [];
		let running = 0;
		let most = 0;
		await forEachConcurrent(range(40), width, async (entry, index) => {
			expect(index).toBe(entry);
			started.push(entry);
			most = Math.max(most, (running += 1));
			await clock.sleep(random() * 10_000);
			running -= 1;
		});
		expect([started, most, running]).toEqual([range(40), width, 0]);
	});

	it('begins the next the moment one ends, not the moment all have ended', async () => {
		const clock = new VirtualClock(0);
		const startedAt: number[] = [];
		await forEachConcurrent([100, 1, 1, 1], 2, async (ms) => {
			startedAt.push(clock.now());
			await clock.sleep(ms);
		});
		expect(startedAt).toEqual([0, 0, 1, 2]);
	});

	it('after a stop lets those under way end and begins no more', async () => {
		const clock = new VirtualClock(0);
		const ended: number[] = [];
		await forEachConcurrent(range(20), 3, async (entry) => {
			await clock.sleep(entry === 1 ? 10 : 100);
			ended.push(entry);
			return entry === 1 ? 'stop' : undefined;
		});
		expect(ended).toEqual([1, 0, 2]);
	});

	it('after a throw lets those under way end, begins no more, and throws it', async () => {
		const clock = new VirtualClock(0);
		const started: number[] = [];
		const ended: number[] = [];
		const work = forEachConcurrent(range(8), 3, async (entry) => {
			started.push(entry);
			await clock.sleep(entry === 1 ? 10 : 100);
			if (entry === 1) throw new Error('odd');
			ended.push(entry);
		});
		await expect(work).rejects.toThrow('odd');
		expect([started, ended]).toEqual([
			[0, 1, 2],
			[0, 2],
		]);
	});

	it.each([
		['an empty list', [], 5],
		['a list shorter than the window', [0, 1], 5],
	])('works through %s', async (_, list, width) => {
		const seen: number[] = [];
		await forEachConcurrent(list, width, (entry) => {
			seen.push(entry);
			return Promise.resolve();
		});
		expect(seen).toEqual(list);
	});
});
