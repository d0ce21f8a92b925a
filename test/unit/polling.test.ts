import {
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
