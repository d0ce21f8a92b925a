import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { userFolder } from './harness/environment.ts';
import {
	CountNode,
	DemoApi,
	FailNode,
	RequestNode,
	SetNode,
	SlowNode,
	SplitNode,
	TriggerNode,
	WaitNode,
} from './harness/test-nodes.ts';
import {
	closeEngines,
	type Engine,
	type EngineOptions,
	type Execution,
	NoOpNode,
	runWorkflow,
	startEngine,
	type WorkflowJson,
} from './harness/index.ts';

type JsonNode = Partial<WorkflowJson['nodes'][number]> & { name: string };

const nodeTypes = {
	'demo.count': CountNode,
	'demo.fail': FailNode,
	'demo.request': RequestNode,
	'demo.set': SetNode,
	'demo.slow': SlowNode,
	'demo.split': SplitNode,
	'demo.trigger': TriggerNode,
	'demo.wait': WaitNode,
	'demo.after': NoOpNode,
	'demo.errors': NoOpNode,
};

const to = (node: string) => [{ node, type: 'main', index: 0 }];

/** A workflow in a line: the trigger, then each node feeds the next. Their types are their names. */
const chain = (...nodes: JsonNode[]): WorkflowJson => ({
	name: nodes.map(({ name }) => name).join(' → '),
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1 },
		...nodes.map((node) => ({ type: `demo.${node.name.toLowerCase()}`, typeVersion: 1, ...node })),
	],
	connections: Object.fromEntries(
		nodes.map(({ name }, index) => [nodes[index - 1]?.name ?? 'Start', { main: [to(name)] }]),
	),
	settings: { executionOrder: 'v1' },
});

const engineWith = async (options: Partial<EngineOptions> = {}): Promise<Engine> =>
	await startEngine({ nodeTypes, credentialTypes: [DemoApi], ...options });

const numbers = (...values: number[]) => values.map((n) => ({ json: { n } }));
const json = (execution: Execution | null, node: string, output = 0) =>
	execution?.output(node, output).map((item) => item.json);

beforeEach(() => {
	FailNode.calls = 0;
	SlowNode.stopped = 0;
});

describe('a run', () => {
	it('takes items through the real engine, expressions evaluated', async () => {
		const execution = await runWorkflow({
			workflow: chain({ name: 'Set', parameters: { fields: '={{ { double: $json.n * 2 } }}' } }),
			nodeTypes,
			input: numbers(1, 2),
		});
		expect(execution.error).toBeUndefined();
		expect(execution.status).toBe('success');
		expect(execution.output('Set')).toEqual([
			{ json: { n: 1, double: 2 }, pairedItem: { item: 0 } },
			{ json: { n: 2, double: 4 }, pairedItem: { item: 1 } },
		]);
		expect(execution.nodeRuns('Set')).toHaveLength(1);
		expect(execution.lastNodeExecuted).toBe('Set');
		expect(() => execution.output('Typo')).toThrow('The workflow has no node "Typo"');
	});

	it('takes several branches', async () => {
		const workflow = chain({ name: 'Split' }, { name: 'After' });
		workflow.nodes.push({ name: 'Errors', type: 'demo.errors' });
		workflow.connections['Split'] = { main: [to('After'), to('Errors')] };
		const engine = await engineWith();
		const execution = await engine.run(workflow, { input: numbers(1, 2, 3, 4) });
		expect(json(execution, 'After')).toEqual([{ n: 2 }, { n: 4 }]);
		expect(json(execution, 'Errors')).toEqual([{ n: 1 }, { n: 3 }]);
		expect(execution.output('Errors')[1]?.pairedItem).toEqual({ item: 1 });
		expect(execution.output('Split', 1)[1]?.pairedItem).toEqual({ item: 2 });
	});

	it('ends in error with the message of the node, the item known', async () => {
		const engine = await engineWith();
		const execution = await engine.run(chain({ name: 'Fail' }, { name: 'After' }), {
			input: numbers(0, 1),
		});
		expect(execution.status).toBe('error');
		expect(execution.error?.message).toBe('Call 1 failed');
		expect(execution.error?.context).toMatchObject({ itemIndex: 1 });
		expect(execution.nodeRuns('After')).toEqual([]);
	});

	it('tries again with Retry On Fail, the node context kept', async () => {
		const engine = await engineWith();
		const node = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
		const workflow = chain({ name: 'Fail', parameters: { failures: 2 }, ...node });
		const execution = await engine.run(workflow, { input: numbers(1) });
		expect(execution.status).toBe('success');
		expect(FailNode.calls).toBe(3);
		expect(json(execution, 'Fail')).toEqual([{ n: 1, tries: 3 }]);
	});

	it('continues with Continue', async () => {
		const engine = await engineWith();
		const workflow = chain({ name: 'Fail', onError: 'continueRegularOutput' }, { name: 'After' });
		const execution = await engine.run(workflow, { input: numbers(0, 1) });
		expect(execution.status).toBe('success');
		expect(json(execution, 'After')).toEqual([{ n: 0, tries: 1 }, { error: 'Call 1 failed' }]);
	});

	it('sorts failed items to the error output, their input merged in', async () => {
		const workflow = chain({ name: 'Fail', onError: 'continueErrorOutput' }, { name: 'After' });
		workflow.nodes.push({ name: 'Errors', type: 'demo.errors' });
		workflow.connections['Fail'] = { main: [to('After'), to('Errors')] };
		const engine = await engineWith();
		const execution = await engine.run(workflow, { input: numbers(0, 1) });
		expect(json(execution, 'After')).toEqual([{ n: 0, tries: 1 }]);
		expect(json(execution, 'Errors')).toEqual([{ n: 1, error: 'Call 1 failed' }]);
		expect(json(execution, 'Fail', 1)).toEqual([{ n: 1, error: 'Call 1 failed' }]);
	});

	it('stops when its user stops it: the cancel signal fires', async () => {
		const engine = await engineWith();
		const started = engine.start(chain({ name: 'Slow' }, { name: 'After' }));
		setTimeout(() => started.cancel(), 30);
		const execution = await started.done;
		expect(SlowNode.stopped).toBe(1);
		expect(execution.status).toBe('canceled');
		expect(execution.nodeRuns('After')).toEqual([]);
		expect((await engine.waitFor(started.id)).status).toBe('canceled');
	});

	it('stops at the time limit of the workflow', async () => {
		const engine = await engineWith();
		const workflow = { ...chain({ name: 'Slow' }), settings: { executionTimeout: 0.5 } };
		expect((await engine.run(workflow)).status).toBe('canceled');
		expect(SlowNode.stopped).toBe(1);
	});

	it('says which node types it lacks', async () => {
		const engine = await engineWith();
		expect(() => engine.start(chain({ name: 'Other' }))).toThrow('"demo.other" was not given');
	});
});

describe('HTTP', () => {
	const apiKey = 'sk-demo-0123456789';
	const film = Buffer.alloc(300_000, 'film');
	const seen: Array<{ url: string; authorization: string | undefined }> = [];
	const server = createServer((req, res) => {
		seen.push({ url: req.url ?? '', authorization: req.headers.authorization });
		if (req.url === '/film') res.end(film);
		else if (req.url === '/denied') res.writeHead(401).end('{"message":"no"}');
		else res.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
	});
	let base: string;

	beforeAll(async () => {
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});
	beforeEach(() => {
		seen.length = 0;
	});

	const request = (url: string, download = false) =>
		chain({ name: 'Request', parameters: { url, download } });

	it('goes out for real, with the key by the authenticate block of the credential class', async () => {
		const engine = await engineWith({ credentials: { demoApi: { apiKey } } });
		const execution = await engine.run(request(`${base}/json`));
		expect(execution.error).toBeUndefined();
		expect(json(execution, 'Request')).toEqual([{ answer: { ok: true }, perMinute: 60 }]);
		expect(seen).toEqual([{ url: '/json', authorization: `Bearer ${apiKey}` }]);
	});

	it('takes credentials by name where a workflow has several of one type', async () => {
		const workflow = chain({
			name: 'Request',
			parameters: { url: `${base}/json` },
			credentials: { demoApi: { id: '7', name: 'Second' } },
		});
		const credentials = { demoApi: { apiKey: 'first' }, 'demoApi/Second': { apiKey: 'second' } };
		await (await engineWith()).run(workflow, { credentials });
		expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer second']);
	});

	it('fails as n8n does without a credential', async () => {
		const execution = await (await engineWith()).run(request(`${base}/json`));
		expect(execution.error?.message).toBe('Node does not have any credentials set');
		expect(seen).toEqual([]);
	});

	it('is sent once more after a 401, as in n8n, and ends in a NodeApiError', async () => {
		const engine = await engineWith({ credentials: { demoApi: { apiKey } } });
		const execution = await engine.run(request(`${base}/denied`));
		expect(execution.status).toBe('error');
		expect(execution.error).toMatchObject({ httpCode: '401' });
		expect(seen).toHaveLength(2);
	});

	it('shows a refused connection as n8n does', async () => {
		const engine = await engineWith({ credentials: { demoApi: { apiKey } } });
		const execution = await engine.run(request('http://127.0.0.1:1/'));
		expect(execution.error?.message).toBe(
			'The service refused the connection - perhaps it is offline',
		);
	});

	it('streams binary data to disk', async () => {
		const engine = await engineWith({ credentials: { demoApi: { apiKey } } });
		const execution = await engine.run(request(`${base}/film`, true));
		const file = execution.output('Request')[0]?.binary?.['file'];
		expect(file).toMatchObject({ fileName: 'film.mp4', mimeType: 'video/mp4', bytes: film.length });
		expect(file?.id).toMatch(/^filesystem-v2:/);
		expect((await engine.readBinary(file)).equals(film)).toBe(true);
	});

	it('gives input items binaries from disk', async () => {
		const engine = await engineWith();
		const image = await engine.writeBinary(film, { fileName: 'a.png', mimeType: 'image/png' });
		const execution = await engine.run(chain({ name: 'After' }), {
			input: [{ json: {}, binary: { data: image } }],
		});
		const { data } = execution.output('After')[0]?.binary ?? {};
		expect((await engine.readBinary(data)).equals(film)).toBe(true);
	});

	it('leaves what was logged to be looked through', async () => {
		const engine = await engineWith({ credentials: { demoApi: { apiKey } } });
		await engine.run(request(`${base}/json`));
		await engine.run(request(`${base}/denied`));
		expect(engine.logs.map(({ text }) => text)).toContain('Requests sent { count: 1 }');
		expect(engine.logs.some(({ level }) => level === 'debug')).toBe(true);
		expect(engine.logs.filter(({ text }) => text.includes(apiKey))).toEqual([]);
	});
});

describe('static data', () => {
	it('goes from one production execution of a workflow to the next', async () => {
		const engine = await engineWith();
		const workflow = chain({ name: 'Count' });
		await engine.run(workflow);
		await engine.run(workflow, { mode: 'manual' });
		expect(json(await engine.run(workflow), 'Count')).toEqual([{ count: 2 }]);
		const other = { ...workflow, id: 'other' };
		expect(json(await engine.run(other), 'Count')).toEqual([{ count: 1 }]);
	});
});

describe('a suspended execution', () => {
	const workflow = chain({ name: 'Wait' }, { name: 'After' });
	const suspend = async (options: Partial<EngineOptions> = {}) => {
		const engine = await engineWith(options);
		return { engine, execution: await engine.run(workflow, { input: numbers(1, 2) }) };
	};
	const pathSuffix = 'demo';

	it('waits with what its node put out, and knows its address', async () => {
		const { engine, execution } = await suspend();
		expect(execution.status).toBe('waiting');
		expect(Math.round((Number(execution.waitTill) - Date.now()) / 60_000)).toBe(60);
		expect(execution.resumeUrl).toMatch(
			new RegExp(`^${engine.baseUrl}/webhook-waiting/1\\?signature=\\w{32,}$`),
		);
		expect(json(execution, 'Wait')).toEqual(
			[1, 2].map((n) => ({ n, status: 'timed_out', resumeUrl: execution.resumeUrl })),
		);
		expect(json(execution, 'Start')).toEqual([{ n: 1 }, { n: 2 }]);
		expect(execution.nodeRuns('After')).toEqual([]);
	});

	it('is resumed by a callback, with what the webhook method returns', async () => {
		const { execution } = await suspend({ credentials: { demoApi: { apiKey: 'key' } } });
		const body = '{"do": "resume",  "amount": 1.0}';
		const result = await execution.deliverCallback({ pathSuffix, query: { token: 'ours' }, body });
		expect(result).toMatchObject({ httpStatus: 200, responseBody: { state: 'resumed' } });
		const { resumed } = result;
		expect(resumed?.status).toBe('success');
		expect(resumed?.id).toBe(execution.id);
		const seen = {
			rawBody: body,
			contentType: 'application/json',
			query: {
				token: 'ours',
				signature: new URL(execution.resumeUrl).searchParams.get('signature'),
			},
			resumeUrl: execution.resumeUrl,
			minutes: 60,
			credential: { apiKey: 'key', perMinute: 60 },
		};
		expect(json(resumed, 'After')).toEqual(
			[1, 2].map((n) => ({ n, status: 'completed', resumeUrl: execution.resumeUrl, seen })),
		);
		expect(resumed?.nodeRuns('Wait')).toHaveLength(1);
		expect(execution.continuations).toBe(1);
		expect(execution.status).toBe('waiting');
	});

	it('goes on waiting when the webhook method returns no items, and can be called again', async () => {
		const { engine, execution } = await suspend();
		for (let i = 0; i < 2; i++) {
			expect(await execution.deliverCallback({ pathSuffix, body: { do: 'stay' } })).toEqual({
				httpStatus: 200,
				responseBody: { state: 'still waiting' },
				responseHeaders: { 'content-type': 'application/json; charset=utf-8' },
				resumed: null,
			});
		}
		expect(execution.continuations).toBe(0);
		expect((await engine.waitFor(execution.id, { status: 'waiting' })).status).toBe('waiting');
		const { resumed } = await execution.deliverCallback({ pathSuffix, body: {} });
		expect(resumed?.status).toBe('success');
	});

	it('lets the node answer for itself', async () => {
		const { execution } = await suspend();
		const result = await execution.deliverCallback({ pathSuffix, body: { do: 'busy' } });
		expect(result).toMatchObject({
			httpStatus: 503,
			responseBody: { state: 'busy' },
			resumed: null,
		});
		expect(result.responseHeaders['retry-after']).toBe('1');
	});

	it('asks for its token in 2.x before the node is called', async () => {
		const { execution } = await suspend();
		const denied = { httpStatus: 401, responseBody: { error: 'Invalid token' }, resumed: null };
		const call = { pathSuffix, body: { do: 'throw' } };
		expect(await execution.deliverCallback({ ...call, signed: false })).toMatchObject(denied);
		expect(
			await execution.deliverCallback({ ...call, query: { signature: 'wrong' } }),
		).toMatchObject(denied);
	});

	it('has no token in 1.x', async () => {
		const { engine, execution } = await suspend({ resumeTokens: false });
		expect(execution.resumeUrl).toBe(`${engine.baseUrl}/webhook-waiting/1`);
		expect(json(execution, 'Wait')?.[0]?.['resumeUrl']).toBe(execution.resumeUrl);
		const { resumed } = await execution.deliverCallback({ pathSuffix, body: {} });
		expect(json(resumed, 'After')?.[0]).toMatchObject({ seen: { resumeUrl: execution.resumeUrl } });
	});

	it('answers 404 to another path or method and 422 to broken JSON', async () => {
		const { engine, execution } = await suspend();
		expect(await execution.deliverCallback()).toMatchObject({ httpStatus: 404 });
		expect(await execution.deliverCallback({ pathSuffix: 'other' })).toMatchObject({
			httpStatus: 404,
		});
		expect(await execution.deliverCallback({ pathSuffix, method: 'GET' })).toMatchObject({
			httpStatus: 404,
		});
		expect(await execution.deliverCallback({ pathSuffix, body: '{' })).toMatchObject({
			httpStatus: 422,
		});
		expect(engine.calls.map(({ httpStatus }) => httpStatus)).toEqual([404, 404, 404, 422]);
	});

	it('answers 409 once it has ended', async () => {
		const { execution } = await suspend();
		const call = { pathSuffix, url: `${execution.resumeUrl.replace('?', '/demo?')}`, body: {} };
		await execution.deliverCallback(call);
		expect(await execution.deliverCallback(call)).toMatchObject({
			httpStatus: 409,
			responseBody: { message: expect.stringContaining('finished already') as string },
		});
	});

	it('loses its run when the webhook method throws', async () => {
		const { execution } = await suspend();
		const { httpStatus, resumed } = await execution.deliverCallback({
			pathSuffix,
			body: { do: 'throw' },
		});
		expect(httpStatus).toBe(500);
		expect(resumed?.status).toBe('error');
		expect(resumed?.error?.message).toBe('The webhook method failed');
		expect(json(resumed, 'After')).toEqual([{}]);
		expect(resumed?.nodeRuns('Start')).toEqual([]);
	});

	it('passes its stored input through at the deadline', async () => {
		const { engine, execution } = await suspend();
		const woken = await execution.wakeByTime();
		expect(woken.status).toBe('success');
		expect(json(woken, 'After')).toEqual(
			[1, 2].map((n) => ({ n, status: 'timed_out', resumeUrl: execution.resumeUrl })),
		);
		expect(json(woken, 'Start')).toEqual([{ n: 1 }, { n: 2 }]);
		expect(execution.continuations).toBe(1);
		await expect(execution.wakeByTime()).rejects.toThrow('is success, not waiting');
		expect(await engine.waitFor(execution.id)).toBe(woken);
	});

	it('may wait a second time', async () => {
		const engine = await engineWith();
		const twice = chain({ name: 'Wait' }, { name: 'Again', type: 'demo.wait' }, { name: 'After' });
		const first = await engine.run(twice, { input: numbers(1) });
		const { resumed: second } = await first.deliverCallback({ pathSuffix, body: {} });
		expect(second?.status).toBe('waiting');
		expect(second?.lastNodeExecuted).toBe('Again');
		const { resumed } = (await second?.deliverCallback({ pathSuffix, body: {} })) ?? {};
		expect(json(resumed ?? null, 'After')).toMatchObject([{ n: 1, status: 'completed' }]);
		expect(first.continuations).toBe(2);
	});

	it('is resumed once by two callbacks at the same moment in 2.x', async () => {
		const { execution } = await suspend();
		const call = { pathSuffix, body: { delay: 20 } };
		const results = await Promise.all([1, 2].map(() => execution.deliverCallback(call)));
		expect(results.map(({ httpStatus }) => httpStatus)).toEqual([200, 500]);
		expect(results.map(({ resumed }) => resumed?.status)).toStrictEqual(['success', undefined]);
		expect(execution.continuations).toBe(1);
	});

	it('is resumed twice by two callbacks at the same moment in 1.x', async () => {
		const { execution } = await suspend({ resumeTokens: false });
		const call = { pathSuffix, body: { delay: 20 } };
		const results = await Promise.all([1, 2].map(() => execution.deliverCallback(call)));
		expect(results.map(({ httpStatus }) => httpStatus)).toEqual([200, 200]);
		expect(results.map(({ resumed }) => json(resumed, 'After')?.length)).toEqual([2, 2]);
		expect(execution.continuations).toBe(2);
	});

	it('is over when its user stops it', async () => {
		const { engine, execution } = await suspend();
		execution.cancel();
		expect((await engine.waitFor(execution.id)).status).toBe('canceled');
		expect(await execution.deliverCallback({ pathSuffix })).toMatchObject({ httpStatus: 409 });
	});
});

describe('over HTTP', () => {
	const post = async (url: string, body: unknown) =>
		await fetch(url, {
			method: 'POST',
			body: JSON.stringify(body),
			headers: { 'content-type': 'application/json' },
		});

	it('a callback resumes an execution as deliverCallback does', async () => {
		const engine = await engineWith();
		const execution = await engine.run(chain({ name: 'Wait' }, { name: 'After' }));
		const url = new URL(execution.resumeUrl);
		url.pathname += '/demo';
		url.searchParams.set('token', 'ours');
		const staying = await post(url.href, { do: 'stay' });
		expect([staying.status, await staying.json()]).toEqual([200, { state: 'still waiting' }]);
		const busy = await post(url.href, { do: 'busy' });
		expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '1']);
		const resuming = await post(url.href, { do: 'resume' });
		expect([resuming.status, await resuming.json()]).toEqual([200, { state: 'resumed' }]);
		const ended = await engine.waitFor(execution.id);
		expect(json(ended, 'After')?.[0]).toMatchObject({
			seen: { rawBody: '{"do":"resume"}', query: { token: 'ours' } },
		});
		expect(engine.calls.map(({ httpStatus }) => httpStatus)).toEqual([200, 503, 200]);
	});

	it('it gets 409 while the execution runs, 404 where there is none, 401 without the token', async () => {
		const engine = await engineWith();
		const started = engine.start(chain({ name: 'Slow' }, { name: 'After' }));
		const url = engine.resumeUrl(started.id);
		expect((await post(url, {})).status).toBe(409);
		expect((await post(url.replace(/\?.*/, ''), {})).status).toBe(401);
		expect((await post(`${engine.baseUrl}/webhook-waiting/99`, {})).status).toBe(404);
		expect((await post(`${engine.baseUrl}/elsewhere`, {})).status).toBe(404);
		started.cancel();
		await started.done;
	});

	it('the answer does not wait for what follows', async () => {
		const engine = await engineWith();
		const execution = await engine.run(chain({ name: 'Wait' }, { name: 'Slow' }));
		expect((await post(execution.resumeUrl.replace('?', '/demo?'), {})).status).toBe(200);
		expect(SlowNode.stopped).toBe(0);
		execution.cancel();
		expect((await engine.waitFor(execution.id)).status).toBe('canceled');
		expect(SlowNode.stopped).toBe(1);
	});

	it('a trigger starts its workflow', async () => {
		const engine = await engineWith();
		const workflow = chain({ name: 'After' });
		workflow.nodes[0] = { name: 'Start', type: 'demo.trigger', webhookId: 'abc' };
		const active = await engine.activate(workflow);
		const url = active.url('Start');
		expect(url).toBe(`${engine.baseUrl}/webhook/abc/hook`);
		const answer = await post(url, { job: 7 });
		expect([answer.status, await answer.text()]).toEqual([200, 'firstEntryJson']);
		const [execution] = await Promise.all(active.executions);
		expect(execution?.status).toBe('success');
		expect(json(execution ?? null, 'After')).toEqual([{ job: 7, url }]);
		await active.deactivate();
		expect((await post(url, {})).status).toBe(404);
	});
});

describe('waitFor', () => {
	it('gives up with the status the execution has', async () => {
		const engine = await engineWith();
		const { id } = await engine.run(chain({ name: 'Wait' }));
		await expect(engine.waitFor(id, { timeoutMs: 20 })).rejects.toThrow(
			'Execution 1 is waiting after 20 ms, not at an end',
		);
	});
});

describe('the end', () => {
	it('leaves nothing behind: runs stopped, listener closed, folder gone', async () => {
		const engine = await engineWith();
		const { baseUrl } = engine;
		const { done } = engine.start(chain({ name: 'Slow' }));
		await closeEngines();
		expect((await done).status).toBe('canceled');
		await expect(fetch(baseUrl)).rejects.toThrow('fetch failed');
		expect(existsSync(userFolder)).toBe(false);

		const next = await engineWith();
		expect((await next.run(chain({ name: 'After' }))).status).toBe('success');
	});
});
