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
import { skipTime } from './time.ts';

let world: World;
afterEach(() => closeWorld(world));

const run = (options: IDataObject, texts = ['one', 'two'], parameters: IDataObject = {}) =>
	world.engine.run(chain(start, generate({ afterSubmit: 'return', ...parameters, options })), {
		input: prompts(...texts),
	});

describe('a limit on money', () => {
	it('"Estimate Only" says what each item would cost and makes no call at all', async () => {
		world = await openWorld();
		const execution = await run({ estimateOnly: true }, ['one', 'two'], { duration: 10 });
		expect(execution.output('Generate').map(({ json }) => json)).toEqual([
			expect.objectContaining({ status: 'not_submitted', jobId: null, creditsEstimated: 607 }),
			expect.objectContaining({ status: 'not_submitted', jobId: null, creditsEstimated: 607 }),
		]);
		expect(world.sandbox.ledger.requests).toHaveLength(0);
	});

	it('"Max Credits" lets a run through that costs just that much', async () => {
		world = await openWorld();
		expect((await run({ maxCredits: 486 })).error).toBeUndefined();
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});

	it('"Max Credits" submits nothing of a run that costs one credit more', async () => {
		world = await openWorld();
		const { error } = await run({ maxCredits: 485 });
		expect(error?.message).toBe('This run would cost 486 credits, "Max Credits" allows 485');
		expect(world.sandbox.ledger.requests).toHaveLength(0);
	});

	it('"Check Credits First" submits nothing when the balance does not pay for all', async () => {
		world = await openWorld({ accounts: [{ credits: 485 }] });
		const { error } = await run({ checkCredits: true });
		expect(error?.message).toBe('Not enough credits: this run needs 486, the account has 485');
		expect(submitsOf(world)).toHaveLength(0);
	});

	it('"Check Credits First" lets a run through that the balance just pays for', async () => {
		world = await openWorld({ accounts: [{ credits: 486 }] });
		const { error } = await run({ checkCredits: true });
		expect(error).toBeUndefined();
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});

	it('"Monthly Credit Budget" counts over the executions of a workflow', async () => {
		world = await openWorld();
		const options = { monthlyCreditBudget: 1_000 };
		expect((await run(options)).error).toBeUndefined();
		expect((await run(options)).error).toBeUndefined();
		const third = await run(options, ['one']);
		expect(errorTextOf(third.error)).toContain('has used 972 of its 1000 credits');
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 4 });
	});

	it('is asked for what is still to be submitted when the node is tried again', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', match: 'two', status: 400, body: {} });
		const flow = chain(
			start,
			generate(
				{ afterSubmit: 'return', options: { monthlyCreditBudget: 486, maxCredits: 486 } },
				{ retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
			),
		);
		const execution = await world.engine.run(flow, { input: prompts('one', 'two') });
		expect(execution.error).toBeUndefined();
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});
});

describe('"Duplicates"', () => {
	it('"Once per Content" makes one job of the same request in two executions', async () => {
		world = await openWorld();
		const first = await run({ duplicates: 'perContent' }, ['same', 'other']);
		const second = await run({ duplicates: 'perContent' }, ['same', 'same']);
		const ids = (execution: typeof first) =>
			execution.output('Generate').map(({ json }) => json.jobId);
		expect(ids(second)).toEqual([ids(first)[0], ids(first)[0]]);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});

	it('"My Own Key" makes one job of the same key', async () => {
		world = await openWorld();
		const options = { duplicates: 'custom', idempotencyKey: '={{ $json.sku }}' };
		await run(options, ['one']);
		await run(options, ['one']);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1 });
	});

	it('"My Own Key" without a key is refused before anything is sent', async () => {
		world = await openWorld();
		const { error } = await run({ duplicates: 'custom' });
		expect(error?.message).toContain('Idempotency Key: an empty value');
		expect(submitsOf(world)).toHaveLength(0);
	});
});

describe('"Reuse Identical"', () => {
	const options = { reuseIdenticalHours: 24 };

	it('gives the finished job of the same content back, submits nothing, and says so', async () => {
		world = await openWorld({ speed: 200 });
		const waiting = { afterSubmit: 'wait', downloadVideo: true };
		const first = await run(options, ['same'], waiting);
		expect(first.output('Generate')[0]!.json).not.toHaveProperty('reused');
		const second = await run(
			{ ...options, metadata: '{"again": true}', maxCredits: 243 },
			['same', 'other'],
			waiting,
		);
		const [same, other] = second.output('Generate');
		expect(same!.json).toMatchObject({
			jobId: first.output('Generate')[0]!.json.jobId,
			status: 'completed',
			reused: true,
			metadata: { again: true },
		});
		expect(Object.keys(same!.binary!)).toEqual(['video']);
		expect(other!.json).not.toHaveProperty('reused');
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});

	it('makes a new job where a seed, a duration or a prompt differs', async () => {
		world = await openWorld({ speed: 200 });
		// Of the models of this provider, the one that takes a seed, and only with an image.
		const parameters = {
			model: 'seedance-1.0-lite',
			mode: 'imageToVideo',
			imageUrl: 'https://example.com/shoe.jpg',
			duration: '={{ $json.duration }}',
			afterSubmit: 'wait',
		};
		const make = async (...items: IDataObject[]) => {
			const seeded = { ...options, seed: '={{ $json.seed }}' };
			const flow = chain(start, generate({ ...parameters, options: seeded }));
			const same = { prompt: 'same', seed: 1, duration: 4 };
			const input = items.map((changes) => ({ json: { ...same, ...changes } }));
			const execution = await world.engine.run(flow, { input });
			expect(execution.error).toBeUndefined();
			return execution.output('Generate').map(({ json }) => json.reused ?? false);
		};
		expect(await make({})).toEqual([false]);
		expect(await make({}, { seed: 2 }, { duration: 5 }, { prompt: 'other' })).toEqual([
			...[true, false, false, false],
		]);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 4 });
	});

	it('never gives back a video whose address has expired', async () => {
		// A day of the provider's clock passes within seconds.
		world = await openWorld({ speed: 200 });
		const first = await run(options, ['same'], { afterSubmit: 'wait' });
		const { expiresAt } = first.output('Generate')[0]!.json;
		skipTime(Date.parse(expiresAt as string) + 1 - Date.now());
		const second = await run({ ...options, reuseIdenticalHours: 1000 }, ['same']);
		expect(second.output('Generate')[0]!.json).not.toHaveProperty('reused');
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});
});

describe('"Submit As: Batch"', () => {
	const batch = { submitAs: 'batch' };

	it('sends many items in one call and gives each its own job', async () => {
		world = await openWorld({ speed: 200 });
		const metadata = '={{ { "sku": $json.sku } }}';
		const execution = await run({ ...batch, metadata }, ['one', 'two', 'three'], {
			afterSubmit: 'wait',
		});
		expect(execution.error).toBeUndefined();
		const output = execution.output('Generate');
		expect(output.map(({ json }) => [json.status, (json.metadata as IDataObject).sku])).toEqual([
			['completed', 'A-0'],
			['completed', 'A-1'],
			['completed', 'A-2'],
		]);
		expect(new Set(output.map(({ json }) => json.jobId)).size).toBe(3);
		expect(submitsOf(world).map(({ path }) => path)).toEqual(['/v1/generate/batch']);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 3, jobsCharged: 3 });
	});

	it('splits a large run into several calls', async () => {
		world = await openWorld();
		const texts = Array.from({ length: 120 }, (_, index) => `number ${index}`);
		const execution = await run(batch, texts);
		expect(execution.output('Generate')).toHaveLength(120);
		expect(submitsOf(world)).toHaveLength(3);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 120 });
	});

	it('loses no ID when fewer jobs come back than items were sent', async () => {
		world = await openWorld();
		const { error } = await run(batch, ['one', '[sandbox:batch-fewer] two', 'three']);
		const jobs = world.sandbox.jobs();
		expect(jobs).toHaveLength(3);
		// The answer leaves out the job of the marked item, so nobody can name that one.
		const named = jobs.filter(({ jobId }) => errorTextOf(error).includes(jobId));
		expect(named.map(({ prompt }) => prompt)).toEqual(['one', 'three']);
		expect(error?.message).toContain('not known which job belongs to which item');
	});

	it('names the jobs of all batches when one batch is refused', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', status: 400, body: {}, skip: 1 });
		const texts = Array.from({ length: 120 }, (_, index) => `number ${index}`);
		const { error } = await run(batch, texts);
		const ids = world.sandbox.jobs().map(({ jobId }) => jobId);
		expect(ids).toHaveLength(70);
		expect(ids.filter((id) => !errorTextOf(error).includes(id))).toEqual([]);
	});

	it('pays once when the answer is lost', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', after: 'handled', reset: true });
		const execution = await run(batch);
		expect(execution.error).toBeUndefined();
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2, submitsReceived: 2 });
	});
});

describe('"Include Raw Response"', () => {
	it("adds the provider's last answer", async () => {
		world = await openWorld({ speed: 200 });
		const execution = await run({ includeRawResponse: true }, ['one'], { afterSubmit: 'wait' });
		const { json } = execution.output('Generate')[0]!;
		expect(json.raw).toMatchObject({ task_id: json.jobId, status: 'completed' });
	});
});
