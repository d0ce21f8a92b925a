import { SetNode } from './harness/test-nodes.ts';
import { startEngine, type WorkflowJson } from './harness/index.ts';

/** A workflow in a line: each node feeds the next. */
const chain = (
	...nodes: Array<Partial<WorkflowJson['nodes'][number]> & { name: string }>
): WorkflowJson => ({
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1 },
		...nodes.map((node) => ({ type: `demo.${node.name.toLowerCase()}`, typeVersion: 1, ...node })),
	],
	connections: Object.fromEntries(
		nodes.map(({ name }, index) => [
			nodes[index - 1]?.name ?? 'Start',
			{ main: [[{ node: name, type: 'main', index: 0 }]] },
		]),
	),
	settings: { executionOrder: 'v1' },
});

describe('a run', () => {
	it('takes items through the real engine, expressions evaluated', async () => {
		const engine = await startEngine({ nodeTypes: { 'demo.set': SetNode } });
		const execution = await engine.run(
			chain({ name: 'Set', parameters: { fields: '={{ { double: $json.n * 2 } }}' } }),
			{ input: [{ json: { n: 1 } }, { json: { n: 2 } }] },
		);
		expect(execution.error).toBeUndefined();
		expect(execution.status).toBe('success');
		expect(execution.output('Set')).toEqual([
			{ json: { n: 1, double: 2 }, pairedItem: { item: 0 } },
			{ json: { n: 2, double: 4 }, pairedItem: { item: 1 } },
		]);
		await engine.close();
	});
});
