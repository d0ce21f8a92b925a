/** A run of Generate over its items: each is paid once, and each gets its own job. */
import { Readable } from 'node:stream';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { failure, inputFault, success, type Fault } from '../../nodes/Seedance/core/fault';
import { newJob, type Job, type JobReading } from '../../nodes/Seedance/core/job';
import type { Submission } from '../../nodes/Seedance/core/provider';
import { ItemRun } from '../../nodes/Seedance/runtime/items/run';
import { generateItems, type RunContext } from '../../nodes/Seedance/runtime/submit/generateItems';
import { isFresh } from '../../nodes/Seedance/runtime/submit/earlier';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import type { GenerateItem } from '../../nodes/Seedance/runtime/submit/readItem';
import { says, scriptedSession } from './scriptedSession.ts';
import { MP4, storeVideo } from './storeVideo.ts';
import { VirtualClock } from './virtualClock.ts';

const orderOf = (prompt: string, more: Partial<GenerateItem> = {}) =>
	({
		itemIndex: 0,
		request: { model: 'm', mode: 'textToVideo', prompt, metadata: { sku: prompt } },
		creditsEstimated: 1,
		costUsdEstimated: 0.01,
		memoryKey: prompt,
		idempotencyKey: prompt,
		isShared: false,
		settings: 's',
		timeoutMs: 600_000,
		onJobFailure: 'return',
		downloadVideo: false,
		binaryField: 'video',
		...more,
	}) as GenerateItem;

const HOUR = 3_600_000;

interface Setting {
	plan?: Partial<RunContext['plan']>;
	/** What the provider says when it is asked for a job. */
	later?: Partial<JobReading> | Fault;
	/** Jobs that are known from before, by the item. */
	known?: Record<string, Job>;
	refused?: Map<number, Fault>;
	/** How many jobs the account may have at a time. */
	jobsAtATime?: number;
	keepsGoing?: boolean;
	/** What the provider says of a job that is submitted. */
	first?: Partial<JobReading>;
	/** Another execution has one of the account's jobs for an hour. */
	isFull?: boolean;
	/** The provider can also make a video in one call. */
	canBlock?: boolean;
}

async function running(orders: GenerateItem[], setting: Setting = {}) {
	const {
		later = { status: 'completed' },
		known = {},
		refused = new Map<number, Fault>(),
	} = setting;
	const clock = new VirtualClock(Date.UTC(2026, 0, 1));
	const start = clock.now();
	let open = 0;
	let most = 0;
	const session = scriptedSession(clock, ({ what, input }) => {
		if (what !== 'generate') {
			open -= 1;
			if ('ambiguous' in later) return failure(later);
			return says({ jobId: (input as { jobId: string }).jobId, ...later });
		}
		const { request } = input as Submission;
		if (request.prompt?.startsWith('bad')) return failure(inputFault('Bad'));
		most = Math.max(most, (open += 1));
		const createdAt = new Date(clock.now()).toISOString();
		const said = { status: 'queued', createdAt, ...setting.first } as const;
		return says({ jobId: `job of ${request.prompt}`, ...said });
	});
	const { jobsAtATime = 1e6 } = setting;
	Object.assign(session.settings, { maxConcurrentJobs: jobsAtATime });
	session.account.jobs.limit = jobsAtATime;
	if (setting.isFull) void session.account.jobs.run(() => clock.sleep(HOUR), session);
	let blocking = 0;
	if (setting.canBlock) {
		const [dialect] = session.provider.dialects;
		Object.assign(session.provider, {
			dialectForRequest: () => ({
				...dialect,
				sync: {
					request: () => ({ method: 'POST', url: '/now' }),
					jobOf: () => ({ jobId: 'job_now', status: 'completed' }),
				},
			}),
		});
		session.fetchFile = async () => {
			most = Math.max(most, (open += 1));
			blocking += 1;
			await clock.sleep(1000);
			open -= 1;
			return success({ status: 200, headers: { 'content-type': 'video/mp4' }, body: newBody() });
		};
	}
	const kept: IDataObject = {};
	const keeping = (name: string) => ({
		find: () => undefined,
		drop: () => undefined,
		keep: (key: string, job: Job) => void (kept[`${name} ${key}`] = job.status),
	});
	const memory = submitMemory({}, '7');
	for (const [key, job] of Object.entries(known)) memory.note(key, { job });
	const run = new ItemRun(setting.keepsGoing ?? true);
	const context: RunContext = {
		ctx: { helpers: { prepareBinaryData: storeVideo } } as unknown as IExecuteFunctions,
		session,
		memory,
		finished: keeping('finished'),
		byKey: keeping('key'),
		plan: {
			afterSubmit: 'return',
			submitAs: 'jobs',
			requestMode: 'async',
			maxConcurrentJobs: 5,
			shots: [],
			...setting.plan,
		},
	};
	await generateItems(
		context,
		run,
		orders.map((order) => success(order)),
		refused,
	);
	const jobs = run.results.map((result) => ('job' in result ? result.job.jobId : undefined));
	const submitted = session.asked.filter(({ what }) => what === 'generate');
	const prompts = submitted.map(({ input }) => (input as Submission).request.prompt);
	const ms = clock.now() - start;
	return { results: run.results, jobs, prompts, blocking, most, kept, context, ms };
}

const newBody = () => Readable.from([Buffer.from(MP4)]);

const wait = { afterSubmit: 'wait' } as const;
const ended = (status: Job['status'], more: Partial<Job> = {}): Job => ({
	...newJob('job_0', 'scripted'),
	status,
	...more,
});

it('gives each item its job, in the order of the items', async () => {
	const { jobs, results } = await running([orderOf('a'), orderOf('b')]);
	expect(jobs).toEqual(['job of a', 'job of b']);
	expect(results[1]).toMatchObject({ job: { status: 'queued', metadata: { sku: 'b' } } });
});

it('waits for the videos where the user wants that', async () => {
	const { results } = await running([orderOf('a')], { plan: wait });
	expect(results[0]).toMatchObject({ job: { jobId: 'job of a', status: 'completed' } });
});

it('a job that cannot be asked for is an error with its ID: it is paid', async () => {
	const setting: Setting = { plan: wait, later: { ...inputFault('Wrong key'), httpStatus: 401 } };
	const { results } = await running([orderOf('a')], setting);
	expect(results[0]).toMatchObject({ fault: { message: 'Wrong key' }, jobId: 'job of a' });
});

it('gives up waiting at the deadline of the item, and says so in its job', async () => {
	const setting: Setting = { plan: wait, later: { status: 'processing' } };
	const { results, ms } = await running([orderOf('a', { timeoutMs: 60_000 })], setting);
	expect(results[0]).toMatchObject({ job: { status: 'timed_out' } });
	expect(ms).toBe(60_000);
});

it('a run that does not wait submits ten at a time, whatever the number of jobs', async () => {
	const orders = Array.from({ length: 12 }, (_, n) => orderOf(String(n)));
	const { prompts } = await running(orders, { plan: { maxConcurrentJobs: 1 } });
	expect(prompts).toHaveLength(12);
});

it.each<[Setting, number]>([
	[{ plan: { ...wait, maxConcurrentJobs: 2 } }, 2],
	[{ plan: { ...wait, maxConcurrentJobs: 9 }, jobsAtATime: 3 }, 3],
])('a run that waits has no more jobs at a time than it may: %p', async (setting, most) => {
	const orders = Array.from({ length: 6 }, (_, n) => orderOf(String(n)));
	expect((await running(orders, setting)).most).toBe(most);
});

describe('what was refused with its batch', () => {
	const refused = new Map([[0, inputFault('Refused')]]);

	it('is not submitted again', async () => {
		const { results, prompts } = await running([orderOf('a'), orderOf('b')], { refused });
		expect(results[0]).toMatchObject({ fault: { message: 'Refused' } });
		expect(prompts).toEqual(['b']);
	});

	it('ends the run, and yet jobs that there are already are given out', async () => {
		const setting: Setting = {
			refused,
			keepsGoing: false,
			plan: { ...wait, maxConcurrentJobs: 1 },
		};
		const known = { b: ended('queued', { jobId: 'job_b' }) };
		const { jobs, prompts } = await running([orderOf('a'), orderOf('b'), orderOf('c')], {
			...setting,
			known,
		});
		expect(jobs).toStrictEqual([undefined, 'job_b']);
		expect(prompts).toEqual([]);
	});
});

it('an item that cannot be submitted does not keep the others from it', async () => {
	const { results, jobs } = await running([orderOf('bad'), orderOf('b')]);
	expect(results[0]).toMatchObject({ fault: { message: 'Bad' } });
	expect(jobs[1]).toBe('job of b');
	const waited = await running([orderOf('bad'), orderOf('b')], { plan: wait });
	expect(waited.results).toMatchObject([{ fault: { message: 'Bad' } }, { job: {} }]);
});

describe('a finished job that is used again', () => {
	const reused = ended('completed', { jobId: 'job_old', metadata: { sku: 'old' } });

	it('costs nothing, says so, and has the metadata of its item', async () => {
		const { results, prompts } = await running([orderOf('a', { reused })], { plan: wait });
		expect(prompts).toEqual([]);
		expect(results[0]).toEqual({
			job: { ...reused, metadata: { sku: 'a' } },
			extra: { reused: true },
		});
	});

	it('has no metadata where the item has none', async () => {
		const request = { model: 'm', mode: 'textToVideo', prompt: 'a' } as const;
		const { results } = await running([orderOf('a', { reused, request })]);
		expect(results[0]).toMatchObject({ job: { metadata: null } });
	});

	it('is not fresh, nor is one of this execution', async () => {
		const { context } = await running([orderOf('a')]);
		expect(isFresh(context, orderOf('b'))).toBe(true);
		expect(isFresh(context, orderOf('a'))).toBe(false);
		expect(isFresh(context, orderOf('b', { reused }))).toBe(false);
	});
});

describe('a job of a batch', () => {
	const plan = { ...wait, submitAs: 'batch', maxConcurrentJobs: 1 } as const;
	const names = ['a', 'b', 'c'];
	const known = Object.fromEntries(
		names.map((name) => [name, ended('queued', { jobId: `job_${name}` })]),
	);

	it('is waited for together with the others', async () => {
		const all = names.map((name) => orderOf(name));
		const together = await running(all, { plan, known });
		expect(together.jobs).toEqual(['job_a', 'job_b', 'job_c']);
		const alone = await running([orderOf('a')], { plan, known });
		expect(together.ms).toBeLessThan(2 * alone.ms);
		// The provider has it already: to wait for a place of the account would only delay its result.
		const jobs = { ...plan, submitAs: 'jobs' } as const;
		const full: Setting = { known, jobsAtATime: 1, isFull: true };
		expect((await running([orderOf('a')], { ...full, plan })).ms).toBeLessThan(HOUR);
		expect((await running([orderOf('a')], { ...full, plan: jobs })).ms).toBeGreaterThan(HOUR);
		const inTurn = await running(all, { plan: jobs, known });
		expect(inTurn.ms).toBeGreaterThan(2 * alone.ms);
	});

	it('that was sent alone takes a place like any other', async () => {
		const { most } = await running(
			names.map((name) => orderOf(name)),
			{ plan, jobsAtATime: 1 },
		);
		expect(most).toBe(1);
	});
});

describe('a job of an earlier try', () => {
	const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
	const msOf = async (more: Partial<Job>) => {
		const known = { a: ended('processing', more) };
		return (await running([orderOf('a')], { plan: wait, known })).ms;
	};

	it('is asked for the sooner, the longer ago it was submitted', async () => {
		const fresh = await msOf({ createdAt: at(0) });
		expect(await msOf({ createdAt: at(-50_000) })).toBeLessThan(fresh);
		// A clock that is a day off says nothing.
		expect(await msOf({ createdAt: at(-86_400_000) })).toBe(fresh);
	});

	it('has its whole time-out again', async () => {
		const known = { a: ended('processing', { createdAt: at(-50_000) }) };
		const setting: Setting = { plan: wait, known, later: { status: 'processing' } };
		expect((await running([orderOf('a', { timeoutMs: 60_000 })], setting)).ms).toBe(60_000);
	});
});

describe('a run that does not wait itself', () => {
	const failing = { onJobFailure: 'error' } as const;
	const first = { status: 'failed' } as const;

	it('goes on with a job that has ended at once where the execution would sleep', async () => {
		const setting: Setting = { plan: { afterSubmit: 'sleep' }, first };
		const { results } = await running([orderOf('a', failing)], setting);
		expect(results).toMatchObject([{ fault: {}, jobId: 'job of a' }]);
	});

	it('puts out a job as it is, where the user wants it at once, with what there is to say', async () => {
		const setting: Setting = { plan: { note: 'Set WEBHOOK_URL' }, first };
		const { results } = await running([orderOf('a', failing)], setting);
		expect(results).toMatchObject([
			{ job: { jobId: 'job of a', status: 'failed' }, extra: { note: 'Set WEBHOOK_URL' } },
		]);
		expect((await running([orderOf('a')])).results[0]).not.toHaveProperty('extra');
	});
});

describe('Request Mode: Sync', () => {
	const plan = { ...wait, requestMode: 'sync' } as const;
	const setting: Setting = { plan, canBlock: true };

	it('makes each video in one call, which brings the file', async () => {
		const { results, prompts, blocking } = await running([orderOf('a'), orderOf('b')], setting);
		expect(prompts).toEqual([]);
		expect(blocking).toBe(2);
		const video = { mimeType: 'video/mp4' };
		expect(results).toMatchObject([
			{ job: { jobId: 'job_now', status: 'completed' }, binary: { video } },
			{ job: { jobId: 'job_now' }, binary: { video } },
		]);
	});

	it('has no more calls at a time than the account may have jobs', async () => {
		const orders = Array.from({ length: 4 }, (_, n) => orderOf(String(n)));
		const { most, ms } = await running(orders, { ...setting, jobsAtATime: 2 });
		expect(most).toBe(2);
		expect(ms).toBe(2000);
	});

	it('waits for a job that an earlier try has submitted, instead of paying for another one', async () => {
		const known = { a: ended('processing', { jobId: 'job_a' }) };
		const { results, blocking } = await running([orderOf('a')], { ...setting, known });
		expect(blocking).toBe(0);
		expect(results).toMatchObject([{ job: { jobId: 'job_a', status: 'completed' } }]);
	});

	it('submits and waits where the provider cannot do that, and in the mode Async', async () => {
		for (const each of [{ plan }, { plan: wait, canBlock: true }]) {
			const { prompts, blocking } = await running([orderOf('a')], each);
			expect([prompts, blocking]).toEqual([['a'], 0]);
		}
	});
});

describe('what is kept for later executions', () => {
	const reuse = { contentKey: 'content', maxAgeMs: 1 };
	const shared = { isShared: true, reuse };

	it.each<[Job['status'], Partial<GenerateItem>, IDataObject]>([
		['completed', shared, { 'key a': 'completed', 'finished content': 'completed' }],
		['completed', { reuse }, { 'finished content': 'completed' }],
		['completed', {}, {}],
		['failed', shared, { 'key a': 'failed' }],
		['processing', shared, { 'key a': 'queued' }],
	])('of a job that is %s: %p', async (status, more, kept) => {
		const setting: Setting = { plan: wait, later: { status } };
		expect((await running([orderOf('a', more)], setting)).kept).toEqual(kept);
	});

	it('and a second try of this execution knows how the job ended', async () => {
		const { context } = await running([orderOf('a')], { plan: wait });
		expect(context.memory.of('a')?.job?.status).toBe('completed');
	});
});

describe('a job that fails although the user wants an error then', () => {
	const failing = { onJobFailure: 'error' } as const;
	const setting: Setting = { plan: wait, later: { status: 'failed' } };
	const fault = async (more: Partial<GenerateItem>) => {
		const { results } = await running([orderOf('a', { ...failing, ...more })], setting);
		return results[0] as { fault: Fault; jobId?: string };
	};

	it('is an error with its ID', async () => {
		expect(await fault({})).toMatchObject({ jobId: 'job of a' });
		expect((await fault({})).fault.hint ?? '').not.toContain('This key');
	});

	it('says what the next submit with the same key does', async () => {
		expect((await fault({ isShared: true })).fault.hint).toMatch(/This key returns the failed job/);
	});
});
