/** Generate Video as the tool of an agent: one job for each call, and never another call's job. */
import type { IDataObject, INode } from 'n8n-workflow';
import type { CallOrder } from './agent.ts';
import type { WorkflowJson } from './harness/index.ts';
import { closeWorld, credentialsOf, node, openWorld, start, type World } from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const PROMPT = "={{ $fromAI('prompt', 'What is to be seen', 'string') }}";

interface Setting {
	parameters?: IDataObject;
	settings?: Partial<INode>;
	order?: CallOrder;
	items?: number;
}

/** An agent that calls the tool with these prompts, or with those of each item. */
function agent(
	prompts: string[] | string,
	{ parameters = {}, settings = {}, order = 'inTurn' }: Setting = {},
): WorkflowJson {
	const calls =
		typeof prompts === 'string' ? prompts : JSON.stringify(prompts.map((prompt) => ({ prompt })));
	const tool = node(
		'Video',
		'seedanceGenerateVideoTool',
		{
			provider: 'seedance',
			model: 'seedance-2.0',
			mode: 'textToVideo',
			duration: 4,
			prompt: PROMPT,
			afterSubmit: 'return',
			...parameters,
		},
		settings,
	);
	return {
		id: 'agent',
		name: 'agent',
		nodes: [start, node('Agent', 'test.agent', { calls, order }), tool],
		connections: {
			Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Video: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	} as unknown as WorkflowJson;
}

/** The job is made, and its answer never comes. */
const LOST = { method: 'POST', after: 'handled', reset: true } as const;
const retrying = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const answers = async (workflow: WorkflowJson, items = 1) => {
	const input = Array.from({ length: items }, (_, n) => ({ json: { n } }));
	const execution = await world.engine.run(workflow, { input });
	expect(execution.error).toBeUndefined();
	return execution.output('Agent').map(({ json }) => json.answer as string);
};
/** With the accounts of all providers. */
const answersWith = async (workflow: WorkflowJson) => {
	const execution = await world.engine.run(workflow, { credentials: credentialsOf(world) });
	return execution.output('Agent').map(({ json }) => json.answer as string);
};
const jobIdIn = (answer: string) => /task_\w+/.exec(answer)?.[0];
const promptOf = (jobId: string | undefined) =>
	world.sandbox.jobs().find((job) => job.jobId === jobId)?.prompt;

it('makes one job for each call, also for two calls with the same words', async () => {
	world = await openWorld();
	const ids = (await answers(agent(['a shoe', 'a hat', 'a shoe']))).map(jobIdIn);
	expect(ids.map(promptOf)).toEqual(['a shoe', 'a hat', 'a shoe']);
	expect(new Set(ids).size).toBe(3);
	expect(world.sandbox.account()).toMatchObject({ jobsCreated: 3 });
});

it.each(['inTurn', 'atOnce'] as const)(
	'makes one job for a call whose first answers are lost, whatever the tries: calls %s',
	async (order) => {
		world = await openWorld();
		world.sandbox.faults.add({ ...LOST, match: 'a shoe', times: 4 });
		const workflow = agent(['a shoe', 'a hat'], { settings: retrying, order });
		const ids = (await answers(workflow)).map(jobIdIn);
		expect(ids.map(promptOf)).toEqual(['a shoe', 'a hat']);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	},
);

it('fetches the same job again when only its file could not be fetched', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ host: 'media', status: 404, body: '', times: 2 });
	const parameters = { afterSubmit: 'wait', downloadVideo: true };
	await answers(agent(['a shoe'], { settings: retrying, parameters }));
	expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1, jobsCharged: 1 });
});

it('never sleeps in a call: it returns the job and says why', async () => {
	world = await openWorld({ speed: 1 });
	const parameters = { afterSubmit: 'sleep', limitWaitMinutes: 30 };
	const execution = await world.engine.run(agent(['a shoe'], { parameters }), {
		input: [{ json: {} }],
	});
	expect([execution.error, execution.status]).toStrictEqual([undefined, 'success']);
	const [job] = JSON.parse(execution.output('Agent')[0]!.json.answer as string) as IDataObject[];
	expect(job).toMatchObject({
		jobId: world.sandbox.jobs()[0]!.jobId,
		note: expect.stringMatching(/cannot sleep.*Check Status/) as string,
	});
	expect(world.sandbox.jobs()[0]!.callbackUrl ?? null).toBeNull();
	world.sandbox.finishJob(job!.jobId as string);
	expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1, jobsCharged: 1 });
});

it('keeps the doubt of a call at a provider without idempotency keys', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ ...LOST, times: 1 });
	const workflow = agent(['a shoe', 'a shoe'], {
		settings: {
			...retrying,
			credentials: { segmindApi: { id: 'segmindApi', name: 'Segmind' } },
		} as Partial<INode>,
		parameters: { provider: 'segmind', model: 'seedance-pro', duration: 5 },
	});
	const [first, second] = await answersWith(workflow);
	expect(first).toContain('may have started');
	expect(second).toMatch(/"jobId":"/);
	expect(world.sandbox.jobs()).toHaveLength(2);
});

it('answers with the fault in the last try: Agents up to 2.2 hand the model an empty text for what is thrown', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ method: 'POST', match: 'a shoe', times: 4, status: 400, body: {} });
	const [first, second] = await answers(agent(['a shoe', 'a shoe'], { settings: retrying }));
	expect(JSON.parse(first!)).toEqual([
		{
			error: expect.stringContaining('did not accept the request') as string,
			jobStarted: 'no',
		},
	]);
	expect(promptOf(jobIdIn(second!))).toBe('a shoe');
	expect(world.sandbox.account()).toMatchObject({ submitsReceived: 5, jobsCreated: 1 });
});

it('names the job in such an answer', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ host: 'media', status: 404, body: '', times: 0 });
	const parameters = { afterSubmit: 'wait', downloadVideo: true };
	const [answer] = await answers(agent(['a shoe'], { parameters }));
	const { jobId } = world.sandbox.jobs()[0]!;
	expect(JSON.parse(answer!)).toEqual([
		{ error: expect.stringContaining(jobId) as string, jobId, jobStarted: 'yes' },
	]);
});

it('tells the calls of two items apart, or refuses: n8n can hand one the arguments of the other', async () => {
	world = await openWorld();
	const calls = '={{ [{ prompt: ["a red shoe", "a blue hat"][$json.n] }] }}';
	const [shoe, hat] = await answers(agent(calls, { order: 'atOnceByItem' }), 2);
	expect(promptOf(jobIdIn(shoe!))).toBe('a red shoe');
	expect(hat).toContain('n8n gave this tool call the arguments of another one');
	expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1 });
});

it('refuses no call whose arguments are not asked of the model', async () => {
	world = await openWorld();
	const calls = '={{ [{}] }}';
	const parameters = { prompt: 'The product of the day' };
	const ids = (await answers(agent(calls, { order: 'atOnceByItem', parameters }), 2)).map(jobIdIn);
	expect(new Set(ids).size).toBe(2);
	expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
});

it('cancels no job but the one of the call', async () => {
	world = await openWorld({ speed: 1 });
	const made = await answers(agent(['a shoe', 'a hat']));
	const ids = made.map(jobIdIn);
	const workflow = agent('={{ [{ jobId: $json.jobId }] }}', { order: 'atOnceByItem' });
	workflow.nodes[2] = node('Video', 'seedanceCancelJobTool', {
		provider: 'seedance',
		jobId: "={{ $fromAI('jobId', '', 'string') }}",
	});
	const input = ids.map((jobId) => ({ json: { jobId } }));
	const execution = await world.engine.run(workflow, { input });
	const [first, second] = execution.output('Agent').map(({ json }) => json.answer as string);
	expect(first).toContain('cancelled');
	expect(second).toContain('the arguments of another one');
	expect(world.sandbox.account()).toMatchObject({ jobsCancelled: 1 });
});
