// What executions that sleep have to outlive: restarts of main, of the webhook process and of Redis, while callbacks come.
// Half of them sleep in Wait for Webhook, the other half in the node that has submitted their jobs.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SET_UP_LIMIT_MS } from '../e2e/play.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { Cluster } from './cluster.ts';
import {
	assertExact,
	begin,
	executionsOf,
	jobsOf,
	requestsOf,
	stageBothWays,
	until,
} from './play.ts';
import type { Plot, Scenario } from './play.ts';
import { theCluster } from './sharedCluster.ts';

/** In each of the two ways. */
const EXECUTIONS = 3;
const ITEMS = 2;
const SIZE = { executions: EXECUTIONS, items: ITEMS };
/** n8n's processes end by themselves after 10 s without Redis, for the orchestrator to start them again. */
const REDIS_AWAY_MS = 3_000;

let cluster: Cluster;

/** All executions sleep, and no job is settled before `settleAll`. */
async function asleep(
	name: string,
	size = SIZE,
	plot: Omit<Plot, 'afterSubmit'> = {},
): Promise<Scenario[]> {
	const scenarios = await stageBothWays(cluster, name, plot);
	await Promise.all(
		scenarios.map(async (scenario) => {
			await begin(cluster, scenario, { ...size, tag: '[sandbox:never]' });
			await executionsOf(cluster, scenario, { count: size.executions, statuses: ['waiting'] });
		}),
	);
	return scenarios;
}

function finishAll(scenarios: Scenario[]): void {
	for (const { jobId } of scenarios.flatMap((each) => jobsOf(cluster, each))) {
		cluster.sandbox.finishJob(jobId);
	}
}

/** All jobs end, and the provider has called, whoever was there. */
async function settleAll(scenarios: Scenario[]): Promise<void> {
	finishAll(scenarios);
	await cluster.sandbox.callbacksIdle();
}

/** How the scenarios' callbacks were answered; null where nobody was there. */
const answersTo = (scenarios: Scenario[]) =>
	cluster.sandbox.ledger.callbacks
		.filter(({ account }) => scenarios.some(({ name }) => name === account))
		.map(({ status }) => status);

const statusCallsOf = (scenarios: Scenario[]) =>
	scenarios.map((each) => requestsOf(cluster, each, 'status').length);

/** All executions go on, and each job was made, paid and delivered once. @returns those of each scenario */
async function goOn(
	test: TestContext,
	scenarios: Scenario[],
	backAt: number,
	{ count = EXECUTIONS } = {},
): Promise<Execution[][]> {
	const executions = await Promise.all(
		scenarios.map((each) => executionsOf(cluster, each, { count })),
	);
	note(test, scenarios, backAt);
	for (const [index, scenario] of scenarios.entries()) {
		assertExact(cluster, scenario, executions[index]!, count * ITEMS);
	}
	return executions;
}

/** Figures for docs/reliability.md. */
function note(test: TestContext, scenarios: Scenario[], backAt: number): void {
	const seconds = Math.round((Date.now() - backAt) / 100) / 10;
	const statusCalls = statusCallsOf(scenarios);
	test.diagnostic(JSON.stringify({ callbacks: answersTo(scenarios), statusCalls, seconds }));
}

void describe('restarts while executions sleep', () => {
	before(
		async () => {
			cluster = await theCluster();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);

	void it('main is gone when the callbacks come: they are not missed', async (test) => {
		const scenarios = await asleep('main');
		await cluster.main.kill();
		await settleAll(scenarios);
		const backAt = Date.now();
		await cluster.main.start();
		await goOn(test, scenarios, backAt);
		assert.ok(answersTo(scenarios).every((status) => status === 200));
	});

	void it('the webhook process is gone when the callbacks come: the node calls itself', async (test) => {
		const scenarios = await asleep('door');
		await cluster.webhook.kill();
		await settleAll(scenarios);
		assert.ok(answersTo(scenarios).every((status) => status === null));
		const backAt = Date.now();
		await cluster.webhook.start();
		await goOn(test, scenarios, backAt);
	});

	void it('the webhook process is killed while it follows up a callback', async (test) => {
		const one = { executions: 1, items: ITEMS };
		const scenarios = await asleep('answering', one);
		// The callback is answered, and then the provider is asked for the job: there it hangs.
		const before = statusCallsOf(scenarios);
		const times = ITEMS * scenarios.length;
		cluster.sandbox.faults.add({ method: 'GET', path: '/v1/', delayMs: 15_000, times });
		finishAll(scenarios);
		const asks = () => statusCallsOf(scenarios).every((count, index) => count > before[index]!);
		await until(asks, 'a callback is followed up');
		await cluster.webhook.kill();
		cluster.sandbox.faults.clear();
		const backAt = Date.now();
		await cluster.webhook.start();
		await goOn(test, scenarios, backAt, { count: 1 });
	});

	void it('Redis is gone when the callbacks come', async (test) => {
		if (!cluster.redis) return test.skip('the Redis of REDIS_URL is not ours to stop');
		const scenarios = await asleep('redis');
		await cluster.redis.stop();
		finishAll(scenarios);
		await sleep(REDIS_AWAY_MS);
		const backAt = Date.now();
		await cluster.redis.start();
		await goOn(test, scenarios, backAt);
	});

	void it('all are gone when the callbacks come: the time limit and Check Status', async (test) => {
		const checkStatus = {
			name: 'Check Status',
			type: 'n8n-nodes-seedance.seedanceCheckStatus',
			typeVersion: 1,
			parameters: { provider: 'seedance' },
		};
		const scenarios = await asleep('deadline', SIZE, {
			wait: { limitWaitMinutes: 0.75 },
			then: [checkStatus],
		});
		// Nobody is left who could be called, or who would call.
		// The workers have to be back before the time limit: n8n calls crashed what it wakes while they start.
		const gone = [cluster.webhook, ...cluster.workers];
		await Promise.all(gone.map((each) => each.kill()));
		await settleAll(scenarios);
		const backAt = Date.now();
		await Promise.all(gone.map((each) => each.start()));
		const executions = await goOn(test, scenarios, backAt);
		for (const [index, { sleepsIn }] of scenarios.entries()) {
			const waited = executions[index]!.flatMap((each) => itemsOf(each, sleepsIn));
			assert.deepEqual(new Set(waited.map(({ json }) => json['status'])), new Set(['timed_out']));
		}
	});
});
