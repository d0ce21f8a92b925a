// Shared code for the suites about the editor: n8n with a browser, and screenshots.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { findChromium, openBrowser } from '../n8n/browser.ts';
import type { Editor } from '../n8n/browser.ts';
import { CACHE, DEFAULT_VERSION, ROOT } from '../n8n/paths.ts';
import type { Stage } from '../n8n/stage.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

/** Filled before the first test of a suite. */
export interface Scene extends Stage {
	editor: Editor;
	page: Page;
}

type See = (what: string, look: () => Promise<void>) => void;

const chromium = findChromium();
const skip = chromium ? false : 'no chromium here: apt-get install chromium, then run it again';

/** A suite in the editor of a real n8n. In the end, the editor must not have reported any problem of ours. */
export function inTheEditor(name: string, tell: (scene: Scene, see: See) => void): void {
	const scene = {} as Scene;
	void describe(`the editor: ${name}`, () => {
		before(
			async () => {
				if (skip) return;
				const stage = await setTheStage(`editor-${name}`);
				Object.assign(scene, stage, { editor: await openBrowser(chromium!, stage.api) });
				scene.page = scene.editor.page;
			},
			{ timeout: SET_UP_LIMIT_MS },
		);
		after(async () => {
			await scene.editor?.close();
			await scene.stop?.();
		});

		// Skipped individually, so that each test counts as skipped.
		tell(scene, (what, look) => void it(what, { skip }, look));

		void it('reports no problem with our nodes', { skip }, () => {
			// n8n requests a preview of every node's output and logs an error if there is none.
			const ours = scene.editor.complaints.filter(
				(text) => /seedance/i.test(text) && !text.includes('/schemas/'),
			);
			assert.deepEqual(ours, []);
		});
	});
}

/** The folder for pictures. `npm run pictures` regenerates those of the docs. */
const FOLDER = process.env['SEEDANCE_PICTURES']
	? path.join(ROOT, 'docs', 'images')
	: path.join(CACHE, 'screenshots', DEFAULT_VERSION);

/** Elements to hide in pictures: temporary messages, and buttons of n8n that need an account there. */
const HIDE = `
	.el-notification, [data-test-id*="assistant-button"], [data-test-id*="instance-ai"],
	[data-test-id="node-feature-request"], [data-test-id="node-version"] { display: none !important; }
	[data-test-id="banner-stack"], [data-test-id="canvas-controls"], [data-test-id="canvas-minimap"],
	[data-test-id="logs-panel"], [data-test-id="execute-workflow-button"],
	[data-test-id="canvas-handle-plus-wrapper"] { visibility: hidden !important; }
	* { caret-color: transparent !important; }`;
/** Wider pictures get a lower resolution. In pixels of the page. */
const WIDE = 620;

/**
 * @param what parts of the page: the smallest rectangle around them
 * @param cut pixels of the page: `margin` around it, and at most this `height` of it
 */
export async function picture(
	page: Page,
	name: string,
	what: readonly Locator[],
	{ margin = 0, height = Infinity } = {},
): Promise<void> {
	mkdirSync(FOLDER, { recursive: true });
	await page.mouse.move(0, 0); // away from what shows more when it is pointed at
	const boxes = (await Promise.all(what.map((part) => part.boundingBox()))).filter(
		(box) => box !== null,
	);
	const x = Math.min(...boxes.map((box) => box.x)) - margin;
	const y = Math.min(...boxes.map((box) => box.y)) - margin;
	const width = Math.max(...boxes.map((box) => box.x + box.width)) + margin - x;
	const whole = Math.max(...boxes.map((box) => box.y + box.height)) + margin - y;
	await page.screenshot({
		path: path.join(FOLDER, `${name}.png`),
		clip: { x, y, width, height: Math.min(whole, height) },
		scale: width > WIDE ? 'css' : 'device',
		style: HIDE,
		animations: 'disabled',
	});
}
