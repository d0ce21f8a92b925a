import { createHmac } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import {
	chain,
	closeWorld,
	errorTextOf,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
	type WorldOptions,
} from './world.ts';

const PATH = 'seedance-callback';

let world: World;
afterEach(() => closeWorld(world));

const waitNode = (parameters: IDataObject = {}) =>
	node('Wait', 'seedanceWaitForWebhook', { provider: 'seedance', ...parameters });
const after = node('After', 'n8n-nodes-base.noOp');
const workflow = (parameters?: IDataObject, submitted: IDataObject = {}) =>
	chain(start, generate({ afterSubmit: 'resume', ...submitted }), waitNode(parameters), after);

/** Runs until the execution sleeps; its jobs go on only when the test says so, unless `speed` is given. */
async function sleeping(texts: string[], options: WorldOptions = {}, parameters?: IDataObject) {
	world = await openWorld({ speed: 1, ...options });
	const execution = await world.engine.run(workflow(parameters), { input: prompts(...texts) });
	expect(execution.error).toBeUndefined();
	expect(execution.status).toBe('waiting');
	return execution;
}

const jobIds = () => world.sandbox.jobs().map(({ jobId }) => jobId);
const statusCalls = () =>
	world.sandbox.ledger.requests.filter(({ kind }) => kind === 'status').length;

describe.each([
	['2.x', true],
	['1.x', false],
])('Wait for Webhook in n8n %s', (_, resumeTokens) => {
	it('sleeps until the jobs of all items are settled and goes on once, in input order', async () => {
		const execution = await sleeping(['one', 'two', 'three'], { resumeTokens });
		for (const id of jobIds()) world.sandbox.finishJob(id);
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		await world.sandbox.callbacksIdle();
		expect(done.output('After').map(({ json }) => [json.jobId, json.status])).toEqual(
			jobIds().map((id) => [id, 'completed']),
		);
		expect(done.output('After')[0]!.json).toMatchObject({
			creditsCharged: 243,
			creditsEstimated: 243,
			costUsdEstimated: 2.43,
		});
		expect(done.output('After').map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2].map((item) => ({ item })),
		);
		expect(done.continuations).toBe(1);
		expect(world.sandbox.ledger.callbacks.map(({ status }) => status)).toEqual([200, 200, 200]);
	});

	it('resumes once when two callbacks come in the same moment', async () => {
		const execution = await sleeping(['[sandbox:callback-twice]'], { resumeTokens });
		world.sandbox.finishJob(jobIds()[0]!);
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		await world.sandbox.callbacksIdle();
		expect(world.sandbox.ledger.callbacks).toHaveLength(2);
		expect(done.continuations).toBe(1);
	});

	it('goes on sleeping when one of two jobs is settled', async () => {
		const execution = await sleeping(['one', 'two'], { resumeTokens });
		world.sandbox.finishJob(jobIds()[1]!);
		await world.sandbox.waitFor('callback', jobIds()[1]);
		expect((await world.engine.waitFor(execution.id, { status: 'waiting' })).status).toBe(
			'waiting',
		);
		world.sandbox.finishJob(jobIds()[0]!, 'failed');
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		expect(done.output('After').map(({ json }) => json.status)).toEqual(['failed', 'completed']);
	});
});

describe('Wait for Webhook', () => {
	it('goes on at once when the job finished before the node was reached', async () => {
		world = await openWorld();
		const execution = await world.engine.run(workflow(), { input: prompts('[sandbox:instant]') });
		expect(execution.status).toBe('success');
		expect(execution.output('After')[0]!.json).toMatchObject({
			status: 'completed',
			progress: 100,
		});
	});

	it('goes on with all items where faults go to the error output', async () => {
		world = await openWorld();
		const wait = { ...waitNode(), onError: 'continueErrorOutput' as const };
		const flow = chain(start, generate({ afterSubmit: 'resume' }), wait, after);
		const execution = await world.engine.run(flow, { input: prompts('one', 'two') });
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		expect(done.output('After').map(({ json }) => json.status)).toEqual(['completed', 'completed']);
	});

	it('brings the file along when it resumes', async () => {
		const execution = await sleeping(['one'], {}, { downloadVideo: true });
		world.sandbox.finishJob(jobIds()[0]!);
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		const [item] = done.output('After');
		const bytes = await world.engine.readBinary(item!.binary!.video);
		expect(bytes.length).toBe(item!.json.fileSizeBytes);
		expect(world.sandbox.ledger.keyReachedMediaHost).toBe(false);
	});

	it('says what went wrong with a job that failed while it slept, where the user wants an error', async () => {
		const execution = await sleeping(['one', 'two'], {}, { onJobFailure: 'error' });
		world.sandbox.finishJob(jobIds()[0]!, 'failed');
		world.sandbox.finishJob(jobIds()[1]!);
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		expect(done.output('After').map(({ json }) => json.error ?? json.status)).toEqual([
			expect.stringContaining(`(job ${jobIds()[0]!})`),
			'completed',
		]);
	});

	it('lets each unfinished item out as timed_out at the deadline, with its job', async () => {
		const execution = await sleeping(['one', 'two'], {}, { limitWaitMinutes: 2 });
		expect(execution.waitTill!.getTime() - Date.now()).toBeGreaterThan(100_000);
		const done = await execution.wakeByTime();
		expect(done.status).toBe('success');
		expect(
			done.output('After').map(({ json }) => [json.jobId, json.status, json.videoUrl]),
		).toEqual(jobIds().map((id) => [id, 'timed_out', null]));
		// What the node before has put out stays as it was.
		expect(done.output('Generate').map(({ json }) => json.status)).toEqual(['queued', 'queued']);
	});

	it('believes the API and not an early callback', async () => {
		const execution = await sleeping(['[sandbox:callback-early] one'], { speed: 20 });
		await world.sandbox.callbacksIdle();
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		expect(done.output('After')[0]!.json.status).toBe('completed');
		expect(done.output('After')[0]!.json.videoUrl).toMatch(/^http:\/\/127/);
	});

	it('asks about each job little more than once, however many callbacks come', async () => {
		const texts = Array.from({ length: 20 }, (_, index) => `number ${index}`);
		const execution = await sleeping(texts, {
			accounts: [{ requestsPerMinute: 1_000, maxConcurrentJobs: 20 }],
			credential: { requestsPerMinute: 1_000 },
		});
		for (const id of jobIds()) world.sandbox.finishJob(id);
		await world.engine.waitFor(execution.id, { status: 'success' });
		// One for each job when it is settled; a callback that comes before the sleep may cost another one.
		expect(statusCalls()).toBeGreaterThanOrEqual(20);
		expect(statusCalls()).toBeLessThanOrEqual(25);
	});

	it('answers the provider before it asks the API', async () => {
		const execution = await sleeping(['one']);
		world.sandbox.faults.add({ method: 'GET', delayMs: 1_000 });
		world.sandbox.finishJob(jobIds()[0]!);
		await world.sandbox.callbacksIdle();
		expect(world.sandbox.ledger.callbacks).toMatchObject([{ status: 200 }]);
		expect(execution.continuations).toBe(0);
		await world.engine.waitFor(execution.id, { status: 'success' });
	});

	it('goes on although the API was down when the last callback came', async () => {
		const execution = await sleeping(['one']);
		// The callback's question and its two repetitions.
		world.sandbox.faults.add({ method: 'GET', times: 3, status: 503, body: 'no' });
		world.sandbox.finishJob(jobIds()[0]!);
		await world.sandbox.callbacksIdle();
		expect(world.sandbox.ledger.callbacks).toMatchObject([{ status: 200 }]);
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		expect(done.output('After')[0]!.json.status).toBe('completed');
		expect(done.continuations).toBe(1);
	});

	it('keeps what an earlier node knew, and the input fields where wanted', async () => {
		const options = { includeInputFields: true };
		world = await openWorld({ speed: 100 });
		const flow = chain(
			start,
			generate({
				afterSubmit: 'resume',
				options: { includeInputFields: true, metadata: '{"a":1}' },
			}),
			waitNode({ options }),
			after,
		);
		const execution = await world.engine.run(flow, { input: prompts('one') });
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		expect(done.output('After')[0]!.json).toMatchObject({
			sku: 'A-0',
			metadata: { a: 1 },
			creditsEstimated: 243,
			costUsdEstimated: 2.43,
			status: 'completed',
		});
	});
});

describe('many jobs in one execution', () => {
	const MANY = { requestsPerMinute: 100_000, maxConcurrentJobs: 1_000 };
	const unhurried = { accounts: [{ ...MANY, credits: 1e6 }], credential: MANY };
	/** Takes some seconds on a machine that has nothing else to do. */
	const MANY_LIMIT_MS = 150_000;
	const MANY_TEST_LIMIT_MS = 2 * MANY_LIMIT_MS;
	const numbers = (count: number) => Array.from({ length: count }, (_, index) => `number ${index}`);

	// A thousand calls would take n8n more than a minute, most of it to read the execution a thousand times.
	it.each([
		['10', 10, 'jobs'],
		['100', 100, 'jobs'],
		['1,000, told in batches', 1_000, 'batch'],
	])(
		'%s: each job is asked for once, when its callback has come',
		async (_, count, submitAs) => {
			world = await openWorld({ speed: 1, ...unhurried });
			const execution = await world.engine.run(workflow({}, { options: { submitAs } }), {
				input: prompts(...numbers(count)),
			});
			const before = statusCalls();
			for (const id of jobIds()) world.sandbox.finishJob(id);
			const done = await world.engine.waitFor(execution.id, {
				status: 'success',
				timeoutMs: MANY_LIMIT_MS,
			});
			await world.sandbox.callbacksIdle();
			expect(done.output('After').map(({ json }) => [json.jobId, json.status])).toEqual(
				jobIds().map((id) => [id, 'completed']),
			);
			expect(done.continuations).toBe(1);
			expect(before).toBe(0);
			expect(statusCalls()).toBe(count);
		},
		MANY_TEST_LIMIT_MS,
	);

	it.each([
		['2.x', true],
		['1.x', false],
	])(
		'100 callbacks in one second resume it once in n8n %s, with the files in order',
		async (_, resumeTokens) => {
			const options = { ...unhurried, resumeTokens };
			const execution = await sleeping(numbers(100), options, { downloadVideo: true });
			for (const id of jobIds()) world.sandbox.finishJob(id);
			const done = await world.engine.waitFor(execution.id, {
				status: 'success',
				timeoutMs: MANY_LIMIT_MS,
			});
			await world.sandbox.callbacksIdle();
			expect(done.continuations).toBe(1);
			const answers = world.sandbox.ledger.callbacks.map(({ status }) => status);
			expect(answers).toHaveLength(100);
			// On a busy machine, the provider hangs up before some of the answers.
			expect(answers.filter((status) => status !== 200 && status !== null)).toEqual([]);
			expect(answers).toContain(200);
			const files = done.output('After').map(({ binary }) => binary?.video?.fileName);
			expect(files).toEqual(jobIds().map((id) => `seedance-2.0-${id}.mp4`));
			expect(world.sandbox.ledger.mediaDownloads).toBe(100);
		},
		MANY_TEST_LIMIT_MS,
	);
});

describe('the first look', () => {
	const wait = (json: IDataObject[]) =>
		world.engine.run(chain(start, waitNode(), after), {
			input: json.map((each) => ({ json: each })),
		});
	const submitted = async (...texts: string[]) => {
		world = await openWorld({ speed: 1 });
		const flow = chain(start, generate({ afterSubmit: 'return' }));
		const execution = await world.engine.run(flow, { input: prompts(...texts) });
		return execution.output('Generate').map(({ json }) => json);
	};
	const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

	it('asks nothing for jobs that can hardly be done', async () => {
		const execution = await wait(await submitted('one', 'two'));
		expect([execution.status, statusCalls()]).toEqual(['waiting', 0]);
	});

	it('asks for jobs that may be done, up to the first that is not', async () => {
		const jobs = await submitted('one', 'two', 'three', 'four');
		world.sandbox.finishJob(jobIds()[0]!);
		const execution = await wait(jobs.map((job) => ({ ...job, createdAt: minutesAgo(10) })));
		expect([execution.status, statusCalls()]).toEqual(['waiting', 2]);
	});

	it('goes on at once when they are all done', async () => {
		const jobs = await submitted('one', 'two');
		for (const id of jobIds()) world.sandbox.finishJob(id);
		const execution = await wait(jobs.map((job) => ({ ...job, createdAt: minutesAgo(10) })));
		expect([execution.status, statusCalls()]).toEqual(['success', 2]);
		expect(execution.output('After').map(({ json }) => json.status)).toEqual([
			'completed',
			'completed',
		]);
	});

	it('asks for every job of which the items tell nothing', async () => {
		await submitted('one', 'two');
		const execution = await wait(jobIds().map((jobId) => ({ jobId })));
		expect([execution.status, statusCalls()]).toEqual(['waiting', 2]);
	});

	it('says at once that an ID is unknown', async () => {
		const jobs = await submitted('one');
		const execution = await wait([...jobs, { jobId: 'task_unknown' }]);
		expect(errorTextOf(execution.error)).toContain('task_unknown');
	});
});

describe('a callback that n8n refuses, because the execution is not asleep yet,', () => {
	const OUR_CALL = JSON.stringify({ event: 'n8n.selfCall' });

	/** The job ends long before it is expected to, while the submission is not even answered. */
	async function tooEarly(options: WorldOptions = {}) {
		world = await openWorld({ speed: 15, jobSeconds: 60, ...options });
		world.sandbox.faults.add({ method: 'POST', after: 'handled', delayMs: 800 });
		const run = world.engine.run(workflow(), { input: prompts('one') });
		const { jobId } = await world.sandbox.waitFor('submitted');
		world.sandbox.finishJob(jobId!);
		const execution = await run;
		await world.sandbox.callbacksIdle();
		expect(world.sandbox.ledger.callbacks.map(({ status }) => status)).toEqual([409]);
		return execution;
	}

	it.each([
		['2.x', true],
		['1.x', false],
	])("is made up for by the node's own call in n8n %s", async (_, resumeTokens) => {
		const execution = await tooEarly({ resumeTokens });
		expect(execution.status).toBe('waiting');
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		expect(done.output('After').map(({ json }) => json.status)).toEqual(['completed']);
		expect(done.continuations).toBe(1);
		expect(world.engine.logs.map(({ text }) => text).join('\n')).not.toContain(
			world.sandbox.apiKey,
		);
	});

	it('our own call gets 401 when somebody else makes it', async () => {
		const execution = await sleeping(['one']);
		const headers = { 'x-seedance-signature': hmac('another secret', OUR_CALL) };
		const asked = statusCalls();
		for (const each of [{}, headers]) {
			const call = { pathSuffix: PATH, body: OUR_CALL, headers: each };
			expect(await execution.deliverCallback(call)).toMatchObject({ httpStatus: 401 });
		}
		expect(statusCalls()).toBe(asked);
		expect(await execution.deliverCallback(signed(OUR_CALL))).toMatchObject({
			httpStatus: 200,
			resumed: null,
		});
		expect(statusCalls()).toBe(asked + 1);
	});
});

describe('a forged callback', () => {
	const body = () => ({ event: 'task.completed', task_id: jobIds()[0]!, status: 'completed' });

	it.each([
		[
			'a wrong signature',
			(text: string) => ({ 'x-seedance-signature': hmac('another-secret', text) }),
		],
		['no signature', () => ({})],
		['an empty signature', () => ({ 'x-seedance-signature': '' })],
		[
			'a signature of another body',
			() => ({ 'x-seedance-signature': hmac(world.sandbox.webhookSecret, '{}') }),
		],
	])('with %s gets 401 and changes nothing', async (_, headersFor) => {
		const execution = await sleeping(['one']);
		world.sandbox.finishJob(jobIds()[0]!);
		await world.engine.waitFor(execution.id, { status: 'success' });
		const again = await world.engine.run(workflow(), { input: prompts('two') });
		const text = JSON.stringify({ ...body(), task_id: jobIds()[1]! });
		const asked = statusCalls();
		const reply = await again.deliverCallback({
			pathSuffix: PATH,
			body: text,
			headers: headersFor(text) as Record<string, string>,
		});
		expect(asked).toBe(1);
		expect(reply).toMatchObject({ httpStatus: 401, resumed: null });
		expect(statusCalls()).toBe(asked);
		expect((await world.engine.waitFor(again.id, { status: 'waiting' })).status).toBe('waiting');
	});

	it.each([
		['without our token', {}],
		['with a wrong token', { token: 'A'.repeat(43) }],
	])('%s gets 401 in n8n 1.x although the provider does not sign', async (_, query) => {
		const execution = await sleeping(['one'], {
			resumeTokens: false,
			credential: { webhookSecret: '' },
		});
		world.sandbox.faults.add({ method: 'GET', times: 0, status: 500 });
		const reply = await execution.deliverCallback({ pathSuffix: PATH, query, body: body() });
		expect(reply).toMatchObject({ httpStatus: 401, resumed: null });
	});

	it('with the token of another execution gets 401 in n8n 1.x', async () => {
		const options = { resumeTokens: false, credential: { webhookSecret: '' } };
		const execution = await sleeping(['one'], options);
		const other = await world.engine.run(workflow(), { input: prompts('two') });
		const [mine, theirs] = webhookUrls();
		expect(mine!.searchParams.get('token')).toMatch(/^[\w-]{43}$/);
		const query = { token: theirs!.searchParams.get('token')! };
		expect(
			await execution.deliverCallback({ pathSuffix: PATH, query, body: body() }),
		).toMatchObject({
			httpStatus: 401,
		});
		expect(other.status).toBe('waiting');
	});

	it('that is no JSON gets 400', async () => {
		const execution = await sleeping(['one']);
		const { headers, ...call } = signed('hello');
		const plain = { ...call, headers: { ...headers, 'content-type': 'text/plain' } };
		const reply = await execution.deliverCallback(plain);
		expect(reply).toMatchObject({ httpStatus: 400, resumed: null });
	});
});

describe('the address that the provider calls', () => {
	it("has our token in n8n 1.x and n8n's own in 2.x", async () => {
		await sleeping(['one'], { resumeTokens: true });
		const [url] = webhookUrls();
		expect(url!.pathname).toMatch(/^\/webhook-waiting\/[^/]+\/seedance-callback$/);
		expect([...url!.searchParams.keys()]).toEqual(['signature']);
	});
});

const webhookUrls = () =>
	world.sandbox.ledger.requests
		.filter(({ kind }) => kind === 'submit')
		.map(({ body }) => new URL((body as { webhook_url: string }).webhook_url));

const hmac = (secret: string, text: string) =>
	createHmac('sha256', secret).update(text).digest('hex');

function signed(body: unknown) {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const headers = { 'x-seedance-signature': hmac(world.sandbox.webhookSecret, text) };
	return { pathSuffix: PATH, body: text, headers };
}
