import {
	chain,
	closeWorld,
	errorTextOf,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

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

	it('gives the jobs in the order of the items, whichever is cancelled first', async () => {
		world = await openWorld({ speed: 1 });
		const made = await world.engine.run(chain(start, generate({ afterSubmit: 'return' })), {
			input: prompts('one', 'two', 'three'),
		});
		const ids = made.output('Generate').map(({ json }) => json.jobId as string);
		world.sandbox.faults.add({ method: 'DELETE', path: `/v1/tasks/${ids[0]}`, delayMs: 500 });
		const input = ids.map((jobId) => ({ json: { jobId, provider: 'seedance' } }));
		const execution = await world.engine.run(chain(start, cancel), { input });
		const output = execution.output('Cancel');
		expect(output.map(({ json }) => [json.jobId, json.status])).toEqual(
			ids.map((id) => [id, 'cancelled']),
		);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
	});

	it('never calls cancelled what the provider refuses to cancel', async () => {
		world = await openWorld({ speed: 1 });
		world.sandbox.faults.add({ method: 'DELETE', times: 0, status: 403, body: { error: 'no' } });
		const flow = (settings = {}) =>
			chain(start, generate({ afterSubmit: 'return' }), { ...cancel, ...settings });
		const stopped = await world.engine.run(flow(), { input: prompts('one') });
		const [{ jobId } = { jobId: '' }] = world.sandbox.jobs();
		expect(errorTextOf(stopped.error)).toContain(jobId);
		const going = flow({ onError: 'continueRegularOutput' });
		const continued = await world.engine.run(going, { input: prompts('two') });
		const [item] = continued.output('Cancel');
		expect(item!.json).toHaveProperty('error');
		expect(item!.json).not.toHaveProperty('status');
		expect(world.sandbox.account()).toMatchObject({ jobsCancelled: 0 });
	});
});
