import type { SelfCallResult } from '../../nodes/Seedance/runtime/callbacks/selfCall';
import { startAgain } from '../../nodes/Seedance/runtime/callbacks/startAgain';
import { promising, VirtualClock } from './virtualClock.ts';

/** When the trigger is called, in seconds, where this is what comes back; then it is heard. */
async function callsAt(echoes: SelfCallResult[], { failures = 1, doneAtMs = Infinity } = {}) {
	const clock = new VirtualClock(0);
	const calls: number[] = [];
	const call = promising<SelfCallResult>(() => {
		calls.push(clock.now() / 1_000);
		return echoes[calls.length - 1] ?? 'heard';
	});
	const isDone = () => clock.now() >= doneAtMs;
	return { isTaken: await startAgain(call, clock, failures, isDone), calls };
}
const times = (count: number, echo: SelfCallResult) => Array<SelfCallResult>(count).fill(echo);

it('calls soon, and once where it is heard', async () => {
	expect(await callsAt([])).toEqual({ isTaken: true, calls: [2] });
});

it('calls later each time while n8n cannot take it', async () => {
	const { isTaken, calls } = await callsAt(times(4, 'silent'));
	expect({ isTaken, calls }).toEqual({ isTaken: true, calls: [2, 7, 22, 52, 112] });
});

it('calls later from the beginning where it has failed several times', async () => {
	expect((await callsAt([], { failures: 4 })).calls).toEqual([30]);
});

it('does not call when another callback has started it meanwhile', async () => {
	const { isTaken, calls } = await callsAt(times(9, 'silent'), { doneAtMs: 30_000 });
	expect({ isTaken, calls }).toEqual({ isTaken: true, calls: [2, 7, 22] });
});

it.each<[string, SelfCallResult, number]>([
	['nobody answers', 'silent', 1],
	['the workflow is not active any more', 'gone', 1],
	['it fails again and again', 'heard', 11],
])('gives up when %s', async (_, echo, failures) => {
	const { isTaken, calls } = await callsAt(times(99, echo), { failures });
	expect(isTaken).toBe(false);
	expect(calls.length).toBeLessThanOrEqual(10);
});
