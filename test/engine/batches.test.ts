/** "Submit As: Batch", with all that can happen to its items between two tries. */
import type { IDataObject } from 'n8n-workflow';
import {
	chain,
	closeWorld,
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

const BATCH = '/v1/generate/batch';
/** The jobs are made, and the answer never comes. */
const LOST = { method: 'POST', path: BATCH, after: 'handled', reset: true } as const;
const twice = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };

const flow = (options: IDataObject, settings = {}, parameters: IDataObject = {}) =>
	chain(
		start,
		generate(
			{ afterSubmit: 'return', options: { submitAs: 'batch', ...options }, ...parameters },
			settings,
		),
	);
const run = (options: IDataObject, texts: string[], settings = {}, parameters: IDataObject = {}) =>
	world.engine.run(flow(options, settings, parameters), { input: prompts(...texts) });
const countByPrompt = () => {
	const counts: Record<string, number> = {};
	for (const { prompt } of world.sandbox.jobs()) counts[prompt] = (counts[prompt] ?? 0) + 1;
	return counts;
};
const batches = () => submitsOf(world).filter(({ path }) => path === BATCH);

it('"Once per Content" makes each content once, whatever is added, dropped or moved', async () => {
	world = await openWorld();
	const options = { duplicates: 'perContent' };
	for (const texts of [
		['a', 'b', 'c'],
		['a', 'b', 'c', 'd'],
		['e', 'e'],
		['d', 'a'],
	]) {
		expect((await run(options, texts)).error).toBeUndefined();
	}
	expect(countByPrompt()).toEqual({ a: 1, b: 1, c: 1, d: 1, e: 1 });
});

it('"My Own Key" makes one job for each key', async () => {
	world = await openWorld();
	const options = { duplicates: 'custom', idempotencyKey: '={{ $json.sku }}' };
	await run(options, ['a', 'b']);
	await run(options, ['a', 'b', 'c']);
	expect(countByPrompt()).toEqual({ a: 1, b: 1, c: 1 });
});

it('repeats a batch without an answer as it was, although another item is tried again beside it', async () => {
	world = await openWorld({ accounts: [{ credits: 100_000 }] });
	const texts = Array.from({ length: 51 }, (_, n) => `number ${n}.`);
	// One of the first fifty is refused; the batch with the last one is taken, and its answers are lost.
	world.sandbox.faults.add({ ...LOST, match: 'number 50.', times: 3 });
	texts[7] = `${texts[7]} [sandbox:batch-fewer]`;
	const { error } = await run({}, texts, twice);
	expect(error).toBeDefined();
	expect(countByPrompt()['number 50.']).toBe(1);
	expect(Math.max(...Object.values(countByPrompt()))).toBe(1);
});

it('gives each item its job in the second try of a batch whose answer was lost', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ ...LOST, times: 3 });
	const execution = await run({}, ['one', 'two'], twice);
	expect(execution.error).toBeUndefined();
	const ids = execution.output('Generate').map(({ json }) => json.jobId);
	expect(ids).toEqual(world.sandbox.jobs().map(({ jobId }) => jobId));
	expect(countByPrompt()).toEqual({ one: 1, two: 1 });
});

it('does not send again the items of a batch that came back with another number of jobs', async () => {
	world = await openWorld();
	const { error } = await run({}, ['one [sandbox:batch-fewer]', 'two'], twice);
	expect(errorTextOf(error)).toContain('it is not known which job belongs to which item');
	expect(Math.max(...Object.values(countByPrompt()))).toBe(1);
});

it('takes up a lost batch when the execution is retried', async () => {
	world = await openWorld();
	world.sandbox.faults.add({ ...LOST, times: 3 });
	const first = await run({}, ['one', 'two']);
	expect(errorTextOf(first.error)).toContain('may have started');
	const again = await world.engine.retry(first);
	expect(again.error).toBeUndefined();
	expect(countByPrompt()).toEqual({ one: 1, two: 1 });
});

it('waits for its jobs together, and for those that go alone within the places of the account', async () => {
	world = await openWorld({ credential: { maxConcurrentJobs: 2 } });
	const execution = await run(
		{ duplicates: 'perContent' },
		['a', 'b', 'c', 'd', 'e'],
		{},
		{ afterSubmit: 'wait' },
	);
	expect(execution.error).toBeUndefined();
	expect(batches()).toHaveLength(0);
	expect(world.sandbox.account()).toMatchObject({ jobsCharged: 5, peakUnsettledJobs: 2 });
});

it.each<[string, IDataObject]>([
	['sent one by one', { options: { submitAs: 'jobs' } }],
	['made longer', { duration: 5, options: { submitAs: 'batch' } }],
])('makes no item of a lost batch again that is now %s', async (_, changes) => {
	world = await openWorld();
	world.sandbox.faults.add({ ...LOST, times: 3 });
	const first = await run({}, ['one', 'two']);
	const again = await world.engine.retry(first, flow({}, {}, changes));
	expect(errorTextOf(again.error)).toContain('settings of the node have changed since');
	expect(countByPrompt()).toEqual({ one: 1, two: 1 });
});
