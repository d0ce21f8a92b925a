// An image that is a file of the item, at the providers that take files in different ways, in a real n8n: uploaded before
// (kie.ai, Segmind's newer models), or sent along as a data address (OpenRouter, whose result opens only with the key).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { itemsOf } from '../n8n/execution.ts';
import { ROOT } from '../n8n/paths.ts';
import type { Stage } from '../n8n/stage.ts';
import { Clip, findClip } from '../sandbox/core/clip.ts';
import { standIns } from '../sandbox/index.ts';
import { onlyExecutionOf, SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const IMAGE = readFileSync(path.join(ROOT, 'test/sandbox/assets/images/square-512.png'));
/** Jobs take 1 to 3 s, and the first question comes when the time is up. */
const TIMEOUT_MINUTES = 0.2;

/** The providers, and how many uploads each of them needs. */
const cases = [
	{ provider: 'kie', uploads: 1 },
	{ provider: 'segmind', uploads: 1 },
	{ provider: 'openRouter', uploads: 0 },
];

let stage: Stage;

/** Posts the image to a workflow that makes a video from it. */
async function execute(provider: string) {
	const { credentialType } = standIns.find((each) => each.provider === provider)!;
	const data = stage.sandbox.credentialOf(provider);
	const id = await stage.api.createCredential(provider, credentialType, data);
	const name = `file-to-${provider.toLowerCase()}`;
	const webhook = {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: randomUUID(),
		parameters: { httpMethod: 'POST', path: name, options: {} },
	};
	const generate = {
		name: 'Generate',
		type: 'n8n-nodes-seedance.seedanceGenerateVideo',
		typeVersion: 1,
		parameters: {
			provider,
			model: 'seedance-2.0-fast',
			mode: 'imageToVideo',
			prompt: `a lamp of ${provider}`,
			imageInput: 'binary',
			imageBinaryField: 'photo',
			duration: 4,
			resolution: '480p',
			afterSubmit: 'wait',
			downloadVideo: true,
			options: { timeoutMinutes: TIMEOUT_MINUTES },
		},
		credentials: { [credentialType]: { id, name: provider } },
	};
	const nodes = [webhook, generate].map((node, nth) => ({
		...node,
		id: randomUUID(),
		position: [nth * 200, 0],
	}));
	const workflow = await stage.api.createWorkflow({
		name,
		nodes,
		connections: { Webhook: { main: [[{ node: 'Generate', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	});
	await stage.api.activate(workflow, name);
	const form = new FormData();
	form.append('photo', new Blob([IMAGE], { type: 'image/png' }), 'lamp.png');
	const answer = await stage.api.callWebhook(name, form);
	assert.equal(answer.status, 200, answer.text);
	return await onlyExecutionOf(stage, workflow);
}

/** The image in the body of the submission, wherever the provider has it: its bytes, or those at its address. */
async function imageIn(body: unknown): Promise<Buffer> {
	const text = JSON.stringify(body);
	const [, base64] = /"data:image\/png;base64,([^"]+)"/.exec(text) ?? [];
	if (base64 !== undefined) return Buffer.from(base64, 'base64');
	const [address] = /http[^"]+\/uploads\/[^"]+/.exec(text) ?? [];
	assert.ok(address, text);
	return Buffer.from(await (await fetch(address)).arrayBuffer());
}

void describe('an image that is a file of the item', () => {
	before(
		async () => {
			stage = await setTheStage('provider-files', { speed: 60 });
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => stage?.stop());

	for (const { provider, uploads } of cases) {
		void it(`becomes a video at ${provider}, and its file is that of the job`, async () => {
			const execution = await execute(provider);
			assert.equal(execution.status, 'success', execution.error?.message);
			const [item, ...others] = itemsOf(execution, 'Generate');
			assert.equal(others.length, 0);
			const { jobId } = stage.sandbox.jobs().find((job) => job.provider === provider)!;
			assert.partialDeepStrictEqual(item?.json, { provider, jobId, status: 'completed' });
			const file = await stage.api.downloadBinary(item!.binary!['video']!.id!);
			assert.deepEqual(file, new Clip(findClip()).bytesFor(jobId));

			const requests = stage.sandbox.ledger.requests.filter(({ keyId }) => keyId === provider);
			const of = (kind: string) => requests.filter((request) => request.kind === kind);
			assert.equal(of('upload').length, uploads);
			assert.equal(of('submit').length, 1);
			assert.deepEqual(await imageIn(of('submit')[0]!.body), IMAGE);
			const { jobsCreated, jobsCharged } = stage.sandbox.account(provider);
			assert.deepEqual({ jobsCreated, jobsCharged }, { jobsCreated: 1, jobsCharged: 1 });
			assert.equal(stage.sandbox.ledger.keyReachedMediaHost, false);
		});
	}
});
