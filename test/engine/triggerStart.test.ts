/** What keeps a true callback from starting the workflow, and that it starts all the same, once. */
import type { IDataObject } from 'n8n-workflow';
import { signatureHeaders } from '../sandbox/index.ts';
import type { ActiveWorkflow } from './harness/index.ts';
import {
	chain,
	closeWorld,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
	type WorldOptions,
} from './world.ts';
import { sleep } from './time.ts';

let world: World;
let listening: ActiveWorkflow;
afterEach(() => closeWorld(world));

const after = node('After', 'n8n-nodes-base.noOp');
let workflows = 0;

async function listen(options: WorldOptions = {}) {
	world = await openWorld({ speed: 1, ...options });
	const trigger = node(
		'Trigger',
		'seedanceTrigger',
		{ provider: 'seedance' },
		{ webhookId: 'h-1' },
	);
	const workflow = { ...chain(trigger, after), id: `starts-${(workflows += 1)}` };
	listening = await world.engine.activate(workflow);
}

/** SubmitLimits jobs whose callbacks nobody gets but those whom the test calls. */
async function submit(texts: string[], callbackUrl = 'https://example.invalid/') {
	const submitted = generate({ afterSubmit: 'callback', callbackUrl });
	const { error } = await world.engine.run(chain(start, submitted), { input: prompts(...texts) });
	expect(error).toBeUndefined();
	return world.sandbox.jobs().map(({ jobId }) => jobId);
}

const done = (jobId: string) => ({ task_id: jobId, status: 'completed', result: {} });
const signed = (text: string, secret = world.sandbox.webhookSecret) =>
	signatureHeaders(text, secret, 'hex', Date.now());

/** Calls as the provider would. @returns the answer's status */
async function callBack(
	body: IDataObject,
	headersOf: (text: string) => Record<string, string> = signed,
) {
	const text = JSON.stringify(body);
	const response = await fetch(listening.url('Trigger'), {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headersOf(text) },
		body: text,
	});
	await response.text();
	return response.status;
}

/** The jobs that started the workflow, one list for each execution. */
async function started() {
	await world.engine.idle();
	const executions = await Promise.all(listening.executions);
	return executions.map((execution) => execution.output('After').map(({ json }) => json.jobId));
}

async function startedWithin(ms: number) {
	const until = Date.now() + ms;
	while (listening.executions.length === 0 && Date.now() < until) await sleep(50);
	return await started();
}

const warnings = () =>
	world.engine.logs.filter(({ message }) => message.startsWith('Seedance')).map((l) => l.message);

it('a status that is seconds behind the signed callback is waited for', async () => {
	await listen();
	const [jobId] = await submit(['one']);
	world.sandbox.finishJob(jobId!);
	const body = { task_id: jobId, status: 'processing' };
	// Asked at once, after 1 s and after 3 s; the next time is after 8 s.
	world.sandbox.faults.add({ method: 'GET', path: '/v1/tasks', status: 200, body, times: 3 });
	expect(await callBack(done(jobId!))).toBe(200);
	expect(await started()).toEqual([[jobId]]);
});

it('a forged callback about an ID that cannot be asked for does not use up the job beside it', async () => {
	await listen({ credential: { webhookSecret: '' } });
	const [jobId] = await submit(['one']);
	world.sandbox.finishJob(jobId!);
	const unsigned = () => ({});
	const bad = { ...done('\ud800'), task_id: '\ud800' };
	expect(await callBack({ tasks: [bad, done(jobId!)] }, unsigned)).toBe(200);
	expect(await callBack(done(jobId!), unsigned)).toBe(200);
	expect(await started()).toEqual([[jobId]]);
	expect(warnings().join()).toContain('it cannot be confirmed, so it starts nothing');
});

it('n8n 1.x, which answers before it starts, starts it once as well', async () => {
	await listen({ resumeTokens: false });
	const [jobId] = await submit(['one']);
	world.sandbox.finishJob(jobId!);
	expect([await callBack(done(jobId!)), await callBack(done(jobId!))]).toEqual([200, 200]);
	expect(await started()).toEqual([[jobId]]);
});

describe('a start that n8n could not store', () => {
	it('is made again by our own call', async () => {
		await listen();
		const [jobId] = await submit(['one']);
		world.sandbox.finishJob(jobId!);
		world.engine.failToStore(1);
		expect(await callBack(done(jobId!))).toBe(200);
		expect(await startedWithin(20_000)).toEqual([[jobId]]);
	});

	it("does not count when the provider calls again, and n8n's answer reaches nobody", async () => {
		await listen();
		const [one, two] = await submit(['one', 'two']);
		for (const jobId of [one, two]) world.sandbox.finishJob(jobId!);
		world.engine.failToStore(1);
		expect(await callBack(done(one!))).toBe(200);
		expect(await started()).toEqual([]);
		// Another start, which n8n stores with all that this process knows.
		await callBack(done(two!));
		await callBack(done(one!));
		await callBack(done(one!));
		expect(await started()).toEqual([[two], [one]]);
		// Our own call comes after 2 s.
		await sleep(3_000);
		expect(await started()).toEqual([[two], [one]]);
		expect(world.engine.calls.map(({ httpStatus }) => httpStatus)).toEqual(
			world.engine.calls.map(() => 200),
		);
	});
});

describe('a signature that is not right', () => {
	it('is logged once in a while, without anything of the request', async () => {
		await listen();
		const other = (text: string) => signed(text, 'of somebody else');
		const answers = [await callBack(done('task_1'), other), await callBack(done('task_2'), other)];
		expect(answers).toEqual([401, 401]);
		expect(warnings()).toEqual([expect.stringContaining('compare "Webhook Secret"')]);
		expect(warnings().join()).not.toContain('task_1');
	});

	it('is not caused by a newline behind the secret in the credential', async () => {
		await listen();
		const { webhookSecret } = world.sandbox;
		await closeWorld(world);
		await listen({
			accounts: [{ webhookSecret }],
			credential: { webhookSecret: `${webhookSecret}\n` },
		});
		const [jobId] = await submit(['one']);
		world.sandbox.finishJob(jobId!);
		expect(await callBack(done(jobId!))).toBe(200);
		expect(await started()).toEqual([[jobId]]);
	});
});
