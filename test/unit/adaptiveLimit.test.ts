import { AdaptiveLimit } from '../../nodes/Seedance/runtime/limits/adaptiveLimit';

const MINUTE = 60_000;

describe('a limit that is learned from refusals', () => {
	it('is the configured one as long as nothing is refused', () => {
		const limit = new AdaptiveLimit();
		expect([0, 1, 1e9].map((now) => limit.current(60, now))).toEqual([60, 60, 60]);
		expect(limit.current(Infinity, 1e9)).toBe(Infinity);
	});

	it('is lowered at once to what was let through, by no more than three quarters', () => {
		const limit = new AdaptiveLimit();
		limit.refuse(60, 40, 1, 2);
		expect(limit.current(60, 2)).toBe(40);
		limit.refuse(60, 0, 3, 4);
		expect(limit.current(60, 4)).toBe(40 / 4);
	});

	it('keeps an eighth of the configured one, however often something is refused that had nothing to do with it', () => {
		const limit = new AdaptiveLimit();
		for (let now = 0; now < 20; now += 2) limit.refuse(100_000, 3, now, now + 1);
		expect(limit.current(100_000, 20)).toBe(100_000 / 8);
	});

	it('is lowered once by requests that were under way together', () => {
		const limit = new AdaptiveLimit();
		limit.refuse(60, 40, 0, 100);
		for (const sentAt of [0, 50, 100]) limit.refuse(60, 5, sentAt, 150);
		expect(limit.current(60, 150)).toBe(40);
	});

	it('counts those that were let through all the same', () => {
		const limit = new AdaptiveLimit();
		limit.refuse(Infinity, 2, 0, 100);
		limit.letThrough(50);
		limit.letThrough(101);
		expect(limit.current(Infinity, 100)).toBe(3);
	});

	it('is raised step by step, until the configured one holds again', () => {
		const limit = new AdaptiveLimit();
		limit.refuse(60, 30, 0, 1);
		const seen = [...Array(60).keys()].map((minute) => limit.current(60, minute * MINUTE));
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
		expect(seen[1]).toBe(30);
		expect(seen[3]).toBe(33);
		expect(seen.at(-1)).toBe(60);
	});

	it('tries a step that was refused again later, twice as late each time, up to eight minutes', () => {
		const limit = new AdaptiveLimit();
		let now = 0;
		limit.refuse(60, 30, now, (now += 1));
		const steps: number[] = [];
		for (let refusal = 0; refusal < 5; refusal += 1) {
			const from = now;
			while (limit.current(60, now) <= 30) now += MINUTE / 2;
			steps.push(Math.round((now - from) / MINUTE));
			limit.refuse(60, 30, now, (now += 1));
		}
		expect(steps).toEqual([2, 4, 8, 8, 8]);
	});
});
