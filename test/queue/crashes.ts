// Workers that die or are told to stop while they submit, poll, or go on after a callback. What n8n does with the
// execution differs between its lines: 1.x runs it again from its stored data, 2.x ends it as an error. What must hold in
// both: no job is paid twice, and every job that was made comes to light again.
import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'node:test';
import { SET_UP_LIMIT_MS } from '../e2e/play.ts';
import type { Execution } from '../n8n/execution.ts';
import type { RequestRecord } from '../sandbox/index.ts';
import { GRACE_MS } from './cluster.ts';
import type { Cluster, Member } from './cluster.ts';
import {
	assertExact,
	begin,
	executionsOf,
	jobsOf,
	keyOf,
	requestsOf,
	stageScenario,
	until,
	workerOf,
} from './play.ts';
import type { Scenario } from './play.ts';
import { theCluster } from './sharedCluster.ts';

const ITEMS = 3;
/** As many submits are under way at once as half of them. */
const TRACES = 20;
const FOR_EVER = { items: ITEMS, tag: '[sandbox:never]' };

let cluster: Cluster;
const absent: Member[] = [];

/** n8n 1.x takes an execution up again whose worker has died and stays away. */
const runsAgain = () => cluster.version.startsWith('1.');

const isRunning = async (scenario: Scenario): Promise<string> => {
	const [execution] = await executionsOf(cluster, scenario, { statuses: ['running'] });
	return execution!.id;
};

/** The worker is gone; another one finds that out. */
async function killWorkerOf(id: string): Promise<void> {
	const worker = workerOf(cluster, id);
	await worker.kill();
	absent.push(worker);
}

function finishAll(scenario: Scenario): void {
	for (const { jobId, state } of jobsOf(cluster, scenario)) {
		if (state === 'processing' || state === 'queued') cluster.sandbox.finishJob(jobId);
	}
}

const jobIdsOf = (scenario: Scenario): string[] =>
	jobsOf(cluster, scenario)
		.map(({ jobId }) => jobId)
		.sort();

/** What a user has who looks at the execution: the IDs that stand anywhere in it. */
const idsIn = (execution: Execution, scenario: Scenario): string[] =>
	jobIdsOf(scenario).filter((jobId) => execution.stored.includes(jobId));

/** The jobs that the workers' logs name with an execution. */
const loggedJobsOf = (executionId: string): string[] =>
	cluster.workers
		.flatMap((each) => [...each.log().matchAll(/job (\S+) submitted \(execution (\d+),/g)])
		.filter(([, , execution]) => execution === executionId)
		.map(([, jobId]) => jobId!)
		.sort();

/** The idempotency keys that the workers' logs name with an execution, each before its submit left. */
const loggedKeysOf = (executionId: string): string[] =>
	cluster.workers.flatMap((each) =>
		[...each.log().matchAll(/submitting item \d+ \(execution (\d+), idempotency key (\w+)\)/g)]
			.filter(([, execution]) => execution === executionId)
			.map(([, , key]) => key!),
	);

const tell = (execution: Execution, scenario: Scenario) =>
	JSON.stringify({
		status: execution.status,
		message: execution.error?.message,
		idsInExecution: idsIn(execution, scenario).length,
		ran: Object.keys(execution.runs),
	});

/** The same request with the same key, as a user sends it who has read the key in the log. @returns the job's ID */
async function sentAgain(scenario: Scenario, { path, headers, body }: RequestRecord) {
	const answer = await fetch(cluster.sandbox.url + path, {
		method: 'POST',
		headers: {
			authorization: `Bearer ${keyOf(scenario.name)}`,
			'content-type': 'application/json',
			'idempotency-key': headers['idempotency-key'] ?? '',
		},
		body: JSON.stringify(body),
	});
	return ((await answer.json()) as { task_id: string }).task_id;
}

/**
 * n8n has given the execution up, and says so: in its own words where the worker that was running it starts again first, and
 * as an error where the queue notices first that nobody works on it, which a slow start lets happen.
 */
async function ended(scenario: Scenario, ...expected: Array<'error' | 'crashed'>) {
	const [execution] = await executionsOf(cluster, scenario);
	assert.ok(
		expected.some((status) => status === execution!.status),
		execution!.status,
	);
	return execution!;
}

/** Another worker polls. @param asked how often the jobs were asked for before */
async function takenUp(scenario: Scenario, asked: number): Promise<void> {
	const isPolling = () => requestsOf(cluster, scenario, 'status').length >= asked + ITEMS;
	await until(isPolling, 'another worker polls');
}

/** The same items in a new execution find their jobs again, because `duplicates` is "perContent". */
async function findAgain(scenario: Scenario): Promise<void> {
	await begin(cluster, scenario, FOR_EVER);
	const replayed = () => cluster.sandbox.account(scenario.name).submitsReplayed === ITEMS;
	await until(replayed, 'the same items find their jobs again');
}

/** The jobs of the last execution end well; each was made and paid once, whatever happened before. */
async function endWell(scenario: Scenario, count: number): Promise<void> {
	finishAll(scenario);
	const executions = await executionsOf(cluster, scenario, { count });
	assertExact(cluster, scenario, executions.slice(-1), ITEMS);
}

void describe('workers that end', () => {
	before(
		async () => {
			cluster = await theCluster();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	afterEach(async () => {
		await Promise.all(absent.splice(0).map((each) => each.start()));
	});

	const perContent = { duplicates: 'perContent' };

	void it('killed between submit and sleep: no job is paid twice, the log names every job or its key', async (test) => {
		const scenario = await stageScenario(cluster, 'submitting', { afterSubmit: 'sleep' });
		// The provider has taken it, and n8n never hears of it.
		cluster.sandbox.faults.add({
			method: 'POST',
			path: '/v1/',
			match: 'submitting 0.1',
			after: 'handled',
			delayMs: 15_000,
		});
		await begin(cluster, scenario, FOR_EVER);
		const id = await isRunning(scenario);
		await until(() => jobsOf(cluster, scenario).length === ITEMS, 'all jobs are made');
		await until(() => loggedJobsOf(id).length === ITEMS - 1, 'the other answers have come');
		assert.equal(new Set(loggedKeysOf(id)).size, ITEMS);
		await killWorkerOf(id);
		if (runsAgain()) {
			await executionsOf(cluster, scenario, { statuses: ['waiting'] });
			assert.equal(cluster.sandbox.account('submitting').submitsReplayed, ITEMS);
			await endWell(scenario, 1);
			return;
		}
		test.diagnostic(tell(await ended(scenario, 'error'), scenario));
		finishAll(scenario);
		await cluster.sandbox.callbacksIdle();
		const { jobsCreated, jobsCharged } = cluster.sandbox.account('submitting');
		assert.deepEqual({ jobsCreated, jobsCharged }, { jobsCreated: ITEMS, jobsCharged: ITEMS });
	});

	void it('killed with answers under way: the log names every submit, and its key finds the job', async () => {
		const scenario = await stageScenario(cluster, 'traces', { afterSubmit: 'return' });
		// The provider has taken half of them, and n8n never hears of it.
		const unanswered = cluster.sandbox.faults.add({
			method: 'POST',
			path: '/v1/',
			match: 'traces',
			after: 'handled',
			delayMs: 15_000,
			skip: TRACES / 2,
			times: 0,
		});
		await begin(cluster, scenario, { items: TRACES, tag: FOR_EVER.tag });
		const id = await isRunning(scenario);
		await until(() => jobsOf(cluster, scenario).length === TRACES, 'all jobs are made');
		const submits = requestsOf(cluster, scenario, 'submit');
		await killWorkerOf(id);
		cluster.sandbox.faults.remove(unanswered);
		assert.equal(loggedJobsOf(id).length, TRACES / 2);
		const keys = new Set(loggedKeysOf(id));
		const found = await Promise.all(
			submits
				.filter(({ headers }) => keys.has(headers['idempotency-key'] ?? ''))
				.map((submit) => sentAgain(scenario, submit)),
		);
		assert.deepEqual(found.sort(), jobIdsOf(scenario));
		assert.equal(cluster.sandbox.account('traces').jobsCreated, TRACES);
	});

	void it('killed while it polls, and back at once: every job is found again', async (test) => {
		const plot = { afterSubmit: 'wait', options: perContent } as const;
		const scenario = await stageScenario(cluster, 'polling', plot);
		await begin(cluster, scenario, FOR_EVER);
		const id = await isRunning(scenario);
		await until(() => requestsOf(cluster, scenario, 'status').length >= ITEMS, 'it polls');
		const worker = workerOf(cluster, id);
		await worker.kill();
		// With its old folder, where n8n notes what is running.
		await worker.start();
		test.diagnostic(tell(await ended(scenario, 'crashed', 'error'), scenario));
		await findAgain(scenario);
		await endWell(scenario, 2);
	});

	void it('killed while Check Status polls: every job is found again', async (test) => {
		const checkStatus = {
			name: 'Check Status',
			type: 'n8n-nodes-seedance.seedanceCheckStatus',
			typeVersion: 1,
			parameters: { provider: 'seedance', waitUntilFinished: true },
		};
		const plot = { afterSubmit: 'return', options: perContent } as const;
		const scenario = await stageScenario(cluster, 'checking', { ...plot, then: [checkStatus] });
		await begin(cluster, scenario, FOR_EVER);
		const id = await isRunning(scenario);
		await until(() => requestsOf(cluster, scenario, 'status').length >= ITEMS, 'it polls');
		const asked = requestsOf(cluster, scenario, 'status').length;
		await killWorkerOf(id);
		if (runsAgain()) await takenUp(scenario, asked);
		else {
			test.diagnostic(tell(await ended(scenario, 'error'), scenario));
			await findAgain(scenario);
		}
		await endWell(scenario, runsAgain() ? 1 : 2);
	});

	for (const afterSubmit of ['resume', 'sleep'] as const) {
		void it(`killed when it goes on after a callback (${afterSubmit}): no job is paid twice`, async (test) => {
			const name = `resumed-${afterSubmit}`;
			const pause = {
				name: 'Pause',
				type: 'n8n-nodes-base.wait',
				typeVersion: 1.1,
				parameters: { amount: 5, unit: 'seconds' },
			};
			const scenario = await stageScenario(cluster, name, { afterSubmit, then: [pause] });
			await begin(cluster, scenario, { items: ITEMS });
			const [asleep] = await executionsOf(cluster, scenario, { statuses: ['waiting'] });
			const start = `Worker started execution ${asleep!.id} (`;
			const starts = () => cluster.workers.flatMap((each) => each.log().split(start).slice(1));
			await until(() => starts().length === 2, 'it goes on');
			await killWorkerOf(asleep!.id);
			const executions = await executionsOf(cluster, scenario);
			await cluster.sandbox.callbacksIdle();
			test.diagnostic(tell(executions[0]!, scenario));
			if (runsAgain()) assertExact(cluster, scenario, executions, ITEMS);
			// What the execution knew is gone, n8n keeps nothing of it: the logs name its jobs.
			else {
				assert.equal(executions[0]!.status, 'error');
				assert.deepEqual(loggedJobsOf(asleep!.id), jobIdsOf(scenario));
			}
			const { jobsCreated, jobsCharged } = cluster.sandbox.account(name);
			assert.deepEqual({ jobsCreated, jobsCharged }, { jobsCreated: ITEMS, jobsCharged: ITEMS });
		});
	}

	void it('told to stop while it polls: it ends what can end within the grace period', async () => {
		const scenario = await stageScenario(cluster, 'graceful', { afterSubmit: 'wait' });
		await begin(cluster, scenario, { items: ITEMS });
		const id = await isRunning(scenario);
		await until(() => jobsOf(cluster, scenario).length === ITEMS, 'all jobs are made');
		const worker = workerOf(cluster, id);
		assert.equal(await worker.stop(), 0);
		absent.push(worker);
		const executions = await executionsOf(cluster, scenario);
		assertExact(cluster, scenario, executions, ITEMS);
		assert.equal(requestsOf(cluster, scenario, 'submit').length, ITEMS);
	});

	void it('told to stop with jobs that take longer: as after a kill', async (test) => {
		const plot = { afterSubmit: 'wait', options: perContent } as const;
		const scenario = await stageScenario(cluster, 'overdue', plot);
		await begin(cluster, scenario, FOR_EVER);
		const id = await isRunning(scenario);
		await until(() => requestsOf(cluster, scenario, 'status').length >= ITEMS, 'it polls');
		const worker = workerOf(cluster, id);
		const started = Date.now();
		const code = await worker.stop();
		const took = Date.now() - started;
		assert.ok(took >= GRACE_MS, `it was given up after ${took} ms`);
		await worker.start();
		test.diagnostic(`ended with ${code} after ${took} ms`);
		test.diagnostic(tell(await ended(scenario, 'crashed', 'error'), scenario));
		await findAgain(scenario);
		await endWell(scenario, 2);
	});
});
