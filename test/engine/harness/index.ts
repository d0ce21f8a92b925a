/**
 * Runs whole workflow JSON through the real engine of n8n-core, without an n8n server. Start with `startEngine`;
 * engines that a test leaves open are closed at the end of its file.
 */
import { userFolder } from './environment.ts';
import { Engine, type EngineOptions, type RunOptions } from './engine.ts';
import type { Execution } from './execution.ts';
import { rmSync } from 'node:fs';
import type { WorkflowJson } from './workflow-json.ts';

const open = new Set<Engine>();

/** Closes every engine that is open and removes what they stored. Runs at the end of each test file that imports this. */
export async function closeEngines(): Promise<void> {
	for (const engine of open) await engine.close();
	open.clear();
	rmSync(userFolder, { recursive: true, force: true });
}

afterAll(closeEngines);

export async function startEngine(options: EngineOptions): Promise<Engine> {
	const engine = await new Engine(options).open();
	open.add(engine);
	return engine;
}

/** One workflow on an engine of its own. */
export async function runWorkflow({
	workflow,
	nodeTypes,
	credentialTypes,
	resumeUrl = '2.x',
	...run
}: { workflow: WorkflowJson; resumeUrl?: '1.x' | '2.x' } & Pick<
	EngineOptions,
	'nodeTypes' | 'credentialTypes'
> &
	RunOptions): Promise<Execution> {
	const resumeTokens = resumeUrl === '2.x';
	const engine = await startEngine({ nodeTypes, credentialTypes, resumeTokens });
	return await engine.run(workflow, run);
}

export type { CredentialClass, CredentialData } from './credentials.ts';
export type {
	Engine,
	EngineOptions,
	ReceivedCall,
	RunOptions,
	StartedExecution,
} from './engine.ts';
export type { CallbackOptions, CallbackResult, Execution } from './execution.ts';
export { describeNode, type NodeClass, NoOpNode, StartNode } from './node-types.ts';
export type { LogLine } from './runtime.ts';
export type { ActiveWorkflow } from './webhooks.ts';
export type { WorkflowJson } from './workflow-json.ts';
