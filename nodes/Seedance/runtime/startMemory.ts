import { createHash } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import type { Job } from '../core/job';

/** The newest ones of a trigger; the static data of its workflow grows by 20 kB at most. */
const MAX_REMEMBERED = 1_000;

/** What this process has started, by trigger: the newest MAX_REMEMBERED of each. */
const startedHere = new Map<string, readonly string[]>();

const turns = new Map<string, Promise<unknown>>();

/** Which jobs have started the workflow already, for which event. */
export interface StartMemory {
	/** Two callbacks about the same job go one after the other. */
	inTurn<T>(jobId: string, work: () => Promise<T>): Promise<T>;
	has(job: Pick<Job, 'jobId' | 'status'>): boolean;
	add(job: Pick<Job, 'jobId' | 'status'>): void;
}

/**
 * n8n reads a workflow's static data when a callback comes in and stores it when the webhook method returns, so callbacks
 * that are under way together do not see each other there: this process remembers by itself, too, and writes both. That
 * holds in one process, restarts included. Of several webhook processes, two that get the same callback at the same
 * moment may each start the workflow, and the one that stores last forgets what the other stored meanwhile.
 *
 * A test from the editor starts each time: n8n keeps no static data of it.
 */
export function startMemory(ctx: IWebhookFunctions): StartMemory {
	const trigger = `${ctx.getWorkflow().id} ${ctx.getNode().id}`;
	const inTurn: StartMemory['inTurn'] = (jobId, work) => takeTurn(`${trigger} ${jobId}`, work);
	if (ctx.getMode() === 'manual') return { inTurn, has: () => false, add: () => undefined };
	const stored = ctx.getWorkflowStaticData('node');
	const known = () => [
		...new Set([...readHashes(stored.started), ...(startedHere.get(trigger) ?? [])]),
	];
	return {
		inTurn,
		has: (job) => known().includes(hashOf(job)),
		add: (job) => {
			const newest = [...known(), hashOf(job)].slice(-MAX_REMEMBERED);
			startedHere.set(trigger, newest);
			stored.started = newest;
		},
	};
}

async function takeTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
	const turn = (turns.get(key) ?? Promise.resolve()).then(work);
	const ended = turn.then(
		() => undefined,
		() => undefined,
	);
	turns.set(key, ended);
	try {
		return await turn;
	} finally {
		if (turns.get(key) === ended) turns.delete(key);
	}
}

const readHashes = (stored: unknown): string[] =>
	Array.isArray(stored) ? stored.filter((hash) => typeof hash === 'string') : [];

/** 96 bits: no two of a thousand are alike by chance. */
const hashOf = ({ jobId, status }: Pick<Job, 'jobId' | 'status'>): string =>
	createHash('sha256').update(`${jobId}\n${status}`).digest('base64url').slice(0, 16);
