import { oneAtATime } from '../../nodes/Seedance/runtime/callbackTurns';
import { promising, VirtualClock } from './virtualClock.ts';

const resume = { resume: true };

// The turns belong to the process: each test waits for something of its own.
let count = 0;
const newWait = () => `wait ${(count += 1)}`;

describe('callbacks for the same wait', () => {
	it('go one after the other, in the order of their coming', async () => {
		const clock = new VirtualClock(0);
		const wait = newWait();
		const log: string[] = [];
		const ring = (name: string, ms: number) =>
			oneAtATime(wait, clock, async () => {
				log.push(`${name} begins`);
				await clock.sleep(ms);
				log.push(`${name} ends`);
				return 'stay';
			});
		await Promise.all([ring('a', 100), ring('b', 10), ring('c', 1)]);
		expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
	});

	it('resume it once, even when two come in the same moment', async () => {
		const clock = new VirtualClock(0);
		const wait = newWait();
		const work = jest.fn(async () => {
			await clock.sleep(50);
			return resume;
		});
		const outcomes = await Promise.all([
			oneAtATime(wait, clock, work),
			oneAtATime(wait, clock, work),
		]);
		expect(outcomes).toEqual([resume, undefined]);
		expect(work).toHaveBeenCalledTimes(1);
	});

	it('may come again as long as none has resumed it', async () => {
		const clock = new VirtualClock(0);
		const wait = newWait();
		expect(
			await oneAtATime(
				wait,
				clock,
				promising(() => 'stay'),
			),
		).toBe('stay');
		expect(
			await oneAtATime(
				wait,
				clock,
				promising(() => resume),
			),
		).toBe(resume);
		expect(
			await oneAtATime(
				wait,
				clock,
				promising(() => resume),
			),
		).toBeUndefined();
	});

	it('are taken for an echo for a minute, not for ever', async () => {
		const clock = new VirtualClock(0);
		const wait = newWait();
		await oneAtATime(
			wait,
			clock,
			promising(() => resume),
		);
		await clock.sleep(60_000);
		expect(
			await oneAtATime(
				wait,
				clock,
				promising(() => resume),
			),
		).toBeUndefined();
		await clock.sleep(1);
		expect(
			await oneAtATime(
				wait,
				clock,
				promising(() => resume),
			),
		).toBe(resume);
	});

	it('are not held up by one that broke', async () => {
		const clock = new VirtualClock(0);
		const wait = newWait();
		const broken = oneAtATime(wait, clock, () => Promise.reject(new Error('broken')));
		const next = oneAtATime(
			wait,
			clock,
			promising(() => resume),
		);
		await expect(broken).rejects.toThrow('broken');
		expect(await next).toBe(resume);
	});
});

it('callbacks for different waits do not wait for each other', async () => {
	const clock = new VirtualClock(0);
	const ring = (wait: string, ms: number) =>
		oneAtATime(wait, clock, async () => {
			await clock.sleep(ms);
			return { at: clock.now() };
		});
	const outcomes = await Promise.all([ring(newWait(), 1_000), ring(newWait(), 10)]);
	expect(outcomes).toEqual([{ at: 1_000 }, { at: 10 }]);
});
