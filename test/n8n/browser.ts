// A real browser with n8n's editor: Debian's Chromium, driven by playwright-core, which contains no browser of its own.
import { execFileSync } from 'node:child_process';
import { chromium, selectors } from 'playwright-core';
import type { Browser, Locator, Page } from 'playwright-core';
import type { N8nApi, Workflow } from './api.ts';

const NAMES = [
	'chromium-headless-shell',
	'chromium',
	'chromium-browser',
	'google-chrome',
	'google-chrome-stable',
];

/** Undefined if there is no browser. */
export function findChromium(): string | undefined {
	for (const name of NAMES) {
		try {
			return execFileSync('which', [name], { encoding: 'utf8', stdio: 'pipe' }).trim();
		} catch {
			// Try the next one.
		}
	}
	return undefined;
}

selectors.setTestIdAttribute('data-test-id'); // n8n's spelling

/** So long the editor may take to show what is awaited, on a slow machine. */
const SHOWN_LIMIT_MS = 240_000;

/** Without a graphics card, an animation is work for the processor: an eighth of the time of the editor's tests. */
const STILL = `addEventListener('DOMContentLoaded', () => {
	const style = document.createElement('style');
	style.textContent = '*, *::before, *::after { animation: none !important; transition: none !important; }';
	document.head.append(style);
});`;

export interface Editor {
	browser: Browser;
	page: Page;
	/** Errors and warnings from the browser's console and the page. */
	complaints: string[];
	close(): Promise<void>;
}

export async function openBrowser(executablePath: string, api: N8nApi): Promise<Editor> {
	const browser = await chromium.launch({
		executablePath,
		// Works as root and without a graphics card, and makes no network calls of its own.
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			// The editor requests news from the internet. The tests neither need it nor wait for it.
			'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
		],
	});
	const context = await browser.newContext({
		viewport: { width: 1600, height: 900 },
		// Sharp for the docs; without a graphics card, each dot takes its time.
		deviceScaleFactor: process.env['SEEDANCE_PICTURES'] ? 2 : 1,
		reducedMotion: 'reduce',
	});
	await logIn(context, api);
	await context.addInitScript(STILL);
	const page = await context.newPage();
	page.setDefaultTimeout(SHOWN_LIMIT_MS);
	const complaints: string[] = [];
	page.on('pageerror', (error) => complaints.push(error.message));
	page.on('console', (message) => {
		const { url } = message.location();
		if (message.type() === 'error' && url.startsWith(api.url)) {
			complaints.push(`${message.text()} ${url}`);
		}
	});
	return { browser, page, complaints, close: () => browser.close() };
}

/** Transfers the session of the REST client to the browser: n8n binds it to the ID that the editor stores here. */
async function logIn(context: Awaited<ReturnType<Browser['newContext']>>, api: N8nApi) {
	const { cookie, browserId } = api.session;
	const [name = '', ...value] = cookie.split('=');
	await context.addCookies([{ name, value: value.join('='), url: api.url }]);
	await context.addInitScript((id) => localStorage.setItem('n8n-browserId', id), browserId);
}

/** Whether what is awaited comes before its time is over. */
export const inTime = (awaited: Promise<unknown>): Promise<boolean> =>
	awaited.then(
		() => true,
		() => false,
	);

/** Opens a workflow and waits until its nodes are visible. */
export async function openWorkflow(page: Page, api: N8nApi, workflow: Workflow): Promise<void> {
	await visit(page, api, `/workflow/${workflow.id}`);
	await page.waitForFunction(`document.title.includes(${JSON.stringify(workflow.name)})`);
	await page.getByTestId('canvas-node').first().waitFor();
}

/** The editor's list of workflows. */
const HOME = '/home/workflows';

/**
 * Goes to a page of the editor as a click on a link within it does, and leaves behind what is not saved. To load the editor
 * again takes a browser without a graphics card 10 s of computing; that is done only where it is not loaded yet.
 */
async function visit(page: Page, api: N8nApi, path: string): Promise<void> {
	const go = (to: string) =>
		page.evaluate(
			`history.pushState(null, '', ${JSON.stringify(to)}); dispatchEvent(new PopStateEvent('popstate'))`,
		);
	if (await credentialDialog(page).isVisible()) await closeCredential(page);
	if (await page.getByTestId('node-parameters').first().isVisible()) await closeNode(page);
	const canvas = page.getByTestId('canvas-wrapper');
	if (!(await canvas.or(page.getByTestId('project-name')).first().isVisible())) {
		await page.goto(api.url + path);
		return;
	}
	await go(HOME);
	const leave = page.getByRole('button', { name: 'Leave without saving' });
	const home = page.getByTestId('add-resource-workflow');
	await home.or(leave).first().waitFor();
	if (await leave.isVisible()) await leave.click();
	await home.waitFor();
	await go(path);
}

/** So long an editor that has noticed a double click may take to open a node's panel. */
const OPENED_LIMIT_MS = 20_000;

/** Opens a node's panel with a double click. The canvas loses one while it is still being laid out. */
export async function openNode(page: Page, name: string): Promise<void> {
	const node = page.getByTestId('canvas-node').filter({ hasText: name }).first();
	const panel = page.getByTestId('node-parameters');
	for (let tries = 0; tries < 3; tries++) {
		await node.dblclick();
		const isOpen = await inTime(panel.waitFor({ timeout: OPENED_LIMIT_MS }));
		if (isOpen) return;
	}
	await panel.waitFor();
}

/** Closes the panel again. The button has another name in n8n 1.x. */
export async function closeNode(page: Page): Promise<void> {
	await page.getByTestId('ndv-close-button').or(page.getByTestId('back-to-canvas')).first().click();
	await page.getByTestId('node-parameters').waitFor({ state: 'hidden' });
}

/** The field of a parameter in the open panel. */
export const parameter = (page: Page, name: string): Locator =>
	page.getByTestId(`parameter-input-${name}`);

/** Chooses an option in the dropdown of a parameter by its label. */
export async function choose(page: Page, name: string, option: string): Promise<void> {
	await parameter(page, name).click();
	// The text of an option contains its name, followed by its description.
	await page
		.getByRole('option')
		.filter({ has: page.getByText(option, { exact: true }) })
		.click();
}

/** Types into a text or number field and leaves the field. */
export async function fill(page: Page, name: string, value: string): Promise<void> {
	const field = parameter(page, name).locator('input, textarea').first();
	await field.fill(value);
	await field.blur();
}

/** The value that a text field, number field or dropdown shows. */
export const valueOf = (page: Page, name: string): Promise<string> =>
	parameter(page, name).locator('input').first().inputValue();

/** An empty canvas. */
export async function newWorkflow(page: Page, api: N8nApi): Promise<void> {
	await visit(page, api, '/workflow/new');
	await page.getByTestId('canvas-plus-button').first().waitFor();
}

/**
 * Searches in the list of nodes until it shows ours. The list is opened with the large plus of an empty canvas or the
 * small one next to other nodes.
 */
export async function searchNodes(page: Page, words: string): Promise<Locator> {
	const search = page.getByTestId('node-creator-search-bar');
	if (!(await search.isVisible())) {
		await page
			.getByTestId('canvas-plus-button')
			.or(page.getByTestId('node-creator-plus-button'))
			.first()
			.click();
	}
	const found = page.getByTestId('node-creator-item-name');
	const ours = found.filter({ hasText: 'Seedance' }).first();
	await search.fill('');
	await ours.waitFor({ state: 'hidden' });
	await search.fill(words);
	await ours.waitFor();
	return found;
}

/** Adds a node by its name in the list. `press` is the action to choose in its details. */
export async function addNode(
	page: Page,
	listed: string,
	press = 'Add to workflow',
): Promise<void> {
	const found = await searchNodes(page, 'seedance');
	await found.filter({ hasText: new RegExp(`^\\s*${listed}\\s*$`) }).click();
	await page.getByText(press, { exact: true }).click();
	await page.getByTestId('node-parameters').first().waitFor();
}

/** Runs the open node and those before it, with its own button. */
export async function executeNode(page: Page): Promise<void> {
	await page.getByTestId('node-execute-button').first().click();
}

/** The output panel of an open node: its items, its files or its error. */
export const outputOf = (page: Page): Locator => page.getByTestId('output-panel');

/** Opens the form of a new credential and fills it in. Returns the dialog. */
export async function newCredential(
	page: Page,
	api: N8nApi,
	title: string,
	fields: Record<string, string>,
): Promise<Locator> {
	await visit(page, api, '/home/credentials/create');
	await page.getByTestId('new-credential-type-select').locator('input').fill(title);
	const kinds = page.getByTestId('new-credential-type-select-option');
	await kinds.filter({ hasText: title }).first().click();
	await page.getByTestId('new-credential-type-button').click();
	const dialog = credentialDialog(page);
	for (const [name, value] of Object.entries(fields)) await fillCredential(dialog, name, value);
	return dialog;
}

/** The dialog of a credential, which may be closed. */
export const credentialDialog = (page: Page): Locator => page.getByTestId('editCredential-modal');

export async function closeCredential(page: Page): Promise<void> {
	const dialog = credentialDialog(page);
	await dialog.getByRole('button', { name: 'Close this dialog' }).click();
	await dialog.waitFor({ state: 'hidden' });
}

export const fillCredential = (dialog: Locator, name: string, value: string): Promise<void> =>
	dialog.getByTestId(`parameter-input-${name}`).locator('input').first().fill(value);
