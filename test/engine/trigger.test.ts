/** The trigger in n8n's engine, with the sandbox that calls it back. */
import type { IDataObject } from 'n8n-workflow';
import { signatureHeaders } from '../sandbox/index.ts';
import type { ActiveWorkflow } from './harness/index.ts';
import {
	chain,
	closeWorld,
	credentialsOf,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
	type WorldOptions,
} from './world.ts';

let world: World;
let listening: ActiveWorkflow;
afterEach(() => closeWorld(world));

const after = node('After', 'n8n-nodes-base.noOp');

/** Each test has a workflow of its own, because the trigger remembers by workflow what it has started. */
let workflows = 0;
function reacting(parameters: IDataObject, credential = 'seedanceApi') {
	const credentials = { [credential]: { id: credential, name: 'My account' } };
	const trigger = node('Trigger', 'seedanceTrigger', parameters, {
		credentials,
		webhookId: 'hook-1',
	});
	return { ...chain(trigger, after), id: `react-${(workflows += 1)}` };
}

interface Scene extends WorldOptions {
	parameters?: IDataObject;
}

/** An active workflow with the trigger; jobs go on only when the test says so, unless `speed` is given. */
async function listen({ parameters = {}, ...options }: Scene = {}) {
	world = await openWorld({ speed: 1, ...options });
	listening = await world.engine.activate(reacting({ provider: 'seedance', ...parameters }));
}

const url = () => listening.url('Trigger');

/** SubmitLimits with the trigger's address as callback URL; the ids of the jobs. */
async function submit(texts: string[], parameters: IDataObject = {}): Promise<string[]> {
	const known = world.sandbox.jobs().length;
	const callback = { afterSubmit: 'callback', callbackUrl: url() };
	const execution = await world.engine.run(
		chain(start, generate({ ...callback, ...parameters }), after),
		{ input: prompts(...texts) },
	);
	expect(execution.error).toBeUndefined();
	return world.sandbox
		.jobs()
		.slice(known)
		.map(({ jobId }) => jobId);
}

/** Everything that follows from the callbacks so far. */
async function settled() {
	await world.sandbox.callbacksIdle();
	await world.engine.idle();
	return await Promise.all(listening.executions);
}

/** The jobs that started the workflow, one list for each execution. */
const started = async () =>
	(await settled()).map((execution) => execution.output('After').map(({ json }) => json));

const signed = (body: string, secret = world.sandbox.webhookSecret) =>
	signatureHeaders(body, secret, 'hex', Date.now());

/** Calls as the provider would. @returns the answer's status */
async function callBack(
	body: unknown,
	headersOf: (text: string) => Record<string, string> = signed,
	contentType = 'application/json',
) {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const response = await fetch(url(), {
		method: 'POST',
		headers: { 'content-type': contentType, ...headersOf(text) },
		body: text,
	});
	await response.text();
	return response.status;
}
const unsigned = () => ({});

const done = (jobId: string, more: object = {}) => ({
	event: 'task.completed',
	task_id: jobId,
	status: 'completed',
	result: { video_url: 'https://cdn.example.com/by-callback.mp4', duration: 4 },
	metadata: { sku: 'A-0' },
	...more,
});

const queued = (jobId: string) => ({ task_id: jobId, status: 'queued' });

const isAtMediaHost = (job: IDataObject | undefined) =>
	(job?.videoUrl as string).startsWith(world.sandbox.mediaUrl);

const statusCalls = () =>
	world.sandbox.ledger.requests.filter(({ kind }) => kind === 'status').length;
const warnings = () => world.engine.logs.map(({ message }) => message).join('\n');

describe('a job that settles', () => {
	it('starts the workflow with the job as the contract has it', async () => {
		await listen();
		const [jobId] = await submit(['one'], { options: { metadata: '{"sku":"A-1"}' } });
		world.sandbox.finishJob(jobId!);
		const [[job] = []] = await started();
		expect(job).toMatchObject({
			jobId,
			provider: 'seedance',
			model: 'seedance-2.0',
			status: 'completed',
			progress: 100,
			creditsCharged: 243,
			creditsEstimated: null,
			costUsdEstimated: null,
			failure: null,
			metadata: { sku: 'A-1' },
		});
		expect(Object.keys(job!)).toHaveLength(23);
		expect(world.sandbox.ledger.callbacks.map(({ status }) => status)).toEqual([200]);
		expect(statusCalls()).toBe(1);
	});

	it.each([
		['failed', 'generation_failed'],
		['cancelled', undefined],
	] as const)('may have %s', async (outcome, code) => {
		await listen();
		const [jobId] = await submit(['one']);
		world.sandbox.finishJob(jobId!, outcome);
		const [[job] = []] = await started();
		expect(job).toMatchObject({ jobId, status: outcome, creditsCharged: 0 });
		expect((job!.failure as { code: string } | null)?.code).toBe(code);
	});

	it('starts nothing where its end is not among the chosen events', async () => {
		await listen({ parameters: { events: ['failed'] } });
		const [good, bad] = await submit(['one', 'two']);
		world.sandbox.finishJob(good!);
		world.sandbox.finishJob(bad!, 'failed');
		expect((await started()).map(([job]) => job?.jobId)).toEqual([bad]);
	});

	it.each(['hex', 'sha256', 'base64', 'timestamped'] as const)(
		'is told with a signature as %s',
		async (signature) => {
			await listen({ signature });
			const [jobId] = await submit(['one']);
			world.sandbox.finishJob(jobId!);
			expect((await started()).map(([job]) => job?.jobId)).toEqual([jobId]);
		},
	);

	it.each([
		['1.0 Pro', 'seedance-1.0-pro', 'job_'],
		['1.0 Lite', 'seedance-1.0-lite', 'sd1lite_'],
	])("is found in %s's dialect", async (_, model, prefix) => {
		await listen();
		const image = { mode: 'imageToVideo', imageUrl: 'https://example.com/a.jpg' };
		const [jobId] = await submit(['one'], { model, ...image });
		expect(jobId!.startsWith(prefix)).toBe(true);
		world.sandbox.finishJob(jobId!);
		const [[job] = []] = await started();
		expect(job).toMatchObject({ jobId, model, status: 'completed' });
	});

	it('is confirmed where the provider does not sign, whatever Verify with API says', async () => {
		world = await openWorld({ speed: 1 });
		listening = await world.engine.activate(
			reacting({ provider: 'seedanceOrg', verifyWithApi: false }, 'seedanceOrgApi'),
			credentialsOf(world),
		);
		const flow = chain(
			start,
			node(
				'Generate',
				'seedanceGenerateVideo',
				{
					provider: 'seedanceOrg',
					model: 'seedance-1.5',
					mode: 'textToVideo',
					prompt: 'one',
					afterSubmit: 'callback',
					callbackUrl: url(),
				},
				{ credentials: { seedanceOrgApi: { id: 'seedanceOrgApi', name: 'Org' } } },
			),
		);
		await world.engine.run(flow, { credentials: credentialsOf(world) });
		const { jobId } = world.sandbox.jobs()[0]!;
		world.sandbox.finishJob(jobId);
		const [[job] = []] = await started();
		expect(job).toMatchObject({ jobId, provider: 'seedanceOrg', status: 'completed' });
		expect(statusCalls()).toBe(1);
	});

	it('brings the last answer along where wanted', async () => {
		await listen({ parameters: { options: { includeRawResponse: true } } });
		const [jobId] = await submit(['one']);
		world.sandbox.finishJob(jobId!);
		const [[job] = []] = await started();
		expect(job).toMatchObject({ raw: { task_id: jobId, credits_charged: 243 } });
	});

	it('a batch: one item for each job, in one execution', async () => {
		await listen();
		const ids = await submit(['one', 'two', 'three'], { options: { submitAs: 'batch' } });
		world.sandbox.finishJob(ids[1]!, 'failed');
		world.sandbox.finishJob(ids[0]!);
		world.sandbox.finishJob(ids[2]!);
		const executions = await started();
		expect(executions).toHaveLength(1);
		expect(executions[0]!.map(({ jobId, status }) => [jobId, status])).toEqual([
			[ids[0], 'completed'],
			[ids[1], 'failed'],
			[ids[2], 'completed'],
		]);
		expect(statusCalls()).toBe(3);
	});
});

describe('the answer', () => {
	it('is given before the API is asked', async () => {
		await listen();
		const [jobId] = await submit(['one']);
		world.sandbox.faults.add({ method: 'GET', path: '/v1/tasks', delayMs: 1_000 });
		world.sandbox.finishJob(jobId!);
		await world.sandbox.callbacksIdle();
		expect(world.sandbox.ledger.callbacks.map(({ status }) => status)).toEqual([200]);
		const answers = world.sandbox.ledger.requests.filter(
			({ kind, status }) => kind === 'status' && status !== null,
		);
		expect(answers).toEqual([]);
		expect(listening.executions).toEqual([]);
		expect((await started()).map(([job]) => job?.jobId)).toEqual([jobId]);
	});

	it.each<[string, (text: string) => Record<string, string>]>([
		['without a signature', unsigned],
		['with an empty one', () => ({ 'x-seedance-signature': '' })],
		['with another secret', (text) => signed(text, 'another-secret')],
		['with the signature of another body', () => signed('{}')],
	])('to a callback %s is 401, and nobody is asked', async (_, headersOf) => {
		await listen({ parameters: { verifyWithApi: false } });
		const [jobId] = await submit(['one']);
		world.sandbox.finishJob(jobId!);
		await started();
		const asked = statusCalls();
		const [other] = await submit(['two']);
		expect(await callBack(done(other!), headersOf)).toBe(401);
		expect(await settled()).toHaveLength(1);
		expect(statusCalls()).toBe(asked);
	});

	it.each([
		['no JSON', 'hello'],
		['nothing', ''],
		['a list', '[]'],
		['null', 'null'],
		['more jobs than any batch has', { tasks: Array(1_001).fill({ task_id: 'task_1' }) }],
	])('to %s is 400', async (_, body) => {
		await listen();
		// What calls itself JSON and is none does not reach us: n8n answers it with 422.
		expect(await callBack(body, signed, 'text/plain')).toBe(400);
		expect(await settled()).toEqual([]);
	});

	it.each([
		['no job', { event: 'ping' }],
		['an empty batch', { tasks: [] }],
	])('to %s is 200 where the provider has signed it, and 400 otherwise', async (_, body) => {
		await listen();
		expect(await callBack(body)).toBe(200);
		expect(await settled()).toEqual([]);
		await closeWorld(world);
		await listen({ credential: { webhookSecret: '' } });
		expect(await callBack(body, unsigned)).toBe(400);
		expect(await settled()).toEqual([]);
	});

	it('is 503 where the credential cannot be used, and the log says why', async () => {
		await listen({ credential: { baseUrl: 'http://example.com' } });
		expect(await callBack(done('task_1'))).toBe(503);
		expect(warnings()).toContain('The Base URL in the credential is not safe');
	});
});

describe('a callback by the tags of the sandbox', () => {
	it('told twice starts once', async () => {
		await listen({ speed: 100 });
		const [jobId] = await submit(['[sandbox:callback-twice] one']);
		await world.sandbox.waitFor('completed', jobId);
		expect((await started()).map(([job]) => job?.jobId)).toEqual([jobId]);
		expect(world.sandbox.ledger.callbacks.map(({ status }) => status)).toEqual([200, 200]);
		expect(statusCalls()).toBe(1);
	});

	it('told early starts when the job is really finished, and not before', async () => {
		await listen({ speed: 20 });
		const [jobId] = await submit(['[sandbox:callback-early] one']);
		await world.sandbox.waitFor('completed', jobId);
		const [[job] = [], ...more] = await started();
		expect(more).toEqual([]);
		expect(job).toMatchObject({ jobId, status: 'completed', creditsCharged: 243 });
		expect(world.sandbox.ledger.callbacks.map(({ kind }) => kind)).toEqual(['early', 'regular']);
	});

	it('forged is refused, and the regular one starts with the true address', async () => {
		await listen({ speed: 100 });
		const [jobId] = await submit(['[sandbox:callback-forged] one']);
		await world.sandbox.waitFor('completed', jobId);
		const [[job] = [], ...more] = await started();
		expect(more).toEqual([]);
		expect(isAtMediaHost(job)).toBe(true);
		const answers = world.sandbox.ledger.callbacks.map(({ kind, status }) => [kind, status]);
		expect(answers).toEqual([
			['forged', 401],
			['regular', 200],
		]);
	});

	it('forged finds no belief without a secret either', async () => {
		await listen({ speed: 100, credential: { webhookSecret: '' } });
		const [jobId] = await submit(['[sandbox:callback-forged] one']);
		await world.sandbox.waitFor('completed', jobId);
		const [[job] = [], ...more] = await started();
		expect(more).toEqual([]);
		expect(isAtMediaHost(job)).toBe(true);
	});
});

describe('what is believed', () => {
	it('is the signed body alone, where Verify with API is off', async () => {
		await listen({ parameters: { verifyWithApi: false, options: { includeRawResponse: true } } });
		const body = done('task_of_yesterday');
		expect(await callBack(body)).toBe(200);
		const [[job] = []] = await started();
		expect(job).toMatchObject({
			jobId: 'task_of_yesterday',
			status: 'completed',
			videoUrl: 'https://cdn.example.com/by-callback.mp4',
			durationSeconds: 4,
			metadata: { sku: 'A-0' },
			creditsCharged: null,
			raw: body,
		});
		expect(statusCalls()).toBe(0);
	});

	it('is not a signed body in words that we do not know', async () => {
		await listen({ parameters: { verifyWithApi: false } });
		const [jobId] = await submit(['one']);
		world.sandbox.finishJob(jobId!, 'failed');
		await started();
		const [other] = await submit(['two'], { callbackUrl: 'https://example.invalid/' });
		world.sandbox.finishJob(other!);
		expect(await callBack(done(other!, { status: 'SUCCESSFUL' }))).toBe(200);
		expect((await started()).map(([job]) => [job?.jobId, job?.status])).toEqual([
			[jobId, 'failed'],
			[other, 'completed'],
		]);
	});

	it('is the API, not an unsigned body, whatever Verify with API says', async () => {
		await listen({ credential: { webhookSecret: '' }, parameters: { verifyWithApi: false } });
		const [jobId] = await submit(['one']);
		expect(await callBack(done(jobId!), unsigned)).toBe(200);
		expect(listening.executions).toEqual([]);
		// Not settled by the API's word: not remembered, and asked for again when the true callback comes.
		world.sandbox.finishJob(jobId!, 'failed');
		expect((await started()).map(([job]) => job?.status)).toEqual(['failed']);
	});

	it('is not a job that the provider does not know', async () => {
		await listen();
		expect(await callBack(done('task_unknown'))).toBe(200);
		expect(await settled()).toEqual([]);
		expect(warnings()).toMatch(/the job task_unknown: it cannot be confirmed/);
	});

	it('is a signed body where the provider refuses to be asked', async () => {
		await listen({ credential: { apiKey: 'sk-wrong-key' } });
		expect(await callBack(done('task_1'))).toBe(200);
		expect((await started()).map(([job]) => job?.videoUrl)).toEqual([
			'https://cdn.example.com/by-callback.mp4',
		]);
		expect(warnings()).toMatch(/it is signed, so it starts the workflow as it is/);
		expect(warnings()).not.toContain('sk-wrong-key');
		expect(warnings()).not.toContain(world.sandbox.webhookSecret);
	});

	it('is not an unsigned body then', async () => {
		await listen({ credential: { apiKey: 'sk-wrong-key', webhookSecret: '' } });
		expect(await callBack(done('task_1'), unsigned)).toBe(200);
		expect(await settled()).toEqual([]);
	});

	it.each<[string, typeof signed, string, object | null]>([
		[
			'the metadata of a signed callback, which the API leaves out',
			signed,
			'secret',
			{ sku: 'A-0' },
		],
		['nothing of an unsigned one', unsigned, '', null],
	])('is %s', async (_, headersOf, webhookSecret, metadata) => {
		await listen({ credential: webhookSecret === '' ? { webhookSecret } : {} });
		const [jobId] = await submit(['one'], { callbackUrl: 'https://example.invalid/' });
		world.sandbox.finishJob(jobId!);
		expect(await callBack(done(jobId!), headersOf)).toBe(200);
		expect((await started()).map(([job]) => job?.metadata)).toEqual([metadata]);
	});

	it('waits for an API that is down just now', async () => {
		await listen();
		const [jobId] = await submit(['one']);
		world.sandbox.faults.add({ method: 'GET', times: 2, status: 503, body: 'no' });
		world.sandbox.finishJob(jobId!);
		expect((await started()).map(([job]) => job?.jobId)).toEqual([jobId]);
		expect(statusCalls()).toBe(3);
	});

	it('of an early callback does not hide the right one that comes while we ask', async () => {
		await listen();
		const [jobId] = await submit(['one']);
		world.sandbox.faults.add({
			method: 'GET',
			path: '/v1/tasks',
			status: 200,
			body: queued(jobId!),
			times: 3,
		});
		await callBack(done(jobId!));
		world.sandbox.finishJob(jobId!);
		expect((await started()).map(([job]) => job?.jobId)).toEqual([jobId]);
		expect(statusCalls()).toBe(4);
	});
});

describe('the memory', () => {
	it('starts once for many deliveries at once', async () => {
		await listen();
		const [jobId] = await submit(['one'], { callbackUrl: 'https://example.invalid/' });
		world.sandbox.finishJob(jobId!);
		const answers = await Promise.all(Array.from({ length: 20 }, () => callBack(done(jobId!))));
		expect(new Set(answers)).toEqual(new Set([200]));
		expect(await started()).toHaveLength(1);
		expect(statusCalls()).toBe(1);
	});

	it('starts once for a job that is told again in other words', async () => {
		await listen();
		const [jobId] = await submit(['one']);
		world.sandbox.finishJob(jobId!);
		await settled();
		await callBack({ task_id: jobId, status: 'SUCCESSFUL' });
		await callBack(done(jobId!, { result: {} }));
		expect(await started()).toHaveLength(1);
		expect(statusCalls()).toBe(3);
	});

	it('starts once for a job that is told alone and in a batch', async () => {
		await listen({ parameters: { verifyWithApi: false } });
		await callBack(done('task_1'));
		await callBack({ event: 'batch.completed', tasks: [done('task_1'), done('task_2')] });
		expect((await started()).map((jobs) => jobs.map(({ jobId }) => jobId))).toEqual([
			['task_1'],
			['task_2'],
		]);
	});
});
