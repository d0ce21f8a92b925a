// The example "New SKU to three formats" in a real n8n: three jobs, three files in the storage, one record.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import { Clip, findClip } from '../sandbox/core/clip.ts';
import { openStorage } from '../standins/storage.ts';
import type { Storage } from '../standins/storage.ts';
import { endedExecutions, importExample } from './examples.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const PATH = 'new-sku-three-formats';
const KEY = 'storage-key';
const FORMATS = [
	['9:16', '9x16'],
	['1:1', '1x1'],
	['16:9', '16x9'],
] as const;
/** 5 s of seedance-2.0. */
const CREDITS = 303;

let stage: Stage;
let storage: Storage;
let workflow: Workflow;
let executions = 0;

/** Posts a product like a shop, the given number of times, and waits for the executions to end. */
async function report(product: Record<string, unknown>, times = 1): Promise<Execution[]> {
	const calls = Array.from({ length: times }, () => stage.api.callWebhook(PATH, product));
	for (const { status, text } of await Promise.all(calls)) assert.equal(status, 200, text);
	executions += times;
	const ended = await endedExecutions(stage, workflow, executions);
	return ended.slice(-times);
}

/** The single item of the last node. */
function recordOf(execution: Execution): Array<Record<string, string>> {
	assert.equal(execution.status, 'success', execution.error?.message);
	const items = itemsOf(execution, 'One record');
	assert.equal(items.length, 1);
	assert.equal(execution.runs['One record']?.length, 1);
	return items[0]!.json['videos'] as Array<Record<string, string>>;
}

void describe('the example of three formats', () => {
	before(
		async () => {
			stage = await setTheStage('examples-formats');
			storage = await openStorage(KEY);
			workflow = await importExample(stage, 'three-formats.json', {
				settings: { storageUrl: `${storage.url}/videos` },
				accounts: [{ type: 'httpHeaderAuth', data: { name: 'AccessKey', value: KEY } }],
			});
			await stage.api.activate(workflow, PATH);
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	beforeEach(() => stage.sandbox.reset());
	after(async () => {
		await stage?.stop();
		await storage?.close();
	});

	void it('stores three files under the name of the SKU and the format', async () => {
		const [execution] = await report({ sku: 'A/1', title: 'Red lamp' });
		const expected = FORMATS.map(([format, name]) => ({
			sku: 'A/1',
			format,
			address: `${storage.url}/videos/A%2F1/A%2F1-${name}.mp4`,
		}));
		assert.deepEqual(recordOf(execution!), expected);
		const clip = new Clip(findClip());
		const jobs = itemsOf(execution!, 'Generate Video').map(({ json }) => json);
		for (const [nth, [format, name]] of FORMATS.entries()) {
			const bytes = storage.files.get(`/videos/A/1/A/1-${name}.mp4`);
			assert.deepEqual(bytes, clip.bytesFor(String(jobs[nth]?.['jobId'])), format);
		}
		const asked = stage.sandbox.ledger.requests.filter(({ kind }) => kind === 'submit');
		assert.deepEqual(
			asked.map(({ body }) => (body as { aspect_ratio: string }).aspect_ratio).sort(),
			FORMATS.map(([format]) => format as string).sort(),
		);
		assert.equal(stage.sandbox.account().creditsCharged, 3 * CREDITS);
		assert.equal(stage.sandbox.ledger.keyReachedMediaHost, false);
	});

	void it('pays once for a product that is reported twice', async () => {
		const both = await report({ sku: 'B-2', title: 'Blue vase' }, 2);
		const [first, second] = both.map(recordOf);
		assert.deepEqual(first, second);
		assert.ok(first!.every(({ address }) => address));
		const { jobsCreated, jobsCharged, creditsCharged } = stage.sandbox.account();
		assert.deepEqual(
			{ jobsCreated, jobsCharged, creditsCharged },
			{ jobsCreated: 3, jobsCharged: 3, creditsCharged: 3 * CREDITS },
		);
	});

	void it('reports why there is no video, or no file', async () => {
		const [failed] = await report({ sku: 'C-3', title: 'Mug [sandbox:fail]' });
		for (const { reason, address } of recordOf(failed!)) {
			assert.equal(address, undefined);
			assert.match(reason ?? '', /could not make the video.*task_/);
		}
		storage.refuseNext(100);
		const [refused] = await report({ sku: 'D-4', title: 'Plate' });
		storage.refuseNext(0);
		for (const { reason } of recordOf(refused!)) {
			assert.match(reason ?? '', /^The video is made \(http.*\.mp4\), but could not be stored: /);
		}
		assert.equal(stage.sandbox.account().jobsCharged, 3);
	});

	void it('retries a failing storage', async () => {
		storage.refuseNext(1);
		const [execution] = await report({ sku: 'E-5', title: 'Chair' });
		assert.ok(recordOf(execution!).every(({ address }) => address));
	});

	void it('submits nothing without a SKU or a title', async () => {
		for (const product of [{ title: 'Lamp' }, { sku: 'F-6' }]) {
			const [execution] = await report(product);
			for (const { reason } of recordOf(execution!))
				assert.match(reason ?? '', /^Prompt: an empty/);
		}
		assert.equal(stage.sandbox.account().submitsReceived, 0);
	});
});
