/** What an item says of its job is believed before anybody is asked, and an odd job ID is one item's fault. */
import type { IDataObject } from 'n8n-workflow';
import { providers } from '../../nodes/Seedance/providers';
import { chain, closeWorld, errorTextOf, node, openWorld, start, type World } from './world.ts';

let world: World;
beforeAll(async () => {
	world = await openWorld({ accounts: [{ requestsPerMinute: 10_000 }] });
});
afterAll(() => closeWorld(world));

const NODES = ['seedanceCheckStatus', 'seedanceWaitForWebhook', 'seedanceCancelJob'];
const run = (type: string, items: IDataObject[], onError?: 'continueRegularOutput') =>
	world.engine.run(chain(start, node('Node', type, { provider: 'seedance' }, { onError })), {
		input: items.map((json) => ({ json })),
	});

describe.each(NODES)('%s', (type) => {
	const others = providers.slice(1).map(({ id, name }) => [id, name] as const);
	it.each(others)(
		'says so where the job belongs to %s, and asks nobody',
		async (provider, name) => {
			const before = world.sandbox.ledger.requests.length;
			const { error } = await run(type, [{ jobId: 'r-1', provider }]);
			expect(error?.message).toBe(`The job r-1 was made with ${name}, but this node asks Seedance`);
			expect(errorTextOf(error)).toContain(`Choose "${name}" in "Provider"`);
			expect(world.sandbox.ledger.requests.length).toBe(before);
		},
	);

	it('minds neither another field "provider" nor another job', async () => {
		for (const json of [
			{ jobId: 'task_1', provider: 'DHL' },
			{ jobId: 'task_1', provider: null },
			{ jobId: 'task_1', provider: 'constructor' },
		]) {
			const { error } = await run(type, [json]);
			expect(error?.message).toBe('Seedance knows no job with this ID (job task_1)');
		}
	});

	it('a job ID with half a surrogate is a fault of its item', async () => {
		const ids = ['task_1\ud800', '\udfff', 'task_2'];
		const execution = await run(
			type,
			ids.map((jobId) => ({ jobId })),
			'continueRegularOutput',
		);
		expect(execution.error).toBeUndefined();
		expect(execution.output('Node').map(({ json }) => json.error)).toEqual(
			ids.map(() => expect.stringContaining('knows no job with this ID') as string),
		);
	});
});
