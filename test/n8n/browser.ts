// A real browser on n8n's editor: Debian's chromium, driven by playwright-core, which brings none of its own.
import { execFileSync } from 'node:child_process';
import { chromium, selectors } from 'playwright-core';
import type { Browser, Locator, Page } from 'playwright-core';
import type { N8nApi, Workflow } from './api.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Undefined where there is no browser. */
export function findChromium(): string | undefined {
	for (const name of NAMES) {
		try {
			return execFileSync('which', [name], { encoding: 'utf8', stdio: 'pipe' }).trim();
		} catch {
			// Not this one.
		}
	}
	return undefined;
}

selectors.setTestIdAttribute('data-test-id'); // n8n's spelling

export interface Editor {
	browser: Browser;
	page: Page;
	/** What the browser's console and the page itself complained about. */
	complaints: string[];
	close(): Promise<void>;
}

export async function openBrowser(executablePath: string, api: N8nApi): Promise<Editor> {
	const browser = await chromium.launch({
		executablePath,
		// As root and without a graphics card, and without calls of its own to the outside.
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
	const context = await browser.newContext({
		viewport: { width: 1600, height: 900 },
		deviceScaleFactor: 2,
	});
	await logIn(context, api);
	const page = await context.newPage();
	const complaints: string[] = [];
	page.on('pageerror', (error) => complaints.push(error.message));
	page.on('console', (message) => {
		if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
	});
	return { browser, page, complaints, close: () => browser.close() };
}

/** The session of the REST client, given to the browser: n8n binds it to the id that the editor keeps here. */
async function logIn(context: Awaited<ReturnType<Browser['newContext']>>, api: N8nApi) {
	const { cookie, browserId } = api.session;
	const [name = '', ...value] = cookie.split('=');
	await context.addCookies([{ name, value: value.join('='), url: api.url }]);
	await context.addInitScript((id) => localStorage.setItem('n8n-browserId', id), browserId);
}

/** Opens a workflow and waits until its nodes are drawn. */
export async function openWorkflow(page: Page, api: N8nApi, workflow: Workflow): Promise<void> {
	await page.goto(`${api.url}/workflow/${workflow.id}`);
	await page.getByTestId('canvas-node').first().waitFor({ timeout: 60_000 });
}

/** Opens a node's panel, as a double click does. */
export async function openNode(page: Page, name: string): Promise<void> {
	await page.getByTestId('canvas-node').filter({ hasText: name }).first().dblclick();
	await page.getByTestId('node-parameters').waitFor();
}

/** Closes the panel again. n8n 1.x calls the button otherwise. */
export async function closeNode(page: Page): Promise<void> {
	await page.getByTestId('ndv-close-button').or(page.getByTestId('back-to-canvas')).first().click();
	await page.getByTestId('node-parameters').waitFor({ state: 'hidden' });
}

/** The field of a parameter in the open panel. */
export const parameter = (page: Page, name: string): Locator =>
	page.getByTestId(`parameter-input-${name}`);
