/** A callback comes in: its caller has one answer at once, and what it says is worked on only if it may be believed. */
import { createHmac } from 'node:crypto';
import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { receive, type Callback } from '../../nodes/Seedance/runtime/callbacks/receive';

const BODY = '{"task_id":"task_1","status":"queued"}';
const SILENT = { noWebhookResponse: true };
let nodes = 0;

interface Setting {
	body?: string;
	signedWith?: string;
	provider?: string;
	credential?: object;
	/** How long n8n takes to read the credential. */
	readingTakes?: () => Promise<void>;
	handle?: (callback: Callback) => 'ok' | 'nonsense' | (() => Promise<IWebhookResponseData>);
	node?: string;
}

async function calling(setting: Setting = {}, answers: unknown[] = []) {
	const {
		body = BODY,
		signedWith = 'secret',
		provider = 'seedance',
		handle = () => 'ok',
	} = setting;
	const { node = `receiving-${(nodes += 1)}`, readingTakes } = setting;
	const warnings: string[] = [];
	const admitted: Callback[] = [];
	const baseUrl = 'https://api.example/v1';
	const credential = { apiKey: 'key', baseUrl, webhookSecret: 'secret', ...setting.credential };
	const ctx = {
		getWorkflow: () => ({ id: 'workflow' }),
		getNode: () => ({
			id: node,
			name: 'Wait',
			credentials: { seedanceApi: { id: '1', name: 'Mine' } },
		}),
		getNodeParameter: () => provider,
		getHeaderData: () => ({
			'x-seedance-signature': createHmac('sha256', signedWith).update(body).digest('hex'),
		}),
		getRequestObject: () => ({ rawBody: Buffer.from(body) }),
		getCredentials: async () => {
			await readingTakes?.();
			return credential;
		},
		getResponseObject: () => ({
			status: (code: number) => ({ json: (said: unknown) => answers.push([code, said]) }),
		}),
		logger: { warn: (line: string) => void warnings.push(line) },
	} as unknown as IWebhookFunctions;
	const result = await receive(ctx, () => ({
		receiver: 'execution 7',
		handle: (callback) => {
			admitted.push(callback);
			return handle(callback);
		},
	}));
	return { result, answers, warnings, admitted };
}

it('that is signed is handed on with what it says of its job', async () => {
	const { result, answers, admitted, warnings } = await calling();
	expect(admitted).toMatchObject([
		{
			sender: 'signed',
			body: { task_id: 'task_1' },
			readings: [{ jobId: 'task_1', status: 'queued' }],
		},
	]);
	expect([result, answers, warnings]).toEqual([SILENT, [[200, { status: 'ok' }]], []]);
});

it('that says nothing of a job is refused as nonsense', async () => {
	const { result, answers } = await calling({ handle: () => 'nonsense' });
	expect([result, answers]).toEqual([SILENT, [[400, { status: 'nonsense' }]]]);
});

it('that is no JSON names no job, and breaks nothing', async () => {
	const { admitted } = await calling({ body: '<html>' });
	expect(admitted).toMatchObject([{ body: undefined, readings: [] }]);
});

it('that is forged is refused, and logged once in ten minutes for each node', async () => {
	const forged = { signedWith: 'another', node: 'forged-node' };
	const first = await calling(forged);
	expect(first).toMatchObject({
		result: SILENT,
		answers: [[401, { status: 'forged' }]],
		admitted: [],
	});
	expect(first.warnings).toEqual([
		expect.stringMatching(/callback to the node "Wait" \(workflow workflow\) was refused with 401/),
	]);
	expect((await calling(forged)).warnings).toEqual([]);
	expect((await calling({ ...forged, node: 'other-node' })).warnings).toHaveLength(1);
});

it('is put off where the credential is no good: the provider may call again', async () => {
	const { result, answers, warnings, admitted } = await calling({
		credential: { baseUrl: 'nowhere' },
	});
	expect([result, answers]).toEqual([SILENT, [[503, { status: 'later' }]]]);
	expect(admitted).toEqual([]);
	expect(warnings).toEqual([expect.stringMatching(/^Seedance: a callback was postponed\. \w/)]);
});

it('is put off where something goes wrong, and nothing of that is logged', async () => {
	const { answers, warnings } = await calling({ provider: 'sk-secret' });
	expect(answers).toEqual([[503, { status: 'later' }]]);
	expect(warnings).toEqual([expect.stringContaining('the credential could not be read')]);
	expect(warnings.join()).not.toContain('sk-secret');
});

it('has its answer before the work on it begins, and the work has the last word', async () => {
	const done = { workflowData: [[{ json: { jobId: 'task_1' } }]] };
	const { result, answers } = await calling({ handle: () => () => Promise.resolve(done) });
	expect([result, answers]).toEqual([done, [[200, { status: 'ok' }]]]);
});

it('that cannot be worked on wipes no execution', async () => {
	const handle = () => () => Promise.reject(new Error('sk-secret'));
	const { result, answers, warnings } = await calling({ handle });
	expect([result, answers]).toEqual([SILENT, [[200, { status: 'ok' }]]]);
	expect(warnings).toEqual(['Seedance: a callback could not be processed']);
});

/** Node's time, as far as the quiet clock goes by it. */
function controlTime() {
	let now = 0;
	let timers: Array<{ at: number; wake: () => void }> = [];
	jest.spyOn(performance, 'now').mockImplementation(() => now);
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
		const controller = new AbortController();
		timers.push({ at: now + ms, wake: () => controller.abort() });
		return controller.signal;
	});
	const sleep = (ms: number) =>
		new Promise<void>((wake) => timers.push({ at: now + ms, wake: () => wake() }));
	const pass = async (ms: number) => {
		now += ms;
		const due = timers.filter(({ at }) => at <= now);
		timers = timers.filter(({ at }) => at > now);
		for (const { wake } of due) wake();
		await new Promise((resolve) => setImmediate(resolve));
	};
	return { sleep, pass };
}

describe('as time passes', () => {
	afterEach(() => jest.restoreAllMocks());

	it.each<[string, Setting]>([
		['good', {}],
		['forged', { signedWith: 'another' }],
	])('one that is %s has one answer in time, however slow n8n is', async (_, setting) => {
		const { sleep, pass } = controlTime();
		const answers: unknown[] = [];
		const calls = calling({ ...setting, readingTakes: () => sleep(20_000) }, answers);
		await pass(2_999);
		expect(answers).toEqual([]);
		await pass(1);
		expect(answers).toEqual([[200, { status: 'ok' }]]);
		await pass(20_000);
		await calls;
		expect(answers).toHaveLength(1);
	});

	it('a forgery is logged again after ten minutes', async () => {
		const { pass } = controlTime();
		const forged = { signedWith: 'another', node: 'forged-for-long' };
		expect((await calling(forged)).warnings).toHaveLength(1);
		await pass(599_999);
		expect((await calling(forged)).warnings).toHaveLength(0);
		await pass(1);
		expect((await calling(forged)).warnings).toHaveLength(1);
	});
});
