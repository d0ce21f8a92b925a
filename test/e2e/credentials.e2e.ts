// Our credentials in other nodes, and connections that fail, in a real n8n.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import { anyFreePort } from '../n8n/ports.ts';
import type { Stage } from '../n8n/stage.ts';
import { standIns, startWitness } from '../sandbox/index.ts';
import type { Witness } from '../sandbox/index.ts';
import { onlyExecutionOf, SET_UP_LIMIT_MS, setTheStage } from './play.ts';

/** The versions of n8n's node that each is tried in: 2 and 3 ask by an older helper than 4. */
const HTTP_REQUESTS = {
	seedanceApi: [2, 3, 4.1, 4.2],
	segmindApi: [3, 4.2],
	seedanceOrgApi: [3, 4.2],
	seedanceModelArkApi: [3, 4.2],
	seedanceFalApi: [3, 4.2],
	seedanceReplicateApi: [3, 4.2],
	seedanceKieApi: [3, 4.2],
	seedanceOpenRouterApi: [3, 4.2],
	seedanceWaveSpeedApi: [3, 4.2],
};
/** A question that costs nothing, by provider: for what our nodes do not offer, users ask with HTTP Request. */
const QUESTIONS = {
	kie: '/api/v1/chat/credit',
	openRouter: '/key',
	waveSpeed: '/balance',
};
const apiKey = `sk-live-${randomUUID()}`;

/** Two accounts at ModelArk, whose keys work in one region each. */
const ARK_KEYS = {
	international: 'sandbox-modelark-key-of-byteplus',
	china: 'sandbox-modelark-key-of-volcengine',
} as const;
type Region = keyof typeof ARK_KEYS;
const REGIONS = Object.keys(ARK_KEYS) as Region[];
const ARK_ACCOUNTS = REGIONS.map((region) => ({
	provider: 'modelArk',
	id: region,
	apiKey: ARK_KEYS[region],
	modelArk: { region },
}));
/** Where the sandbox plays each region. */
const ARK_ROOTS: Record<Region, string> = {
	international: '/modelark/api/v3',
	china: '/modelark-china/api/v3',
};

let stage: Stage;
let elsewhere: Witness;
let api: Witness;

/** A credential with a key of its own, all of whose addresses are this one. */
function credentialAt(type: string, baseUrl: string) {
	const { provider } = standIns.find(({ credentialType }) => credentialType === type)!;
	const names = Object.keys(stage.sandbox.credentialOf(provider));
	const addresses = names.filter((name) => name.endsWith('Url')).map((name) => [name, baseUrl]);
	return { type, data: { ...(Object.fromEntries(addresses) as Record<string, string>), apiKey } };
}

/** Runs one node with one of our credentials. */
async function running(
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
	credential: { type: string; data: Record<string, string> },
): Promise<Execution> {
	const name = `${type}-${randomUUID()}`.replace(/\W+/g, '-');
	const id = await stage.api.createCredential(name, credential.type, credential.data);
	const webhook = {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: { httpMethod: 'POST', path: name, options: {} },
	};
	const credentials = { [credential.type]: { id, name } };
	const node = { name: 'Node', type, typeVersion, parameters, credentials };
	const nodes = [webhook, node].map((each, index) => ({
		...each,
		id: randomUUID(),
		webhookId: randomUUID(),
		position: [index * 200, 0],
	}));
	const connections = { Webhook: { main: [[{ node: 'Node', type: 'main', index: 0 }]] } };
	const workflow = await stage.api.createWorkflow({
		name,
		nodes,
		connections,
		settings: { executionOrder: 'v1' },
	});
	await stage.api.activate(workflow, name);
	await stage.api.callWebhook(name, {});
	return await onlyExecutionOf(stage, workflow);
}

void describe('our credentials', () => {
	before(
		async () => {
			elsewhere = await startWitness();
			api = await startWitness({
				answer: () => ({ status: 302, headers: { location: `${elsewhere.url}/v1/tasks` } }),
			});
			stage = await setTheStage('credentials', { accounts: ARK_ACCOUNTS });
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(async () => {
		await stage?.stop();
		await api?.close();
		await elsewhere?.close();
	});

	for (const [type, versions] of Object.entries(HTTP_REQUESTS)) {
		for (const typeVersion of versions) {
			void it(`${type} in HTTP Request ${typeVersion} does not follow a redirect`, async () => {
				api.requests.length = 0;
				const redirect = { redirect: { followRedirects: true, maxRedirects: 21 } };
				const parameters = {
					url: `${api.url}/v1/tasks`,
					authentication: 'predefinedCredentialType',
					nodeCredentialType: type,
					options: { redirect },
				};
				const http = 'n8n-nodes-base.httpRequest';
				const credential = credentialAt(type, api.url);
				const execution = await running(http, typeVersion, parameters, credential);
				// The key was sent to its own host once. Otherwise the test would prove nothing.
				const keys = api.requests.map(({ headers }) => JSON.stringify(headers).includes(apiKey));
				assert.deepEqual(keys, [true], execution.error?.message);
				assert.deepEqual(elsewhere.requests, []);
				assert.equal(execution.status, 'error');
			});
		}
	}

	for (const [provider, path] of Object.entries(QUESTIONS)) {
		void it(`HTTP Request gets an answer from ${provider} with our credential`, async () => {
			const data = stage.sandbox.credentialOf(provider);
			const { credentialType: type } = standIns.find((each) => each.provider === provider)!;
			const parameters = {
				url: `${data['baseUrl']}${path}`,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: type,
				options: {},
			};
			const http = 'n8n-nodes-base.httpRequest';
			const execution = await running(http, 4.2, parameters, { type, data });
			assert.equal(execution.status, 'success', execution.error?.message);
			const [asked, ...others] = stage.sandbox.ledger.requests.filter(
				({ path: to }) => to === new URL(parameters.url).pathname,
			);
			assert.deepEqual([asked?.status, asked?.keyId, others.length], [200, provider, 0]);
			assert.equal(itemsOf(execution, 'Node').length, 1);
		});
	}

	void it('a failed connection counts as never sent, even if a submit is not repeated', async () => {
		const parameters = { provider: 'segmind', prompt: 'A lamp', afterSubmit: 'return' };
		const baseUrl = `http://127.0.0.1:${await anyFreePort()}`;
		const credential = credentialAt('segmindApi', baseUrl);
		const generate = 'n8n-nodes-seedance.seedanceGenerateVideo';
		const execution = await running(generate, 1, parameters, credential);
		assert.equal(execution.status, 'error');
		const { message } = execution.error ?? {};
		assert.equal(message, 'Segmind cannot be reached: nothing answers at its address');
		assert.deepEqual(itemsOf(execution, 'Node'), []);
	});

	for (const region of REGIONS) {
		void it(`the connection test of ModelArk takes only a key of its region: ${region}`, async () => {
			const baseUrl = new URL(ARK_ROOTS[region], stage.sandbox.apiBase).href;
			const test = (key: string) =>
				stage.api.testCredential('seedanceModelArkApi', { apiKey: key, region, baseUrl });
			const right = await test(ARK_KEYS[region]);
			assert.equal(right.status, 'OK', right.message);
			const elsewheres = REGIONS.filter((each) => each !== region).map((each) => ARK_KEYS[each]);
			for (const key of ['wrong', ...elsewheres]) {
				const { status, message } = await test(key);
				assert.equal(status, 'Error', key);
				// n8n 1.x has words of its own for a 401.
				assert.match(message, /does not know this key in this region|Authorization failed/);
			}
			const asked = stage.sandbox.ledger.requests.filter(({ path }) =>
				path.startsWith('/modelark'),
			);
			assert.deepEqual([...new Set(asked.map(({ kind }) => kind))], ['models']);
		});
	}

	// Some may answer 404 to a valid key. A 404 for a wrong address must not be taken for that.
	void it('the connection test does not take a wrong address for a correct key', async () => {
		const wrong = await startWitness({
			answer: () => ({ status: 404, body: '{"detail":"Not Found"}' }),
		});
		try {
			for (const type of ['segmindApi', 'seedanceOrgApi', 'seedanceModelArkApi']) {
				const test = await stage.api.testCredential(type, { apiKey, baseUrl: wrong.url });
				assert.equal(test.status, 'Error', `${type}: ${test.message}`);
				assert.doesNotMatch(test.message, /key is right/);
			}
		} finally {
			await wrong.close();
		}
	});
});
