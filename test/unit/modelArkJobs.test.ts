/** ModelArk has no idempotency keys: what a lost answer means, and what may be cancelled. Every call is counted. */
import type { IDataObject, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { newJob } from '../../nodes/Seedance/core/job';
import type { MediaRequest } from '../../nodes/Seedance/core/request';
import { cancelJob } from '../../nodes/Seedance/operations/cancelJob';
import { modelArk } from '../../nodes/Seedance/providers/modelArk';
import { videos } from '../../nodes/Seedance/providers/modelArk/videos';
import { openSession } from '../../nodes/Seedance/runtime/api/session';
import { submitMemory } from '../../nodes/Seedance/runtime/submit/memory';
import { submit } from '../../nodes/Seedance/runtime/submit/submit';
import { arriving } from '../simulation/arriving.ts';
import { VirtualClock } from './virtualClock.ts';

const START = Date.UTC(2026, 10, 30, 12);
const TASKS = '/api/v3/contents/generations/tasks';
const WIRE_ID = 'dreamina-seedance-2-0-260128';

interface Call {
	method: string;
	path: string;
	query: URLSearchParams;
	body: IDataObject;
}
/** What a transport gives: an answer, or an error as of a connection that has broken. */
type Answer = { status: number; body?: unknown } | Error;
type Transport = (call: Call, nowSeconds: number) => Answer;

const broken = (code: string) => Object.assign(new Error(code), { code });
const CUT = broken('ECONNRESET');
const refusal = (status: number, code: string): Answer => ({
	status,
	body: { error: { code, message: 'No.', param: '', type: '' } },
});

let keys = 0;

/** A session of the true provider, on a transport and a clock of ours. */
async function connected(transport: Transport, credential: Record<string, string> = {}) {
	const clock = new VirtualClock(START);
	const calls: Call[] = [];
	const answering = (options: IHttpRequestOptions) => {
		const { pathname: path, searchParams: query } = new URL(options.url);
		const { method = 'GET', body } = options;
		const call = { method, path, query, body: (body ?? {}) as IDataObject };
		calls.push(call);
		const answer = transport(call, Math.floor(clock.now() / 1000));
		if (answer instanceof Error) return Promise.reject(answer);
		const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
		return Promise.resolve({ statusCode: answer.status, headers: {}, body: arriving(text) });
	};
	const caller = {
		logger: { info: () => undefined, warn: () => undefined },
		getNode: () => ({ credentials: {} }),
		getCredentials: () => Promise.resolve({ apiKey: `key-${(keys += 1)}`, ...credential }),
		helpers: {
			httpRequestWithAuthentication: (_: string, options: IHttpRequestOptions) =>
				answering(options),
		},
	} as unknown as IExecuteFunctions;
	const opened = await openSession(caller, modelArk, { clock });
	if (!opened.ok) throw new Error(opened.fault.message);
	const sent = (method: string) => calls.filter((call) => call.method === method);
	return { session: opened.value, clock, calls, sent };
}

/** What is wrong with the account's list. */
interface Listing {
	hidesTags?: boolean;
	fails?: boolean;
	isEmpty?: boolean;
}

/** An account that keeps its tasks. `answer` decides what comes back to a submit that has made one. */
class Account {
	readonly tasks: Array<Record<string, unknown>> = [];
	private readonly answer: (made: number) => Answer | undefined;
	private readonly listing: Listing;

	constructor(answer: (made: number) => Answer | undefined, listing: Listing = {}) {
		this.answer = answer;
		this.listing = listing;
	}

	readonly transport: Transport = ({ method, path, query, body }, now) => {
		if (method === 'POST') {
			const id = `cgt-${this.tasks.length + 1}`;
			const { safety_identifier: tag, service_tier: tier = 'default' } = body;
			const more = { safety_identifier: tag, service_tier: tier, created_at: now };
			this.tasks.push({ id, model: body.model, status: 'queued', ...more });
			return this.answer(this.tasks.length) ?? { status: 200, body: { id } };
		}
		if (path !== TASKS) {
			const task = this.tasks.find(({ id }) => path.endsWith(`/${String(id)}`));
			return task ? { status: 200, body: task } : refusal(404, 'ResourceNotFound');
		}
		const { hidesTags, fails, isEmpty } = this.listing;
		if (fails) return refusal(500, 'InternalServiceError');
		const items = this.tasks
			.filter(({ model }) => model === query.get('filter.model'))
			.filter(({ service_tier: t }) => t === (query.get('filter.service_tier') ?? 'default'))
			.map((task) => (hidesTags ? { ...task, safety_identifier: undefined } : task));
		return {
			status: 200,
			body: isEmpty ? { items: [], total: 0 } : { items, total: items.length },
		};
	};
}

const lamp: MediaRequest = { model: 'seedance-2.0', mode: 'textToVideo', prompt: 'A lamp' };

type Connected = Awaited<ReturnType<typeof connected>>;

const submitting = ({ session }: Connected) => {
	const memory = submitMemory({} as IDataObject, '7');
	return (itemIndex: number, request: MediaRequest = lamp) =>
		submit(
			{ session, memory },
			{
				itemIndex,
				request,
				creditsEstimated: null,
				costUsdEstimated: 1,
				memoryKey: `0/${itemIndex}`,
				idempotencyKey: `${itemIndex}`.repeat(40),
				isShared: false,
				settings: 'settings',
				timeoutMs: 600_000,
			},
		);
};

const inDoubt = {
	ok: false,
	fault: { ambiguous: true, message: expect.stringMatching(/may have started/) as string },
};

describe('a submit whose answer was lost is never made again', () => {
	const LOST: Array<[string, Answer]> = [
		['the connection is cut', CUT],
		['a time-out', broken('ETIMEDOUT')],
		['HTTP 500', refusal(500, 'InternalServiceError')],
		['HTTP 502 of a proxy', { status: 502 }],
		['HTTP 408', { status: 408 }],
		['HTTP 200 with nothing', { status: 200 }],
		['HTTP 200 without an ID', { status: 200, body: { ok: true } }],
	];

	it.each(LOST)('%s: the list tells which job it is', async (_, answer) => {
		const account = new Account(() => answer);
		const world = await connected(account.transport);
		const submitItem = submitting(world);
		expect(await submitItem(0)).toMatchObject({ ok: true, value: { jobId: 'cgt-1' } });
		expect(await submitItem(0)).toMatchObject({ ok: true, value: { jobId: 'cgt-1' } });
		expect([world.sent('POST').length, account.tasks.length]).toEqual([1, 1]);
		const [asked] = world.sent('GET');
		expect(asked!.path).toBe(TASKS);
		expect(Object.fromEntries(asked!.query)).toEqual({
			page_num: '1',
			page_size: '100',
			'filter.model': WIRE_ID,
		});
	});

	it.each(LOST)('%s: the list does not tell', async (_, answer) => {
		for (const listing of [{ isEmpty: true }, { fails: true }]) {
			const account = new Account(() => answer, listing);
			const world = await connected(account.transport);
			const submitItem = submitting(world);
			for (const item of [0, 0, 0]) expect(await submitItem(item)).toMatchObject(inDoubt);
			expect([world.sent('POST').length, account.tasks.length]).toEqual([1, 1]);
		}
	});

	it('the list does not show tags: one job of that time is enough, two are too many', async () => {
		const account = new Account(() => CUT, { hidesTags: true });
		const alone = await connected(account.transport);
		expect(await submitting(alone)(0)).toMatchObject({ ok: true, value: { jobId: 'cgt-1' } });

		const both = new Account(() => CUT, { hidesTags: true });
		const world = await connected(both.transport);
		const submitItem = submitting(world);
		const outcomes = await Promise.all([submitItem(0), submitItem(1)]);
		for (const outcome of outcomes) expect(outcome).toMatchObject(inDoubt);
		expect([world.sent('POST').length, both.tasks.length]).toEqual([2, 2]);
	});

	it('the tags tell two lost jobs apart', async () => {
		const account = new Account(() => CUT);
		const world = await connected(account.transport);
		const submitItem = submitting(world);
		const outcomes = await Promise.all([submitItem(0), submitItem(1)]);
		const tags = ['0', '1'].map((key) => `n8n-${key.repeat(40)}`);
		outcomes.forEach((outcome, index) => {
			const jobId = account.tasks.find((task) => task.safety_identifier === tags[index])!.id;
			expect(outcome).toMatchObject({ ok: true, value: { jobId } });
		});
		expect(world.sent('POST')).toHaveLength(2);
	});

	it('a job of the cheap tier is found where such jobs are listed', async () => {
		const account = new Account(() => CUT);
		const world = await connected(account.transport);
		const request: MediaRequest = {
			...lamp,
			model: 'seedance-1.0-pro',
			serviceTier: 'flex',
		};
		expect(await submitting(world)(0, request)).toMatchObject({ value: { jobId: 'cgt-1' } });
		expect(world.sent('GET')[0]!.query.get('filter.service_tier')).toBe('flex');
	});

	it('in China, and with an endpoint, it is asked for by the ID that was sent', async () => {
		const account = new Account(() => CUT);
		const world = await connected(account.transport, { region: 'china' });
		const submitItem = submitting(world);
		await submitItem(0);
		await submitItem(1, { ...lamp, modelId: 'ep-1' });
		expect(world.sent('GET').map(({ query }) => query.get('filter.model'))).toEqual([
			'doubao-seedance-2-0-260128',
			'ep-1',
		]);
		expect(world.sent('POST')).toHaveLength(2);
	});

	it('a lost answer about an image cannot be looked up: the error says so, and no image is made again', async () => {
		const world = await connected(() => CUT);
		const submitItem = submitting(world);
		const image: MediaRequest = { ...lamp, model: 'seedream-4.5', resolution: '2K' };
		for (const item of [0, 0]) expect(await submitItem(item, image)).toMatchObject(inDoubt);
		expect(world.calls.map(({ method }) => method)).toEqual(['POST']);
	});
});

describe('a submit that was refused', () => {
	it('for its rate is made again when the pause is over, and makes one job', async () => {
		let refused = 0;
		const account = new Account(() => undefined);
		const world = await connected((call, now) =>
			call.method === 'POST' && (refused += 1) <= 2
				? refusal(429, 'ModelAccountRpmRateLimitExceeded')
				: account.transport(call, now),
		);
		expect(await submitting(world)(0)).toMatchObject({ ok: true, value: { jobId: 'cgt-1' } });
		expect([world.sent('POST').length, account.tasks.length]).toEqual([3, 1]);
		expect(world.clock.now() - START).toBeGreaterThanOrEqual(120_000);
	});

	it.each([
		[429, 'QuotaExceeded'],
		[429, 'SetLimitExceeded'],
		[404, 'ModelNotOpen'],
		[403, 'AccountOverdueError'],
		[400, 'InputTextSensitiveContentDetected'],
	])('with HTTP %i %s is not made again', async (status, code) => {
		const world = await connected(() => refusal(status, code));
		const outcome = await submitting(world)(0);
		expect(outcome).toMatchObject({ ok: false, fault: { code, transient: false } });
		expect(world.calls).toHaveLength(1);
		expect(world.clock.now()).toBe(START);
	});

	it('because nothing listens is made again: nothing was sent', async () => {
		let tries = 0;
		const account = new Account(() => undefined);
		const world = await connected((call, now) =>
			(tries += 1) === 1 ? broken('ECONNREFUSED') : account.transport(call, now),
		);
		expect(await submitting(world)(0)).toMatchObject({ ok: true });
		expect(account.tasks).toHaveLength(1);
	});
});

describe('the list of recent tasks', () => {
	const KEY = '0'.repeat(40);
	const TAG = `n8n-${KEY}`;
	const task = (id: string, more: object = {}) => ({
		id,
		model: WIRE_ID,
		status: 'queued',
		created_at: START / 1000,
		...more,
	});
	const from = (items: unknown[], request: MediaRequest = lamp) => {
		const submission = { request, idempotencyKey: KEY, sentAt: START };
		return videos
			.recent!.response({ items, total: items.length }, submission, 200)
			.map(({ jobId }) => jobId);
	};

	it('with our tag, a job is certain, whatever else there is', () => {
		const ours = task('ours', { safety_identifier: TAG });
		expect(from([task('a'), ours, task('b')])).toStrictEqual(['ours']);
	});

	it('with another tag, a job is never ours', () => {
		expect(from([task('a', { safety_identifier: 'n8n-other' })])).toStrictEqual([]);
		expect(from([task('a', { safety_identifier: 'somebody' }), task('b')])).toStrictEqual(['b']);
	});

	it('without tags, every job of the model may be', () => {
		expect(from([task('a'), task('b', { safety_identifier: null })])).toStrictEqual(['a', 'b']);
		expect(from([task('a', { safety_identifier: '' })])).toStrictEqual(['a']);
		expect(from([task('a', { model: 'dreamina-seedance-2-5-260628' })])).toStrictEqual([]);
		// The same model of the other region, and one that we do not know.
		expect(from([task('a', { model: 'doubao-seedance-2-0-260128' })])).toStrictEqual(['a']);
		expect(from([task('a', { model: 'dreamina-seedance-2-0-270101' })])).toStrictEqual(['a']);
		expect(from([task('a', { model: undefined })])).toStrictEqual(['a']);
		const endpoint = { ...lamp, modelId: 'ep-1' };
		expect(from([task('a', { model: 'dreamina-seedance-2-5-260628' })], endpoint)).toStrictEqual([
			'a',
		]);
	});

	it('an item that cannot be read hides no other', () => {
		expect(from([null, 7, {}, { id: 7.5, status: 'queued' }, task('a')])).toStrictEqual(['a']);
	});

	it('has the time of each job', () => {
		const submission = { request: lamp, idempotencyKey: KEY, sentAt: START };
		const [job] = videos.recent!.response({ items: [task('a')] }, submission, 200);
		expect(job).toMatchObject({ status: 'queued', createdAt: '2026-11-30T12:00:00Z' });
	});

	it.each([{}, { items: null }, [], null, 'no'])('%j is no list', (body) => {
		const submission = { request: lamp, idempotencyKey: KEY, sentAt: START };
		expect(() => videos.recent!.response(body, submission, 200)).toThrow();
	});
});

describe('Cancel Job', () => {
	/** The states in which the task is found, one after the other; `deleted` is what the deletion is answered. */
	async function cancelling(states: string[], deleted: Answer = { status: 200 }) {
		let asked = 0;
		const world = await connected(({ method }) => {
			if (method === 'DELETE') return deleted;
			const status = states[Math.min(asked, states.length - 1)];
			asked += 1;
			return {
				status: 200,
				body: {
					id: 'cgt-1',
					model: WIRE_ID,
					status,
					...(status === 'succeeded' ? { content: { video_url: 'https://e.com/v.mp4' } } : {}),
				},
			};
		});
		const outcome = await cancelJob(world.session, newJob('cgt-1', 'modelArk'));
		return { outcome, calls: world.calls.map(({ method, path }) => `${method} ${path}`) };
	}
	const GET = `GET ${TASKS}/cgt-1`;
	const DELETE = `DELETE ${TASKS}/cgt-1`;

	it('cancels what is queued, free of charge', async () => {
		const { outcome, calls } = await cancelling(['queued', 'cancelled']);
		expect(outcome).toMatchObject({ ok: true, value: { status: 'cancelled', costUsd: 0 } });
		expect(calls).toEqual([GET, DELETE, GET]);
	});

	it('says that a running job continues and is charged, and deletes nothing', async () => {
		const { outcome, calls } = await cancelling(['running']);
		expect(outcome).toMatchObject({
			ok: false,
			fault: {
				message:
					'BytePlus ModelArk cancels a job only while it is queued, and this one is processing',
				hint: 'The job continues and will be charged. Get its result with Check Status.',
			},
		});
		expect(calls).toEqual([GET]);
	});

	it('says the same where the job has begun between the question and the deletion', async () => {
		const { outcome, calls } = await cancelling(
			['queued', 'running'],
			refusal(409, 'InvalidAction.RunningTaskDeletion'),
		);
		expect(outcome).toMatchObject({
			ok: false,
			fault: {
				message: 'The job is running and cannot be cancelled any more, so it will be charged',
			},
		});
		expect(calls.filter((call) => call === DELETE)).toHaveLength(1);
	});

	it.each(['succeeded', 'failed', 'expired', 'cancelled'])(
		'never deletes the record of a job that has %s',
		async (state) => {
			const { outcome, calls } = await cancelling([state]);
			expect(outcome.ok).toBe(true);
			expect(calls).toEqual([GET]);
		},
	);

	it('never deletes a record after a lost answer to the deletion, either', async () => {
		for (const [end, status] of [
			['cancelled', 'cancelled'],
			['succeeded', 'completed'],
		]) {
			const { outcome, calls } = await cancelling(['queued', end!], CUT);
			expect(outcome).toMatchObject({ ok: true, value: { status } });
			expect(calls.filter((call) => call === DELETE)).toHaveLength(1);
		}
	});

	it('of a word that we do not know deletes nothing', async () => {
		const { outcome, calls } = await cancelling(['paused']);
		expect(outcome.ok).toBe(false);
		expect(calls).toEqual([GET]);
	});
});
