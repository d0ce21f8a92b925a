// The stage of the soak: n8n as a user sets it up for much traffic, all accounts, and every plot's workflow active.
import path from 'node:path';
import { chain } from '../bench/workflows.ts';
import type { WorkflowFile } from '../n8n/api.ts';
import { installN8n } from '../n8n/install.ts';
import { theTarball } from '../n8n/pack.ts';
import { CACHE, DEFAULT_VERSION } from '../n8n/paths.ts';
import { anyFreePort } from '../n8n/ports.ts';
import { openStage } from '../n8n/stage.ts';
import type { OwnStage, Stage } from '../n8n/stage.ts';
import { standIns } from '../sandbox/index.ts';
import { inspectable } from './inspector.ts';
import { controlPlots, nodesOf, plots, RESULT, TRIGGER, triggerNodes } from './plots.ts';
import type { Plot } from './plots.ts';

/** Provider seconds in a second: jobs take 2 to 4 s. */
const SPEED = 30;
/** Never reached: a limit that binds would slow the load down, and has tests of its own. */
const LIMITS = { requestsPerMinute: 100_000, maxConcurrentJobs: 500 };

export interface Theatre extends OwnStage {
	plots: readonly Plot[];
	/** For Inspector.attach. */
	inspectorPort: number;
	/** Holds all that n8n keeps. */
	folder: string;
}

interface Options {
	/** Where the workflows tell their ends. */
	collector: string;
	/** Only n8n's own nodes. */
	control: boolean;
	report: (text: string) => void;
}

export async function openTheatre({ collector, control, report }: Options): Promise<Theatre> {
	await installN8n(DEFAULT_VERSION, report);
	const folder = path.join(CACHE, control ? 'soak-control' : 'soak');
	const inspectorPort = await anyFreePort();
	const stage = await openStage({
		version: DEFAULT_VERSION,
		packageTarball: await theTarball(report),
		userFolder: folder,
		port: await anyFreePort(),
		brokerPort: await anyFreePort(),
		sandbox: {
			speed: SPEED,
			accounts: standIns.map(({ provider }) => ({ provider, ...LIMITS, credits: 1e9 })),
		},
		env: {
			...inspectable(inspectorPort),
			EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none', // the database shall not count as memory
			N8N_LOG_LEVEL: 'info',
		},
		onWaiting: (seconds) => report(`n8n is starting, ${seconds} s`),
	});
	try {
		const credentials = await addCredentials(stage);
		const triggerUrl = await addTrigger(stage, collector, credentials);
		const played = control ? controlPlots : plots(triggerUrl);
		await addPlots(stage, played, collector, credentials);
		return { ...stage, plots: played, inspectorPort, folder };
	} catch (error) {
		await stage.stop();
		throw error;
	}
}

type Credentials = Record<string, { id: string; name: string }>;

async function addCredentials({ api, sandbox }: Stage): Promise<Credentials> {
	const made: Credentials = {};
	for (const { provider, credentialType: name } of standIns) {
		const fields = { ...sandbox.credentialOf(provider), ...LIMITS };
		made[name] = { id: await api.createCredential(name, name, fields), name };
	}
	return made;
}

async function addPlots(
	{ api }: Stage,
	played: readonly Plot[],
	collector: string,
	credentials: Credentials,
): Promise<void> {
	for (const plot of played) {
		// Only an execution that fails tells its end in the answer.
		const answers = plot.end === 'refuses' ? 'lastNode' : 'onReceived';
		const file = withCredentials(chain(plot.name, nodesOf(plot, collector), answers), credentials);
		await api.activate(await api.createWorkflow(file), plot.name);
	}
}

/** @returns the trigger's address */
async function addTrigger(
	{ api, n8n }: Stage,
	collector: string,
	credentials: Credentials,
): Promise<string> {
	const file = withCredentials(chain(TRIGGER, triggerNodes(collector)), credentials);
	// The trigger is its beginning.
	const nodes = file.nodes.slice(1);
	delete file.connections['Start'];
	const webhookPath = `${String(nodes.find(({ name }) => name === RESULT)?.['webhookId'])}/webhook`;
	await api.activate(await api.createWorkflow({ ...file, nodes }), webhookPath);
	return `${n8n.url}/webhook/${webhookPath}`;
}

const withCredentials = (file: WorkflowFile, credentials: Credentials): WorkflowFile => ({
	...file,
	settings: { executionOrder: 'v1' },
	nodes: file.nodes.map((node) => {
		const { provider } = node['parameters'] as { provider?: string };
		const type = standIns.find((standIn) => standIn.provider === provider)?.credentialType;
		return type ? { ...node, credentials: { [type]: credentials[type] } } : node;
	}),
});
