import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir } from 'node:fs/promises';
import {
	DemoApi,
	FailNode,
	RequestNode,
	SetNode,
	SlowNode,
	SplitNode,
	WaitNode,
} from './harness/test-nodes.ts';
import {
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
	'demo.fail': FailNode,
	'demo.request': RequestNode,
	'demo.set': SetNode,
	'demo.slow': SlowNode,
	'demo.split': SplitNode,
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
		const { id, done, cancel } = engine.start(chain({ name: 'Slow' }, { name: 'After' }));
		setTimeout(cancel, 30);
		const execution = await done;
		expect(SlowNode.stopped).toBe(1);
		expect(execution.status).toBe('canceled');
		expect(execution.nodeRuns('After')).toEqual([]);
		expect((await engine.waitFor(id)).status).toBe('canceled');
	});

	it('stops at the time limit of the workflow', async () => {
		const engine = await engineWith();
		const workflow = { ...chain({ name: 'Slow' }), settings: { executionTimeout: 0.05 } };
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
