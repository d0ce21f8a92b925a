import { callOnce, type Terms } from '../../nodes/Seedance/runtime/api/callOnce';
import {
	oneByOne,
	refuses,
	says,
	scriptedSession,
	silence,
	type Script,
} from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const queued = says({ status: 'queued' });
const conflict = (httpStatus: number, message = 'No') => refuses({ httpStatus, message });

async function calling(script: Script, terms: Partial<Terms> = {}, clock = new VirtualClock(0)) {
	const session = scriptedSession(clock, script);
	const { generate } = session.provider.dialectsForJob({ jobId: '' })[0];
	const outcome = await callOnce(
		session,
		(until, from) =>
			from.call('submit', generate, { request: {} as never, idempotencyKey: 'k' }, { until }),
		{ timeoutMs: 600_000, idempotent: true, ...terms },
	);
	const fault = outcome.ok ? undefined : outcome.fault;
	return { outcome, fault, times: session.asked.map(({ atMs }) => atMs), clock };
}

it('asks again about a key that is being worked on, for about two minutes', async () => {
	const { times, fault } = await calling(oneByOne(silence, conflict(409)));
	expect(times).toEqual([0, 1_000, 3_000, 8_000, 18_000, 38_000, 68_000, 128_000]);
	expect(fault).toMatchObject({ ambiguous: true, code: 'idempotency_conflict' });
	expect(fault?.message).toMatch(/still working on an earlier request.*may have started/);
});

it('gets the job as soon as the first request is through', async () => {
	const { outcome, times } = await calling(oneByOne(silence, conflict(409), conflict(409), queued));
	expect([outcome.ok, times.at(-1)]).toEqual([true, 8_000]);
});

it('does not ask again where the key stands for another request', async () => {
	const { times, fault } = await calling(oneByOne(silence, conflict(422)));
	expect(times).toEqual([0, 1_000]);
	expect(fault?.message).toMatch(/idempotency key was already used.*may have started/);
});

it.each([
	['a repeated call', 422, 'No', { isRepeated: true }, true],
	['words about the key', 422, 'Idempotency-Key was reused', {}, true],
	['words about a duplicate', 409, 'Duplicate request', {}, true],
	['a shared key and 409', 409, 'No', { isShared: true }, true],
	['a shared key and a bad field', 422, 'The image is too small', { isShared: true }, false],
	['a first call and a bad field', 422, 'The image is too small', {}, false],
	['a first call and 409', 409, 'No', {}, false],
	['no keys at all', 422, 'Duplicate request', { idempotent: false }, false],
])('%s: HTTP %i "%s" is a doubt or a refusal', async (_, status, message, terms, isDoubt) => {
	const { fault } = await calling(oneByOne(conflict(status, message)), terms);
	expect(fault?.ambiguous).toBe(isDoubt);
});

it('goes by the clock that another item does not stop once an answer was lost, and only then', async () => {
	const ended = new VirtualClock(0);
	ended.stopIn(0);
	const callAfter = async (first: typeof silence) => {
		const session = scriptedSession(ended, oneByOne(first, queued));
		const toTheEnd = { ...session, signal: new VirtualClock(0).signal };
		const { generate } = session.provider.dialectsForJob({ jobId: '' })[0];
		const outcome = await callOnce(
			{ ...session, toTheEnd },
			(until, from) =>
				from.call('submit', generate, { request: {} as never, idempotencyKey: 'k' }, { until }),
			{ timeoutMs: 600_000, idempotent: true },
		);
		return outcome.ok;
	};
	expect(await callAfter(silence)).toBe(true);
	expect(await callAfter(refuses({ transient: true }))).toBe(false);
});
