// The editor in a real browser: what a user sees after importing the example workflow.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
	closeNode,
	findChromium,
	openBrowser,
	openNode,
	openWorkflow,
	parameter,
} from '../n8n/browser.ts';
import type { Editor } from '../n8n/browser.ts';
import { CACHE, ROOT } from '../n8n/paths.ts';
import { importWorkflow, readWorkflow } from '../n8n/stage.ts';
import type { Stage } from '../n8n/stage.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const SCREENSHOTS = path.join(CACHE, 'screenshots');
const chromium = findChromium();
const skip = chromium ? false : 'no chromium here: apt-get install chromium, then run it again';

let stage: Stage;
let editor: Editor;

const shoot = (name: string) =>
	editor.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });

/** Skipped one by one, so that each counts as skipped. */
const see = (name: string, look: () => Promise<void>): void => void it(name, { skip }, look);

void describe('the editor of a real n8n', () => {
	before(
		async () => {
			if (skip) return;
			mkdirSync(SCREENSHOTS, { recursive: true });
			stage = await setTheStage('editor');
			editor = await openBrowser(chromium!, stage.api);
			await openWorkflow(editor.page, stage.api, stage.workflow);
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(async () => {
		await editor?.close();
		await stage?.stop();
	});

	see('draws the workflow with our icons', async () => {
		const { page } = editor;
		for (const name of ['Generate Video', 'Wait for Webhook']) {
			const node = page.getByTestId('canvas-node').filter({ hasText: name });
			const icon = node.locator('img').first();
			await icon.waitFor();
			assert.match((await icon.getAttribute('src')) ?? '', /seedance(\.dark)?\.svg$/);
			const width = await icon.evaluate(
				(image) => (image as { naturalWidth?: number }).naturalWidth,
			);
			assert.ok(width, `the icon of ${name} is not drawn`);
		}
		await shoot('workflow');
	});

	see('shows the fields of Generate Video that fit its model and mode', async () => {
		await openNode(editor.page, 'Generate Video');
		await shoot('generate-video');
		const shown = ['model', 'mode', 'prompt', 'duration', 'aspectRatio', 'audio', 'afterSubmit'];
		for (const name of shown) {
			assert.equal(await parameter(editor.page, name).count(), 1, `${name} is not shown`);
		}
		const hidden = ['imageUrl', 'imageInput', 'cameraLock', 'resolution', 'callbackUrl'];
		for (const name of hidden) {
			assert.equal(await parameter(editor.page, name).count(), 0, `${name} is shown`);
		}
		assert.equal(await valueOf('duration'), '5');
		assert.equal(await valueOf('model'), 'Seedance 2.0');
		assert.equal(await valueOf('mode'), 'Text to Video');
		assert.equal(await valueOf('aspectRatio'), '9:16');
	});

	see('asks for the image when the mode needs one', async () => {
		const { page } = editor;
		await parameter(page, 'mode').click();
		await page.getByRole('option', { name: 'Image to Video' }).click();
		await parameter(page, 'imageUrl').waitFor();
		await shoot('generate-video-image');
		await closeNode(page);
	});

	see('shows the fields of Wait for Webhook', async () => {
		await openNode(editor.page, 'Wait for Webhook');
		await shoot('wait-for-webhook');
		for (const name of ['jobId', 'limitWaitMinutes', 'downloadVideo']) {
			assert.equal(await parameter(editor.page, name).count(), 1, `${name} is not shown`);
		}
		assert.equal(await valueOf('limitWaitMinutes'), '60');
	});

	see('shows the trigger with its address, and what to do with it', async () => {
		const { page } = editor;
		const file = readWorkflow(path.join(ROOT, 'examples', 'decoupled-react.json'));
		await openWorkflow(page, stage.api, await importWorkflow(stage.api, stage.sandbox, file));
		await shoot('decoupled-react');
		await openNode(page, 'Job settled');
		await shoot('trigger');
		for (const name of ['provider', 'events', 'verifyWithApi']) {
			assert.equal(await parameter(page, name).count(), 1, `${name} is not shown`);
		}
		await page.getByText('Copy the Production URL').waitFor();
		await page.getByText('Webhook URLs', { exact: true }).waitFor();
	});

	void it('complains about nothing of ours', { skip }, () => {
		// n8n asks every node for a preview of its output and takes no for an answer.
		const ours = editor.complaints.filter(
			(text) => /seedance/i.test(text) && !text.includes('/schemas/'),
		);
		assert.deepEqual(ours, []);
	});
});

const valueOf = (name: string): Promise<string> =>
	parameter(editor.page, name).locator('input').first().inputValue();
