import { handlesCriteria, heapCriterion } from './verdict';
import type { Vitals } from './vitals';

const MB = 1e6;
const vitals = (minute: number, heapMB: number, more: Partial<Vitals> = {}): Vitals => ({
	at: minute * 60_000,
	heapUsed: heapMB * MB,
	external: 0,
	rss: 0,
	handles: {},
	resources: {},
	...more,
});
const series = (minutes: number, heapMB: (minute: number) => number) =>
	Array.from({ length: minutes * 6 }, (_, index) => vitals(index / 6, heapMB(index / 6)));

describe("the soak's verdict", () => {
	it('takes a heap that goes up and down', () => {
		const steady = series(30, (minute) => 200 + Math.sin(minute));
		expect(heapCriterion(steady, 30).met).toBe(true);
	});

	it('does not count what n8n takes at first', () => {
		const levelling = series(30, (minute) => 200 + Math.min(minute, 5) * 10);
		expect(heapCriterion(levelling, 30).met).toBe(true);
	});

	it.each([
		[30, 21],
		[3, 301],
	])('refuses one that grows in %i minutes by %i MB/h', (minutes, perHour) => {
		const growing = (grows: number) => series(minutes, (minute) => 200 + (grows * minute) / 60);
		expect(heapCriterion(growing(perHour), minutes).met).toBe(false);
		expect(heapCriterion(growing(perHour - 2), minutes).met).toBe(true);
	});

	it('refuses to judge by a handful of measurements', () => {
		expect(
			heapCriterion(
				series(1, () => 200),
				1,
			).met,
		).toBe(false);
	});

	it('refuses sockets and timers that stay', () => {
		const before = vitals(0, 200, { handles: { sockets: 10 }, resources: { Timeout: 16 } });
		const good = vitals(1, 200, { handles: { sockets: 12 }, resources: { Timeout: 9 } });
		expect(handlesCriteria(before, good).map(({ met }) => met)).toEqual([true, true]);
		const bad = vitals(1, 200, { handles: { sockets: 90 }, resources: { Timeout: 9, Pipe: 40 } });
		expect(handlesCriteria(before, bad).map(({ met }) => met)).toEqual([false, false]);
	});
});
