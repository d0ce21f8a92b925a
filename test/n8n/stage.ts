// A complete test environment: a provider sandbox, a real n8n with the packed package, a logged-in owner, and the
// active example workflow. The demo, the end-to-end tests and the screenshots all use it.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { standIns, startSandbox } from '../sandbox/index.ts';
import type { Sandbox, SandboxOptions } from '../sandbox/index.ts';
import { N8nApi } from './api.ts';
import type { Owner, Workflow, WorkflowFile } from './api.ts';
import { ROOT } from './paths.ts';
import { startN8n } from './server.ts';
import type { N8nAddress, N8nOptions, RunningN8n } from './server.ts';

export const EXAMPLE = path.join(ROOT, 'examples', 'new-sku-to-video.json');
export const WEBHOOK_PATH = 'new-sku';
/** For an n8n that listens only on this machine and is deleted in the end. */
export const OWNER: Owner = { email: 'demo@example.com', password: 'Seedance-demo-1' };

export interface StageOptions extends N8nOptions {
	sandbox: SandboxOptions;
	/** Called after each step. */
	report?: (what: string, details: string) => void;
}

export interface Stage {
	sandbox: Sandbox;
	n8n: N8nAddress;
	api: N8nApi;
	workflow: Workflow;
	/** Of the workflow, behind `/webhook/`. */
	webhookPath: string;
	stop(): Promise<void>;
}

/** A stage with an n8n of its own. */
export interface OwnStage extends Stage {
	n8n: RunningN8n;
	/** Ends n8n and starts it again, with the same data at the same address. */
	restart(): Promise<void>;
}

/** Starts from an empty user folder. What was started is stopped again when something fails on the way. */
export async function openStage(options: StageOptions): Promise<OwnStage> {
	const { userFolder, report = () => undefined } = options;
	rmSync(userFolder, { recursive: true, force: true });
	mkdirSync(userFolder, { recursive: true });
	const stops: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (const each of stops.splice(0).reverse()) await each();
	};
	try {
		const sandbox = await openSandbox(options.sandbox);
		stops.push(() => sandbox.close());
		report('Provider sandbox', `${sandbox.apiBase} stands in for seedance.it.com`);

		const started = Date.now();
		const n8n = await startN8n(options);
		let running = n8n;
		stops.push(() => running.stop());
		const restart = async () => {
			await running.stop();
			running = await startN8n(options);
		};
		report(`n8n ${n8n.version}`, `ready after ${Math.round((Date.now() - started) / 1000)} s`);

		const api = new N8nApi(n8n);
		await api.setupOwner(OWNER);
		const workflow = await importWorkflow(api, sandbox, readWorkflow(EXAMPLE));
		report('Workflow', `"${workflow.name}" is imported, with a credential`);
		await api.activate(workflow, WEBHOOK_PATH);
		report('Webhook', `${n8n.url}/webhook/${WEBHOOK_PATH} is active`);
		return { sandbox, n8n, api, workflow, webhookPath: WEBHOOK_PATH, restart, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

export const openSandbox = (options: SandboxOptions): Promise<Sandbox> =>
	startSandbox({ clipPath: path.join(ROOT, 'test', 'sandbox', 'assets', 'clip.mp4'), ...options });

export const readWorkflow = (file: string): WorkflowFile =>
	JSON.parse(readFileSync(file, 'utf8')) as WorkflowFile;

/** The limits in the credential, if they differ from the defaults. */
export interface Limits {
	requestsPerMinute: number;
	maxConcurrentJobs: number;
}

/** Does what a user does after an import: creates a credential for each provider and chooses it in our nodes. */
export async function importWorkflow(
	api: N8nApi,
	sandbox: Sandbox,
	file: WorkflowFile,
	changes: Partial<Limits> & { apiKey?: string } = {},
): Promise<Workflow> {
	const ours = file.nodes.filter(({ type }) => type.startsWith('n8n-nodes-seedance.'));
	const credentials = new Map<string, Record<string, { id: string; name: string }>>();
	for (const provider of new Set(ours.map(providerOf))) {
		const { credentialType } = standIns.find((each) => each.provider === provider)!;
		const name = `${provider.charAt(0).toUpperCase()}${provider.slice(1)} API`;
		const data = { ...sandbox.credentialOf(provider), ...changes };
		const id = await api.createCredential(name, credentialType, data);
		credentials.set(provider, { [credentialType]: { id, name } });
	}
	const nodes = file.nodes.map((node) =>
		ours.includes(node) ? { ...node, credentials: credentials.get(providerOf(node)) } : node,
	);
	return api.createWorkflow({ ...file, nodes });
}

/** Of one of our nodes. n8n leaves out a parameter that has its default. */
const providerOf = ({ parameters }: WorkflowFile['nodes'][number]): string =>
	(parameters as { provider?: string }).provider ?? standIns[0]!.provider;
