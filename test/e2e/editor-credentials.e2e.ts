// The three credentials in the editor of a real browser: created, and tested with a wrong and with the correct key.
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import {
	addNode,
	choose,
	closeCredential,
	credentialDialog,
	fillCredential,
	inTime,
	newCredential,
	newWorkflow,
} from '../n8n/browser.ts';
import { inTheEditor, picture } from './scene.ts';

/** So long an element may take to appear after a click before we look again. */
const LOOK_MS = 3000;
/** The same after a click on Save, which also tests the connection. */
const TESTED_MS = 30_000;

/**
 * Clicks until the element is visible: n8n closes lists and details when it saves something in the meantime. A slow editor
 * may open it after we have looked, and the button is then gone: so a click that finds nothing is no failure.
 */
async function until(shown: Locator, button: Locator, tries = 60): Promise<void> {
	for (let n = 0; n < tries && !(await shown.isVisible()); n++) {
		await button.click({ timeout: LOOK_MS }).catch(() => undefined);
		await shown.waitFor({ timeout: LOOK_MS }).catch(() => undefined);
	}
	assert.ok(await shown.isVisible(), 'it is not shown');
}

inTheEditor('credentials', (scene, see) => {
	const kinds = [
		{
			title: 'Seedance API',
			provider: 'Seedance',
			told: 'The API key is wrong: copy it again from seedance.it.com',
			id: 'seedance',
		},
		{
			title: 'Segmind API',
			provider: 'Segmind',
			told: 'The API key is wrong: copy it again from segmind.com',
			id: 'segmind',
		},
		{
			title: 'SeedanceAPI.org API',
			provider: 'SeedanceAPI.org',
			told: 'The API key is wrong: copy it again from seedanceapi.org',
			id: 'seedanceOrg',
		},
	];

	for (const { title, told, id } of kinds) {
		see(`${title}: a wrong key is told, the right one is accepted`, async () => {
			const { page } = scene;
			const { apiKey, baseUrl = '' } = scene.sandbox.credentialOf(id);
			const dialog = await newCredential(page, scene.api, title, { apiKey: 'wrong', baseUrl });
			const save = dialog.getByRole('button', { name: 'Save', exact: true });
			const details = dialog.getByText('More details');
			// n8n 1.x has its own message for a 401.
			const reason = dialog.getByText(told).or(dialog.getByText('Authorization failed'));
			await save.click();
			// A click while the dialog is still being built can be lost.
			const tested = details.or(reason).first();
			if (!(await inTime(tested.waitFor({ timeout: TESTED_MS })))) await save.click();
			await tested.waitFor();
			await until(reason, details);

			await fillCredential(dialog, 'apiKey', apiKey);
			await save.click();
			await dialog.getByTestId('credentials-config-container-test-success').waitFor();
			assert.equal(await reason.count(), 0);
			// No charge, no job: testing is free.
			assert.deepEqual(scene.sandbox.jobs(), []);
		});
	}

	see('shows the form with the default values', async () => {
		const { page } = scene;
		const dialog = await newCredential(page, scene.api, 'Seedance API', { apiKey: 'your-key' });
		const shown = await dialog
			.locator('input:visible')
			.evaluateAll((inputs) =>
				inputs.map((input) => (input as unknown as { value: string }).value),
			);
		for (const value of ['https://api.seedance.it.com/v1', '60', '5']) {
			assert.ok(shown.includes(value), `${value} is not among ${shown.join(', ')}`);
		}
		const form = dialog.locator('.el-dialog, [role="dialog"]').or(dialog).last();
		await picture(page, 'credential', [form]);
	});

	// n8n 1.x used to create one of the first type, whichever was requested.
	see('creates a new one for the provider that is chosen in the node', async () => {
		const { page } = scene;
		await newWorkflow(page, scene.api);
		await addNode(page, 'Seedance Generate Video');
		for (const { title, provider } of kinds) {
			await choose(page, 'provider', provider);
			// One of each type already exists, and n8n offers those first. The list of the previous provider is still
			// in the page.
			const create = page.locator('[data-test-id="node-credentials-select-item-new"]:visible');
			await until(create, page.getByTestId('node-credentials-select'));
			await create.click();
			await credentialDialog(page).getByText(title, { exact: true }).waitFor();
			await closeCredential(page);
		}
	});
});
