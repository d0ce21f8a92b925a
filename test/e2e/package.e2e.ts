// The packed package as n8n sees it: its nodes, their icons, its credentials and the connection test.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stage } from '../n8n/stage.ts';
import { startWitness } from '../sandbox/index.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const NODES = {
	seedanceGenerateVideo: 'Seedance Generate Video',
	seedanceCheckStatus: 'Seedance Check Status',
	seedanceWaitForWebhook: 'Seedance Wait for Webhook',
	seedanceGetCredits: 'Seedance Get Credits',
	seedanceTrigger: 'Seedance Trigger',
	seedanceCancelJob: 'Seedance Cancel Job',
	seedanceGenerateImage: 'Seedance Generate Image',
	seedanceJoinVideos: 'Seedance Join Videos',
};
const CREDENTIALS = {
	seedanceApi: 'Seedance API',
	segmindApi: 'Segmind API',
	seedanceOrgApi: 'SeedanceAPI.org API',
};

interface TypeDescription {
	name: string;
	displayName: string;
	iconUrl?: { light: string; dark: string } | string;
}

let stage: Stage;

async function typesOf(kind: 'nodes' | 'credentials'): Promise<TypeDescription[]> {
	const { text } = await stage.api.raw('GET', `/types/${kind}.json`);
	return JSON.parse(text) as TypeDescription[];
}

async function assertIcon({ name, iconUrl }: TypeDescription): Promise<void> {
	assert.ok(typeof iconUrl === 'object', `${name} has no light and dark icon`);
	assert.notEqual(iconUrl.light, iconUrl.dark);
	for (const url of [iconUrl.light, iconUrl.dark]) {
		const { status, headers, text } = await stage.api.raw('GET', `/${url}`);
		assert.equal(status, 200, `${name}: ${url}`);
		assert.match(headers.get('content-type') ?? '', /^image\/svg\+xml/);
		assert.match(text, /<svg/);
	}
}

void describe('the package in a real n8n', () => {
	before(
		async () => {
			stage = await setTheStage('package');
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => stage?.stop());

	void it('shows every node under its name, with icons', async () => {
		const types = await typesOf('nodes');
		for (const [name, displayName] of Object.entries(NODES)) {
			const type = types.find((each) => each.name === `n8n-nodes-seedance.${name}`);
			assert.ok(type, `n8n does not know n8n-nodes-seedance.${name}`);
			assert.equal(type.displayName, displayName);
			await assertIcon(type);
		}
	});

	void it('shows every credential, with icons', async () => {
		const types = await typesOf('credentials');
		for (const [name, displayName] of Object.entries(CREDENTIALS)) {
			const type = types.find((each) => each.name === name);
			assert.equal(type?.displayName, displayName);
			await assertIcon(type);
		}
	});

	void it('distinguishes a correct key from a wrong one in the connection test, for free', async () => {
		const { apiKey, apiBase: baseUrl } = stage.sandbox;
		const right = await stage.api.testCredential('seedanceApi', { apiKey, baseUrl });
		assert.equal(right.status, 'OK', right.message);
		const wrong = await stage.api.testCredential('seedanceApi', { apiKey: 'wrong', baseUrl });
		assert.equal(wrong.status, 'Error');
		assert.match(wrong.message, /API key is wrong|Authorization failed/);
		assert.equal(stage.sandbox.account().creditsCharged, 0);
	});

	void it('sends no key over plain http to another machine, not even in the connection test', async () => {
		const { apiKey } = stage.sandbox;
		const witness = await startWitness();
		// This address reaches this machine but does not count as a local one.
		const baseUrl = witness.url.replace('127.0.0.1', '0.0.0.0');
		try {
			const refused = await stage.api.testCredential('seedanceApi', { apiKey, baseUrl });
			assert.equal(refused.status, 'Error');
			assert.match(refused.message, /not safe for an API key/);
			assert.deepEqual(witness.requests, []);
		} finally {
			await witness.close();
		}
	});
});
