// What the tests in queue mode share: workflows started by a webhook, each with an account of its own at the provider, so
// that the books of one scenario are not mixed up with another's.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { chain, splitItems } from '../bench/workflows.ts';
import type { Node } from '../bench/workflows.ts';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { AccountOptions, JobSummary, RequestRecord } from '../sandbox/index.ts';
import type { Cluster, Member } from './cluster.ts';

type Limits = Required<Pick<AccountOptions, 'requestsPerMinute' | 'maxConcurrentJobs'>>;
/** Limits that never bind. */
const LIMITS: Limits = { requestsPerMinute: 100_000, maxConcurrentJobs: 1000 };
const ENDED = ['success', 'error', 'crashed', 'canceled'];
const WIDTH = 10;
/** So long n8n may take to get where it should, on a slow machine: what is awaited comes much earlier. */
export const LIMIT_MS = 240_000;

/** Their ends are in no other text, so that a search for them finds nothing else. */
const endOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
export const keyOf = (scenario: string) => `test-key-${endOf(`key of ${scenario}`)}`;
export const secretOf = (scenario: string) => `test-secret-${endOf(`secret of ${scenario}`)}`;

/** For the sandbox: an account for each scenario, by its name. */
export const accountsFor = (scenarios: readonly string[], limits = LIMITS): AccountOptions[] =>
	scenarios.map((id) => ({
		id,
		apiKey: keyOf(id),
		webhookSecret: secretOf(id),
		credits: 1_000_000,
		...limits,
	}));

export interface Scenario {
	readonly name: string;
	readonly workflow: Workflow;
	/** The name of the node in which its executions sleep, if they do. */
	readonly sleepsIn: string;
}

/** The two ways to sleep: in Wait for Webhook, or in the node that has submitted the jobs. */
const WAYS = ['resume', 'sleep'] as const;
/** For accounts: the names of the scenarios that `stageBothWays` makes. */
export const bothWays = (name: string): string[] => WAYS.map((way) => `${name}-${way}`);

/** What Generate Video is told beside the prompt, and what follows it. */
export interface Plot {
	afterSubmit: 'wait' | 'resume' | 'sleep' | 'return';
	options?: Record<string, unknown>;
	/** Nodes after Generate Video (and Wait for Webhook); those of ours get the scenario's credential. */
	then?: Array<Omit<Node, 'credentials'>>;
	/** For the node that sleeps: Wait for Webhook, which follows where `afterSubmit` is `resume`, or Generate Video. */
	wait?: Record<string, unknown>;
	/** Of the workflow. */
	settings?: Record<string, unknown>;
	/** In the credential; those that never bind when nothing is said. */
	limits?: Limits;
}

/** Makes the scenario's credential. @returns its ID */
export const credentialOf = (
	{ api, sandbox }: Cluster,
	name: string,
	limits: Limits = LIMITS,
): Promise<string> =>
	api.createCredential(name, 'seedanceApi', {
		apiKey: keyOf(name),
		baseUrl: sandbox.apiBase,
		webhookSecret: secretOf(name),
		...limits,
	});

/** Makes the scenario's credential and its workflow, and activates it. */
export async function stageScenario(
	cluster: Cluster,
	name: string,
	{ afterSubmit, options = {}, wait = {}, then = [], settings = {}, limits }: Plot,
): Promise<Scenario> {
	const { api, door } = cluster;
	const id = await credentialOf(cluster, name, limits);
	const generate = {
		name: 'Generate Video',
		type: 'n8n-nodes-seedance.seedanceGenerateVideo',
		typeVersion: 1,
		parameters: {
			provider: 'seedance',
			model: 'seedance-2.0',
			mode: 'textToVideo',
			prompt: '={{ $json.prompt }}',
			duration: 4,
			afterSubmit,
			options,
			...(afterSubmit === 'sleep' ? wait : {}),
		},
	};
	const waiting = {
		name: 'Wait for Webhook',
		type: 'n8n-nodes-seedance.seedanceWaitForWebhook',
		typeVersion: 1,
		parameters: { provider: 'seedance', ...wait },
	};
	const nodes = [
		splitItems,
		...[generate, ...(afterSubmit === 'resume' ? [waiting] : []), ...then].map((node) =>
			node.type.startsWith('n8n-nodes-seedance.')
				? { ...node, credentials: { seedanceApi: { id, name } } }
				: node,
		),
		{ name: 'After', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
	];
	const workflow = await api.createWorkflow({ ...chain(name, nodes, 'onReceived'), settings });
	await api.activate(workflow, name);
	await door.awaitWebhook(name);
	const { name: sleepsIn } = afterSubmit === 'resume' ? waiting : generate;
	return { name, workflow, sleepsIn };
}

/** The same scenario in each way to sleep. */
export const stageBothWays = (
	cluster: Cluster,
	name: string,
	plot: Omit<Plot, 'afterSubmit'> = {},
): Promise<Scenario[]> =>
	Promise.all(
		WAYS.map((afterSubmit) =>
			stageScenario(cluster, `${name}-${afterSubmit}`, { ...plot, afterSubmit }),
		),
	);

/**
 * Starts so many executions with so many items each, through the webhook process. The same call again has the same
 * prompts.
 *
 * @param tag for the sandbox
 */
export async function begin(
	{ door }: Cluster,
	{ name }: Scenario,
	{ executions = 1, items = 1, tag = '' } = {},
): Promise<void> {
	const numbers = Array.from({ length: executions }, (_, index) => index);
	const next = async (): Promise<void> => {
		const number = numbers.shift();
		if (number === undefined) return;
		const prompts = Array.from({ length: items }, (_, item) => ({
			prompt: `${name} ${number}.${item} ${tag}`,
		}));
		const answer = await door.callWebhook(name, { items: prompts });
		assert.equal(answer.status, 200, answer.text);
		await next();
	};
	await Promise.all(Array.from({ length: WIDTH }, next));
}

/** All executions of a scenario, oldest first, as soon as there are so many and each has one of these statuses. */
export async function executionsOf(
	{ api }: Cluster,
	{ name, workflow }: Scenario,
	{ count = 1, statuses = ENDED, limitMs = LIMIT_MS } = {},
): Promise<Execution[]> {
	const deadline = Date.now() + limitMs;
	for (;;) {
		const list = await api.listExecutions(workflow);
		if (list.length >= count && list.every(({ status }) => statuses.includes(status))) {
			const sorted = list.sort((a, b) => Number(a.id) - Number(b.id));
			return await Promise.all(sorted.map(({ id }) => api.getExecution(id)));
		}
		if (Date.now() > deadline) {
			const seen = list.map(({ id, status }) => `${id} ${status}`).join(', ');
			throw new Error(`"${name}": not ${count} × ${statuses.join(' or ')} but: ${seen || 'none'}`);
		}
		await sleep(300);
	}
}

/** The worker that has taken up an execution last. */
export function workerOf({ workers }: Cluster, id: string): Member {
	const [latest] = workers
		.map((worker) => ({ worker, at: lastStart(worker, id) }))
		.sort((a, b) => b.at - a.at);
	assert.ok(latest && latest.at > 0, `no worker has taken up execution ${id}`);
	return latest.worker;
}

/** Unix milliseconds; 0 when it never has. */
function lastStart(worker: Member, id: string): number {
	const lines = worker.log().split('\n');
	const last = lines.findLast((line) => line.includes(`Worker started execution ${id} (`));
	return last
		? Date.parse((JSON.parse(last) as { metadata: { timestamp: string } }).metadata.timestamp)
		: 0;
}

export const jobsOf = ({ sandbox }: Cluster, { name }: Scenario): JobSummary[] =>
	sandbox.jobs().filter(({ account }) => account === name);

export const requestsOf = (
	{ sandbox }: Cluster,
	{ name }: Scenario,
	kind: RequestRecord['kind'],
): RequestRecord[] =>
	sandbox.ledger.requests.filter((each) => each.keyId === name && each.kind === kind);

/** What the executions handed to the last node. */
export const delivered = (executions: Execution[]): Array<Record<string, unknown>> =>
	executions.flatMap((each) => itemsOf(each, 'After').map(({ json }) => json));

/** Every job was made once, paid once, and handed to the end of its execution once. */
export function assertExact(
	cluster: Cluster,
	scenario: Scenario,
	executions: Execution[],
	count: number,
): void {
	const { jobsCreated, jobsCharged, creditsReserved } = cluster.sandbox.account(scenario.name);
	assert.deepEqual(
		{ jobsCreated, jobsCharged, creditsReserved },
		{ jobsCreated: count, jobsCharged: count, creditsReserved: 0 },
	);
	for (const { id, status, runs, error } of executions) {
		assert.equal(status, 'success', `execution ${id}: ${error?.message}`);
		assert.equal(runs['After']?.length, 1, `execution ${id} went on more than once`);
	}
	const items = delivered(executions);
	assert.deepEqual(new Set(items.map(({ status }) => status)), new Set(['completed']));
	assert.deepEqual(
		items.map(({ jobId }) => jobId).sort(),
		jobsOf(cluster, scenario)
			.map(({ jobId }) => jobId)
			.sort(),
	);
}

/** Polls until it holds. */
export async function until(
	holds: () => boolean | Promise<boolean>,
	what: string,
	limitMs = LIMIT_MS,
): Promise<void> {
	const deadline = Date.now() + limitMs;
	while (!(await holds())) {
		assert.ok(Date.now() < deadline, `not within ${limitMs / 1000} s: ${what}`);
		await sleep(50);
	}
}
