// Waits by callback in queue mode: submitted by a worker, called back at the webhook process, gone on with by any worker.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { SET_UP_LIMIT_MS } from '../e2e/play.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Cluster } from './cluster.ts';
import { assertExact, begin, executionsOf, requestsOf, stageScenario } from './play.ts';
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
		const many = await stageScenario(cluster, 'many', { afterSubmit: 'resume' });
		const started = Date.now();
		await begin(cluster, many, { executions: 50, items: 4 });
		const executions = await executionsOf(cluster, many, { count: 50 });
		const seconds = (Date.now() - started) / 1000;
		await cluster.sandbox.callbacksIdle();
		assertExact(cluster, many, executions, 200);
		assert.equal(requestsOf(cluster, many, 'submit').length, 200);
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
				statusCalls: requestsOf(cluster, many, 'status').length,
				callbacks: Object.fromEntries(
					[...new Set(answers)].map((each) => [each, answers.filter((a) => a === each).length]),
				),
			}),
		);
	});

	void it('a video that one process has fetched can be had from another', async () => {
		const download = await stageScenario(cluster, 'download', {
			afterSubmit: 'resume',
			wait: { downloadVideo: true },
		});
		await begin(cluster, download);
		const executions = await executionsOf(cluster, download);
		assertExact(cluster, download, executions, 1);
		const video = itemsOf(executions[0]!, 'After')[0]?.binary?.['video'];
		assert.match(video?.id ?? '', /^database/);
		const bytes = await cluster.api.downloadBinary(video!.id!);
		assert.equal(bytes.subarray(4, 8).toString(), 'ftyp');
	});
});
