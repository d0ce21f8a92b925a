// Shared code for the tests of the examples: imports an example like a user, chooses its credentials, points the
// addresses in its first Set node to stand-ins, and runs it.
import path from 'node:path';
import type { Workflow, WorkflowFile } from '../n8n/api.ts';
import type { Execution } from '../n8n/execution.ts';
import { ROOT } from '../n8n/paths.ts';
import { importWorkflow, readWorkflow } from '../n8n/stage.ts';
import type { Limits, Stage } from '../n8n/stage.ts';
import { RUN_LIMIT_MS, until } from './play.ts';

/** The first Set node of every example that uses other services. */
const SETTINGS = 'Settings';

/** For nodes without a field for the credential type, by their authentication method. */
const TYPES: Record<string, string> = { headerAuth: 'httpHeaderAuth' };

const ENDED = ['success', 'error', 'crashed', 'canceled'];

/** A credential for the HTTP Request and GraphQL nodes that require its type, or for the nodes with these names. */
export interface Account {
	type: string;
	data: Record<string, unknown>;
	nodes?: string[];
}

export interface ExampleOptions {
	/** Values of the Set node "Settings", by field. */
	settings?: Record<string, unknown>;
	/** For nodes that are not ours. Our nodes get the sandbox's credential. */
	accounts?: Account[];
	/** The limits for our credential, if they differ from the defaults. */
	limits?: Limits;
}

export const exampleFile = (name: string): WorkflowFile =>
	readWorkflow(path.join(ROOT, 'examples', name));

/** Imports an example of `examples/`, ready to run. */
export async function importExample(
	stage: Stage,
	name: string,
	{ settings = {}, accounts = [], limits }: ExampleOptions = {},
): Promise<Workflow> {
	const file = exampleFile(name);
	const stored = await Promise.all(
		accounts.map(async (account, nth) => {
			const label = `${account.type} ${nth + 1}`;
			const id = await stage.api.createCredential(label, account.type, account.data);
			return { account, reference: { id, name: label } };
		}),
	);
	const nodes = file.nodes.map((node) => {
		const wanted = credentialTypeOf(node);
		const found = stored.find(
			({ account }) => account.nodes?.includes(node.name) ?? account.type === wanted,
		);
		if (found) return { ...node, credentials: { [found.account.type]: found.reference } };
		if (wanted) throw new Error(`${name}: "${node.name}" needs a credential of type ${wanted}`);
		return node;
	});
	return importWorkflow(
		stage.api,
		stage.sandbox,
		withSettings({ ...file, nodes }, settings),
		limits,
	);
}

/** The type of credential that an HTTP Request or GraphQL node requires. */
function credentialTypeOf(node: WorkflowFile['nodes'][number]): string | undefined {
	const parameters = node['parameters'] as Record<string, string | undefined>;
	const { authentication, genericAuthType, nodeCredentialType } = parameters;
	return genericAuthType ?? nodeCredentialType ?? TYPES[authentication ?? ''];
}

interface SetParameters {
	assignments: { assignments: Array<{ name: string; value: unknown }> };
}

/** Fills in the fields like a user. A missing field is an error. */
function withSettings(file: WorkflowFile, settings: Record<string, unknown>): WorkflowFile {
	const left = new Set(Object.keys(settings));
	const nodes = file.nodes.map((node) => {
		if (node.name !== SETTINGS) return node;
		const parameters = node['parameters'] as SetParameters;
		const assignments = parameters.assignments.assignments.map((field) =>
			left.delete(field.name) ? { ...field, value: settings[field.name] } : field,
		);
		return { ...node, parameters: { ...parameters, assignments: { assignments } } };
	});
	if (left.size > 0) throw new Error(`"${SETTINGS}" has no field ${[...left].join(', ')}`);
	return { ...file, nodes };
}

export interface RunOptions {
	/** The output of a trigger that cannot run by itself. */
	output?: Record<string, unknown>;
	limitMs?: number;
}

/** Starts a workflow at this trigger, like "Execute workflow" in the editor, and waits for its end. */
export async function runManually(
	{ api }: Stage,
	workflow: Workflow,
	trigger: string,
	{ output, limitMs = RUN_LIMIT_MS }: RunOptions = {},
): Promise<Execution> {
	const workflowData = await api.request('GET', `/rest/workflows/${workflow.id}`);
	const started = await api.request('POST', `/rest/workflows/${workflow.id}/run`, {
		workflowData,
		triggerToStartFrom: { name: trigger, ...(output && { data: ranWith(output) }) },
	});
	const { executionId } = started as { executionId: string };
	const look = async () => {
		const execution = await api.getExecution(executionId);
		return ENDED.includes(execution.status) ? execution : undefined;
	};
	return until(() => `"${workflow.name}" has not ended`, look, limitMs);
}

/** A node's run in n8n's format. */
const ranWith = (json: Record<string, unknown>) => ({
	startTime: Date.now(),
	executionIndex: 0,
	executionTime: 0,
	executionStatus: 'success',
	source: [null],
	data: { main: [[{ json }]] },
});

/** All executions of a workflow, the oldest first, as soon as there are `count` and all have ended. */
export async function endedExecutions(
	{ api }: Stage,
	workflow: Workflow,
	count: number,
	limitMs = RUN_LIMIT_MS,
): Promise<Execution[]> {
	let seen = 'none';
	const look = async () => {
		const list = await api.listExecutions(workflow);
		seen = list.map(({ status }) => status).join(', ');
		if (list.length < count || !list.every(({ status }) => ENDED.includes(status)))
			return undefined;
		const ids = list.map(({ id }) => id).sort((a, b) => Number(a) - Number(b));
		return Promise.all(ids.map((id) => api.getExecution(id)));
	};
	return until(
		() => `"${workflow.name}" has not ${count} ended executions but: ${seen}`,
		look,
		limitMs,
	);
}
