// What the tests of the trigger in queue mode share: jobs that were made outside of n8n, a workflow that reacts to them,
// and a provider that calls as often as it is told to.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workflow } from '../n8n/api.ts';
import { clientOf } from '../sandbox/client.ts';
import { signatureHeaders } from '../sandbox/index.ts';
import type { Cluster } from './cluster.ts';
import { credentialOf, keyOf, LIMIT_MS, secretOf } from './play.ts';
import { query } from './postgres.ts';

const TRIGGER = 'Job settled';

/** A workflow that a Seedance Trigger starts. */
export interface Reaction {
	readonly name: string;
	readonly workflow: Workflow;
	/** Behind `/webhook/`. */
	readonly path: string;
}

/** What became of one call: the status and the answer's words, or the network's. */
export interface CallAnswer {
	readonly jobId: string;
	readonly status: number | null;
	readonly text: string;
}

export async function stageReaction(cluster: Cluster, name: string): Promise<Reaction> {
	const { api, door } = cluster;
	const id = await credentialOf(cluster, name);
	const webhookId = randomUUID();
	const nodes = [
		{
			name: TRIGGER,
			type: 'n8n-nodes-seedance.seedanceTrigger',
			typeVersion: 1,
			parameters: { provider: 'seedance', events: ['completed'] },
			credentials: { seedanceApi: { id, name } },
			id: randomUUID(),
			webhookId,
			position: [0, 0],
		},
		{
			name: 'After',
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			parameters: {},
			id: randomUUID(),
			position: [200, 0],
		},
	];
	const connections = { [TRIGGER]: { main: [[{ node: 'After', type: 'main', index: 0 }]] } };
	const workflow = await api.createWorkflow({ name, nodes, connections });
	const path = `${webhookId}/webhook`;
	await api.activate(workflow, path);
	await door.awaitWebhook(path);
	return { name, workflow, path };
}

/** Jobs of the scenario's account that nobody has told n8n of, all completed. */
export async function completedJobs(
	{ sandbox }: Cluster,
	name: string,
	count: number,
): Promise<string[]> {
	const client = clientOf(sandbox, keyOf(name));
	const jobIds: string[] = [];
	for (let number = 0; number < count; number++) {
		const jobId = await client.submitted({ prompt: `${name} ${number}` });
		sandbox.finishJob(jobId);
		jobIds.push(jobId);
	}
	return jobIds;
}

/** One callback as the provider makes it: signed, and not repeated whatever the answer. */
export async function tell({ door }: Cluster, to: Reaction, jobId: string): Promise<CallAnswer> {
	const body = JSON.stringify({
		event: 'task.completed',
		task_id: jobId,
		status: 'completed',
		result: { video_url: 'https://cdn.example.com/by-callback.mp4' },
	});
	try {
		const answer = await fetch(`${door.url}/webhook/${to.path}`, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				...signatureHeaders(body, secretOf(to.name), 'hex', Date.now()),
			},
			body,
			signal: AbortSignal.timeout(LIMIT_MS),
		});
		return { jobId, status: answer.status, text: await answer.text() };
	} catch (thrown) {
		return { jobId, status: null, text: String(thrown) };
	}
}

/** How many calls were answered how: `200 {"status":"ok"}` → 12. */
export function tally(answers: readonly CallAnswer[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { status, text } of answers) {
		const key = `${status} ${text.slice(0, 80)}`;
		counts[key] = (counts[key] ?? 0) + 1;
	}
	return counts;
}

/** What the reacting workflow's executions show: by job, the statuses of the executions that its callbacks have made. */
export type Starts = ReadonlyMap<string, readonly string[]>;

/**
 * An execution counts for a job as soon as n8n has made it: what becomes of it then is n8n's. Its data is read where it
 * lies, in the database, because n8n shows nothing of an execution that its workers never took up.
 */
export async function startsOf(
	{ version, databaseUrl }: Cluster,
	{ workflow }: Reaction,
	jobIds: readonly string[],
): Promise<Starts> {
	const rows = await query(
		version,
		databaseUrl,
		`SELECT e.status AS status, d.data AS data FROM execution_entity e
		 JOIN execution_data d ON d."executionId" = e.id WHERE e."workflowId" = '${workflow.id}'`,
	);
	const starts = new Map<string, string[]>();
	for (const { status, data } of rows) {
		const jobId = jobIds.find((id) => String(data).includes(id)) ?? 'no job';
		starts.set(jobId, [...(starts.get(jobId) ?? []), String(status)]);
	}
	return starts;
}

/** Polls until it holds of what has started, or until the time is up. @returns what has started */
export async function startsUntil(
	look: () => Promise<Starts>,
	holds: (starts: Starts) => boolean,
	limitMs = LIMIT_MS,
): Promise<Starts> {
	for (const deadline = Date.now() + limitMs; ; await sleep(500)) {
		const starts = await look();
		if (holds(starts) || Date.now() > deadline) return starts;
	}
}
