import { createHash } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import type { Job } from '../../core/job';
import { nodeOf } from './address';

/** How many starts are remembered for each trigger. The static data of its workflow grows by 20 kB at most. */
const MAX_REMEMBERED = 1_000;

/** What this process knows about the starts of one trigger. Jobs are identified by hashes. */
interface Starts {
	/** Started by this process: the latest MAX_REMEMBERED. */
	begun: readonly string[];
	/** Started, but n8n failed, and how often. Takes precedence over the static data. */
	failed: Map<string, number>;
}

const startsOf = new Map<string, Starts>();

interface Turn {
	ended: Promise<void>;
	/** This one and all before it. */
	stopWaiting(): void;
}
const turns = new Map<string, Turn>();

type Start = Pick<Job, 'jobId' | 'status'>;

/** Which jobs have already started the workflow, and for which event. */
export interface StartMemory {
	has(start: Start): boolean;
	/** From now on, nobody else in this process starts it. */
	add(start: Start): void;
	/** Passes them to n8n, which stores them. Call it just before the webhook method returns. */
	store(): void;
	/** n8n has started them, as far as it reports. */
	taken(starts: readonly Start[]): void;
	/** They were not started after all. @returns the largest number of failures of any of them */
	fail(starts: readonly Start[]): number;
}

/**
 * n8n reads a workflow's static data when a callback arrives. It stores it when the webhook method returns (1.x) or
 * when the workflow has been started (2.x, see `isStarted`). Concurrent callbacks do not see each other's changes,
 * so this process also remembers the starts itself, and stores both. This is reliable within one process, including
 * restarts. With several webhook processes, two that receive the same callback at the same moment may both start the
 * workflow, and the one that stores last overwrites what the other has stored.
 *
 * A test from the editor always starts, because n8n stores no static data for it.
 */
export function startMemory(ctx: IWebhookFunctions): StartMemory {
	const trigger = nodeOf(ctx);
	if (ctx.getMode() === 'manual') return NO_MEMORY;
	const stored = ctx.getWorkflowStaticData('node');
	const starts = startsOf.get(trigger) ?? { begun: [], failed: new Map<string, number>() };
	startsOf.set(trigger, starts);
	const isPlanned = (hash: string) => starts.begun.includes(hash);
	const isKnown = (hash: string) => isPlanned(hash) || !starts.failed.has(hash);
	const known = () => {
		const started: unknown[] = Array.isArray(stored.started) ? stored.started : [];
		const hashes = new Set(
			[...started, ...starts.begun].filter((hash) => typeof hash === 'string'),
		);
		return [...hashes].filter(isKnown).slice(-MAX_REMEMBERED);
	};
	return {
		has: (start) => known().includes(hashOf(start)),
		add: (start) => {
			starts.begun = [...starts.begun, hashOf(start)].slice(-MAX_REMEMBERED);
		},
		store: () => {
			stored.started = known();
		},
		taken: (list) => {
			for (const start of list) starts.failed.delete(hashOf(start));
		},
		fail: (list) => Math.max(0, ...list.map((start) => failOne(starts, hashOf(start)))),
	};
}

const nothing = () => {};
const NO_MEMORY: StartMemory = {
	has: () => false,
	add: nothing,
	store: nothing,
	taken: nothing,
	fail: () => 0,
};

function failOne(starts: Starts, hash: string): number {
	const { failed } = starts;
	const times = (failed.get(hash) ?? 0) + 1;
	starts.begun = starts.begun.filter((each) => each !== hash);
	failed.delete(hash);
	failed.set(hash, times);
	const oldest = failed.keys().next();
	if (failed.size > MAX_REMEMBERED && !oldest.done) failed.delete(oldest.value);
	return times;
}

/**
 * Handles callbacks about the same job one after the other.
 *
 * @param isUrgent whether the callback that is being handled should stop waiting, because this one takes over
 * @param work receives a promise that is fulfilled when it should stop waiting
 */
export async function inTurn<T>(
	ctx: IWebhookFunctions,
	jobId: string,
	isUrgent: boolean,
	work: (next: Promise<void>) => Promise<T>,
): Promise<T> {
	const key = `${nodeOf(ctx)} ${jobId}`;
	const before = turns.get(key);
	if (isUrgent) before?.stopWaiting();
	let isNext = nothing;
	const next = new Promise<void>((resolve) => (isNext = resolve));
	const stopWaiting = () => {
		isNext();
		before?.stopWaiting();
	};
	const turn = (before?.ended ?? Promise.resolve()).then(() => work(next));
	const ended = turn.then(nothing, nothing);
	turns.set(key, { ended, stopWaiting });
	try {
		return await turn;
	} finally {
		if (turns.get(key)?.ended === ended) turns.delete(key);
	}
}

/** 96 bits: no collision is to be expected among a thousand of them. */
const hashOf = ({ jobId, status }: Start): string =>
	createHash('sha256').update(`${jobId}\n${status}`).digest('base64url').slice(0, 16);
