/** The next shot of a film: what it starts from, and when nothing more of the film is submitted. */
import type { IHttpRequestOptions } from 'n8n-workflow';
import {
	failure,
	inputFault,
	success,
	type Fault,
	type Outcome,
} from '../../nodes/Seedance/core/fault';
import { planShots } from '../../nodes/Seedance/core/films';
import { newJob, type Job } from '../../nodes/Seedance/core/job';
import type { ItemRun } from '../../nodes/Seedance/runtime/items/run';
import type { ItemResult } from '../../nodes/Seedance/runtime/items/result';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import { shotsOf } from '../../nodes/Seedance/runtime/submit/nextShot';
import type { GenerateItem } from '../../nodes/Seedance/runtime/submit/readItem';
import { refuses, says, scriptedSession, type Script } from './scriptedSession.ts';
import { VirtualClock } from './virtualClock.ts';

const FRAME = 'https://media.example/1.png';
const NEW_FRAME = 'https://media.example/2.png';
const job = (known: Partial<Job> = {}): Job => ({
	...newJob('task_1', 'scripted'),
	status: 'completed',
	lastFrameUrl: FRAME,
	...known,
});
const item = (index: number, more: Partial<GenerateItem> = {}) =>
	({
		itemIndex: index,
		memoryKey: `0/${index}`,
		request: { model: 'm', prompt: `Shot ${index}` },
		onJobFailure: 'error',
		isShared: false,
		creditsEstimated: 7,
		costUsdEstimated: null,
		...more,
	}) as GenerateItem;

interface Scene {
	/** The jobs that this run has made, by item. */
	made?: Job[];
	/** Those that were there before it. */
	earlier?: Job[];
	results?: ItemResult[];
	items?: GenerateItem[];
	/** Why the first item could not be read. */
	unread?: Fault;
	script?: Script;
	/** The statuses of the addresses of files; 404 for any other. */
	files?: Record<string, number>;
	count?: number;
	stopped?: boolean;
}

/** A film of three shots. */
function film(scene: Scene = {}) {
	const { made = [], earlier = [], results = [], files = {}, count = 3 } = scene;
	const clock = new VirtualClock();
	if (scene.stopped) clock.stopIn(0);
	const session = scriptedSession(clock, scene.script ?? (() => refuses({})));
	const memory = submitMemory({}, '7');
	const note = (jobs: Job[]) =>
		jobs.forEach((each, index) => memory.note(`0/${index}`, { job: each }));
	note(earlier);
	const looked: string[] = [];
	const httpRequest = ({ url, headers }: IHttpRequestOptions) => {
		looked.push(`${url} ${headers?.range as string}`);
		return Promise.resolve({
			statusCode: files[url] ?? 404,
			headers: { 'content-type': 'image/png' },
			body: { destroy: () => undefined },
		});
	};
	const items = scene.items ?? [0, 1, 2].map((index) => item(index));
	const context = {
		ctx: { helpers: { httpRequest } },
		session,
		memory,
		plan: {
			shots: planShots(Array.from({ length: count }, () => ({ group: 'a', continues: true }))),
		},
	} as unknown as Parameters<typeof shotsOf>[0];
	const read: Array<Outcome<GenerateItem>> = items.map(success);
	if (scene.unread) read[0] = failure(scene.unread);
	const next = shotsOf(context, { results } as unknown as ItemRun, read);
	note(made);
	return { next: (index: number) => next(index, items[index]!), looked, memory, session };
}
const faultOf = (next: unknown) =>
	(next as { result: { fault: { message: string } } }).result.fault;

it('the first shot, and an item without a plan, are submitted as they are', async () => {
	const { next } = film({ count: 1 });
	expect(await next(0)).toEqual({ item: item(0) });
	expect(await next(1)).toEqual({ item: item(1) });
});

it('the next one starts from the last frame, without a question', async () => {
	const { next, looked, session } = film({ made: [job()] });
	expect(await next(1)).toEqual({
		item: item(1, { request: { ...item(1).request, imageUrl: FRAME } }),
	});
	expect([looked, session.asked]).toEqual([[], []]);
});

it('nothing is prepared any more when the run has ended', async () => {
	const { next } = film({ made: [job()], stopped: true });
	expect(faultOf(await next(1)).message).toBe('Nothing was submitted for this item');
});

it.each<
	[string, Partial<GenerateItem>, Parameters<ReturnType<typeof submitMemory>['note']>[1], boolean]
>([
	['has its job', {}, { job: newJob('task_2', 'p') }, true],
	['may have one', {}, { doubt: { ...inputFault('Lost'), ambiguous: true } }, true],
	['has failed', {}, { job: job({ status: 'failed' }) }, true],
	['has a running job that others share', { isShared: true }, { job: newJob('task_2', 'p') }, true],
	[
		'has a failed one that others share',
		{ isShared: true },
		{ job: job({ status: 'failed' }) },
		false,
	],
])('a shot that %s', async (_, more, record, isTakenUp) => {
	const items = [item(0), item(1, more), item(2)];
	const { next, memory } = film({ made: [job()], items });
	memory.note('0/1', record);
	const shot = await next(1);
	const imageUrl = 'item' in shot ? shot.item.request.imageUrl : 'none';
	expect(imageUrl).toBe(isTakenUp ? undefined : FRAME);
});

it('a shot that is reused stays as it is', async () => {
	const items = [item(0), item(1, { reused: job({ jobId: 'task_2' }) })];
	const { next } = film({ items });
	expect(await next(1)).toEqual({ item: items[1] });
});

it('continues a video that is reused, if its frame is still there', async () => {
	const items = [item(0, { reused: job() }), item(1)];
	const { next, looked } = film({ items, files: { [FRAME]: 206 } });
	expect(await next(1)).toMatchObject({ item: { request: { imageUrl: FRAME } } });
	expect(looked).toEqual([`${FRAME} bytes=0-0`]);
});

describe('a video that was not completed stops its film', () => {
	const failed = job({ status: 'failed', failure: { code: 'x', message: 'No lamps' } });

	it('with the same reason for all that follow', async () => {
		const results: ItemResult[] = [{ job: failed }];
		const { next, session } = film({ made: [failed], results });
		const second = faultOf(await next(1));
		expect(second).toMatchObject({ code: 'group_stopped' });
		expect(second.message).toMatch(/its group stopped at item 0: .*No lamps.*task_1/);
		expect(faultOf(await next(2))).toEqual(second);
		expect(session.asked).toEqual([]);
	});

	it('as an item of its own where failed jobs are returned', async () => {
		const items = [0, 1, 2].map((index) => item(index, { onJobFailure: 'return' }));
		const { next } = film({ made: [failed], results: [{ job: failed }], items });
		expect(await next(1)).toMatchObject({
			result: {
				json: { status: 'not_submitted', jobId: null, failure: { code: 'group_stopped' } },
			},
		});
	});

	it('as an error all the same where the one before is an error', async () => {
		const items = [0, 1].map((index) => item(index, { onJobFailure: 'return' }));
		const results: ItemResult[] = [{ fault: inputFault('Refused'), jobId: 'task_9' }];
		const { next } = film({ results, items });
		expect(faultOf(await next(1)).message).toMatch(/stopped at item 0: Refused.*task_9/);
	});

	it('an item without a result, and one that could not be read, have stopped it, too', async () => {
		expect(faultOf(await film().next(1)).message).toMatch(/stopped at item 0$/);
		const { next } = film({ unread: inputFault('Prompt: empty') });
		expect(faultOf(await next(1)).message).toMatch(/stopped at item 0: Prompt: empty$/);
	});
});

describe('the frame of an earlier try', () => {
	it('whose address has died is asked for again', async () => {
		const { next, session } = film({
			earlier: [job()],
			script: () => says({ jobId: 'task_1', status: 'completed', lastFrameUrl: NEW_FRAME }),
			files: { [NEW_FRAME]: 206 },
		});
		expect(await next(1)).toMatchObject({ item: { request: { imageUrl: NEW_FRAME } } });
		expect(session.asked.map(({ what }) => what)).toEqual(['status']);
	});

	it('that is gone for good stops the film', async () => {
		const { next } = film({ earlier: [job()], script: () => says({ status: 'completed' }) });
		const { message } = faultOf(await next(1));
		expect(message).toMatch(
			/stopped at item 0: The address of the last frame does not work any more/,
		);
		expect(message).toContain('task_1');
	});

	it('that the provider did not give, not even now', async () => {
		const { next, looked } = film({
			earlier: [job({ lastFrameUrl: null })],
			script: () => says({ status: 'completed' }),
		});
		expect(faultOf(await next(1)).message).toMatch(/The provider returned no last frame/);
		expect(looked).toEqual([]);
	});

	it('that cannot be looked for now stops the film with that reason', async () => {
		const { next, session } = film({ earlier: [job()], files: { [FRAME]: 500 } });
		expect(faultOf(await next(1)).message).toMatch(
			/stopped at item 0: The download failed \(HTTP 500\)/,
		);
		expect(session.asked).toEqual([]);
	});

	it('of a job that the provider does not tell of stops the film with that reason', async () => {
		const { next } = film({ earlier: [job()], script: () => refuses({ message: 'Go away' }) });
		expect(faultOf(await next(1)).message).toMatch(/stopped at item 0: Go away/);
	});
});
