/** The button "Retry" in the list of executions: what was submitted is taken up, what failed or never began is submitted. */
import type { IDataObject, INode } from 'n8n-workflow';
import type { Execution, WorkflowJson } from './harness/index.ts';
import {
	chain,
	closeWorld,
	credentialsOf,
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

/** The job is made, and its answer never comes. */
const LOST = { method: 'POST', after: 'handled', reset: true } as const;
const atSegmind = {
	provider: 'segmind',
	model: 'seedance-pro',
	duration: 5,
	afterSubmit: 'return',
};
const segmindKey = {
	credentials: { segmindApi: { id: 'segmindApi', name: 'Segmind' } },
} as Partial<INode>;

const jobIds = (execution: Execution) =>
	execution.output('Generate').map(({ json }) => json.jobId as string);
const promptsMade = () =>
	world.sandbox
		.jobs()
		.map(({ prompt }) => prompt)
		.sort();
const run = async (workflow: WorkflowJson, ...texts: string[]) =>
	await world.engine.run(workflow, { input: prompts(...texts), credentials: credentialsOf(world) });

const withOptions = (options: IDataObject, parameters: IDataObject = {}) =>
	chain(start, generate({ ...parameters, options }));

it('submits only the item that failed, and takes up the others with what they cost', async () => {
	world = await openWorld();
	const workflow = chain(start, generate());
	const first = await run(workflow, 'one', 'two [sandbox:moderate]', 'three');
	expect(first.error?.message).toContain('could not make the video');
	const made = world.sandbox.jobs().length;
	const again = await world.engine.retry(
		first,
		chain(start, generate({ prompt: 'a fine {{ 1 }}' })),
	);
	expect(again.error).toBeUndefined();
	expect(jobIds(again)).toHaveLength(3);
	const charged = world.sandbox.account().jobsCharged;
	expect(charged).toBe(3);
	expect(world.sandbox.jobs()).toHaveLength(made + 1);
});

it('submits an item that never began, and nothing else', async () => {
	world = await openWorld({ credential: { maxConcurrentJobs: 1 } });
	world.sandbox.faults.add({ method: 'POST', match: 'two', status: 400, body: {} });
	const first = await run(chain(start, generate()), 'one', 'two', 'three');
	expect(first.error).toBeDefined();
	const again = await world.engine.retry(first);
	expect(again.error).toBeUndefined();
	expect(promptsMade()).toEqual(['one', 'three', 'two']);
	expect(world.sandbox.account()).toMatchObject({ jobsCharged: 3 });
});

it('takes up what was submitted without waiting for it', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ method: 'POST', match: 'two', status: 400, body: {} });
	const first = await run(chain(start, generate({ afterSubmit: 'return' })), 'one', 'two');
	expect(first.error).toBeDefined();
	const again = await world.engine.retry(first);
	expect(promptsMade()).toEqual(['one', 'two']);
	expect(jobIds(again)).toEqual(world.sandbox.jobs().map(({ jobId }) => jobId));
});

it('waits for the job of an earlier try, also in "Request Mode: Sync"', async () => {
	world = await openWorld({ speed: 10 });
	const waiting = (options: IDataObject) =>
		chain(
			start,
			generate({ ...atSegmind, afterSubmit: 'wait', downloadVideo: true, options }, segmindKey),
		);
	const first = await run(waiting({ timeoutMinutes: 0.02 }), 'one');
	expect(errorTextOf(first.error)).toContain('not ready in time');
	const again = await world.engine.retry(first, waiting({ requestMode: 'sync' }));
	expect(again.error).toBeUndefined();
	const [output] = again.output('Generate');
	expect(output!.json).toMatchObject({ status: 'completed', jobId: expect.any(String) as string });
	expect(output!.binary).toHaveProperty('video');
	expect(submitsOf(world)).toHaveLength(1);
});

it('asks for a job whose answer was lost under the key of then, and gets it', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ ...LOST, match: 'one', times: 3 });
	const flow = chain(
		start,
		generate({ afterSubmit: 'return', prompt: '={{ $json.prompt }} {{ Math.random() }}' }),
	);
	const first = await run(flow, 'one');
	expect(errorTextOf(first.error)).toContain('may have started');
	const again = await world.engine.retry(first);
	expect(again.error).toBeUndefined();
	expect(jobIds(again)).toEqual([world.sandbox.jobs()[0]!.jobId]);
	expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1 });
});

it('keeps the doubt at a provider that knows no keys, and submits the rest', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ ...LOST, match: 'one', times: 1 });
	const first = await run(chain(start, generate(atSegmind, segmindKey)), 'one', 'two');
	expect(errorTextOf(first.error)).toContain('may have started');
	const again = await world.engine.retry(first);
	expect(errorTextOf(again.error)).toContain('may have started');
	expect(promptsMade()).toEqual(['one', 'two']);
});

it('does not repeat an unclear submit under settings that have changed since', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ ...LOST, after: 'before', match: 'one', times: 3 });
	const first = await run(chain(start, generate({ afterSubmit: 'return' })), 'one');
	const changed = chain(start, generate({ afterSubmit: 'return', duration: 5 }));
	const again = await world.engine.retry(first, changed);
	expect(again.error?.message).toContain('settings of the node have changed since');
	expect(world.sandbox.jobs()).toHaveLength(0);
});

it('counts the month once', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ method: 'POST', match: 'two', status: 400, body: {} });
	const workflow = withOptions({ monthlyCreditBudget: 486 }, { afterSubmit: 'return' });
	const first = await run(workflow, 'one', 'two');
	expect((await world.engine.retry(first)).error).toBeUndefined();
	expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
});

it('takes up each round of a loop by itself', async () => {
	world = await openWorld();
	// Two runs of the node in one execution: the items of each are numbered from 0.
	const both = chain(
		start,
		generate({ afterSubmit: 'return' }),
		node('Second', 'n8n-nodes-base.noOp'),
	);
	both.connections.Start = {
		main: [
			[
				{ node: 'Generate', type: 'main', index: 0 },
				{ node: 'Generate', type: 'main', index: 0 },
			],
		],
	};
	world.sandbox.faults.add({ method: 'POST', match: 'two', status: 400, body: {}, skip: 1 });
	const first = await run(both, 'one', 'two');
	expect(first.error).toBeDefined();
	const again = await world.engine.retry(first);
	expect(again.error).toBeUndefined();
	expect(promptsMade()).toEqual(['one', 'one', 'two', 'two']);
	expect(submitsOf(world).length).toBeGreaterThan(3);
});

it('a node whose output is pinned in the editor submits nothing', async () => {
	world = await openWorld();
	const workflow = {
		...chain(start, generate({ afterSubmit: 'return' })),
		pinData: { Generate: [{ json: { jobId: 'task_pinned' } }] },
	};
	const execution = await world.engine.run(workflow, { input: prompts('one'), mode: 'manual' });
	expect(jobIds(execution)).toEqual(['task_pinned']);
	expect(submitsOf(world)).toHaveLength(0);
});

it('names what it has submitted when the changed settings cannot be right', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ method: 'POST', match: 'two', status: 400, body: {} });
	const first = await run(chain(start, generate({ afterSubmit: 'return' })), 'one', 'two');
	const wrong = generate({
		afterSubmit: 'return',
		duration: '={{ $json.prompt === "two" ? 99 : 4 }}',
	});
	const again = await world.engine.retry(first, chain(start, wrong));
	expect(again.error?.message).toContain('Duration (Seconds)');
	expect(errorTextOf(again.error)).toContain(world.sandbox.jobs()[0]!.jobId);
});
