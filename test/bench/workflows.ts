// The workflows of the benches: chains of nodes that a webhook starts.
import { randomUUID } from 'node:crypto';
import type { WorkflowFile } from '../n8n/api.ts';

export interface Node {
	name: string;
	type: string;
	typeVersion: number;
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
}

/** The webhook answers when all that follows has run, so that nobody has to ask meanwhile. */
const start = (webhookPath: string, responseMode: 'lastNode' | 'onReceived'): Node => ({
	name: 'Start',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2,
	parameters: {
		httpMethod: 'POST',
		path: webhookPath,
		responseMode,
		...(responseMode === 'lastNode' && { responseData: 'noData' }),
		options: {},
	},
});

/** One item for each entry of the posted `items`. */
export const splitItems: Node = {
	name: 'Items',
	type: 'n8n-nodes-base.splitOut',
	typeVersion: 1,
	parameters: { fieldToSplitOut: 'body.items', include: 'noOtherFields', options: {} },
};

export const httpRequest = (name: string, parameters: Node['parameters']): Node => ({
	name,
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.5, // the newest of n8n 2.40
	parameters: { ...parameters, options: parameters.options ?? {} },
});

/** The nodes one behind the other, started by a POST to the webhook. */
export function chain(
	webhookPath: string,
	nodes: Node[],
	responseMode: 'lastNode' | 'onReceived' = 'lastNode',
): WorkflowFile {
	const all = [start(webhookPath, responseMode), ...nodes].map((node, index) => ({
		...node,
		id: randomUUID(),
		webhookId: randomUUID(),
		position: [index * 200, 0],
	}));
	const links = all.slice(0, -1).map(({ name }, index) => {
		const next = { node: all[index + 1]!.name, type: 'main', index: 0 };
		return [name, { main: [[next]] }];
	});
	return {
		name: webhookPath,
		nodes: all,
		connections: Object.fromEntries(links) as Record<string, unknown>,
	};
}
