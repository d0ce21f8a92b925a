// Runs in the editor of a real browser: it plays the video and shows the errors.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { WorkflowFile } from '../n8n/api.ts';
import { executeNode, openNode, openWorkflow, outputOf } from '../n8n/browser.ts';
import { importWorkflow } from '../n8n/stage.ts';
import { inTheEditor, picture } from './scene.ts';

type Node = WorkflowFile['nodes'][number];

const node = (name: string, type: string, parameters: object, more: object = {}): Node => ({
	id: name,
	name,
	type: type.includes('.') ? type : `n8n-nodes-seedance.${type}`,
	typeVersion: 1,
	position: [name.length * 40, 0],
	parameters,
	...more,
});
const start = node('Start', 'n8n-nodes-base.manualTrigger', {});
const generate = (parameters: object = {}) =>
	node('Generate Video', 'seedanceGenerateVideo', {
		prompt: 'A red desk lamp turns slowly on a white table, soft studio light',
		...parameters,
	});

/** Connects the nodes in a row. */
const chain = (...nodes: Node[]): WorkflowFile => ({
	name: 'Try it',
	nodes,
	connections: Object.fromEntries(
		nodes
			.slice(1)
			.map(({ name }, index) => [
				nodes[index]!.name,
				{ main: [[{ node: name, type: 'main', index: 0 }]] },
			]),
	),
});

inTheEditor('runs', (scene, see) => {
	/** Imports the workflow with a credential, opens its last node and runs it up to there. */
	async function run(workflow: WorkflowFile, apiKey = scene.sandbox.apiKey): Promise<Page> {
		const { page, api, sandbox } = scene;
		const imported = await importWorkflow(api, sandbox, workflow, { apiKey });
		await openWorkflow(page, api, imported);
		await openNode(page, workflow.nodes.at(-1)!.name);
		await executeNode(page);
		return page;
	}
	const errorPanel = (page: Page) => page.getByTestId('node-error-message');

	see('plays the video in the output', async () => {
		const page = await run(chain(start, generate({ downloadVideo: true })));
		await page.getByTestId('ndv-view-binary-data').click();
		const video = outputOf(page).locator('video');
		await video.waitFor();
		// Whether the browser has decoded the video and played a part of it.
		const played = () =>
			video.evaluate((element) => {
				const { readyState, currentTime, videoWidth } = element as unknown as {
					[of in 'readyState' | 'currentTime' | 'videoWidth']: number;
				};
				return readyState >= 2 && currentTime > 0.5 && videoWidth > 0;
			});
		const deadline = Date.now() + 120_000;
		while (!(await played())) {
			assert.ok(Date.now() < deadline, 'the video does not play');
			await page.waitForTimeout(200);
		}
		await picture(page, 'output-video', [outputOf(page)], { height: 260 });
	});

	see('says what to do about a wrong key', async () => {
		const page = await run(chain(start, generate()), 'not-the-key');
		assert.match(await errorPanel(page).innerText(), /refused the API key of the credential/);
		await outputOf(page).getByText('Open the credential, paste the key again').waitFor();
		await picture(page, 'error-key', [outputOf(page)], { height: 176 });
	});

	see('says how many credits are missing', async () => {
		scene.sandbox.setCredits(150);
		const page = await run(chain(start, generate()));
		assert.match(
			await errorPanel(page).innerText(),
			/Not enough credits: this video needs 485, the account has 150/,
		);
		await picture(page, 'error-credits', [outputOf(page)], { height: 176 });
		scene.sandbox.setCredits(100_000);
	});

	see('names an invalid value and the allowed values', async () => {
		const charged = scene.sandbox.account().jobsCharged;
		const page = await run(chain(start, generate({ duration: '={{ 99 }}' })));
		assert.match(
			await errorPanel(page).innerText(),
			/Duration \(Seconds\): "99" is not possible with Seedance 2\.0\. Allowed: .* 4 to 15/,
		);
		await outputOf(page).getByText('Nothing was submitted').waitFor();
		await picture(page, 'error-value', [outputOf(page)], { height: 176 });
		assert.equal(scene.sandbox.account().jobsCharged, charged);
	});

	see('says what it would cost, and submits nothing', async () => {
		const submitted = scene.sandbox.jobs().length;
		const page = await run(chain(start, generate({ options: { estimateOnly: true } })));
		await outputOf(page).getByText('not_submitted').waitFor();
		await outputOf(page).getByText('485', { exact: true }).waitFor();
		assert.equal(scene.sandbox.jobs().length, submitted);
	});

	see('warns that no callback will come if the provider was given no address', async () => {
		const page = await run(
			chain(
				start,
				generate({ afterSubmit: 'return', prompt: 'A lamp [sandbox:never]' }),
				node('Wait for Webhook', 'seedanceWaitForWebhook', {}, { webhookId: 'waits' }),
			),
		);
		await outputOf(page).getByText('No callback will come').waitFor();
	});
});
