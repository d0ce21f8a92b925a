// n8n behind a reverse proxy, below a path of its host (N8N_PATH, WEBHOOK_URL): callbacks arrive unless the proxy
// changes their bodies.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { itemsOf } from '../n8n/execution.ts';
import { startProxy } from '../n8n/proxy.ts';
import type { Proxy } from '../n8n/proxy.ts';
import type { Stage } from '../n8n/stage.ts';
import { executionOf, sendSku, SET_UP_LIMIT_MS, setOwnStage, submissionsOf } from './play.ts';

const BASE_PATH = '/automation/';

let proxy: Proxy;
let stage: Stage;

/** Ends the job of a SKU once its execution sleeps. Returns the address that the provider then calls. */
async function settle(sku: string): Promise<string> {
	await sendSku(stage, { sku, title: '[sandbox:never]' });
	await executionOf(stage, sku, ['waiting']);
	stage.sandbox.finishJob(stage.sandbox.jobs().at(-1)!.jobId);
	return submissionsOf(stage, sku)[0]!.body.webhook_url;
}

/** The answers to the provider's callbacks to this address. */
async function answersOf(address: string): Promise<Array<number | null>> {
	await stage.sandbox.callbacksIdle();
	const { callbacks } = stage.sandbox.ledger;
	return callbacks.filter(({ url }) => url === address).map(({ status }) => status);
}

void describe('n8n behind a proxy, below a path', () => {
	before(
		async () => {
			proxy = await startProxy(BASE_PATH);
			const settings = { N8N_PATH: BASE_PATH, WEBHOOK_URL: proxy.url, N8N_PROXY_HOPS: '1' };
			stage = await setOwnStage('proxy', {}, { env: settings });
			proxy.target = stage.n8n.url;
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(async () => {
		await stage?.stop();
		await proxy?.close();
	});

	void it('receives callbacks there, with a valid signature', async () => {
		const address = await settle('BELOW');
		assert.ok(address.startsWith(`${proxy.url}webhook-waiting/`), address);
		assert.deepEqual(await answersOf(address), [200]);
		const execution = await executionOf(stage, 'BELOW');
		assert.equal(execution.status, 'success');
		assert.equal(itemsOf(execution, 'Video ready').length, 1);
	});

	// The check that docs/callbacks.md recommends.
	void it('answers as n8n to a request for an execution that does not exist', async () => {
		const url = `${proxy.url}webhook-waiting/0/seedance-callback`;
		const response = await fetch(url, { method: 'POST' });
		assert.equal(response.status, 404);
		assert.match(await response.text(), /The execution \\?"0\\?" does not exist/);
	});

	void it('refuses a callback whose body the proxy has rewritten', async () => {
		proxy.rewrite = (body) => JSON.stringify(JSON.parse(body), null, 2);
		try {
			assert.deepEqual(await answersOf(await settle('REWRITTEN')), [401]);
		} finally {
			delete proxy.rewrite;
		}
	});
});
