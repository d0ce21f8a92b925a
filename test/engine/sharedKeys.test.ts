/** "Once per Content" and "My Own Key" over several executions; "Reuse Identical"; conflicts about keys. */
import type { IDataObject } from 'n8n-workflow';
import {
	chain,
	closeWorld,
	credentialsOf,
	errorTextOf,
	generate,
	openWorld,
	prompts,
	start,
	submitsOf,
	type World,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const flow = (options: IDataObject, parameters: IDataObject = {}, settings = {}) =>
	chain(start, generate({ afterSubmit: 'return', ...parameters, options }, settings));
const jobIdOf = async (options: IDataObject, parameters: IDataObject = {}, text = 'one') => {
	const execution = await world.engine.run(flow(options, parameters), { input: prompts(text) });
	expect(execution.error).toBeUndefined();
	return execution.output('Generate')[0]?.json.jobId;
};
const perContent = { duplicates: 'perContent' };
const ownKey = { duplicates: 'custom', idempotencyKey: 'A-1' };

/** As after a crash, or in the editor: n8n has kept nothing between the executions. */
const forgetful = async (workflow: ReturnType<typeof flow>, text = 'one') =>
	await world.engine.run(workflow, { input: prompts(text), mode: 'manual' });

describe.each([
	['Once per Content', perContent],
	['My Own Key', ownKey],
])('"%s"', (_, duplicates) => {
	it('finds the job again whatever the metadata says, also after a crash', async () => {
		world = await openWorld();
		const metadata = (n: number) => ({ ...duplicates, metadata: JSON.stringify({ execution: n }) });
		for (const n of [1, 2]) expect((await forgetful(flow(metadata(n)))).error).toBeUndefined();
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1 });
	});

	it('gives back the metadata of the item', async () => {
		world = await openWorld();
		const options = { ...duplicates, metadata: '{"sku":"A-1"}' };
		const parameters = { afterSubmit: 'wait' };
		const execution = await world.engine.run(flow(options, parameters), { input: prompts('one') });
		expect(execution.output('Generate')[0]?.json.metadata).toEqual({ sku: 'A-1' });
	});

	it('finds the job again when the callback address has changed', async () => {
		world = await openWorld();
		const to = (path: string) => ({
			afterSubmit: 'callback',
			callbackUrl: `${world.engine.baseUrl}/${path}`,
		});
		const first = await jobIdOf(duplicates, to('webhook-test'));
		expect(await jobIdOf(duplicates, to('webhook'))).toBe(first);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1 });
	});

	it('makes a failed job again on purpose, once', async () => {
		world = await openWorld();
		const text = 'one [sandbox:fail]';
		const wait = { afterSubmit: 'wait' };
		const run = () => world.engine.run(flow(duplicates, wait), { input: prompts(text) });
		const first = await run();
		expect(errorTextOf(first.error)).toContain('returns the failed job for two more minutes');
		await run();
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2, jobsCharged: 0 });
		await run();
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 3, jobsCharged: 0 });
	});

	it('one item that comes twice in a run is one job', async () => {
		world = await openWorld();
		const execution = await world.engine.run(flow(duplicates), { input: prompts('one', 'one') });
		const ids = execution.output('Generate').map(({ json }) => json.jobId);
		expect(new Set(ids).size).toBe(1);
		expect(submitsOf(world)).toHaveLength(1);
	});
});

it('"My Own Key" makes a failed job again with another prompt', async () => {
	world = await openWorld();
	const run = (text: string) =>
		world.engine.run(flow(ownKey, { afterSubmit: 'wait' }), { input: prompts(text) });
	expect((await run('one [sandbox:moderate]')).error).toBeDefined();
	expect((await run('one')).error).toBeUndefined();
	expect((await run('one')).error).toBeUndefined();
	expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2, jobsCharged: 1 });
});

describe('an answer about the key', () => {
	const LOST = { method: 'POST', after: 'handled', reset: true } as const;
	const twice = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };

	it('is not needed where the prompt changes from try to try: the first one is repeated', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ ...LOST, times: 3 });
		const parameters = { prompt: '={{ $json.prompt }} {{ Math.random() }}' };
		const execution = await world.engine.run(flow({}, parameters, twice), {
			input: prompts('one'),
		});
		expect(execution.error).toBeUndefined();
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1 });
	});

	it.each([
		[422, 'idempotency key was already used for other content'],
		[409, 'still working on an earlier request'],
	])('HTTP %i to a repeat is a doubt, with words of its own', async (status, words) => {
		world = await openWorld();
		world.sandbox.faults.add({ ...LOST, times: 1 });
		world.sandbox.faults.add({ method: 'POST', status, body: { error: 'no' }, times: 0 });
		const options = { timeoutMinutes: 0.05 };
		const { error } = await world.engine.run(flow(options), { input: prompts('one') });
		expect(errorTextOf(error)).toContain(words);
		expect(errorTextOf(error)).toContain('may have started');
	});

	it('409 is asked again until the first request is done', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ ...LOST, times: 1 });
		world.sandbox.faults.add({ method: 'POST', status: 409, body: { error: 'busy' }, times: 1 });
		expect(await jobIdOf({})).toBe(world.sandbox.jobs()[0]!.jobId);
	});

	it('422 to the first request with a key that nobody shares stays a refusal', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', status: 422, body: { error: 'bad image' } });
		const { error } = await world.engine.run(flow({}), { input: prompts('one') });
		expect(errorTextOf(error)).not.toContain('may have started');
	});
});

it('a copy of this n8n does not come to the same keys for other items', async () => {
	world = await openWorld();
	const run = (text: string) =>
		world.engine.run(flow({}), { input: prompts(text), mode: 'trigger' });
	await run('one');
	const key = submitsOf(world)[0]?.headers['idempotency-key'];
	const copy = await openWorld();
	try {
		await copy.engine.run({ ...flow({}), id: 'wf1' }, { input: prompts('two') });
		expect(submitsOf(copy)[0]?.headers['idempotency-key']).not.toBe(key);
	} finally {
		await closeWorld(copy);
	}
});

describe('"Reuse Identical"', () => {
	const reuse = { reuseIdenticalHours: 24 };
	const wait = { afterSubmit: 'wait' };
	const run = async (credential: IDataObject = {}) => {
		const { seedanceApi } = credentialsOf(world);
		const execution = await world.engine.run(flow(reuse, wait), {
			input: prompts('one'),
			credentials: { seedanceApi: { ...seedanceApi, ...credential } as Record<string, string> },
		});
		expect(execution.error).toBeUndefined();
		return execution.output('Generate')[0]!.json;
	};

	it('gives back what was finished, as long as its file is there', async () => {
		world = await openWorld();
		const { jobId } = await run();
		expect(await run()).toMatchObject({ jobId, reused: true });
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1 });
	});

	it.each([403, 404, 410])('makes the video anew when its address answers %i', async (status) => {
		world = await openWorld();
		const { jobId } = await run();
		world.sandbox.faults.add({ host: 'media', status, body: '', times: 1 });
		expect((await run()).jobId).not.toBe(jobId);
		expect((await run()).reused).toBe(true);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});

	it('neither gives out nor makes a video while its file cannot be looked for', async () => {
		world = await openWorld();
		await run();
		world.sandbox.faults.add({ host: 'media', status: 503, body: '', times: 0 });
		const { error } = await world.engine.run(flow(reuse, wait), { input: prompts('one') });
		expect(errorTextOf(error)).toContain('cannot be reached right now');
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1 });
	});

	it('knows nothing of another account', async () => {
		world = await openWorld({ accounts: [{}, { apiKey: 'another-key-of-another-account' }] });
		const { jobId } = await run();
		expect((await run({ apiKey: 'another-key-of-another-account' })).jobId).not.toBe(jobId);
	});

	it('counts towards the limits what it cannot reuse', async () => {
		world = await openWorld();
		await run();
		world.sandbox.faults.add({ host: 'media', status: 404, body: '', times: 1 });
		const { error } = await world.engine.run(flow({ ...reuse, maxCredits: 10 }, wait), {
			input: prompts('one'),
		});
		expect(error?.message).toContain('would cost 243 credits');
	});
});

describe('the error that ends a run', () => {
	it('names every item that may have started', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', after: 'handled', reset: true, times: 0 });
		const parameters = { provider: 'segmind', model: 'seedance-pro', duration: 5 };
		const settings = { credentials: { segmindApi: { id: 'segmindApi', name: 'Segmind' } } };
		const { error } = await world.engine.run(flow({}, parameters, settings), {
			input: prompts('a', 'b', 'c', 'd', 'e'),
			credentials: credentialsOf(world),
		});
		expect(error?.message).toContain('may have started');
		expect(error?.message).toContain('[item 0]');
		const made = world.sandbox.jobs().length;
		expect(made).toBeGreaterThan(1);
		const named = /for (?:the items|item) ([\d, ]+), but its ID/
			.exec(errorTextOf(error))?.[1]
			?.split(', ');
		expect(named).toHaveLength(made - 1);
	});

	it('names the job whose answer was lost while another item ended the run', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', match: 'two', after: 'handled', reset: true });
		world.sandbox.faults.add({ method: 'POST', match: 'one', status: 400, body: {}, delayMs: 300 });
		const { error } = await world.engine.run(flow({}), { input: prompts('one', 'two') });
		expect(error?.message).toContain('[item 0]');
		expect(errorTextOf(error)).toContain(world.sandbox.jobs()[0]!.jobId);
	});
});
