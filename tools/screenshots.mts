// Makes the pictures of the docs from a real n8n: node tools/screenshots.mts
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { setTheStage } from '../test/e2e/play.ts';
import { findChromium, openBrowser, openWorkflow } from '../test/n8n/browser.ts';
import { ROOT } from '../test/n8n/paths.ts';
import { Problem } from '../test/n8n/problem.ts';

const IMAGES = path.join(ROOT, 'docs', 'images');
/** What of n8n's page is not the workflow. */
const HIDE = `
	[data-test-id="canvas-controls"], [data-test-id="canvas-minimap"], [data-test-id="logs-panel"],
	[data-test-id="execute-workflow-button"], [data-test-id="canvas-handle-plus-wrapper"],
	[data-test-id="banner-stack"] { visibility: hidden; }`;
const MARGIN = 24;

async function main(): Promise<void> {
	const chromium = findChromium();
	if (!chromium)
		throw new Problem('There is no chromium here: install it (apt-get install chromium).');
	mkdirSync(IMAGES, { recursive: true });
	const stage = await setTheStage('screenshots');
	try {
		const editor = await openBrowser(chromium, stage.api);
		const { page } = editor;
		await page.setViewportSize({ width: 1440, height: 860 });
		await openWorkflow(page, stage.api, stage.workflow);
		await page.getByTestId('zoom-to-fit').click();
		await page.waitForTimeout(1000); // the zoom is animated
		await page.addStyleTag({ content: HIDE });
		const file = path.join(IMAGES, 'workflow.png');
		await page.screenshot({ path: file, clip: await aroundTheNodes(page) });
		console.log(path.relative(ROOT, file));
		await editor.close();
	} finally {
		await stage.stop();
	}
}

async function aroundTheNodes(page: Page) {
	const parts = page.locator('[data-test-id="canvas-node"], [data-test-id="sticky"]');
	const boxes = (await Promise.all((await parts.all()).map((part) => part.boundingBox()))).filter(
		(box) => box !== null,
	);
	const x = Math.min(...boxes.map((box) => box.x)) - MARGIN;
	const y = Math.min(...boxes.map((box) => box.y)) - MARGIN;
	const right = Math.max(...boxes.map((box) => box.x + box.width)) + MARGIN;
	const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + MARGIN;
	return { x, y, width: right - x, height: bottom - y };
}

await main().catch((error: unknown) => {
	console.error(error instanceof Problem ? error.message : error);
	process.exitCode = 1;
});
