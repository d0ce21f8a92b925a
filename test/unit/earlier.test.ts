import { failure, inputFault, success, type Outcome } from '../../nodes/Seedance/core/fault';
import { planShots } from '../../nodes/Seedance/core/films';
import { newJob, type Job, type JobReading } from '../../nodes/Seedance/core/job';
import {
	lookBack,
	lookBackAll,
	submitShared,
	type Past,
} from '../../nodes/Seedance/runtime/submit/earlier';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import type { GenerateItem } from '../../nodes/Seedance/runtime/submit/readItem';
import { refuses, says, scriptedSession, silence, type Asked } from './scriptedSession.ts';
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

describe('the items of a film are looked for', () => {
	/** Which of the three shots of a film are found, where jobs are kept under these keys. */
	async function found(kept: string[], refused?: number, groups = ['a', 'a', 'a']) {
		const session = scriptedSession(new VirtualClock(NOW), ({ input }) =>
			says(input as JobReading),
		);
		const memory = submitMemory({}, '7');
		const byKey = {
			find: (key: string) =>
				kept.includes(key) ? newJob(`task of ${key}`, 'scripted') : undefined,
		};
		const past = { session, memory, byKey, finished: {} } as unknown as Past;
		const items = ['1', '2', '3'].map((memoryKey, index) =>
			index === refused ? failure(inputFault('No')) : success({ ...order, memoryKey }),
		);
		const shots = planShots(groups.map((group) => ({ group, continues: true })));
		const looked = await lookBackAll(past, items, shots);
		expect(looked.map(({ ok }) => ok)).toEqual(items.map(({ ok }) => ok));
		return ['1', '2', '3'].filter((key) => memory.of(key)?.job);
	}

	it('as long as the one before has its job', async () => {
		expect(await found(['1', '2', '3'])).toEqual(['1', '2', '3']);
		expect(await found(['1', '3'])).toEqual(['1']);
		expect(await found(['2', '3'])).toEqual([]);
		expect(await found(['1', '2', '3'], 0)).toEqual([]);
	});

	it('each by itself where they are no film', async () => {
		expect(await found(['2', '3'], undefined, ['a', 'b', 'c'])).toEqual(['2', '3']);
	});
});

describe('before an item is submitted, under a key that executions share', () => {
	const kept = { ...newJob('task_0', 'scripted'), status: 'queued' } as Job;

	async function lookingBack(
		answer: Outcome<JobReading>,
		more: Partial<GenerateItem> = {},
		mine?: Job,
	) {
		const session = scriptedSession(new VirtualClock(NOW), () => answer);
		const memory = submitMemory({}, '7');
		if (mine) memory.note('shared', { job: mine });
		const byKey = { find: (key: string) => (key === 'shared' ? kept : undefined) };
		const past = { session, memory, byKey, finished: {} } as unknown as Past;
		const found = await lookBack(past, { ...order, ...more });
		return { found, asked: session.asked.length, known: memory.of('shared')?.job };
	}

	it('the job of that key is asked for, and is the job of the item', async () => {
		const { found, known } = await lookingBack(says({ jobId: 'task_0', status: 'completed' }));
		expect(found).toEqual({ ok: true, value: order });
		expect(known).toMatchObject({ jobId: 'task_0', status: 'completed' });
	});

	it.each(['failed', 'cancelled'] as const)(
		'one that is %s leads to the next key',
		async (status) => {
			const { found, known } = await lookingBack(says({ jobId: 'task_0', status }));
			expect(found).toMatchObject({ ok: true, value: { memoryKey: 'shared' } });
			expect(found.ok && found.value.idempotencyKey).not.toBe('shared');
			expect(known).toBeUndefined();
		},
	);

	it('the job that this execution has submitted itself stays that of the item', async () => {
		const mine = newJob('task_mine', 'scripted');
		const { found, asked, known } = await lookingBack(says({ status: 'failed' }), {}, mine);
		expect([found, asked]).toEqual([{ ok: true, value: order }, 0]);
		expect(known).toMatchObject({ jobId: 'task_mine' });
	});

	it('one that cannot be asked for just now is taken as it was', async () => {
		expect((await lookingBack(silence)).known).toMatchObject({ jobId: 'task_0' });
	});

	it('one that is not known any more is left to the provider', async () => {
		const { found, known } = await lookingBack(refuses({ httpStatus: 404 }));
		expect([found, known]).toStrictEqual([{ ok: true, value: order }, undefined]);
	});

	it.each<[string, Partial<GenerateItem>]>([
		['an item with a key of its own', { isShared: false }],
		['a key that is new', { memoryKey: 'new' }],
	])('nobody is asked for %s', async (_, more) => {
		const { found, asked } = await lookingBack(silence, more);
		expect(found).toEqual({ ok: true, value: { ...order, ...more } });
		expect(asked).toBe(0);
	});
});

describe('before an item is submitted whose finished video may be used again', () => {
	const reuse = { contentKey: 'content', maxAgeMs: 1_000 };
	const videoUrl = 'https://e.com/v.mp4';
	const old = { ...newJob('task_0', 'scripted'), status: 'completed', videoUrl } as Job;

	/** @param status of the request for the file */
	async function lookingBack(status: number, found: Job | undefined = old) {
		const session = scriptedSession(new VirtualClock(NOW), () => silence);
		const dropped: string[] = [];
		const asked: unknown[] = [];
		const finished = {
			find: (...args: unknown[]) => (asked.push(args), found),
			drop: (key: string) => void dropped.push(key),
		};
		const httpRequest = () => Promise.resolve({ statusCode: status, headers: {}, body: '' });
		const ctx = { helpers: { httpRequest } };
		const memory = submitMemory({}, '7');
		const past = { ctx, session, memory, finished } as unknown as Past;
		const outcome = await lookBack(past, { ...order, isShared: false, reuse });
		return { outcome, dropped, asked };
	}

	it('that video is looked for, and used if it is there', async () => {
		const { outcome, dropped, asked } = await lookingBack(206);
		expect(outcome).toMatchObject({ ok: true, value: { reused: { jobId: 'task_0' } } });
		expect(asked).toEqual([['content', 1_000, NOW]]);
		expect(dropped).toEqual([]);
	});

	it('it is made anew, and the old one forgotten, if it is gone', async () => {
		const { outcome, dropped } = await lookingBack(404);
		expect(outcome).toMatchObject({ ok: true });
		expect(outcome.ok && outcome.value.reused).toBeUndefined();
		expect(dropped).toEqual(['content']);
	});

	it('nothing is submitted if that cannot be known just now', async () => {
		const { outcome, dropped } = await lookingBack(503);
		expect(outcome).toMatchObject({
			ok: false,
			fault: { code: 'reuse_unclear', transient: true, ambiguous: false },
		});
		expect(dropped).toEqual([]);
	});
});
