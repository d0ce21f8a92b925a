// The trigger in a real n8n: two decoupled workflows from the examples; callbacks that are repeated, early, forged or
// for a whole batch; a restart of n8n; and the test URL of the editor.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workflow, WorkflowFile } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import { ROOT } from '../n8n/paths.ts';
import { importWorkflow, readWorkflow } from '../n8n/stage.ts';
import type { OwnStage } from '../n8n/stage.ts';
import { signatureHeaders } from '../sandbox/index.ts';
import { SET_UP_LIMIT_MS, setOwnStage, until } from './play.ts';

const TRIGGER = 'Job settled';
const SUBMIT_PATH = 'new-sku-decoupled';

let stage: OwnStage;
let submit: Workflow;
let react: Workflow;
let file: WorkflowFile;
/** Behind `/webhook` and `/webhook-test`. */
let triggerPath: string;

const example = (name: string) => readWorkflow(path.join(ROOT, 'examples', name));
const url = (endpoint = 'webhook') => `${stage.n8n.url}/${endpoint}/${triggerPath}`;

/** Sends a callback to the trigger like the provider. Returns the status of the answer. */
async function callBack(
	body: unknown,
	{ secret = stage.sandbox.webhookSecret, endpoint = 'webhook' } = {},
): Promise<number> {
	const text = JSON.stringify(body);
	const response = await fetch(url(endpoint), {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			...signatureHeaders(text, secret, 'hex', Date.now()),
		},
		body: text,
	});
	await response.text();
	return response.status;
}

const completed = (jobId: string) => ({
	event: 'task.completed',
	task_id: jobId,
	status: 'completed',
	result: { video_url: 'https://cdn.example.com/by-callback.mp4' },
});

/** Posts a product like the shop and waits for the job at the provider. Returns its ID. */
async function order(sku: string, title: string): Promise<string> {
	const { status, text } = await stage.api.callWebhook(SUBMIT_PATH, { sku, title });
	assert.equal(status, 200, text);
	return until(
		`the job of ${sku}`,
		() => stage.sandbox.jobs().find(({ prompt }) => prompt.includes(title))?.jobId,
	);
}

/** The finished executions of the reacting workflow for this job. */
async function reactionsTo(jobId: string): Promise<Execution[]> {
	const list = await stage.api.listExecutions(react);
	const all = await Promise.all(list.map(({ id }) => stage.api.getExecution(id)));
	return all.filter((each) => itemsOf(each, TRIGGER).some(({ json }) => json['jobId'] === jobId));
}

/** The jobs that have been reacted to once; `nothingMore` asserts that it stays so. */
const reactedTo = new Set<string>();

/** The only one, once the provider has told all. */
async function onlyReactionTo(jobId: string): Promise<Execution> {
	const first = await until(`a reaction to ${jobId}`, async () =>
		(await reactionsTo(jobId)).find(({ status }) => status === 'success'),
	);
	await stage.sandbox.callbacksIdle();
	assert.equal((await reactionsTo(jobId)).length, 1, 'more than one execution');
	reactedTo.add(jobId);
	return first;
}

/** No question is on its way any more that could start one more execution. */
async function nothingMore(): Promise<void> {
	// Longer than a doubted callback is followed up.
	await sleep(4_000);
	for (const jobId of reactedTo) {
		assert.equal((await reactionsTo(jobId)).length, 1, `more than one execution for ${jobId}`);
	}
	reactedTo.clear();
}

const answersTo = (jobId: string) =>
	stage.sandbox.ledger.callbacks
		.filter((each) => each.jobId === jobId)
		.map(({ kind, status }) => `${kind} ${status}`)
		.sort();

const statusCallsFor = (jobId: string) =>
	stage.sandbox.ledger.requests.filter(
		({ kind, path: asked }) => kind === 'status' && asked.includes(jobId),
	).length;

void describe('two decoupled workflows in a real n8n', () => {
	before(
		async () => {
			stage = await setOwnStage('trigger', {
				accounts: [{ requestsPerMinute: 600, maxConcurrentJobs: 40 }],
			});
			file = example('decoupled-react.json');
			react = await importWorkflow(stage.api, stage.sandbox, file);
			const trigger = file.nodes.find(({ name }) => name === TRIGGER)!;
			triggerPath = `${String(trigger['webhookId'])}/webhook`;
			await stage.api.activate(react, triggerPath);
			submit = await importWorkflow(stage.api, stage.sandbox, withCallbackUrl(url()));
			await stage.api.activate(submit, SUBMIT_PATH);
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => stage?.stop());

	void it('react to a finished video with its SKU, while no execution waits', async () => {
		const jobId = await order('A-1', 'Lamp');
		const execution = await onlyReactionTo(jobId);
		const [item] = itemsOf(execution, 'Video ready');
		const { videoUrl } = itemsOf(execution, TRIGGER)[0]!.json;
		assert.deepEqual(item?.json, { sku: 'A-1', jobId, videoUrl });
		assert.ok(String(videoUrl).startsWith(stage.sandbox.mediaUrl));
		assert.deepEqual(answersTo(jobId), ['regular 200']);
		assert.equal(statusCallsFor(jobId), 1);
		for (const { status } of await stage.api.listExecutions(submit))
			assert.equal(status, 'success');
	});

	void it('react to a failed job with the reason', async () => {
		const jobId = await order('A-2', 'Vase [sandbox:fail]');
		const [item] = itemsOf(await onlyReactionTo(jobId), 'No video');
		assert.partialDeepStrictEqual(item?.json, { sku: 'A-2', jobId, status: 'failed' });
		assert.ok(String(item?.json['reason']).length > 10);
	});

	void it('react once to a callback that comes twice', async () => {
		const jobId = await order('A-3', 'Mug [sandbox:callback-twice]');
		await onlyReactionTo(jobId);
		assert.deepEqual(answersTo(jobId), ['duplicate 200', 'regular 200']);
	});

	void it('do not trust an early callback', async () => {
		const jobId = await order('A-4', 'Chair [sandbox:callback-early]');
		const execution = await onlyReactionTo(jobId);
		assert.equal(itemsOf(execution, TRIGGER)[0]?.json['status'], 'completed');
		assert.equal(itemsOf(execution, TRIGGER)[0]?.json['creditsCharged'], 303);
		assert.deepEqual(answersTo(jobId), ['early 200', 'regular 200']);
	});

	void it('refuse a forged callback', async () => {
		const jobId = await order('A-5', 'Table [sandbox:callback-forged]');
		const execution = await onlyReactionTo(jobId);
		const { videoUrl } = itemsOf(execution, TRIGGER)[0]!.json;
		assert.ok(String(videoUrl).startsWith(stage.sandbox.mediaUrl));
		assert.deepEqual(answersTo(jobId), ['forged 401', 'regular 200']);
		assert.equal(await callBack(completed(jobId), { secret: 'another secret' }), 401);
		// A provider's test call: signed, but without a job.
		assert.equal(await callBack({ event: 'ping' }), 200);
	});

	void it('answer before they ask the API', async () => {
		const jobId = await order('A-6', 'Door [sandbox:never]');
		stage.sandbox.faults.add({ method: 'GET', path: `/v1/tasks/${jobId}`, delayMs: 3_000 });
		stage.sandbox.finishJob(jobId);
		await stage.sandbox.callbacksIdle();
		assert.deepEqual(answersTo(jobId), ['regular 200']);
		const answered = stage.sandbox.ledger.requests.filter(
			({ path: asked, status }) => asked.includes(jobId) && status !== null,
		);
		assert.deepEqual(answered, [], 'the API had answered before the provider was answered');
		await onlyReactionTo(jobId);
	});

	void it('make one item for each job of a batch', async () => {
		const ids = [
			await order('B-1', 'Cup [sandbox:never]'),
			await order('B-2', 'Pan [sandbox:never]'),
			await order('B-3', 'Pot [sandbox:never]'),
		];
		// The jobs' own callbacks must not come first: n8n only receives that of the batch.
		const tasks = ids.map(completed);
		const asked = ids.map((id) => `^/v1/tasks/${id}`);
		for (const each of asked) stage.sandbox.faults.add({ path: each, delayMs: 1_500 });
		assert.equal(await callBack({ event: 'batch.completed', batch_id: 'batch_1', tasks }), 200);
		for (const id of ids) stage.sandbox.finishJob(id);
		const execution = await onlyReactionTo(ids[0]!);
		assert.deepEqual(
			itemsOf(execution, TRIGGER).map(({ json }) => json['jobId']),
			ids,
		);
		for (const id of ids) {
			assert.equal((await reactionsTo(id)).length, 1);
			reactedTo.add(id);
		}
	});

	void it('start nothing more for any of these jobs', nothingMore);

	void it('answer the test URL of the editor, each time', async () => {
		const jobId = stage.sandbox.jobs()[0]!.jobId;
		const body = completed(jobId);
		// The active workflow already knows this job and would not start again.
		assert.equal(await callBack(body), 200);
		for (const nth of [1, 2]) {
			assert.equal(await callBack(body, { endpoint: 'webhook-test' }), 404, 'nobody listens yet');
			const listening = await listenForTestEvent();
			assert.deepEqual(listening, { waitingForWebhook: true });
			assert.equal(
				await callBack(body, { endpoint: 'webhook-test', secret: 'another secret' }),
				401,
			);
			assert.equal(await callBack(body, { endpoint: 'webhook-test' }), 200);
			const reactions = await until(`test ${nth}`, async () => {
				const found = await reactionsTo(jobId);
				return found.length > nth ? found : undefined;
			});
			assert.equal(reactions.length, 1 + nth);
			for (const each of reactions) assert.equal(itemsOf(each, 'Video ready').length, 1);
		}
	});

	void it('keep the key and the webhook secret out of executions and logs', async () => {
		const { apiKey, webhookSecret } = stage.sandbox;
		for (const workflow of [react, submit]) {
			for (const { id } of await stage.api.listExecutions(workflow)) {
				const { stored } = await stage.api.getExecution(id);
				assert.ok(!stored.includes(apiKey) && !stored.includes(webhookSecret), `execution ${id}`);
			}
		}
	});

	void it('remember across a restart what they have started', async () => {
		const jobId = stage.sandbox.jobs()[0]!.jobId;
		const before = (await reactionsTo(jobId)).length;
		const asked = statusCallsFor(jobId);
		await stage.restart();
		await stage.api.awaitWebhook(triggerPath);
		assert.equal(await callBack(completed(jobId)), 200);
		// The next job shows that callbacks are being processed.
		const other = await order('A-9', 'Bench');
		await onlyReactionTo(other);
		await nothingMore();
		assert.equal((await reactionsTo(jobId)).length, before);
		assert.equal(statusCallsFor(jobId), asked, 'it need not be asked about');
	});
});

/** The workflow with the callback URL that a user would paste. */
function withCallbackUrl(callbackUrl: string): WorkflowFile {
	const workflow = example('decoupled-submit.json');
	const nodes = workflow.nodes.map((node) =>
		node.type === 'n8n-nodes-seedance.seedanceGenerateVideo'
			? { ...node, parameters: { ...(node['parameters'] as object), callbackUrl } }
			: node,
	);
	return { ...workflow, nodes };
}

/** "Listen for test event": the request that the editor sends in both major versions. */
async function listenForTestEvent(): Promise<unknown> {
	const workflowData = await stage.api.request('GET', `/rest/workflows/${react.id}`);
	return stage.api.request('POST', `/rest/workflows/${react.id}/run`, {
		workflowData,
		triggerToStartFrom: { name: TRIGGER },
	});
}
