import {
	earlyDelayMs,
	expectationOf,
	JITTER,
	MAX_LATE_POLL_MS,
	MAX_POLL_MS,
	MIN_POLL_MS,
	nextPollDelayMs,
	stretch,
	withJitter,
} from '../../nodes/Seedance/core/polling';

const SECOND = 1_000;
const usual = expectationOf(60 * SECOND, []);
const delay = (elapsedSeconds: number, progress: number | null = null, expectation = usual) =>
	nextPollDelayMs({ elapsedMs: elapsedSeconds * SECOND, progress, expectation });

describe('what to expect of a job', () => {
	it('is the guess, and a first question a little before it', () => {
		expect(usual.typicalMs).toBe(60_000);
		expect(usual.firstAskMs).toBeGreaterThan(45_000);
		expect(usual.firstAskMs).toBeLessThan(60_000);
	});

	it('follows the median of what was seen, from the first job on', () => {
		expect(expectationOf(100_000, [0.5]).typicalMs).toBe(50_000);
		expect(expectationOf(100_000, [0.5, 9, 0.6]).typicalMs).toBe(60_000);
	});

	it('knows the spread as soon as it has seen enough', () => {
		const narrow = expectationOf(100_000, [0.98, 0.99, 1, 1, 1.01, 1.02]);
		const wide = expectationOf(100_000, [0.5, 0.8, 1, 1, 1.2, 1.6]);
		expect(narrow.firstAskMs).toBeGreaterThan(wide.firstAskMs);
		expect(narrow.gapMs).toBeLessThan(wide.gapMs);
	});

	it('asks later and more seldom when the minute is short of requests, within bounds', () => {
		expect(stretch(usual, 4)).toEqual(usual);
		expect(stretch(usual, 11)).toEqual(usual);
		const [some, none, lessThanNone] = [1, 0, -0.9].map((left) => stretch(usual, left));
		expect(some!.gapMs).toBeGreaterThan(3 * usual.gapMs);
		expect(some!.firstAskMs).toBeGreaterThan(usual.firstAskMs);
		expect(none).toEqual(lessThanNone);
		expect(none!.firstAskMs).toBeLessThan(2 * usual.typicalMs);
	});
});

describe('the time to the next question', () => {
	it('is never below the least and, once the job can be done, never above the most', () => {
		const elapsed = [0, 1, 10, 50, 59, 60, 61, 119, 300, 3_600, 86_400];
		const progresses = [null, 0, 0.001, 1, 50, 99, 99.999, 100];
		const expectations = [1, 60, 300].map((s) => expectationOf(s * SECOND, []));
		for (const expectation of expectations) {
			for (const seconds of elapsed) {
				for (const progress of progresses) {
					const ms = delay(seconds, progress, expectation);
					expect(ms).toBeGreaterThanOrEqual(MIN_POLL_MS);
					const early = expectation.firstAskMs - seconds * SECOND;
					const most =
						seconds * SECOND > 2 * expectation.typicalMs ? MAX_LATE_POLL_MS : MAX_POLL_MS;
					expect(ms).toBeLessThanOrEqual(Math.max(early, most));
				}
			}
		}
	});

	it('lets a job alone while it can hardly be done', () => {
		expect(delay(0)).toBe(usual.firstAskMs);
		expect(delay(30)).toBe(usual.firstAskMs - 30_000);
	});

	it('gets shorter around the expected end and longer for a job that is late', () => {
		const around = [51, 60, 70, 90].map((seconds) => delay(seconds));
		expect(around).toEqual([...around].sort((a, b) => b - a));
		const late = [90, 110, 150, 400].map((seconds) => delay(seconds));
		expect(late).toEqual([...late].sort((a, b) => a - b));
		expect(late.at(-1)).toBe(MAX_LATE_POLL_MS);
	});

	it('believes a progress that is far from the end, and meets a near one', () => {
		expect(delay(55, 50)).toBe(MAX_POLL_MS);
		expect(delay(57, 97)).toBeLessThan(delay(57));
	});

	it('does not believe a progress that stands still', () => {
		expect(delay(600, 99)).toBe(MAX_LATE_POLL_MS);
	});

	it('goes most of the way to the turn of a queued job', () => {
		const queued = (queueMs: number) =>
			nextPollDelayMs({ elapsedMs: 0, progress: null, expectation: usual, queueMs });
		expect(queued(0)).toBeLessThan(usual.firstAskMs);
		expect(queued(600_000)).toBeGreaterThan(300_000);
		expect(queued(600_000)).toBeLessThan(600_000);
	});
});

describe('the jitter', () => {
	const ids = [...Array(200).keys()].map((n) => `task_${n}`);

	it('is bounded, and never below the least', () => {
		for (const id of ids) {
			expect(Math.abs(withJitter(10_000, id, 1) - 10_000)).toBeLessThanOrEqual(10_000 * JITTER);
			expect(withJitter(MIN_POLL_MS, id, 1)).toBeGreaterThanOrEqual(MIN_POLL_MS);
		}
	});

	it('spreads jobs apart, evenly, and each of its questions', () => {
		const delays = ids.map((id) => withJitter(10_000, id, 0));
		expect(new Set(delays).size).toBe(200);
		const mean = delays.reduce((sum, ms) => sum + ms, 0) / 200;
		expect(Math.abs(mean - 10_000)).toBeLessThan(100);
		expect(withJitter(10_000, 'task_1', 1)).not.toBe(withJitter(10_000, 'task_1', 2));
	});
});

describe('the plan, to the millisecond', () => {
	const expectation = { firstAskMs: 50_000, typicalMs: 60_000, gapMs: 4_000 };
	const next = (elapsedMs: number, progress: number | null = null, queueMs?: number) =>
		nextPollDelayMs({ elapsedMs, progress, expectation, queueMs });

	it.each([
		['is asked for when it can be done', 40_000, 10_000],
		['may be done', 50_000, 4_000 / (5 / 6) ** 2],
		['is at its usual end', 60_000, 4_000],
		['is a little late', 75_000, 3_200],
		['is late', 90_000, 4_000 / 1.5],
		['is later', 99_000, 4_000 / 1.5 + 3_000],
		['is twice as late, when polls still come within 15 s', 120_000, 4_000 / 1.5 + 10_000],
		['is later than that', 180_000, 30_000],
	])('a job that %s', (_, elapsedMs, ms) => {
		expect(next(elapsedMs)).toBeCloseTo(ms, 6);
	});

	it.each<[string, number | null, number]>([
		['says nothing', null, 4_000],
		['has not begun', 0, 4_000],
		['is done but for the file', 100, 4_000],
		['is far from done', 75, 15_000],
		['is nearly done', 97.5, 60_000 / 39 + 1_000],
	])('a job at its usual end that %s', (_, progress, ms) => {
		expect(next(60_000, progress)).toBeCloseTo(ms, 6);
	});

	it('a gap is not stretched beyond that of half the usual time', () => {
		const early = { firstAskMs: 1_000, typicalMs: 60_000, gapMs: 3_000 };
		const at = (elapsedMs: number) =>
			nextPollDelayMs({ elapsedMs, progress: null, expectation: early });
		expect([at(15_000), at(30_000)]).toEqual([12_000, 12_000]);
	});

	it('a queue may be faster than it seems', () => {
		expect(next(0, null, 30_000)).toBe(60_000);
	});

	it.each([
		[1, 62_000, 16_000],
		[2, 54_000, 8_000],
		[0, 66_000, 20_000],
		[0.5, 66_000, 20_000],
	])('with %p polls a job they come later and further apart', (affordable, firstAskMs, gapMs) => {
		expect(stretch(expectation, affordable)).toEqual({ typicalMs: 60_000, firstAskMs, gapMs });
	});

	it.each([
		[0, 50_000, 6_000],
		[4_000, 50_000, 2_000],
		[4_001, 50_000, undefined],
		[0, 10_001, 6_000],
		[0, 10_000, undefined],
	])('after %i ms, with a first poll at %i ms, the early one is in %p ms', (elapsed, first, ms) => {
		expect(earlyDelayMs(elapsed, { ...expectation, firstAskMs: first })).toBe(ms);
	});
});
