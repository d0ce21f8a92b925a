import type { IDataObject } from 'n8n-workflow';
import { newJob } from '../../nodes/Seedance/core/job';
import type { Submission } from '../../nodes/Seedance/core/provider';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import { submit } from '../../nodes/Seedance/runtime/submit/submit';
import type { SubmitItem } from '../../nodes/Seedance/runtime/submit/submitItem';
import {
	oneByOne,
	refuses,
	says,
	scriptedSession,
	silence,
	type Asked,
	type Script,
} from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const order: SubmitItem = {
	itemIndex: 0,
	request: { model: 'm', mode: 'textToVideo', prompt: 'A lamp', duration: 4, metadata: { sku: 1 } },
	creditsEstimated: 243,
	costUsdEstimated: 2.43,
	memoryKey: '0/0',
	idempotencyKey: 'key-of-item-0',
	isShared: false,
	settings: 'settings of the node',
	timeoutMs: 600_000,
};
const EXECUTION = '7';
const queued = says({ status: 'queued' });
const never = refuses({ message: 'Cannot be reached', transient: true });
const tooMany = (retryAfterMs?: number) =>
	refuses({ message: 'Too many', httpStatus: 429, transient: true, retryAfterMs });

async function submitting(script: Script, idempotent = true, clock = new VirtualClock(0)) {
	const session = scriptedSession(clock, script, { idempotent });
	const context: IDataObject = {};
	const outcome = await submit({ session, memory: submitMemory(context, EXECUTION) }, order);
	return { outcome, asked: session.asked, times: session.asked.map(({ atMs }) => atMs), context };
}
const keysOf = (asked: Asked[]) => [
	...new Set(asked.map(({ input }) => (input as SubmitItem).idempotencyKey)),
];

describe('submit', () => {
	it('gives the job, with what was sent and what it will cost', async () => {
		const { outcome, asked } = await submitting(oneByOne(queued));
		expect(outcome).toEqual({
			ok: true,
			value: {
				...newJob('task_1', 'scripted'),
				model: 'm',
				metadata: { sku: 1 },
				creditsEstimated: 243,
				costUsdEstimated: 2.43,
			},
		});
		expect(asked).toHaveLength(1);
	});

	it('says which region the key is of, where the provider has regions', async () => {
		for (const region of ['europe', undefined]) {
			const session = scriptedSession(new VirtualClock(), oneByOne(queued));
			Object.assign(session.settings, { region });
			await submit({ session, memory: submitMemory({}, EXECUTION) }, order);
			expect(session.asked.map(({ input }) => (input as Submission).region)).toEqual([region]);
		}
	});

	it('leaves a trace of the job in the log, once', async () => {
		const session = scriptedSession(new VirtualClock(), oneByOne(says({ jobId: 'task_7' })));
		const memory = submitMemory({}, EXECUTION);
		await submit({ session, memory }, order);
		await submit({ session, memory }, order);
		expect(session.noted).toEqual(['task_7']);
	});

	it('asks nobody when this execution has submitted the item before', async () => {
		const { context } = await submitting(oneByOne(says({ jobId: 'task_first' })));
		// As n8n stores it between the tries of a node.
		const stored = JSON.parse(JSON.stringify(context)) as IDataObject;
		const session = scriptedSession(new VirtualClock(), oneByOne(queued));
		const outcome = await submit({ session, memory: submitMemory(stored, EXECUTION) }, order);
		expect(outcome).toMatchObject({ ok: true, value: { jobId: 'task_first' } });
		expect(session.asked).toEqual([]);
	});

	it('remembers one item and not another', async () => {
		const { context } = await submitting(oneByOne(queued));
		const session = scriptedSession(new VirtualClock(), oneByOne(queued));
		const other = { ...order, memoryKey: '0/1', idempotencyKey: 'key-of-item-1' };
		await submit({ session, memory: submitMemory(context, EXECUTION) }, other);
		expect(session.asked).toHaveLength(1);
	});

	it('remembers nothing of a submit that was refused', async () => {
		const { context } = await submitting(oneByOne(refuses({ httpStatus: 402 })));
		expect(submitMemory(context, EXECUTION).of(order.memoryKey)).toBeUndefined();
	});

	it('tries three times in all when no clear answer comes, with the same key', async () => {
		const { outcome, asked, times } = await submitting(oneByOne(silence));
		expect(times).toEqual([0, 1_000, 3_000]);
		expect(keysOf(asked)).toEqual([order.idempotencyKey]);
		expect(outcome).toMatchObject({
			ok: false,
			fault: {
				message: 'No answer. The job may have started anyway, but its ID is not known',
				hint: expect.stringContaining('Check your account') as string,
			},
		});
	});

	it('is content with the third try', async () => {
		const { outcome, asked } = await submitting(oneByOne(silence, silence, queued));
		expect([outcome.ok, asked.length]).toEqual([true, 3]);
	});

	it('tries only once when no clear answer comes and the provider knows no keys', async () => {
		const { outcome, asked } = await submitting(oneByOne(silence, queued), false);
		expect(asked).toHaveLength(1);
		expect(outcome).toMatchObject({
			fault: { message: expect.stringContaining('may have started') as string },
		});
	});

	it('does not send again in a later try of the node what may have started, unless a key makes it safe', async () => {
		for (const idempotent of [false, true]) {
			const { context } = await submitting(oneByOne(silence), idempotent);
			const stored = JSON.parse(JSON.stringify(context)) as IDataObject;
			const session = scriptedSession(new VirtualClock(), oneByOne(queued), { idempotent });
			const outcome = await submit({ session, memory: submitMemory(stored, EXECUTION) }, order);
			expect([outcome.ok, session.asked.length]).toEqual(idempotent ? [true, 1] : [false, 0]);
		}
	});

	it('sends again in a later try of the node what was refused', async () => {
		const { context } = await submitting(oneByOne(refuses({ httpStatus: 400 })), false);
		const session = scriptedSession(new VirtualClock(), oneByOne(queued), { idempotent: false });
		expect(
			await submit({ session, memory: submitMemory(context, EXECUTION) }, order),
		).toMatchObject({
			ok: true,
		});
	});

	it('is not sent again with other settings of the node: its job may be another one', async () => {
		const { context } = await submitting(oneByOne(silence));
		const session = scriptedSession(new VirtualClock(), oneByOne(queued));
		const changed = { ...order, settings: 'other settings' };
		expect(
			await submit({ session, memory: submitMemory(context, EXECUTION) }, changed),
		).toMatchObject({
			ok: false,
			fault: { message: expect.stringContaining('may have started') as string, ambiguous: true },
		});
		expect(session.asked).toEqual([]);
	});

	it('may still have started when a later try of the node is refused', async () => {
		const { context } = await submitting(oneByOne(silence));
		const refusing = oneByOne(refuses({ message: 'Refused', httpStatus: 400 }));
		const session = scriptedSession(new VirtualClock(), refusing);
		expect(
			await submit({ session, memory: submitMemory(context, EXECUTION) }, order),
		).toMatchObject({
			fault: { message: expect.stringMatching(/^Refused\. The job may have started/) as string },
		});
	});

	it('tries again when nothing was sent, key or not', async () => {
		const { outcome, asked } = await submitting(oneByOne(never, never, queued), false);
		expect([outcome.ok, asked.length]).toEqual([true, 3]);
	});

	it('does not speak of a job that may have started when nothing was ever sent', async () => {
		const { outcome } = await submitting(oneByOne(never));
		expect(outcome).toMatchObject({ fault: { message: 'Cannot be reached' } });
	});

	it('speaks of it when only the first try was unclear and a later one was refused', async () => {
		const { outcome, asked } = await submitting(
			oneByOne(silence, refuses({ message: 'Refused', httpStatus: 400 })),
		);
		expect(asked).toHaveLength(2);
		expect(outcome).toMatchObject({
			fault: { message: expect.stringMatching(/^Refused\. The job may have started/) as string },
		});
	});

	it.each([400, 401, 402, 404])('takes HTTP %i for an answer', async (httpStatus) => {
		const { outcome, asked } = await submitting(oneByOne(refuses({ httpStatus })));
		expect(asked).toHaveLength(1);
		expect(outcome).toMatchObject({ ok: false, fault: { message: 'No', httpStatus } });
	});

	it('waits out a 429 as long as the provider asks for, and does not count it as a try', async () => {
		const script = oneByOne(tooMany(7_000), tooMany(20_000), tooMany(), tooMany(3_000), queued);
		const { outcome, times } = await submitting(script);
		expect(times).toEqual([0, 7_000, 27_000, 28_000, 31_000]);
		expect(outcome.ok).toBe(true);
	});

	it('waits out a 429 without idempotency keys too: it is a clear answer', async () => {
		const { outcome } = await submitting(oneByOne(tooMany(7_000), queued), false);
		expect(outcome.ok).toBe(true);
	});

	it('waits until its deadline and not beyond', async () => {
		const { outcome, times } = await submitting(oneByOne(tooMany(180_000)));
		expect(times).toEqual([0, 180_000, 360_000, 540_000]);
		expect(outcome).toMatchObject({ ok: false, fault: { message: 'Too many' } });
	});

	it('ends at a stop, without another try', async () => {
		const clock = new VirtualClock(0);
		clock.stopIn(10_000);
		const { outcome, times } = await submitting(oneByOne(tooMany(60_000)), true, clock);
		expect([outcome.ok, times, clock.now()]).toEqual([false, [0], 10_000]);
	});
});
