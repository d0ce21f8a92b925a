// The packages for one provider each, installed from their tarballs beside the main package in one real n8n: one with all
// operations and the way of a new user through the editor, the others with one video each.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import { findChromium, newWorkflow, openBrowser, searchNodes } from '../n8n/browser.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { Item } from '../n8n/execution.ts';
import { theProviderPackages } from '../n8n/pack.ts';
import type { OwnStage } from '../n8n/stage.ts';
import { Clip, findClip } from '../sandbox/core/clip.ts';
import { standIns } from '../sandbox/index.ts';
import type { JobSummary } from '../sandbox/index.ts';
import { packages } from '../../tools/packages/list.ts';
import { startChain } from './chain.ts';
import type { Account, NodeSpec } from './chain.ts';
import { onlyExecutionOf, SET_UP_LIMIT_MS, setOwnStage } from './play.ts';
import { picture } from './scene.ts';

/** The name of the package, by its provider. */
const PACKAGES = Object.fromEntries(packages.map(({ provider, name }) => [provider, name]));
/** The one with all operations. */
const WHOLE = 'seedance';
const LIMITS = { requestsPerMinute: 600, maxConcurrentJobs: 40 };
const MAIN_NODES = 8;

const chromium = findChromium();

let stage: OwnStage;
const accounts = new Map<string, Account>();

interface NodeType {
	name: string;
	displayName: string;
	credentials?: Array<{ name: string }>;
}

const operation = (
	name: string,
	values: { resource?: string; operation: string } & Record<string, unknown>,
): NodeSpec => ({ name, type: 'seedance', parameters: { resource: 'video', ...values } });

const generate = (provider: string, more: Record<string, unknown>): NodeSpec => {
	const [trial] = standIns.find((each) => each.provider === provider)!.trials;
	return operation('Generate', {
		operation: 'generate',
		prompt: '={{ $json.query.prompt }}',
		...trial.parameters,
		...more,
	});
};

const start = (prompt: string, nodes: NodeSpec[], provider = WHOLE): Promise<Workflow> =>
	startChain(stage, accounts.get(provider)!, prompt, nodes);

function onlyJobOf(prompt: string): JobSummary {
	const jobs = stage.sandbox.jobs().filter((job) => job.prompt === prompt);
	assert.equal(jobs.length, 1, `${jobs.length} jobs of "${prompt}"`);
	return jobs[0]!;
}

/** The only item of a node in the finished execution. */
async function onlyItemOf(workflow: Workflow, node: string): Promise<Item> {
	const execution = await onlyExecutionOf(stage, workflow);
	assert.equal(execution.status, 'success', execution.error?.message);
	const items = itemsOf(execution, node);
	assert.equal(items.length, 1);
	return items[0]!;
}

async function assertVideo(item: Item, prompt: string): Promise<void> {
	const { jobId } = onlyJobOf(prompt);
	assert.partialDeepStrictEqual(item.json, { jobId, status: 'completed', failure: null });
	const bytes = await stage.api.downloadBinary(item.binary!['video']!.id!);
	assert.deepEqual(bytes, new Clip(findClip()).bytesFor(jobId));
}

void describe('the packages for one provider', () => {
	before(
		async () => {
			const options = { accounts: standIns.map(({ provider }) => ({ provider, ...LIMITS })) };
			const morePackages = await theProviderPackages();
			assert.equal(morePackages.length, standIns.length);
			stage = await setOwnStage('packages', options, { morePackages });
			for (const { provider, credentialType } of standIns) {
				const data = stage.sandbox.credentialOf(provider);
				const credentialId = await stage.api.createCredential(provider, credentialType, data);
				const name = PACKAGES[provider];
				accounts.set(provider, { provider, package: name, credentialType, credentialId });
			}
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => stage?.stop());

	void it('are known to n8n, each with its own credential, beside the main one', async () => {
		const { text } = await stage.api.raw('GET', '/types/nodes.json');
		const types = JSON.parse(text) as NodeType[];
		const main = types.filter(({ name }) => /^n8n-nodes-seedance\.\w+$/.test(name));
		assert.equal(main.filter(({ name }) => !name.endsWith('Tool')).length, MAIN_NODES);
		for (const { provider, credentialType } of standIns) {
			const node = types.find(({ name }) => name === `${PACKAGES[provider]}.seedance`);
			assert.ok(node, `n8n does not know the node of ${PACKAGES[provider]}`);
			assert.deepEqual(
				node.credentials?.map(({ name }) => name),
				[credentialType],
			);
		}
	});

	void describe('each', { concurrency: true }, () => {
		for (const { provider } of standIns) {
			void it(`${PACKAGES[provider]} makes a video`, async () => {
				const prompt = `A lamp by ${provider}`;
				const node = generate(provider, { downloadVideo: true });
				const workflow = await start(prompt, [node], provider);
				await assertVideo(await onlyItemOf(workflow, 'Generate'), prompt);
			});
		}
	});

	void it('leave the main package as it is', async () => {
		const prompt = 'A lamp by the main package';
		const { parameters } = generate(WHOLE, { downloadVideo: true });
		const account = { ...accounts.get(WHOLE)!, package: undefined };
		const node = { name: 'Generate', type: 'seedanceGenerateVideo', parameters };
		const workflow = await startChain(stage, account, prompt, [node]);
		await assertVideo(await onlyItemOf(workflow, 'Generate'), prompt);
	});

	void it('sleep in one node, until the callback', async () => {
		const prompt = 'A sleeping lamp [sandbox:never]';
		const node = generate(WHOLE, { afterSubmit: 'sleep', downloadVideo: true });
		const workflow = await start(prompt, [node]);
		await onlyExecutionOf(stage, workflow, ['waiting']);
		stage.sandbox.finishJob(onlyJobOf(prompt).jobId);
		await assertVideo(await onlyItemOf(workflow, 'Generate'), prompt);
	});

	void it('wait in a node of their own, until the callback', async () => {
		const prompt = 'A resumed lamp [sandbox:never]';
		const workflow = await start(prompt, [
			generate(WHOLE, { afterSubmit: 'resume' }),
			operation('Wait', { operation: 'wait', downloadVideo: true }),
		]);
		await onlyExecutionOf(stage, workflow, ['waiting']);
		stage.sandbox.finishJob(onlyJobOf(prompt).jobId);
		await assertVideo(await onlyItemOf(workflow, 'Wait'), prompt);
	});

	void it('look a job up, read the balance and cancel', async () => {
		const prompt = 'A cancelled lamp [sandbox:never]';
		const workflow = await start(prompt, [
			generate(WHOLE, { afterSubmit: 'return' }),
			operation('Get', { operation: 'get' }),
			operation('Credits', { resource: 'account', operation: 'getCredits' }),
			operation('Cancel', { operation: 'cancel', jobId: '={{ $("Get").first().json.jobId }}' }),
		]);
		const execution = await onlyExecutionOf(stage, workflow);
		assert.equal(execution.status, 'success', execution.error?.message);
		const { jobId } = onlyJobOf(prompt);
		const outputOf = (node: string) => itemsOf(execution, node)[0]?.json ?? {};
		assert.equal(outputOf('Get')['jobId'], jobId);
		assert.partialDeepStrictEqual(outputOf('Credits'), { provider: WHOLE, currency: 'credits' });
		assert.ok(Number(outputOf('Credits')['credits']) > 0);
		assert.partialDeepStrictEqual(outputOf('Cancel'), { jobId, status: 'cancelled' });
	});

	void it('make an image', async () => {
		const prompt = 'A painted lamp';
		const workflow = await start(prompt, [
			operation('Paint', {
				resource: 'image',
				operation: 'generate',
				prompt: '={{ $json.query.prompt }}',
				downloadImage: true,
			}),
		]);
		const item = await onlyItemOf(workflow, 'Paint');
		assert.equal(item.json['jobId'], onlyJobOf(prompt).jobId);
		assert.match(item.binary!['image']!.mimeType, /^image\//);
	});

	void it('start a workflow when a job has ended', async () => {
		const { credentialType, credentialId } = accounts.get(WHOLE)!;
		const webhookId = randomUUID();
		const trigger = await stage.api.createWorkflow({
			name: 'Reacts',
			nodes: [
				{
					id: randomUUID(),
					name: 'Trigger',
					type: `${PACKAGES[WHOLE]}.seedanceTrigger`,
					typeVersion: 1,
					position: [0, 0],
					parameters: {},
					webhookId,
					credentials: { [credentialType]: { id: credentialId, name: WHOLE } },
				},
			],
			connections: {},
			settings: { executionOrder: 'v1' },
		});
		await stage.api.activate(trigger, `${webhookId}/webhook`);
		const prompt = 'A lamp that triggers';
		const callbackUrl = `${stage.n8n.url}/webhook/${webhookId}/webhook`;
		await start(prompt, [generate(WHOLE, { afterSubmit: 'callback', callbackUrl })]);
		const item = await onlyItemOf(trigger, 'Trigger');
		assert.partialDeepStrictEqual(item.json, {
			jobId: onlyJobOf(prompt).jobId,
			provider: WHOLE,
			status: 'completed',
		});
	});

	const skip = chromium ? false : 'no chromium here: apt-get install chromium, then run it again';
	void it(
		'are found by their service, and meet the user with its words only',
		{ skip },
		async () => {
			const editor = await openBrowser(chromium!, stage.api);
			try {
				const { page } = editor;
				await newWorkflow(page, stage.api);
				const found = await searchNodes(page, 'seedance replicate');
				await found.filter({ hasText: 'Seedance (Replicate)' }).first().click();
				const action = page.getByText('Generate a video', { exact: true });
				// Folded as long as the workflow has no trigger.
				await page.getByText(/^Actions \(\d+\)/).click();
				await action.waitFor();
				await picture(page, 'package-actions', [page.getByTestId('node-creator')], { height: 660 });
				await action.click();
				const form = page.getByTestId('node-parameters').first();
				await form.waitFor();
				const text = await form.innerText();
				assert.match(text, /Model/);
				assert.doesNotMatch(
					text,
					/Provider\b|\bfal\b|Segmind|kie\.ai|WaveSpeed|OpenRouter|ModelArk/,
				);
				await page.setViewportSize({ width: 1600, height: 1200 });
				await picture(page, 'package-form', [form], { margin: 10 });
				const ours = editor.complaints.filter(
					(each) => /seedance/i.test(each) && !each.includes('/schemas/'),
				);
				assert.deepEqual(ours, []);
			} finally {
				await editor.close();
			}
		},
	);
});
