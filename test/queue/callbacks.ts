// Waits by callback in queue mode: submitted by a worker, called back at the webhook process, gone on with by any worker.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { SET_UP_LIMIT_MS } from '../e2e/play.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Cluster } from './cluster.ts';
import {
	assertExact,
	begin,
	executionsOf,
	jobsOf,
	requestsOf,
	stageBothWays,
	stageScenario,
} from './play.ts';
import { theCluster } from './sharedCluster.ts';

let cluster: Cluster;

void describe('callbacks in queue mode', () => {
	before(
		async () => {
			cluster = await theCluster();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);

	void it('50 executions with 4 items each are delivered and paid once', async (test) => {
		const scenarios = await stageBothWays(cluster, 'many');
		const started = Date.now();
		await Promise.all(scenarios.map((each) => begin(cluster, each, { executions: 25, items: 4 })));
		const executions = await Promise.all(
			scenarios.map((each) => executionsOf(cluster, each, { count: 25 })),
		);
		const seconds = (Date.now() - started) / 1000;
		await cluster.sandbox.callbacksIdle();
		for (const [index, many] of scenarios.entries()) {
			assertExact(cluster, many, executions[index]!, 100);
			assert.equal(requestsOf(cluster, many, 'submit').length, 100);
		}
		const shares = cluster.workers.map((each) => each.log().match(/Worker started/g)?.length ?? 0);
		assert.ok(
			shares.every((share) => share > 0),
			`the workers' shares: ${shares.join(', ')}`,
		);
		const answers = cluster.sandbox.ledger.callbacks.map(({ status }) => String(status));
		test.diagnostic(
			JSON.stringify({
				seconds,
				shares,
				statusCalls: scenarios.map((each) => requestsOf(cluster, each, 'status').length),
				callbacks: Object.fromEntries(
					[...new Set(answers)].map((each) => [each, answers.filter((a) => a === each).length]),
				),
			}),
		);
	});

	void it('one of two videos fails; the other, which one process has fetched, can be had from another', async () => {
		const download = await stageScenario(cluster, 'download', {
			afterSubmit: 'sleep',
			wait: { downloadVideo: true },
		});
		await begin(cluster, download, { items: 2, tag: '[sandbox:never]' });
		await executionsOf(cluster, download, { statuses: ['waiting'] });
		for (const { jobId, prompt } of jobsOf(cluster, download)) {
			cluster.sandbox.finishJob(jobId, prompt.includes(' 0.1 ') ? 'failed' : 'completed');
		}
		const [execution] = await executionsOf(cluster, download);
		const items = itemsOf(execution!, 'After');
		assert.deepEqual(
			items.map(({ json, binary }) => [json['status'], Object.keys(binary ?? {})]),
			[
				['completed', ['video']],
				['failed', []],
			],
		);
		const { jobsCreated, jobsCharged } = cluster.sandbox.account('download');
		assert.deepEqual({ jobsCreated, jobsCharged }, { jobsCreated: 2, jobsCharged: 1 });
		const video = items[0]!.binary!['video'];
		assert.match(video?.id ?? '', /^database/);
		const bytes = await cluster.api.downloadBinary(video!.id!);
		assert.equal(bytes.subarray(4, 8).toString(), 'ftyp');
	});
});
