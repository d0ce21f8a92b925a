// The nodes in the editor of a real browser: found, added and filled in.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import {
	addNode,
	choose,
	closeNode,
	fill,
	newWorkflow,
	openNode,
	openWorkflow,
	parameter,
	searchNodes,
	valueOf,
} from '../n8n/browser.ts';
import type { WorkflowFile } from '../n8n/api.ts';
import { importWorkflow } from '../n8n/stage.ts';
import { inTheEditor, picture } from './scene.ts';

interface Shown {
	/** The name in the list of nodes, in which n8n omits the word "Trigger". */
	listed: string;
	/** The action to choose in the details of a node. A trigger is added by its event. */
	add?: string;
	onCanvas: string;
	subtitle: string;
	fields: string[];
}

const NODES: Shown[] = [
	{
		listed: 'Seedance Generate Video',
		onCanvas: 'Generate Video',
		subtitle: 'Seedance 2.0: Text to Video',
		fields: [
			...['provider', 'model', 'mode', 'prompt', 'duration', 'aspectRatio', 'audio'],
			...['afterSubmit', 'downloadVideo'],
		],
	},
	{
		listed: 'Seedance Check Status',
		onCanvas: 'Check Status',
		subtitle: 'ask once',
		fields: [
			...['provider', 'jobId', 'model', 'waitUntilFinished', 'downloadVideo', 'onJobFailure'],
		],
	},
	{
		listed: 'Seedance Wait for Webhook',
		onCanvas: 'Wait for Webhook',
		subtitle: 'up to 60 minutes',
		fields: ['provider', 'jobId', 'model', 'limitWaitMinutes', 'downloadVideo', 'onJobFailure'],
	},
	{
		listed: 'Seedance Get Credits',
		onCanvas: 'Get Credits',
		subtitle: 'Seedance',
		fields: ['provider', 'minimumCredits'],
	},
	{
		listed: 'Seedance Cancel Job',
		onCanvas: 'Cancel Job',
		subtitle: 'Seedance',
		fields: ['provider', 'jobId', 'model'],
	},
	{
		listed: 'Seedance Generate Image',
		onCanvas: 'Generate Image',
		subtitle: 'Seedream v5: Text to Image',
		fields: [
			...['provider', 'model', 'mode', 'prompt', 'aspectRatio', 'afterSubmit', 'downloadImage'],
		],
	},
	{
		listed: 'Seedance Join Videos',
		onCanvas: 'Join Videos',
		subtitle: 'one video of all items',
		fields: ['binaryField', 'groupBy', 'outputBinaryField', 'fileName'],
	},
	{
		listed: 'Seedance',
		add: 'On job completed',
		onCanvas: 'Seedance Trigger',
		subtitle: 'completed',
		fields: ['provider', 'events', 'verifyWithApi'],
	},
];

/** Each node with example values. */
const EXAMPLES = [
	{
		name: 'Generate Video',
		type: 'seedanceGenerateVideo',
		parameters: {
			prompt: 'The red desk lamp turns slowly on a white table, soft studio light',
			duration: 5,
			aspectRatio: '9:16',
			downloadVideo: true,
		},
	},
	{ name: 'Check Status', type: 'seedanceCheckStatus', parameters: { waitUntilFinished: true } },
	{ name: 'Wait for Webhook', type: 'seedanceWaitForWebhook', parameters: { downloadVideo: true } },
	{ name: 'Get Credits', type: 'seedanceGetCredits', parameters: { minimumCredits: 2000 } },
	{ name: 'Cancel Job', type: 'seedanceCancelJob', parameters: { jobId: 'task_abc123def456' } },
	{
		name: 'Generate Image',
		type: 'seedanceGenerateImage',
		parameters: { model: 'seedream-v4.5', prompt: 'The red desk lamp on a marble table' },
	},
	{ name: 'Join Videos', type: 'seedanceJoinVideos', parameters: { groupBy: '={{ $json.sku }}' } },
	{ name: 'Seedance Trigger', type: 'seedanceTrigger', parameters: { events: ['completed'] } },
];
const allExamples: WorkflowFile = {
	name: 'All nodes',
	nodes: EXAMPLES.map(({ name, type, parameters }, index) => ({
		id: type,
		name,
		type: `n8n-nodes-seedance.${type}`,
		typeVersion: 1,
		position: [index * 250, 0],
		parameters,
		webhookId: type,
	})),
	connections: {},
};

const endOf = (box: { y: number; height: number } | null | undefined) =>
	box ? box.y + box.height : Infinity;

/** The fields of the open node. A usual window would cut them off. */
async function pictureOfForm(page: Page, name: string): Promise<void> {
	const size = page.viewportSize()!;
	await page.setViewportSize({ width: 1600, height: 1200 });
	const form = page.getByTestId('node-parameters').first();
	const fields = await form.locator('.parameter-item:visible, .notice:visible').all();
	// The lowest ones may lie below the edge of the panel, where the page shows something else.
	const end = endOf(await form.boundingBox());
	const boxes = await Promise.all(fields.map((field) => field.boundingBox()));
	const whole = fields.filter((_, index) => endOf(boxes[index]) <= end);
	await picture(page, name, whole, { margin: 10 });
	await page.setViewportSize(size);
}

inTheEditor('nodes', (scene, see) => {
	/** The names of the visible fields, in their order. */
	async function shown(): Promise<string[]> {
		const form = scene.page.getByTestId('node-parameters').first();
		const fields = await form.locator('[data-test-id^="parameter-input-"]:visible').all();
		const ids = await Promise.all(fields.map((field) => field.getAttribute('data-test-id')));
		const names = ids.map((id) => id?.replace('parameter-input-', '') ?? '');
		return [...new Set(names)].filter((name) => !['field', 'item'].includes(name));
	}
	const cost = () => scene.page.getByText(/^Estimated cost: /);

	see('finds every node by the word seedance', async () => {
		const { page } = scene;
		await newWorkflow(page, scene.api);
		const found = await searchNodes(page, 'seedance');
		assert.deepEqual(
			(await found.allInnerTexts()).map((name) => name.trim()).sort(),
			NODES.map(({ listed }) => listed).sort(),
		);
		await picture(page, 'node-search', [page.getByTestId('node-creator')], { height: 660 });
	});

	for (const words of ['text to video', 'seedream', 'bytedance']) {
		see(`finds a node by "${words}"`, async () => {
			await searchNodes(scene.page, words);
		});
	}

	for (const { listed, add, onCanvas, subtitle, fields } of NODES) {
		see(`adds ${onCanvas}: its icon, its subtitle and its fields`, async () => {
			const { page } = scene;
			await addNode(page, listed, add);
			const node = page.getByTestId('canvas-node').filter({ hasText: onCanvas });
			assert.deepEqual(await shown(), fields);
			assert.match(await node.innerText(), new RegExp(`^${onCanvas}\\s+${subtitle}`, 'm'));
			const icon = node.locator('img').first();
			assert.match((await icon.getAttribute('src')) ?? '', /seedance(\.dark)?\.svg$/);
			const width = await icon.evaluate(
				(image) => (image as { naturalWidth?: number }).naturalWidth,
			);
			assert.ok(width, `the icon of ${onCanvas} is not drawn`);
			await closeNode(page);
		});
	}

	see('shows the workflow of the example', async () => {
		const { page } = scene;
		await page.setViewportSize({ width: 1360, height: 820 });
		await openWorkflow(page, scene.api, scene.workflow);
		// Until then, the canvas shows the workflow that was open before.
		await page.getByTestId('canvas-node').filter({ hasText: 'New SKU' }).waitFor();
		await page.getByTestId('zoom-to-fit').click();
		await page.waitForTimeout(1000); // the zoom is animated
		const parts = page.locator('[data-test-id="canvas-node"], [data-test-id="sticky"]');
		assert.ok((await parts.count()) > 5);
		await picture(page, 'workflow', await parts.all(), { margin: 24 });
	});

	for (const [index, { name, parameters }] of EXAMPLES.entries()) {
		see(`draws ${name} filled in, with nothing to complain about`, async () => {
			const { page, api, sandbox } = scene;
			if (index === 0) {
				await page.setViewportSize({ width: 1600, height: 900 });
				await openWorkflow(page, api, await importWorkflow(api, sandbox, allExamples));
			}
			await openNode(page, name);
			for (const field of Object.keys(parameters)) {
				if (field !== 'options') await parameter(page, field).first().waitFor();
			}
			const issues = page.getByTestId('node-parameters').getByTestId('parameter-issues');
			assert.equal(await issues.count(), 0);
			await pictureOfForm(page, `node-${name.toLowerCase().replaceAll(' ', '-')}`);
			await closeNode(page);
		});
	}

	see('explains what to do with the address of the trigger', async () => {
		const { page } = scene;
		await openNode(page, 'Seedance Trigger');
		await page.getByText('Copy the Production URL').waitFor();
		await page.getByText('Webhook URLs', { exact: true }).waitFor();
		await closeNode(page);
	});

	see('changes the form and the cost with the duration, the model and the mode', async () => {
		const { page } = scene;
		await openWorkflow(page, scene.api, scene.workflow);
		await openNode(page, 'Generate Video');
		assert.equal(await valueOf(page, 'duration'), '5');
		assert.equal(await valueOf(page, 'model'), 'Seedance 2.0');
		assert.equal(await valueOf(page, 'mode'), 'Text to Video');
		assert.equal(await valueOf(page, 'aspectRatio'), '9:16');
		assert.match(await cost().innerText(), /^Estimated cost: 303 credits \(US\$3\.03\)/);
		await fill(page, 'duration', '10');
		await page.getByText('Estimated cost: 607 credits').waitFor();

		await choose(page, 'mode', 'Image to Video');
		await parameter(page, 'imageUrl').waitFor();
		await choose(page, 'imageInput', 'File of the Item');
		await parameter(page, 'imageBinaryField').waitFor();
		assert.equal(await parameter(page, 'imageUrl').count(), 0);

		await choose(page, 'model', 'Seedance 1.0 Lite');
		await parameter(page, 'resolution').waitFor();
		await page.getByText('Estimated cost: 70 credits').waitFor();
		for (const [name, count] of [
			['audio', 0],
			['cameraLock', 1],
		] as const) {
			assert.equal(await parameter(page, name).count(), count, name);
		}
	});

	see('changes the form with the provider', async () => {
		const { page } = scene;
		await choose(page, 'provider', 'SeedanceAPI.org');
		// What both providers have stays, at the new one's price.
		await page.getByText('Estimated cost: 480 credits').waitFor();
		assert.equal(await valueOf(page, 'model'), 'Seedance 2.0');
		await choose(page, 'model', 'Seedance 1.5');
		await choose(page, 'duration', '8');
		await page.getByText('Estimated cost: 28 credits').waitFor();
		await choose(page, 'provider', 'Segmind');
		await choose(page, 'model', 'Seedance 1.0 Pro (Segmind)');
		await choose(page, 'duration', '5');
		await page.getByText('Estimated cost: about US$').waitFor();
		await page.getByText('Segmind cannot call back').waitFor();
		await parameter(page, 'afterSubmit').click();
		const offered = (await page.getByRole('option').allInnerTexts()).join('\n');
		assert.match(offered, /Wait Until It Is Ready/);
		assert.doesNotMatch(offered, /Let Wait for Webhook Take Over|Call a URL/);
		await page.keyboard.press('Escape');
	});

	see('shows references, and a rate in dollars, where the model has them', async () => {
		const { page } = scene;
		await choose(page, 'provider', 'BytePlus ModelArk');
		await choose(page, 'model', 'Seedance 2.5');
		await choose(page, 'mode', 'References to Video');
		for (const name of ['referenceImageUrls', 'referenceBinaryFields', 'aspectRatio', 'audio'])
			await parameter(page, name).waitFor();
		for (const name of ['imageUrl', 'imageInput', 'draftJobId'])
			assert.equal(await parameter(page, name).count(), 0, name);
		await page.getByText('Estimated cost at list price: up to US$0.235 for each second').waitFor();
		await choose(page, 'resolution', '1080p');
		await page.getByText('up to US$0.577 for each second').waitFor();
		await pictureOfForm(page, 'node-modelark-references');
	});

	for (const [name, provider] of [
		['node-fal', 'fal'],
		['node-replicate', 'Replicate'],
		['node-kie', 'kie.ai'],
		['node-openrouter', 'OpenRouter'],
		['node-wavespeed', 'WaveSpeedAI'],
	] as const) {
		see(`shows an image to be made a video at ${provider}, and what it costs`, async () => {
			const { page } = scene;
			await choose(page, 'provider', provider);
			await choose(page, 'model', 'Seedance 2.0');
			await choose(page, 'mode', 'Image to Video');
			await parameter(page, 'imageUrl').waitFor();
			assert.equal(await parameter(page, 'referenceImageUrls').count(), 0);
			await page.getByText(/Estimated cost.*US\$/).waitFor();
			await pictureOfForm(page, name);
		});
	}

	see('warns of an address that only this machine can call', async () => {
		const { page } = scene;
		await choose(page, 'provider', 'Seedance');
		await choose(page, 'model', 'Seedance 2.0');
		await choose(page, 'afterSubmit', 'Call a URL');
		await fill(page, 'callbackUrl', 'https://n8n.example.com/webhook/x');
		const hint = page.getByText('Callback URL is an address inside your own network');
		assert.equal(await hint.count(), 0);
		await fill(page, 'callbackUrl', 'http://localhost:5678/webhook/x');
		await hint.waitFor();
		await closeNode(page);
	});
});
