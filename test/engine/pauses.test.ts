import { chain, closeWorld, errorTextOf, node, openWorld, start, type World } from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

/** The provider asks everybody to come back in an hour. */
const anHour = { status: 429, headers: { 'retry-after': '3600' }, times: 0 };

describe('A 429 that asks for an hour', () => {
	it.each([
		['seedanceGetCredits', {}],
		['seedanceCheckStatus', { jobId: 'task_abc123def456' }],
		['seedanceCancelJob', { jobId: 'task_abc123def456' }],
	])('is told by %s, which does not wait for it', async (type, parameters) => {
		world = await openWorld();
		world.sandbox.faults.add(anHour);
		const asking = node('Ask', type, { provider: 'seedance', ...parameters });
		for (let run = 0; run < 2; run += 1) {
			const execution = await world.engine.run(chain(start, asking), { input: [{ json: {} }] });
			expect(errorTextOf(execution.error)).toMatch(/too many requests.*Try again in 60 minutes/);
		}
		// Nothing is sent while the pause lasts, and n8n's log says once why.
		expect(world.sandbox.ledger.requests).toHaveLength(1);
		const told = world.engine.logs.filter(({ message }) => /Nothing is sent/.test(message));
		expect(told).toHaveLength(1);
	});
});
