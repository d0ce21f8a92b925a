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
	submitsOf,
	type World,
} from './world.ts';

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

describe('Cancel Job', () => {
	const cancel = node('Cancel', 'seedanceCancelJob', { provider: 'seedance' });

	it('cancels what is still in the making, free of charge', async () => {
		world = await openWorld({ speed: 1 });
		const flow = chain(start, generate({ afterSubmit: 'return' }), cancel);
		const execution = await world.engine.run(flow, { input: prompts('one', 'two') });
		expect(
			execution.output('Cancel').map(({ json }) => [json.status, json.creditsCharged]),
		).toEqual([
			['cancelled', 0],
			['cancelled', 0],
		]);
		expect(world.sandbox.account()).toMatchObject({ jobsCancelled: 2, creditsCharged: 0 });
	});

	it('gives back the finished job where it came too late', async () => {
		world = await openWorld();
		const flow = chain(start, generate(), cancel);
		const execution = await world.engine.run(flow, { input: prompts('one') });
		expect(execution.output('Cancel')[0]!.json).toMatchObject({
			status: 'completed',
			creditsCharged: 243,
		});
	});
});
