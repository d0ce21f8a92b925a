import { submitShared, type Past } from '../../nodes/Seedance/runtime/submit/earlier';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import type { GenerateItem } from '../../nodes/Seedance/runtime/submit/readItem';
import { says, scriptedSession, type Asked } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const order = {
	itemIndex: 0,
	request: { model: 'm', mode: 'textToVideo', prompt: 'A lamp' },
	creditsEstimated: 1,
	costUsdEstimated: 0.01,
	memoryKey: 'shared',
	idempotencyKey: 'shared',
	isShared: true,
	settings: 's',
	timeoutMs: 600_000,
} as GenerateItem;

/** A provider that knows a job of each of these ages and ends by its key, in turn, and then makes a new one. */
async function submitting(known: Array<{ status: 'failed' | 'completed'; minutesAgo: number }>) {
	const clock = new VirtualClock(NOW);
	const keys: string[] = [];
	const keyOf = ({ input }: Asked) => (input as { idempotencyKey: string }).idempotencyKey;
	const session = scriptedSession(clock, (asked) => {
		if (asked.what === 'generate' && !keys.includes(keyOf(asked))) keys.push(keyOf(asked));
		const n = asked.what === 'generate' ? keys.indexOf(keyOf(asked)) : keys.length - 1;
		const { status, minutesAgo } = known[n] ?? { status: 'queued', minutesAgo: 0 };
		const createdAt = new Date(NOW - minutesAgo * 60_000).toISOString();
		// The answer to a known key is that of then: the job was queued.
		return says({
			jobId: `task_${n}`,
			status: asked.what === 'generate' ? 'queued' : status,
			createdAt,
		});
	});
	const kept: string[] = [];
	const byKey = { find: () => undefined, drop: () => undefined };
	const past = {
		session,
		memory: submitMemory({}, '7'),
		byKey: { ...byKey, keep: (_: string, job: { jobId: string }) => void kept.push(job.jobId) },
	} as unknown as Past;
	const outcome = await submitShared(past, order);
	return { outcome, keys, kept };
}

it('gives the job that is known by the key, as it is now', async () => {
	const { outcome, keys } = await submitting([{ status: 'completed', minutesAgo: 60 }]);
	expect(outcome).toMatchObject({ ok: true, value: { jobId: 'task_0', status: 'completed' } });
	expect(keys).toEqual(['shared']);
});

it('makes anew what has failed long ago, under the next key', async () => {
	const { outcome, keys, kept } = await submitting([
		{ status: 'failed', minutesAgo: 60 },
		{ status: 'failed', minutesAgo: 30 },
	]);
	expect(outcome).toMatchObject({ ok: true, value: { jobId: 'task_2', status: 'queued' } });
	expect(new Set(keys).size).toBe(3);
	expect(kept).toEqual(['task_2']);
});

it('takes a job that has only just failed for the one of this submit', async () => {
	const { outcome } = await submitting([{ status: 'failed', minutesAgo: 0 }]);
	expect(outcome).toMatchObject({ ok: true, value: { jobId: 'task_0' } });
});

it('gives up after ten failed ones', async () => {
	const { outcome, keys } = await submitting(
		Array.from({ length: 20 }, () => ({ status: 'failed', minutesAgo: 60 })),
	);
	expect(outcome).toMatchObject({ value: { status: 'failed' } });
	expect(keys).toHaveLength(11);
});
