import type { SelfCallResult } from '../../nodes/Seedance/runtime/callbacks/selfCall';
import { startAgain } from '../../nodes/Seedance/runtime/callbacks/startWorkflow';
import { promising, VirtualClock } from './virtualClock.ts';

/** When the trigger is called, in seconds, where this is what comes back; then it is accepted. */
async function callsAt(results: SelfCallResult[], { failures = 1, doneAtMs = Infinity } = {}) {
	const clock = new VirtualClock(0);
	const calls: number[] = [];
	const call = promising<SelfCallResult>(() => {
		calls.push(clock.now() / 1_000);
		return results[calls.length - 1] ?? 'accepted';
	});
	const isDone = () => clock.now() >= doneAtMs;
	return { isTaken: await startAgain(call, clock, failures, isDone), calls };
}
const times = (count: number, result: SelfCallResult) => Array<SelfCallResult>(count).fill(result);

it('calls soon, and once where it is accepted', async () => {
	expect(await callsAt([])).toEqual({ isTaken: true, calls: [2] });
});

it('calls later each time while n8n cannot take it', async () => {
	const { isTaken, calls } = await callsAt(times(4, 'unreachable'));
	expect({ isTaken, calls }).toEqual({ isTaken: true, calls: [2, 7, 22, 52, 112] });
});

it('calls later from the beginning where it has failed several times', async () => {
	expect((await callsAt([], { failures: 4 })).calls).toEqual([30]);
});

it('does not call when another callback has started it meanwhile', async () => {
	const { isTaken, calls } = await callsAt(times(9, 'unreachable'), { doneAtMs: 30_000 });
	expect({ isTaken, calls }).toEqual({ isTaken: true, calls: [2, 7, 22] });
});

it.each<[string, SelfCallResult, number]>([
	['nobody answers', 'unreachable', 1],
	['the workflow is not active any more', 'finished', 1],
	['it fails again and again', 'accepted', 11],
])('gives up when %s', async (_, result, failures) => {
	const { isTaken, calls } = await callsAt(times(99, result), { failures });
	expect(isTaken).toBe(false);
	expect(calls.length).toBeLessThanOrEqual(10);
});
