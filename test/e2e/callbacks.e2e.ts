// Callbacks in a real n8n: forged ones change nothing, repeated ones resume the execution once, and no file that n8n
// writes contains a secret.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { itemsOf } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import { signatureHeaders } from '../sandbox/index.ts';
import { executionOf, sendSku, SET_UP_LIMIT_MS, setTheStage, submissionsOf } from './play.ts';

let stage: Stage;

/** Sends a callback like the provider. Returns the status of the answer. */
async function callBack(
	url: string,
	body: string,
	headers: Record<string, string>,
): Promise<number> {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body,
	});
	await response.text();
	return response.status;
}

const signed = (body: string, secret = stage.sandbox.webhookSecret) =>
	signatureHeaders(body, secret, 'hex', Date.now());

void describe('callbacks to a real n8n', () => {
	before(
		async () => {
			stage = await setTheStage('callbacks');
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => stage?.stop());

	void it('refuses forged callbacks and keeps waiting, then takes the real one', async () => {
		await sendSku(stage, { sku: 'FORGED', title: 'Lamp [sandbox:never]' });
		const { id } = await executionOf(stage, 'FORGED', ['waiting']);
		const jobId = stage.sandbox.jobs().at(-1)!.jobId;
		const url = submissionsOf(stage, 'FORGED')[0]!.body.webhook_url;
		const body = JSON.stringify({
			event: 'task.completed',
			task_id: jobId,
			status: 'completed',
			result: { video_url: 'https://forged.invalid/video.mp4' },
		});
		// n8n 2.x protects the address itself; in 1.x the nodes do.
		const lock = new URL(url).searchParams.has('signature') ? 'signature' : 'token';
		const withoutToken = new URL(url);
		withoutToken.searchParams.delete(lock);
		const otherToken = new URL(url);
		otherToken.searchParams.set(lock, 'a'.repeat(64));

		assert.equal(await callBack(url, body, {}), 401, 'unsigned');
		assert.equal(await callBack(url, body, signed(body, 'another secret')), 401, 'another secret');
		assert.equal(await callBack(url, `${body} `, signed(body)), 401, 'changed after signing');
		assert.equal(await callBack(withoutToken.href, body, signed(body)), 401, 'without the token');
		assert.equal(await callBack(otherToken.href, body, signed(body)), 401, 'with another token');
		assert.equal((await stage.api.getExecution(id)).status, 'waiting');

		// Correctly signed, but not confirmed by the provider: accepted, but the execution does not resume.
		assert.equal(await callBack(url, body, signed(body)), 200);
		assert.equal((await stage.api.getExecution(id)).status, 'waiting');

		stage.sandbox.finishJob(jobId);
		const { status, runs } = await executionOf(stage, 'FORGED');
		assert.equal(status, 'success');
		const [ready] = runs['Video ready']?.at(-1)?.data?.main?.[0] ?? [];
		assert.ok(String(ready?.json['videoUrl']).startsWith(stage.sandbox.mediaUrl));
	});

	void it('resumes once when the provider calls twice', async () => {
		await sendSku(stage, { sku: 'TWICE', title: 'Mug [sandbox:callback-twice]' });
		const { runs } = await executionOf(stage, 'TWICE');
		await stage.sandbox.callbacksIdle();
		assert.equal(runs['Video ready']?.length, 1);
		assert.equal(itemsOf(await executionOf(stage, 'TWICE'), 'Video ready').length, 1);
	});

	void it('continues with the reason when the job fails', async () => {
		const before = stage.sandbox.account().creditsCharged;
		await sendSku(stage, { sku: 'FAILS', title: 'Vase [sandbox:fail]' });
		const execution = await executionOf(stage, 'FAILS');
		assert.equal(execution.status, 'success');
		const [item] = itemsOf(execution, 'No video');
		assert.partialDeepStrictEqual(item?.json, { sku: 'FAILS', status: 'failed' });
		assert.ok(String(item?.json['reason']).length > 10);
		assert.equal(stage.sandbox.account().creditsCharged, before, 'a failed job costs nothing');
	});

	void it('submits nothing when the product has no title', async () => {
		const before = stage.sandbox.account().submitsReceived;
		await sendSku(stage, { sku: 'NO-TITLE' });
		const { status, error } = await executionOf(stage, 'NO-TITLE');
		assert.equal(status, 'error');
		assert.match(error?.message ?? '', /prompt/i);
		assert.equal(stage.sandbox.account().submitsReceived, before);
	});

	void it('keeps the key and the webhook secret out of executions, logs and every file', async () => {
		const { apiKey, webhookSecret } = stage.sandbox;
		for (const { id } of await stage.api.listExecutions(stage.workflow)) {
			const { stored } = await stage.api.getExecution(id);
			assert.ok(!stored.includes(apiKey), `execution ${id} holds the key`);
			assert.ok(!stored.includes(webhookSecret), `execution ${id} holds the webhook secret`);
		}
		const holders = filesUnder(path.dirname(stage.n8n.logFile)).filter((file) => {
			const bytes = readFileSync(file);
			return bytes.includes(apiKey) || bytes.includes(webhookSecret);
		});
		assert.deepEqual(holders, []);
	});
});

const filesUnder = (folder: string): string[] =>
	readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.join(entry.parentPath, entry.name));
