/** `jobStarted` beside an error: whether a workflow may make the video elsewhere without paying twice. */
import type { INode } from 'n8n-workflow';
import {
	chain,
	closeWorld,
	credentialsOf,
	generate,
	openWorld,
	prompts,
	start,
	type World,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const provider = 'kie';
const video = { provider, model: 'seedance-2.0-fast', duration: 4, resolution: '480p' };
/** Of this video. */
const CREDITS = 76;
const lost = { kind: 'submit', after: 'handled', reset: true } as const;

async function errorWith(parameters = {}, more: Partial<INode> = {}, input = prompts('one')) {
	const settings = { onError: 'continueRegularOutput', ...more } as const;
	const generating = generate({ ...video, afterSubmit: 'return', ...parameters }, settings);
	const flow = chain(start, generating);
	const execution = await world.engine.run(flow, { input, credentials: credentialsOf(world) });
	expect(execution.error).toBeUndefined();
	return execution.output('Generate').map(({ json }) => json);
}

const account = () => world.sandbox.account(provider);

describe('"no" means that the provider has no job', () => {
	it.each([
		['no credits', { accounts: [{ provider, credits: 1 }] }, undefined, {}],
		['a value that is not possible', {}, undefined, { resolution: '={{ "8k" }}' }],
		['a wrong option', {}, undefined, { options: { maxCredits: '={{ "x" }}' } }],
		['the cost limit', {}, undefined, { options: { maxCredits: 75 } }],
		['maintenance', {}, { status: 200, body: { code: 455, msg: 'maintenance' }, times: 0 }, {}],
		['a limit', {}, { status: 429, headers: { 'retry-after': '9999' } }, {}],
		['a wrong key', {}, { status: 401, body: { code: 401, msg: 'Unauthorized' } }, {}],
	])('%s', async (_, options, fault, parameters) => {
		world = await openWorld(options);
		if (fault) world.sandbox.faults.add({ kind: 'submit', ...fault });
		expect(await errorWith(parameters)).toEqual([
			{ error: expect.any(String) as string, jobStarted: 'no' },
		]);
		expect(world.sandbox.jobs()).toEqual([]);
	});

	it('a balance that cannot be read: the question starts no job', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ kind: 'credits', status: 500, body: '', times: 0 });
		expect(await errorWith({ options: { checkCredits: true } })).toMatchObject([
			{ jobStarted: 'no' },
		]);
		expect(account().submitsReceived).toBe(0);
	});
});

it('"maybe" where the answer was lost, also in a later try that sends nothing', async () => {
	world = await openWorld();
	world.sandbox.faults.add(lost);
	const retried = { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 };
	const [item] = await errorWith({}, retried);
	expect(item).toEqual({
		error: expect.stringContaining('may have started') as string,
		jobStarted: 'maybe',
	});
	expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
});

it('"maybe" where the answer of the first try was lost, and the second one is refused for its cost', async () => {
	// It pays for the first try only.
	world = await openWorld({ accounts: [{ provider, credits: 1.5 * CREDITS }] });
	world.sandbox.faults.add(lost);
	const retried = { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 };
	const [item] = await errorWith({ options: { checkCredits: true } }, retried);
	expect(item).toEqual({
		error: expect.stringContaining('Not enough credits: this run needs') as string,
		jobStarted: 'maybe',
	});
	expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
});

it('"yes" where the job is known, and nobody can say what became of it', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ kind: 'status', status: 401, body: {}, times: 0 });
	const [item] = await errorWith({ afterSubmit: 'wait' });
	const [job] = world.sandbox.jobs();
	expect(item).toMatchObject({ jobId: job!.jobId, jobStarted: 'yes' });
});

it('says it for each item on its own', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ ...lost, match: 'two' });
	const items = await errorWith({}, {}, prompts('one', 'two', ''));
	expect(items.map(({ status, jobStarted }) => jobStarted ?? status)).toEqual([
		'queued',
		'maybe',
		'no',
	]);
});

it('is not in the error output, where n8n 1.x takes nothing beside the error', async () => {
	world = await openWorld({ accounts: [{ provider, credits: 1 }] });
	const flow = chain(start, generate(video, { onError: 'continueErrorOutput' }));
	const options = { input: prompts('one'), credentials: credentialsOf(world) };
	const execution = await world.engine.run(flow, options);
	const [item] = execution.output('Generate', 1);
	expect(item!.json).not.toHaveProperty('jobStarted');
	expect(item!.json).toMatchObject({ error: expect.stringContaining('Not enough') as string });
});
