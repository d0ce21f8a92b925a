// Workflows of a webhook and some of our nodes behind it, one after the other.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Workflow } from '../n8n/api.ts';
import type { Stage } from '../n8n/stage.ts';

export interface NodeSpec {
	name: string;
	/** Without the name of the package. */
	type: string;
	parameters: Record<string, unknown>;
}

/** The credential of all nodes of a workflow. */
export interface Account {
	provider: string;
	/** The package that the nodes are from, if it is one for this provider alone. */
	package?: string;
	credentialType: string;
	credentialId: string;
}

/** Creates and activates a workflow, and calls its webhook with the prompt, which is its name as well. */
export async function startChain(
	stage: Stage,
	{ provider, package: ofProvider, credentialType, credentialId }: Account,
	prompt: string,
	nodes: readonly NodeSpec[],
): Promise<Workflow> {
	const path = prompt.toLowerCase().replace(/\W+/g, '-');
	const credentials = { [credentialType]: { id: credentialId, name: provider } };
	const webhook = {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: { httpMethod: 'POST', path, options: {} },
	};
	const ours = nodes.map(({ name, type, parameters }) => ({
		name,
		type: `${ofProvider ?? 'n8n-nodes-seedance'}.${type}`,
		typeVersion: 1,
		parameters: { ...(ofProvider ? {} : { provider }), ...parameters },
		credentials,
	}));
	const chain = [webhook, ...ours].map((node, index) => ({
		...node,
		id: randomUUID(),
		webhookId: randomUUID(),
		position: [index * 200, 0],
	}));
	const links = chain
		.slice(1)
		.map(({ name }, index) => [
			chain[index]!.name,
			{ main: [[{ node: name, type: 'main', index: 0 }]] },
		]);
	const workflow = await stage.api.createWorkflow({
		name: prompt,
		nodes: chain,
		connections: Object.fromEntries(links) as Record<string, unknown>,
		settings: { executionOrder: 'v1' },
	});
	await stage.api.activate(workflow, path);
	const query = new URLSearchParams({ prompt }).toString();
	const answer = await stage.api.callWebhook(`${path}?${query}`, {});
	assert.equal(answer.status, 200, answer.text);
	return workflow;
}
