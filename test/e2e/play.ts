// Shared code for the end-to-end tests: sets up n8n and the sandbox, posts SKUs and reads the resulting executions.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import { installN8n } from '../n8n/install.ts';
import { theTarball } from '../n8n/pack.ts';
import { DEFAULT_VERSION, E2E_FOLDER } from '../n8n/paths.ts';
import { anyFreePort } from '../n8n/ports.ts';
import {
	EXAMPLE,
	importWorkflow,
	openSandbox,
	openStage,
	readWorkflow,
	WEBHOOK_PATH,
} from '../n8n/stage.ts';
import type { OwnStage, Stage } from '../n8n/stage.ts';
import type { N8nApi, Workflow } from '../n8n/api.ts';
import type { N8nOptions } from '../n8n/server.ts';
import { standIns } from '../sandbox/index.ts';
import type { RequestRecord, Sandbox, SandboxOptions } from '../sandbox/index.ts';
import { searchFolder } from '../secrets/folder.ts';
import { leaseN8n } from './pool.ts';
import type { Lease } from './pool.ts';

/** Enough for installing n8n, building and starting on a slow machine. */
export const SET_UP_LIMIT_MS = 15 * 60_000;

/** So long an execution may take to get where it should, on a slow machine. */
export const RUN_LIMIT_MS = 240_000;

/** Between two looks at n8n: at least so long, and a tenth of the time that has passed. To look costs n8n work, too. */
export const POLL_MS = 100;
const LONGEST_POLL_MS = 1000;

/** Provider seconds in a second: jobs take 2 to 4 s. */
const SPEED = 30;

/**
 * On the n8n that the test files share, where there is one; otherwise on one of its own. Where a key or a secret gets out
 * on this stage, its `stop` fails.
 */
export async function setTheStage(name: string, sandbox: SandboxOptions = {}): Promise<Stage> {
	const lease = leaseN8n();
	return lease ? setOn(lease, sandbox) : setOwnStage(name, sandbox);
}

async function setOn(
	{ n8n, userFolder, api, giveBack }: Lease,
	options: SandboxOptions,
): Promise<Stage> {
	const sandbox = await openSandbox({ speed: SPEED, ...options });
	const clear = async () => {
		await sandbox.close();
		await giveBack();
	};
	try {
		const workflow = await importWorkflow(api, sandbox, readWorkflow(EXAMPLE));
		await api.activate(workflow, WEBHOOK_PATH);
		const stop = async () => {
			try {
				searchAll(api, sandbox, userFolder); // before all is deleted
			} finally {
				await clear();
			}
		};
		return { sandbox, n8n, api, workflow, webhookPath: WEBHOOK_PATH, stop };
	} catch (error) {
		await clear();
		throw error;
	}
}

/** For tests that restart n8n, or need settings of their own. */
export async function setOwnStage(
	name: string,
	sandbox: SandboxOptions = {},
	{ env = {}, morePackages = [] }: Pick<N8nOptions, 'env' | 'morePackages'> = {},
): Promise<OwnStage> {
	await installN8n();
	const userFolder = path.join(E2E_FOLDER, name);
	const stage = await openStage({
		version: DEFAULT_VERSION,
		packageTarball: await theTarball(),
		morePackages,
		userFolder,
		port: await anyFreePort(),
		brokerPort: await anyFreePort(),
		sandbox: { speed: SPEED, ...sandbox },
		env,
	});
	const stop = async () => {
		await stage.stop();
		searchAll(stage.api, stage.sandbox, userFolder);
	};
	return { ...stage, stop };
}

/** @throws Error where a key or a secret is in n8n's database, files, logs or answers */
function searchAll({ secrets }: N8nApi, sandbox: Sandbox, userFolder: string): void {
	for (const { provider } of standIns) secrets.addCredential(sandbox.credentialOf(provider));
	searchFolder(secrets, userFolder);
	secrets.assertNone();
}

/** Posts a new SKU like a shop. `title` becomes part of the prompt, in which the sandbox looks for its tags. */
export async function sendSku(stage: Stage, body: Record<string, unknown>): Promise<void> {
	const answer = await stage.api.callWebhook(stage.webhookPath, body);
	if (answer.status !== 200) throw new Error(`Webhook: ${answer.status} ${answer.text}`);
}

/** The execution that a SKU started, as soon as its status is one of these. */
export async function executionOf(
	stage: Stage,
	sku: string,
	statuses = ['success', 'error'],
	limitMs = RUN_LIMIT_MS,
): Promise<Execution> {
	const others = new Set<string>();
	let last = 'none was started';
	const look = async () => {
		for (const { id } of await stage.api.listExecutions(stage.workflow)) {
			if (others.has(id)) continue;
			const execution = await stage.api.getExecution(id);
			const its = skuOf(execution);
			if (its !== sku) {
				// One that has just started has no data yet.
				if (its !== undefined) others.add(id);
				continue;
			}
			last = execution.status;
			if (statuses.includes(execution.status)) return execution;
		}
		return undefined;
	};
	return until(
		() => `the execution of ${sku} is not ${statuses.join(' or ')} but: ${last}`,
		look,
		limitMs,
	);
}

/** The only execution of a workflow, as soon as its status is one of these. */
export async function onlyExecutionOf(
	{ api }: Stage,
	workflow: Workflow,
	statuses = ['success', 'error'],
	limitMs = RUN_LIMIT_MS,
): Promise<Execution> {
	let last = 'none was started';
	const look = async () => {
		const [execution, ...others] = await api.listExecutions(workflow);
		if (others.length > 0) throw new Error(`"${workflow.name}" was executed more than once`);
		if (execution && statuses.includes(execution.status)) return api.getExecution(execution.id);
		last = execution?.status ?? last;
		return undefined;
	};
	return until(
		() => `"${workflow.name}" is not ${statuses.join(' or ')} but: ${last}`,
		look,
		limitMs,
	);
}

/**
 * Looks until there is something.
 *
 * @param problem what to say if there is nothing when the time is over
 */
export async function until<T>(
	problem: string | (() => string),
	look: () => T | undefined | Promise<T | undefined>,
	limitMs = RUN_LIMIT_MS,
): Promise<T> {
	const started = Date.now();
	for (;;) {
		const found = await look();
		if (found !== undefined) return found;
		const passed = Date.now() - started;
		if (passed > limitMs) {
			const what = typeof problem === 'string' ? problem : problem();
			throw new Error(`Not within ${limitMs / 1000} s: ${what}`);
		}
		await sleep(Math.max(POLL_MS, Math.min(LONGEST_POLL_MS, passed / 10)));
	}
}

function skuOf(execution: Execution): unknown {
	const body = itemsOf(execution, 'New SKU')[0]?.json['body'] as { sku?: unknown } | undefined;
	return body?.sku;
}

interface SubmitBody {
	webhook_url: string;
	metadata: { sku: string };
}

/** The submissions for a SKU that the provider received. */
export function submissionsOf(
	stage: Stage,
	sku: string,
): Array<RequestRecord & { body: SubmitBody }> {
	return stage.sandbox.ledger.requests.filter(
		(request): request is RequestRecord & { body: SubmitBody } =>
			request.kind === 'submit' && (request.body as SubmitBody | null)?.metadata?.sku === sku,
	);
}
