// The stage of a bench: a fresh n8n with the package, a sandbox whose limits never bind, and a credential that says so.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workflow, WorkflowFile } from '../n8n/api.ts';
import type { Execution } from '../n8n/execution.ts';
import { installN8n } from '../n8n/install.ts';
import { pack } from '../n8n/pack.ts';
import { CACHE, DEFAULT_VERSION } from '../n8n/paths.ts';
import { anyFreePort } from '../n8n/ports.ts';
import { openStage } from '../n8n/stage.ts';
import type { OwnStage, Stage } from '../n8n/stage.ts';
import type { SandboxOptions } from '../sandbox/index.ts';
import type { Node } from './workflows.ts';

const LIMITS = { requestsPerMinute: 1_000_000, maxConcurrentJobs: 1000 };
const CREDITS = 1_000_000_000;

export interface BenchStage extends OwnStage {
	/** For `credentials` of a node. */
	credentials: NonNullable<Node['credentials']>;
}

interface Options {
	/** Names the folder of n8n's data; two stages that are open at once need two. */
	name: string;
	report: (text: string) => void;
	sandbox?: SandboxOptions;
	env?: NodeJS.ProcessEnv;
}

/** Opens the stage, lets `play` use it, and clears it away whatever happens. */
export async function onStage<T>(
	{ name, report, sandbox, env }: Options,
	play: (stage: BenchStage) => Promise<T>,
): Promise<T> {
	await installN8n(DEFAULT_VERSION, report);
	const userFolder = path.join(CACHE, 'bench', name);
	const stage = await openStage({
		version: DEFAULT_VERSION,
		packageTarball: await pack(),
		userFolder,
		port: await anyFreePort(),
		brokerPort: await anyFreePort(),
		sandbox: { accounts: [{ ...LIMITS, credits: CREDITS }], ...sandbox },
		env,
		onWaiting: (seconds) => report(`n8n is starting, ${seconds} s`),
	});
	try {
		const { apiKey, apiBase: baseUrl, webhookSecret } = stage.sandbox;
		const credential = { apiKey, baseUrl, webhookSecret, ...LIMITS };
		const id = await stage.api.createCredential('Bench', 'seedanceApi', credential);
		return await play({ ...stage, credentials: { seedanceApi: { id, name: 'Bench' } } });
	} finally {
		await stage.stop();
		rmSync(userFolder, { recursive: true, force: true });
	}
}

/** Makes a workflow and activates it. @param file its name is the path of its webhook, as `chain` has it */
export async function addWorkflow({ api }: Stage, file: WorkflowFile): Promise<Workflow> {
	const workflow = await api.createWorkflow(file);
	await api.activate(workflow, file.name);
	return workflow;
}

/** Starts a workflow whose webhook answers at the end, and gives back the execution, which has succeeded. */
export async function execute(
	{ api }: Stage,
	workflow: Workflow,
	body: unknown,
): Promise<Execution> {
	const answer = await api.callWebhook(workflow.name, body);
	if (answer.status !== 200) throw new Error(`${workflow.name}: ${answer.status} ${answer.text}`);
	for (let tries = 0; tries < 100; tries++) {
		const [latest] = await api.listExecutions(workflow); // the newest comes first
		if (latest?.status === 'success') return api.getExecution(latest.id);
		if (latest?.status === 'error') break;
		await sleep(100);
	}
	throw new Error(`"${workflow.name}" did not succeed`);
}
