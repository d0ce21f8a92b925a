// The database or Redis goes away while callbacks are being worked on, and comes back. What n8n has been told in those
// seconds may be lost; what must hold: once all is back and the provider calls again, each job has started its workflow,
// once; and an execution that sleeps goes on by itself, because we call its address.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SET_UP_LIMIT_MS } from '../e2e/play.ts';
import type { Cluster } from './cluster.ts';
import { assertExact, begin, executionsOf, jobsOf, LIMIT_MS, stageBothWays } from './play.ts';
import { completedJobs, stageReaction, startsOf, startsUntil, tally, tell } from './reactions.ts';
import type { CallAnswer, Reaction } from './reactions.ts';
import type { Restartable } from './servers.ts';
import { theCluster } from './sharedCluster.ts';

/** Callbacks at once; the server goes when some are through, some are under way and some have not begun. */
const JOBS = 40;
/** In each way to sleep. */
const EXECUTIONS = 4;
/** After the first callback, in milliseconds. */
const GOES_AFTER_MS = 700;
/**
 * So long the provider takes to answer the questions that follow the callbacks: until the server is away. What n8n has begun
 * to run before, and cannot store, it calls "running" for hours; there is nothing that a node could do about it.
 */
const ANSWERS_AFTER_MS = 2_000;
const AWAY_MS = 3_000;
/** Our own call to an execution that still sleeps. */
const GOES_ON_WITHIN_MS = 120_000;

let cluster: Cluster;

/** The server goes while `work` is under way, and comes back. */
async function awayDuring<T>(server: Restartable, work: () => Promise<T>): Promise<T> {
	const result = work();
	await sleep(GOES_AFTER_MS);
	await server.stop();
	await sleep(AWAY_MS);
	await server.start();
	await untilReady();
	return await result;
}

async function untilReady(): Promise<void> {
	const urls = [cluster.main, cluster.webhook, ...cluster.workers].map(({ url }) => url);
	const isReady = async (url: string) =>
		await fetch(`${url}/healthz/readiness`).then(
			({ ok }) => ok,
			() => false,
		);
	for (const deadline = Date.now() + LIMIT_MS; ; await sleep(500)) {
		if ((await Promise.all(urls.map(isReady))).every(Boolean)) return;
		assert.ok(Date.now() < deadline, 'n8n is not back within minutes');
	}
}

const callAll = (reaction: Reaction, jobIds: readonly string[]): Promise<CallAnswer[]> =>
	Promise.all(jobIds.map((id) => tell(cluster, reaction, id)));

/** The provider calls once, and twice more when all is back. */
async function reacts(test: TestContext, name: string, server: Restartable): Promise<void> {
	const reaction = await stageReaction(cluster, name);
	const jobIds = await completedJobs(cluster, name, JOBS);
	const first = await awayDuring(server, () => callAll(reaction, jobIds));
	const again = [];
	for (let times = 0; times < 2; times++) {
		again.push(await callAll(reaction, jobIds));
		await sleep(5_000);
	}
	const look = () => startsOf(cluster, reaction, jobIds);
	const starts = await startsUntil(look, ({ size }) => size === JOBS);
	const answers = [first, ...again].map(tally);
	const statuses = tallyOf([...starts.values()].flat());
	test.diagnostic(JSON.stringify({ answers, started: starts.size, statuses }));
	const missing = jobIds.filter((id) => !starts.has(id));
	assert.deepEqual(missing, [], 'jobs that have started nothing');
	const twice = jobIds.filter((id) => (starts.get(id) ?? []).length > 1);
	assert.deepEqual(twice, [], 'jobs that have started more than once');
}

const tallyOf = (words: readonly string[]) =>
	Object.fromEntries(
		[...new Set(words)].map((word) => [word, words.filter((each) => each === word).length]),
	);

/** The provider calls once, at the worst moment. */
async function goesOn(test: TestContext, name: string, server: Restartable): Promise<void> {
	const scenarios = await stageBothWays(cluster, name);
	const jobs = () => scenarios.flatMap((each) => jobsOf(cluster, each));
	for (const scenario of scenarios) {
		await begin(cluster, scenario, { executions: EXECUTIONS, tag: '[sandbox:never]' });
		await executionsOf(cluster, scenario, { count: EXECUTIONS, statuses: ['waiting'] });
	}
	const times = jobs().length;
	cluster.sandbox.faults.add({ method: 'GET', path: '/v1/', delayMs: ANSWERS_AFTER_MS, times });
	await awayDuring(server, async () => {
		for (const { jobId } of jobs()) cluster.sandbox.finishJob(jobId);
		await cluster.sandbox.callbacksIdle();
	});
	const backAt = Date.now();
	const callbacks = cluster.sandbox.ledger.callbacks
		.filter(({ account }) => scenarios.some((each) => each.name === account))
		.map(({ status }) => String(status));
	test.diagnostic(JSON.stringify({ callbacks: tallyOf(callbacks) }));
	const limits = { count: EXECUTIONS, limitMs: GOES_ON_WITHIN_MS };
	const executions = await Promise.all(
		scenarios.map((each) => executionsOf(cluster, each, limits)),
	);
	test.diagnostic(`${(Date.now() - backAt) / 1000} s`);
	for (const [index, scenario] of scenarios.entries()) {
		assertExact(cluster, scenario, executions[index]!, EXECUTIONS);
	}
}

void describe('the database or Redis goes away while callbacks come', () => {
	before(
		async () => {
			cluster = await theCluster();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);

	void it('the database; the trigger starts each job once', async (test) => {
		if (!cluster.postgres) return test.skip('the database of DATABASE_URL is not ours to stop');
		await reacts(test, 'trigger-db', cluster.postgres);
	});

	void it('the database; executions that sleep go on', async (test) => {
		if (!cluster.postgres) return test.skip('the database of DATABASE_URL is not ours to stop');
		await goesOn(test, 'wait-db', cluster.postgres);
	});

	void it('Redis; the trigger starts each job once', async (test) => {
		if (!cluster.redis) return test.skip('the Redis of REDIS_URL is not ours to stop');
		await reacts(test, 'trigger-redis', cluster.redis);
	});
});
