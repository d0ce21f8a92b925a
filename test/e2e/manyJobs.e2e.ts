// Many jobs in one sleeping execution of a real n8n: a burst of callbacks, and one that never comes.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import { onlyExecutionOf, SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const LIMITS = { requestsPerMinute: 6_000, maxConcurrentJobs: 200 };
let stage: Stage;
let credentialId: string;

/** Posts a list of prompts. One execution makes all of their videos and waits for them. */
async function start(name: string, prompts: string[]): Promise<Workflow> {
	const ours = {
		typeVersion: 1,
		credentials: { seedanceApi: { id: credentialId, name: 'Seedance API' } },
	};
	const chain = [
		{
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			webhookId: randomUUID(),
			parameters: { httpMethod: 'POST', path: name, options: {} },
		},
		{
			name: 'One by one',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'body.list', options: {} },
		},
		{
			...ours,
			name: 'Generate Video',
			type: 'n8n-nodes-seedance.seedanceGenerateVideo',
			parameters: {
				provider: 'seedance',
				model: 'seedance-2.0',
				mode: 'textToVideo',
				prompt: '={{ $json.prompt }}',
				duration: 4,
				afterSubmit: 'resume',
			},
		},
		{
			...ours,
			name: 'Wait for Webhook',
			type: 'n8n-nodes-seedance.seedanceWaitForWebhook',
			parameters: { provider: 'seedance' },
		},
		{ name: 'After', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
	].map((node, index) => ({ ...node, id: randomUUID(), position: [index * 200, 0] }));
	const links = chain
		.slice(1)
		.map((next, index) => [
			chain[index]!.name,
			{ main: [[{ node: next.name, type: 'main', index: 0 }]] },
		]);
	const workflow = await stage.api.createWorkflow({
		name,
		nodes: chain,
		connections: Object.fromEntries(links) as Record<string, unknown>,
		settings: { executionOrder: 'v1' },
	});
	await stage.api.activate(workflow, name);
	const answer = await stage.api.callWebhook(name, { list: prompts.map((prompt) => ({ prompt })) });
	assert.equal(answer.status, 200, answer.text);
	return workflow;
}

const statusCalls = () =>
	stage.sandbox.ledger.requests.filter(({ kind }) => kind === 'status').length;

void describe('many jobs in one execution', () => {
	before(
		async () => {
			stage = await setTheStage('manyJobs', { accounts: [{ ...LIMITS, credits: 1e6 }] });
			const { apiKey, apiBase: baseUrl, webhookSecret } = stage.sandbox;
			credentialId = await stage.api.createCredential('Seedance API', 'seedanceApi', {
				apiKey,
				baseUrl,
				webhookSecret,
				...LIMITS,
			});
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => stage?.stop());

	void it('resumes once after a burst of 100 callbacks', async () => {
		const prompts = Array.from({ length: 100 }, (_, index) => `Lamp ${index} [sandbox:never]`);
		const workflow = await start('burst', prompts);
		await onlyExecutionOf(stage, workflow, ['waiting']);
		const asked = statusCalls();
		const jobIds = stage.sandbox.jobs().map(({ jobId }) => jobId);
		assert.equal(jobIds.length, 100);
		for (const id of jobIds) stage.sandbox.finishJob(id);
		const execution = await onlyExecutionOf(stage, workflow);
		await stage.sandbox.callbacksIdle();
		assert.equal(execution.status, 'success');
		assert.equal(execution.runs['After']?.length, 1);
		assert.deepEqual(
			itemsOf(execution, 'After').map(({ json }) => [json['jobId'], json['status']]),
			jobIds.map((id) => [id, 'completed']),
		);
		const taken = stage.sandbox.ledger.callbacks.filter(({ status }) => status === 200);
		assert.ok(taken.length > 0);
		// n8n refuses callbacks that arrive after the execution has resumed, or while it considers its own database
		// dead. On a slow machine, some are answered too late for the provider.
		const others = stage.sandbox.ledger.callbacks.filter(({ status }) => status !== 200);
		assert.ok(others.every(({ status }) => [409, 503, null].includes(status)));
		assert.ok(statusCalls() - asked <= 120, `${statusCalls() - asked} questions for 100 jobs`);
	});

	void it('finds the result of a job whose callback never arrives', async () => {
		const workflow = await start('lost', ['Mug 1', 'Mug 2 [sandbox:callback-never]']);
		const execution = await onlyExecutionOf(stage, workflow);
		assert.equal(execution.status, 'success');
		assert.equal(execution.runs['After']?.length, 1);
		const items = itemsOf(execution, 'After').map(({ json }) => json['status']);
		assert.deepEqual(items, ['completed', 'completed']);
	});
});
