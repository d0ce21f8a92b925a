// The demo's workflow in a real n8n: from a new SKU to a finished video, checked in n8n's stored data and in the
// provider's ledger.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution, Item } from '../n8n/execution.ts';
import { isMp4 } from '../n8n/mp4.ts';
import type { Stage } from '../n8n/stage.ts';
import { Clip, findClip } from '../sandbox/core/clip.ts';
import { executionOf, sendSku, SET_UP_LIMIT_MS, setTheStage, submissionsOf } from './play.ts';

/** The contract: every key is always present. */
const JOB_KEYS = [
	'jobId',
	'provider',
	'model',
	'status',
	'progress',
	'videoUrl',
	'durationSeconds',
	'lastFrameUrl',
	'seed',
	'resolution',
	'hasAudio',
	'fileSizeBytes',
	'creditsCharged',
	'creditsEstimated',
	'costUsd',
	'costUsdEstimated',
	'estimatedSeconds',
	'createdAt',
	'completedAt',
	'expiresAt',
	'failure',
	'metadata',
	'reference',
];
/** 5 s of seedance-2.0 at 182/3 credits a second. */
const CREDITS = 303;
const SKUS = ['A-1', 'B-2', 'C-3'];

let stage: Stage;
const executions = new Map<string, Execution>();

function onlyItem(sku: string, node: string): Item {
	const items = itemsOf(executions.get(sku)!, node);
	assert.equal(items.length, 1, `${node} put out ${items.length} items for ${sku}`);
	return items[0]!;
}

void describe('three new SKUs in a real n8n', () => {
	before(
		async () => {
			stage = await setTheStage('new-sku');
			for (const sku of SKUS) await sendSku(stage, { sku, title: `Product ${sku}` });
			for (const sku of SKUS) executions.set(sku, await executionOf(stage, sku));
			await stage.sandbox.callbacksIdle();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => stage?.stop());

	void it('completes every execution successfully', () => {
		for (const [sku, { status, error }] of executions) {
			assert.equal(status, 'success', `${sku}: ${error?.message}`);
		}
	});

	void it('outputs the job according to the contract', () => {
		for (const sku of SKUS) {
			const { json, pairedItem } = onlyItem(sku, 'Generate Video');
			assert.deepEqual(Object.keys(json).sort(), [...JOB_KEYS].sort());
			assert.deepEqual(pairedItem, { item: 0 });
			const { jobId, videoUrl, createdAt, completedAt, expiresAt, ...rest } = json;
			assert.match(String(jobId), /^task_/);
			assert.match(String(videoUrl), /^http.*\.mp4$/);
			for (const time of [createdAt, completedAt, expiresAt]) {
				assert.ok(!Number.isNaN(Date.parse(String(time))), `not a time: ${String(time)}`);
			}
			assert.partialDeepStrictEqual(rest, {
				provider: 'seedance',
				model: 'seedance-2.0',
				status: 'completed',
				progress: 100,
				durationSeconds: 5,
				resolution: '720x1280',
				creditsCharged: CREDITS,
				creditsEstimated: CREDITS,
				costUsd: CREDITS / 100,
				failure: null,
				metadata: { sku },
			});
		}
	});

	void it('passes on the SKU, the address and the MP4 at the end', async () => {
		const clip = new Clip(findClip());
		for (const sku of SKUS) {
			const { json, binary } = onlyItem(sku, 'Video ready');
			const { jobId, videoUrl } = onlyItem(sku, 'Generate Video').json;
			assert.deepEqual(json, { sku, jobId, videoUrl });
			const video = binary?.['video'];
			assert.ok(video?.id, 'the video is not stored outside the execution');
			assert.equal(video.mimeType, 'video/mp4');
			assert.match(video.fileName ?? '', /\.mp4$/);
			const bytes = await stage.api.downloadBinary(video.id);
			assert.ok(isMp4(bytes));
			assert.deepEqual(bytes, clip.bytesFor(String(jobId)), 'not the video of this job');
		}
	});

	void it('submits and pays once per SKU, and receives one callback', () => {
		const { jobsCreated, jobsCharged, creditsCharged, creditsReserved, submitsReceived } =
			stage.sandbox.account();
		assert.deepEqual(
			{ jobsCreated, jobsCharged, creditsCharged, creditsReserved, submitsReceived },
			{
				jobsCreated: 3,
				jobsCharged: 3,
				creditsCharged: 3 * CREDITS,
				creditsReserved: 0,
				submitsReceived: 3,
			},
		);
		for (const sku of SKUS) {
			const { jobId } = onlyItem(sku, 'Generate Video').json;
			const callbacks = stage.sandbox.ledger.callbacks.filter((each) => each.jobId === jobId);
			assert.deepEqual(
				callbacks.map(({ status, kind }) => ({ status, kind })),
				[{ status: 200, kind: 'regular' }],
			);
		}
	});

	void it('sends the values of the workflow', () => {
		for (const sku of SKUS) {
			const [submission] = submissionsOf(stage, sku);
			assert.ok(submission);
			const { webhook_url: callback, ...body } = submission.body as Record<string, unknown> &
				typeof submission.body;
			assert.match(callback, /\/webhook-waiting\/\d+\/seedance-callback\?(signature|token)=/);
			assert.partialDeepStrictEqual(body, {
				model: 'seedance-2.0',
				duration: 5,
				aspect_ratio: '9:16',
				metadata: { sku },
			});
			assert.match(String(body['prompt']), new RegExp(`^Product video of Product ${sku}:`));
		}
	});

	void it('never sends the key to the media host', () => {
		assert.equal(stage.sandbox.ledger.keyReachedMediaHost, false);
		assert.equal(stage.sandbox.ledger.mediaDownloads, 3);
	});
});
