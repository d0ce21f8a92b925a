import { failure, success, type Fault, type Outcome } from '../../nodes/Seedance/core/fault';
import {
	retry,
	transient,
	TRANSIENT,
	type RetryPolicy,
} from '../../nodes/Seedance/runtime/api/retry';
import { timingOf, VirtualClock } from './virtualClock.ts';

const fault = (more: Partial<Fault> = {}) =>
	failure({ message: 'No', transient: true, ambiguous: false, ...more });

/** When the tries began, in milliseconds, and what came of the last one. The last outcome comes again and again. */
async function trying(
	policy: RetryPolicy,
	outcomes: Array<Outcome<string>>,
	{ stopInMs = Infinity, until }: { stopInMs?: number; until?: number } = {},
) {
	const clock = new VirtualClock(0);
	clock.stopIn(stopInMs);
	const times: number[] = [];
	const work = () => {
		times.push(clock.now());
		return Promise.resolve(outcomes[Math.min(times.length, outcomes.length) - 1]!);
	};
	const outcome = await retry(work, policy, { ...timingOf(clock), until });
	return { outcome, times, endedAt: clock.now() };
}

describe('retry', () => {
	const policy: RetryPolicy = [
		{ while: ({ code }) => code === 'busy', pauses: (retry) => 100 * retry },
		{ while: (each) => each.transient, pauses: [1_000, 2_000] },
	];
	const busy = fault({ code: 'busy' });

	it('tries once where that succeeds, or where no rule knows the fault', async () => {
		expect(await trying(policy, [success('yes')])).toMatchObject({
			times: [0],
			outcome: { ok: true },
		});
		expect((await trying(policy, [fault({ transient: false }), success('yes')])).times).toEqual([
			0,
		]);
	});

	it('tries once more than there are pauses, and gives the last fault', async () => {
		const { times, outcome } = await trying(policy, [fault(), fault(), fault({ message: 'last' })]);
		expect(times).toEqual([0, 1_000, 3_000]);
		expect(outcome).toEqual(fault({ message: 'last' }));
	});

	it('counts the tries of each rule apart; the first that knows a fault decides', async () => {
		const { times } = await trying(policy, [busy, fault(), busy, fault(), busy, fault()]);
		expect(times).toEqual([0, 100, 1_100, 1_300, 3_300, 3_600]);
	});

	it('begins no try at the end of its time or later', async () => {
		const { times, endedAt } = await trying(policy, [fault()], { until: 3_000 });
		expect([times, endedAt]).toEqual([[0, 1_000], 1_000]);
	});

	it('ends with the signal, in the middle of a pause', async () => {
		const { times, endedAt, outcome } = await trying(policy, [fault()], { stopInMs: 1_500 });
		expect([times, endedAt, outcome.ok]).toEqual([[0, 1_000], 1_500, false]);
	});
});

describe('the policy for transient faults', () => {
	it('does not wait for a provider that asks for a longer pause than there is patience for', async () => {
		const after = (retryAfterMs: number) => [fault({ retryAfterMs }), success('yes')];
		expect((await trying(TRANSIENT, after(90_000))).outcome.ok).toBe(true);
		expect((await trying(TRANSIENT, after(90_001))).outcome.ok).toBe(false);
		expect((await trying(transient(600_000), after(600_000))).outcome.ok).toBe(true);
	});
});
