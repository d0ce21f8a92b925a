/** Options about money, two at a time: a file in a batch, a file and what is reused, a budget over days and waits. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
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
afterEach(async () => {
	jest.restoreAllMocks();
	await closeWorld(world);
});

const run = (options: IDataObject, items: INodeExecutionData[], parameters: IDataObject = {}) =>
	world.engine.run(chain(start, generate({ afterSubmit: 'return', ...parameters, options })), {
		input: items,
	});
type Run = Awaited<ReturnType<typeof run>>;

/** The job of each item; an execution that failed fails the test. */
const jobIdsOf = (execution: Run) => {
	expect(execution.error).toBeUndefined();
	return execution.output('Generate').map(({ json }) => json.jobId);
};

const ASSETS = path.resolve(__dirname, '../sandbox/assets/images');
const asFile = { mode: 'imageToVideo', imageInput: 'binary' };

/** An item with a picture. Pictures with the same mark have the same bytes; the file's name is always the same. */
async function pictured(prompt: string, mark: string): Promise<INodeExecutionData> {
	// What follows the picture in its file is not looked at by anybody, and makes it another file.
	const bytes = Buffer.concat([
		readFileSync(path.join(ASSETS, 'square-512.png')),
		Buffer.from(mark),
	]);
	const file = { fileName: 'photo.png', mimeType: 'image/png' };
	return { json: { prompt }, binary: { data: await world.engine.writeBinary(bytes, file) } };
}

describe('"Submit As: Batch" with files', () => {
	it('submits an item with a file by itself, with its file, and the others together', async () => {
		world = await openWorld();
		const items = [
			...prompts('one', 'two'),
			await pictured('three', ''),
			...prompts('four'),
			await pictured('five', ''),
		];
		const execution = await run({ submitAs: 'batch' }, items, {
			mode: '={{ $binary.data ? "imageToVideo" : "textToVideo" }}',
			imageInput: 'binary',
		});
		const ids = jobIdsOf(execution);
		expect(new Set(ids).size).toBe(5);
		const promptOf = new Map(world.sandbox.jobs().map(({ jobId, prompt }) => [jobId, prompt]));
		expect(ids.map((id) => promptOf.get(id as string))).toEqual(
			items.map(({ json }) => json.prompt),
		);
		expect(
			submitsOf(world)
				.map((request) => request.path)
				.sort(),
		).toEqual(['/v1/generate/batch', '/v1/generate/image-to-video', '/v1/generate/image-to-video']);
	});

	it.each([{ submitAs: 'batch' }, { submitAs: 'jobs' }])(
		'makes the same content once, as %j',
		async (ways) => {
			world = await openWorld();
			const options = { ...ways, duplicates: 'perContent' };
			const items = [await pictured('lamp', 'a'), await pictured('lamp', 'b')];
			const first = jobIdsOf(await run(options, items, asFile));
			const again = [await pictured('lamp', 'b'), await pictured('lamp', 'a')];
			expect(jobIdsOf(await run(options, again, asFile))).toEqual([...first].reverse());
			expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
		},
	);
});

describe('the same prompt with another picture', () => {
	it.each<[string, IDataObject, IDataObject]>([
		['Once per Content', { duplicates: 'perContent' }, {}],
		['Reuse Identical', { reuseIdenticalHours: 24 }, { afterSubmit: 'wait' }],
	])('is another video to "%s", and with the same picture the same', async (_, options, more) => {
		world = await openWorld({ speed: 200 });
		const of = async (mark: string) =>
			jobIdsOf(await run(options, [await pictured('lamp', mark)], { ...asFile, ...more }))[0];
		const shoe = await of('shoe');
		const shirt = await of('shirt');
		expect(shirt).not.toBe(shoe);
		expect([await of('shoe'), await of('shirt')]).toEqual([shoe, shirt]);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});
});

describe('"Monthly Credit Budget"', () => {
	const options = { monthlyCreditBudget: 1_000 };
	const two = prompts('one', 'two');

	it.each<[string, IDataObject, IDataObject]>([
		['"Wait Until It Is Ready"', {}, { afterSubmit: 'wait' }],
		['"Submit As: Batch"', { submitAs: 'batch' }, {}],
		['both', { submitAs: 'batch' }, { afterSubmit: 'wait' }],
		['"Once per Content"', { duplicates: 'perContent' }, {}],
	])('counts each job once with %s', async (_, more, parameters) => {
		world = await openWorld({ speed: 200 });
		const spending = (texts: string[]) =>
			run({ ...options, ...more }, prompts(...texts), parameters);
		jobIdsOf(await spending(['one', 'two']));
		jobIdsOf(await spending(['three', 'four']));
		const { error } = await spending(['five']);
		expect(errorTextOf(error)).toContain('has used 972 of its 1000 credits');
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 4 });
	});

	it('does not count what is reused', async () => {
		world = await openWorld({ speed: 200 });
		const reusing = { monthlyCreditBudget: 486, reuseIdenticalHours: 24 };
		const waiting = { afterSubmit: 'wait' };
		const first = jobIdsOf(await run(reusing, two, waiting));
		expect(jobIdsOf(await run(reusing, two, waiting))).toEqual(first);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});

	it('is one for all days of a month, and the next month has its own', async () => {
		world = await openWorld();
		const on = async (date: string) => {
			jest.spyOn(Date, 'now').mockReturnValue(Date.parse(date));
			return await run(options, two);
		};
		jobIdsOf(await on('2026-04-01T00:00:00Z'));
		jobIdsOf(await on('2026-04-15T12:00:00Z'));
		const { error } = await on('2026-04-30T23:59:00Z');
		expect(errorTextOf(error)).toContain('has used 972 of its 1000 credits');
		jobIdsOf(await on('2026-05-01T00:00:00Z'));
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 6 });
	});
});

it('a submit that was cut off while another item ended the run is not paid a second time', async () => {
	// Without keys, the provider cannot tell that it has seen the submit before.
	world = await openWorld();
	const segmind = { provider: 'segmind', model: 'seedance-pro', duration: 5 };
	const flow = chain(
		start,
		node(
			'Generate',
			'seedanceGenerateVideo',
			{ ...segmind, mode: 'textToVideo', prompt: '={{ $json.prompt }}', afterSubmit: 'return' },
			{
				...{ retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
				credentials: { segmindApi: { id: 'segmindApi', name: 'Segmind' } },
			},
		),
	);
	const cut = { method: 'POST', match: 'cut off', after: 'handled', delayMs: 500, reset: true };
	world.sandbox.faults.add({ ...cut, after: 'handled' });
	world.sandbox.faults.add({
		method: 'POST',
		match: 'refused',
		status: 400,
		body: {},
		delayMs: 100,
	});
	const { error } = await world.engine.run(flow, {
		input: prompts('cut off', 'refused'),
		credentials: credentialsOf(world),
	});
	const made = world.sandbox.jobs().map(({ prompt }) => prompt);
	expect(made.filter((prompt) => prompt === 'cut off')).toHaveLength(1);
	expect(errorTextOf(error)).toContain('may have started');
});
