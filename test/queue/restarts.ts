// What executions that sleep have to outlive: restarts of main, of the webhook process and of Redis, while callbacks come.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SET_UP_LIMIT_MS } from '../e2e/play.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Cluster } from './cluster.ts';
import {
	assertExact,
	begin,
	executionsOf,
	jobsOf,
	requestsOf,
	stageScenario,
	until,
} from './play.ts';
import type { Plot, Scenario } from './play.ts';
import { theCluster } from './sharedCluster.ts';

const EXECUTIONS = 5;
const ITEMS = 2;
const SIZE = { executions: EXECUTIONS, items: ITEMS };
const JOBS = EXECUTIONS * ITEMS;
/** n8n's processes end by themselves after 10 s without Redis, for the orchestrator to start them again. */
const REDIS_AWAY_MS = 3_000;

let cluster: Cluster;

/** All executions sleep, and no job is settled before `settleAll`. */
async function asleep(
	name: string,
	size = SIZE,
	plot: Omit<Plot, 'afterSubmit'> = {},
): Promise<Scenario> {
	const scenario = await stageScenario(cluster, name, { ...plot, afterSubmit: 'resume' });
	await begin(cluster, scenario, { ...size, tag: '[sandbox:never]' });
	await executionsOf(cluster, scenario, { count: size.executions, statuses: ['waiting'] });
	return scenario;
}

function finishAll(scenario: Scenario): void {
	for (const { jobId } of jobsOf(cluster, scenario)) cluster.sandbox.finishJob(jobId);
}

/** All jobs end, and the provider has called, whoever was there. */
async function settleAll(scenario: Scenario): Promise<void> {
	finishAll(scenario);
	await cluster.sandbox.callbacksIdle();
}

/** How the scenario's callbacks were answered; null where nobody was there. */
const answersTo = (scenario: Scenario) =>
	cluster.sandbox.ledger.callbacks
		.filter(({ account }) => account === scenario.name)
		.map(({ status }) => status);

/** Figures for docs/reliability.md. */
function note(test: TestContext, scenario: Scenario, backAt: number): void {
	const seconds = Math.round((Date.now() - backAt) / 100) / 10;
	const statusCalls = requestsOf(cluster, scenario, 'status').length;
	test.diagnostic(JSON.stringify({ callbacks: answersTo(scenario), statusCalls, seconds }));
}

void describe('restarts while executions sleep', () => {
	before(
		async () => {
			cluster = await theCluster();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);

	void it('main is gone when the callbacks come: they are not missed', async (test) => {
		const scenario = await asleep('main');
		await cluster.main.kill();
		await settleAll(scenario);
		const backAt = Date.now();
		await cluster.main.start();
		const executions = await executionsOf(cluster, scenario, { count: EXECUTIONS });
		note(test, scenario, backAt);
		assertExact(cluster, scenario, executions, JOBS);
		assert.ok(answersTo(scenario).every((status) => status === 200));
	});

	void it('the webhook process is gone when the callbacks come: the node calls itself', async (test) => {
		const scenario = await asleep('door');
		await cluster.webhook.kill();
		await settleAll(scenario);
		assert.ok(answersTo(scenario).every((status) => status === null));
		const backAt = Date.now();
		await cluster.webhook.start();
		const executions = await executionsOf(cluster, scenario, {
			count: EXECUTIONS,
			limitMs: 90_000,
		});
		note(test, scenario, backAt);
		assertExact(cluster, scenario, executions, JOBS);
	});

	void it('the webhook process is killed while it follows up a callback', async (test) => {
		const one = { executions: 1, items: ITEMS };
		const scenario = await asleep('answering', one);
		// The callback is answered, and then the provider is asked for the job: there it hangs.
		const asked = requestsOf(cluster, scenario, 'status').length;
		cluster.sandbox.faults.add({ method: 'GET', path: '/v1/', delayMs: 15_000, times: ITEMS });
		finishAll(scenario);
		const asks = () => requestsOf(cluster, scenario, 'status').length > asked;
		await until(asks, 'a callback is followed up');
		await cluster.webhook.kill();
		cluster.sandbox.faults.clear();
		const backAt = Date.now();
		await cluster.webhook.start();
		const executions = await executionsOf(cluster, scenario, { limitMs: 90_000 });
		note(test, scenario, backAt);
		assertExact(cluster, scenario, executions, ITEMS);
	});

	void it('Redis is gone when the callbacks come', async (test) => {
		if (!cluster.redis) return test.skip('the Redis of REDIS_URL is not ours to stop');
		const scenario = await asleep('redis');
		await cluster.redis.stop();
		finishAll(scenario);
		await sleep(REDIS_AWAY_MS);
		const backAt = Date.now();
		await cluster.redis.start();
		const executions = await executionsOf(cluster, scenario, {
			count: EXECUTIONS,
			limitMs: 90_000,
		});
		note(test, scenario, backAt);
		assertExact(cluster, scenario, executions, JOBS);
	});

	void it('all are gone when the callbacks come: the time limit and Check Status', async (test) => {
		const checkStatus = {
			name: 'Check Status',
			type: 'n8n-nodes-seedance.seedanceCheckStatus',
			typeVersion: 1,
			parameters: { provider: 'seedance' },
		};
		const scenario = await asleep('deadline', SIZE, {
			wait: { limitWaitMinutes: 0.75 },
			then: [checkStatus],
		});
		// Nobody is left who could be called, or who would call.
		const gone = [cluster.webhook, ...cluster.workers];
		await Promise.all(gone.map((each) => each.kill()));
		await settleAll(scenario);
		const backAt = Date.now();
		await Promise.all(gone.map((each) => each.start()));
		const executions = await executionsOf(cluster, scenario, {
			count: EXECUTIONS,
			limitMs: 180_000,
		});
		note(test, scenario, backAt);
		for (const execution of executions) {
			const waited = itemsOf(execution, 'Wait for Webhook').map(({ json }) => json['status']);
			assert.deepEqual(new Set(waited), new Set(['timed_out']));
		}
		assertExact(cluster, scenario, executions, JOBS);
	});
});
