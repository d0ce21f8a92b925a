import type { INode } from 'n8n-workflow';
import { startWitness } from '../sandbox/index.ts';
import {
	chain,
	closeWorld,
	errorTextOf,
	generate,
	node,
	openWorld,
	prompts,
	start,
	submitsOf,
	type World,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const run = (parameters = {}, input = prompts('one'), more: Partial<INode> = {}) =>
	world.engine.run(chain(start, generate({ afterSubmit: 'return', ...parameters }, more)), {
		input,
	});

describe('a value that the model does not take', () => {
	const long = 'x'.repeat(501);
	it.each([
		['an empty prompt', { prompt: '' }, 'Prompt: an empty value', '1 to 500 characters'],
		['a prompt of 501 characters', { prompt: long }, '(501 characters)', '1 to 500 characters'],
		['3 seconds', { duration: 3 }, 'Duration (Seconds): "3"', 'from 4 to 15'],
		['16 seconds', { duration: 16 }, 'Duration (Seconds): "16"', 'from 4 to 15'],
		['a word for the duration', { duration: '={{ "abc" }}' }, '"abc"', 'from 4 to 15'],
		['an unknown ratio', { aspectRatio: '={{ "4:3" }}' }, 'Aspect Ratio: "4:3"', '16:9, 9:16, 1:1'],
		[
			'an image that is not on the web',
			{ mode: 'imageToVideo', imageUrl: 'file:///etc/passwd' },
			'Image URL: "file:///etc/passwd"',
			'https:// or http://',
		],
		['an unknown model', { model: '={{ "sora" }}' }, 'Model: "sora"', 'seedance-2.0'],
	])(
		'%s is named with what is allowed, before any request',
		async (_, parameters, value, allowed) => {
			world = await openWorld();
			const { error } = await run(parameters);
			expect(error?.message).toContain(value);
			expect(error?.message).toContain(allowed);
			expect(world.sandbox.ledger.requests).toHaveLength(0);
		},
	);

	it('in the last of three items stops all before money is spent', async () => {
		world = await openWorld();
		const { error } = await run({}, prompts('one', 'two', ''));
		expect(error?.message).toContain('[item 2]');
		expect(world.sandbox.ledger.requests).toHaveLength(0);
	});
});

describe('an answer of the provider', () => {
	it('402 shows what is needed and what is there', async () => {
		world = await openWorld({ accounts: [{ credits: 150 }] });
		const { error } = await run({ duration: 10 });
		expect(error?.message).toBe('Not enough credits: this video needs 607, the account has 150');
	});

	it('401 names the credential', async () => {
		world = await openWorld({ credential: { apiKey: 'wrong-key-wrong-key' } });
		const { error } = await run();
		expect(error?.message).toContain('"My Seedance account"');
	});

	it.each([
		['an HTML page', { status: 502, body: '<html><h1>Bad gateway</h1></html>' }],
		['an empty body', { body: '' }],
		['a truncated JSON', { body: '{"task_id": "task_1", "sta' }],
		['a JSON of another shape', { body: { hello: 'world' } }],
	])('%s gives a readable error and says that the job may have started', async (_, fault) => {
		world = await openWorld();
		world.sandbox.faults.add({
			method: 'POST',
			times: 0,
			headers: { 'content-type': 'text/html' },
			...fault,
		});
		const { error } = await run();
		expect(error?.message).toMatch(
			/^Seedance (sent an answer that cannot be read|had an internal error)/,
		);
		expect(error?.message).toContain('may have started');
		expect(submitsOf(world)).toHaveLength(3);
	});

	it('that got lost after the job was charged is asked for again, not paid again', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', after: 'handled', reset: true });
		world.sandbox.faults.add({
			method: 'POST',
			after: 'handled',
			status: 500,
			body: 'oops',
		});
		const { error } = await run();
		expect(error).toBeUndefined();
		expect(world.sandbox.account()).toMatchObject({ submitsReceived: 3, jobsCreated: 1 });
	});

	it('nobody answering is said in plain words', async () => {
		world = await openWorld({ credential: { baseUrl: 'http://127.0.0.1:9/v1' } });
		const { error } = await run();
		expect(error?.message).toBe('Seedance cannot be reached: nothing answers at its address');
	});
});

describe('Retry On Fail', () => {
	const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
	const five = prompts('one', 'two', 'three', 'four', 'five');

	it('with item 3 of 5 refused at first makes 5 jobs, not 8', async () => {
		world = await openWorld();
		world.sandbox.faults.add({
			method: 'POST',
			match: 'three',
			status: 400,
			body: { error: { code: 'bad_request', message: 'not today' } },
		});
		const execution = await run({}, five, retry);
		expect(execution.error).toBeUndefined();
		expect(execution.output('Generate')).toHaveLength(5);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 5, submitsReceived: 6 });
	});

	it('with the job of item 3 of 5 failing makes 5 jobs, not 8', async () => {
		world = await openWorld();
		const failing = prompts('one', 'two', '[sandbox:fail]', 'four', 'five');
		const { error } = await run({ afterSubmit: 'wait' }, failing, retry);
		expect(error?.message).toContain('could not make the video');
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 5, submitsReceived: 5 });
	});

	it('does not pay again although the prompt has changed in between', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', match: 'two', status: 400, body: {} });
		const prompt = '={{ $json.prompt + " " + Math.random() }}';
		const { error } = await run({ prompt }, prompts('one', 'two'), retry);
		expect(error).toBeUndefined();
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});

	it('takes up a job whose wait was broken off', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'GET', path: '/v1/tasks', status: 401, body: {} });
		const { error } = await run({ afterSubmit: 'wait' }, prompts('one'), retry);
		expect(error).toBeUndefined();
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1, jobsCharged: 1 });
	});
});

describe('On Error', () => {
	const mixed = prompts('one', '', '[sandbox:fail]', 'four');

	it('"Continue" keeps every item in its place', async () => {
		world = await openWorld();
		const execution = await run({ afterSubmit: 'wait' }, mixed, {
			onError: 'continueRegularOutput',
		});
		const output = execution.output('Generate');
		expect(output.map(({ json }) => json.status ?? 'error')).toEqual([
			'completed',
			'error',
			'error',
			'completed',
		]);
		expect(output[1]!.json).toEqual({
			error: expect.stringContaining('Prompt'),
			jobStarted: 'no',
		});
		expect(output[2]!.json).toEqual({
			error: expect.stringMatching(/\(job task_/),
			jobId: expect.stringMatching(/^task_/),
			jobStarted: 'yes',
		});
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3].map((item) => ({ item })),
		);
	});

	it('"Continue (using error output)" parts them, with the input beside the error', async () => {
		world = await openWorld();
		const workflow = chain(
			start,
			node('Before', 'n8n-nodes-base.noOp'),
			generate({}, { onError: 'continueErrorOutput' }),
		);
		const execution = await world.engine.run(workflow, { input: mixed });
		expect(execution.output('Generate', 0).map(({ json }) => json.status)).toEqual([
			'completed',
			'completed',
		]);
		expect(execution.output('Generate', 1).map(({ json }) => json)).toEqual([
			{
				prompt: '',
				sku: 'A-1',
				error: expect.stringMatching(/^Prompt: .* characters\. Nothing was submitted/),
			},
			{
				prompt: '[sandbox:fail]',
				sku: 'A-2',
				error: expect.stringMatching(/generated \(job task_\w+\)\. Failed jobs cost nothing\./),
			},
		]);
	});
});

describe('the API key', () => {
	const key = 'sk-very-secret-key-0123456789';

	async function openWithKey(more = {}) {
		world = await openWorld({
			accounts: [{ apiKey: key, credits: 10_000 }],
			credential: { apiKey: key, ...more },
		});
	}

	/** Everything that n8n keeps or shows of a run. */
	const traceOf = (execution: Awaited<ReturnType<typeof run>>) =>
		JSON.stringify([
			execution.data,
			execution.error,
			errorTextOf(execution.error),
			world.engine.logs,
		]);

	it.each([
		['a good run', {}],
		['a cut connection', { method: 'POST', times: 0, reset: true }],
		['a server error', { method: 'POST', times: 0, status: 500, body: 'no' }],
		[
			'a refusal that quotes it',
			{ method: 'POST', status: 400, body: { error: { message: `bad ${key}` } } },
		],
		['a failed wait', { method: 'GET', times: 0, status: 403, body: `<p>${key}</p>` }],
	])('is in no output, error or log line of %s', async (_, fault) => {
		await openWithKey();
		if ('method' in fault) world.sandbox.faults.add(fault);
		const execution = await run({ afterSubmit: 'wait', downloadVideo: true });
		expect(submitsOf(world).length).toBeGreaterThan(0);
		expect(traceOf(execution)).not.toContain(key);
		expect(world.sandbox.ledger.keyReachedMediaHost).toBe(false);
	});

	it('does not follow a redirect to another host', async () => {
		await openWithKey();
		const witness = await startWitness();
		try {
			world.sandbox.faults.add({ method: 'POST', status: 307, headers: { location: witness.url } });
			const execution = await run();
			expect(execution.error?.message).toContain('redirect');
			expect(witness.requests).toHaveLength(0);
			expect(traceOf(execution)).not.toContain(key);
		} finally {
			await witness.close();
		}
	});

	it('is not sent over plain http to another machine', async () => {
		await openWithKey({ baseUrl: 'http://api.example.com/v1' });
		const { error } = await run();
		expect(errorTextOf(error)).toContain('must start with https://');
	});
});
