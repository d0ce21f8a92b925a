import { newJob } from '../../nodes/Seedance/core/job';
import { confirmJob } from '../../nodes/Seedance/runtime/callbacks/believedJob';
import { oneByOne, refuses, says, scriptedSession, type Script } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const MINUTE = 60_000;
const done = says({ status: 'completed' });
const open = says({ status: 'processing' });
const down = refuses({ transient: true, httpStatus: 503, message: 'Down' });
const unknown = refuses({ httpStatus: 404, message: 'No such job' });

/** What came out, and when the provider was asked: milliseconds since the callback. */
async function confirm(script: Script, isClaimed = true, replacedInMs = Infinity) {
	const clock = new VirtualClock();
	const isReplaced = replacedInMs < Infinity;
	const next = isReplaced ? clock.sleep(replacedInMs).then(() => undefined) : undefined;
	const session = scriptedSession(clock, script);
	const outcome = await confirmJob(session, newJob('task_1', 'scripted'), isClaimed, next);
	const askedAt = session.asked.map(({ atMs }) => atMs);
	if (outcome === 'replaced') return { said: outcome, askedAt };
	return { said: outcome.ok ? outcome.value.status : outcome.fault.message, askedAt };
}

it.each<[string, Script, boolean, { said: string; askedAt: number[] }]>([
	['a settled job is asked for once', oneByOne(done), true, { said: 'completed', askedAt: [0] }],
	[
		'a callback may be faster than the status',
		oneByOne(open, open, done),
		true,
		{ said: 'completed', askedAt: [0, 1_000, 3_000] },
	],
	[
		'also faster than that the status knows the job at all',
		oneByOne(unknown, done),
		true,
		{ said: 'completed', askedAt: [0, 1_000] },
	],
	[
		'a status that is behind is waited for',
		oneByOne(open, open, open, open, done),
		true,
		{ said: 'completed', askedAt: [0, 1_000, 3_000, 8_000, 23_000] },
	],
	[
		'a job that the status does not know is not waited for so long',
		oneByOne(unknown),
		true,
		{ said: 'No such job', askedAt: [0, 1_000, 3_000] },
	],
	[
		'what nobody claims is asked for once',
		oneByOne(open, done),
		false,
		{ said: 'processing', askedAt: [0] },
	],
	[
		'a refusal is not tried again',
		oneByOne(refuses({ httpStatus: 401, message: 'Wrong key' }), done),
		true,
		{ said: 'Wrong key', askedAt: [0] },
	],
	[
		'a passing fault is waited out',
		oneByOne(down, down, down, down, done),
		true,
		// Three tries at once, then after 5 s more.
		{ said: 'completed', askedAt: [0, 1_000, 3_000, 8_000, 9_000] },
	],
])('%s', async (_, script, claimed, expected) => {
	expect(await confirm(script, claimed)).toEqual(expected);
});

it('an API that stays down is given up after some minutes', async () => {
	const { said, askedAt } = await confirm(oneByOne(down));
	expect(said).toBe('Down');
	expect(askedAt.length).toBeLessThanOrEqual(25);
	expect(askedAt.at(-1)! / MINUTE).toBeGreaterThan(3);
	expect(askedAt.at(-1)! / MINUTE).toBeLessThan(6);
});

it('an early callback is not believed, whatever is asked in the next four minutes', async () => {
	const { said, askedAt } = await confirm(oneByOne(open));
	expect(said).toBe('processing');
	expect(askedAt).toHaveLength(9);
	expect(askedAt.at(-1)! / MINUTE).toBeCloseTo(3.9, 1);
});

it('a status that is behind is left to the next callback about the job', async () => {
	const { said, askedAt } = await confirm(oneByOne(open), true, 10_000);
	expect({ said, askedAt }).toEqual({ said: 'replaced', askedAt: [0, 1_000, 3_000, 8_000] });
});
