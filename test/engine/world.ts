/** A sandbox, an engine with our nodes, and short words for the workflows of these tests. */
import { SeedanceCancelJob } from '../../nodes/Seedance/SeedanceCancelJob.node';
import { SeedanceCheckStatus } from '../../nodes/Seedance/SeedanceCheckStatus.node';
import { SeedanceGenerateImage } from '../../nodes/Seedance/SeedanceGenerateImage.node';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import { SeedanceGetCredits } from '../../nodes/Seedance/SeedanceGetCredits.node';
import { SeedanceTrigger } from '../../nodes/Seedance/SeedanceTrigger.node';
import { SeedanceWaitForWebhook } from '../../nodes/Seedance/SeedanceWaitForWebhook.node';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { AgentNode, asTool } from './agent.ts';
import { contracts } from '../contract/dialects/index.ts';
import {
	standIns,
	startSandbox,
	type Credential as RightCredential,
	type Sandbox,
	type SandboxOptions,
} from '../sandbox/index.ts';
import { passTimeQuickly } from './time.ts';
import {
	NoOpNode,
	StartNode,
	startEngine,
	type Engine,
	type WorkflowJson,
} from './harness/index.ts';

const PACKAGE = 'n8n-nodes-seedance';
const nodeTypes = {
	[`${PACKAGE}.seedanceGenerateVideo`]: SeedanceGenerateVideo,
	[`${PACKAGE}.seedanceCheckStatus`]: SeedanceCheckStatus,
	[`${PACKAGE}.seedanceWaitForWebhook`]: SeedanceWaitForWebhook,
	[`${PACKAGE}.seedanceGetCredits`]: SeedanceGetCredits,
	[`${PACKAGE}.seedanceCancelJob`]: SeedanceCancelJob,
	[`${PACKAGE}.seedanceGenerateImage`]: SeedanceGenerateImage,
	[`${PACKAGE}.seedanceTrigger`]: SeedanceTrigger,
	[`${PACKAGE}.seedanceGenerateVideoTool`]: asTool(SeedanceGenerateVideo),
	[`${PACKAGE}.seedanceCancelJobTool`]: asTool(SeedanceCancelJob),
	'test.agent': AgentNode,
	'n8n-nodes-base.manualTrigger': StartNode,
	'n8n-nodes-base.noOp': NoOpNode,
};

type Credential = Record<string, string | number>;

export interface World {
	sandbox: Sandbox;
	engine: Engine;
	/** Lets real time pass again. Not there for a world that is part of another one. */
	endTime?: () => Promise<void>;
}

export interface WorldOptions extends SandboxOptions {
	/** false: as in n8n 1.x, the resume address carries no token of n8n's own. */
	resumeTokens?: boolean;
	/** What differs in the credential from a right one. */
	credential?: Credential;
}

/** Names the workflows of each world, as those of different n8n differ: what a process remembers, it remembers by them. */
let worlds = 0;

/** Its time is simulated (`time.ts`). Jobs take one to two seconds unless told. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
	worlds += 1;
	const { resumeTokens = true, credential: changes, ...sandboxOptions } = options;
	const endTime = passTimeQuickly();
	const sandbox = await startSandbox({ speed: 100, ...sandboxOptions });
	const credential: Credential = {
		apiKey: sandbox.apiKey,
		baseUrl: sandbox.apiBase,
		webhookSecret: sandbox.webhookSecret,
		requestsPerMinute: 60,
		maxConcurrentJobs: 5,
		...changes,
	};
	const engine = await startEngine({
		nodeTypes,
		credentialTypes: [...new Set(contracts.map(({ credentialType }) => credentialType))],
		credentials: { seedanceApi: credential },
		resumeTokens,
	});
	return { sandbox, engine, endTime };
}

export async function closeWorld({ sandbox, engine, endTime }: World): Promise<void> {
	try {
		await engine.close();
	} finally {
		await sandbox.close();
		await endTime?.();
	}
}

/** A node as a workflow file has it. */
export function node(
	name: string,
	type: string,
	parameters: IDataObject = {},
	more: Partial<INode> = {},
): INode {
	return {
		id: `id-of-${name.replaceAll(' ', '-')}`,
		name,
		type: type.includes('.') ? type : `${PACKAGE}.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: { seedanceApi: { id: 'seedanceApi', name: 'My Seedance account' } },
		...more,
	} as INode;
}

export const start = node('Start', 'n8n-nodes-base.manualTrigger');

/** Generate Video as a user fills it in: a text, four seconds, everything else untouched. */
export const generate = (parameters: IDataObject = {}, more: Partial<INode> = {}) =>
	node(
		'Generate',
		'seedanceGenerateVideo',
		{
			provider: 'seedance',
			model: 'seedance-2.0',
			mode: 'textToVideo',
			prompt: '={{ $json.prompt }}',
			duration: 4,
			...parameters,
		},
		more,
	);

/** Nodes one behind the other. */
export function chain(...nodes: INode[]): WorkflowJson {
	const connections = Object.fromEntries(
		nodes
			.slice(1)
			.map((next, index) => [
				nodes[index]!.name,
				{ main: [[{ node: next.name, type: 'main', index: 0 }]] },
			]),
	);
	return {
		id: `wf${worlds}`,
		name: 'test',
		nodes,
		connections,
		settings: { executionOrder: 'v1' },
	} as WorkflowJson;
}

/** Input items with these prompts. */
export const prompts = (...texts: string[]): INodeExecutionData[] =>
	texts.map((prompt, index) => ({ json: { prompt, sku: `A-${index}` } }));

/** Right credentials for all providers that the sandbox plays, by type. */
export const credentialsOf = ({ sandbox }: World): Record<string, RightCredential> =>
	Object.fromEntries(
		standIns.map(({ provider, credentialType }) => [
			credentialType,
			sandbox.credentialOf(provider),
		]),
	);

/** The submissions as the sandbox received them. */
export const submitsOf = ({ sandbox }: World) =>
	sandbox.ledger.requests.filter(({ kind }) => kind === 'submit');

/** All that a user reads of an error. */
export const errorTextOf = (
	error: { message: string; description?: unknown } | undefined,
): string =>
	`${error?.message ?? ''} ${typeof error?.description === 'string' ? error.description : ''}`;
