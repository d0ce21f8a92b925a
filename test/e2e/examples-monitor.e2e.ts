// The example "Credit monitor" in a real n8n: it sends a message only if the balance is low or unknown.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stage } from '../n8n/stage.ts';
import { openChat } from '../standins/chat.ts';
import type { Chat } from '../standins/chat.ts';
import { importExample, runManually } from './examples.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

let stage: Stage;
let chat: Chat;

/** The messages that one run writes to the chat. */
async function messagesAt(credits: number): Promise<readonly string[]> {
	stage.sandbox.setCredits(credits);
	const settings = { chatUrl: chat.hook, minimumCredits: 2_000 };
	const workflow = await importExample(stage, 'credit-monitor.json', { settings });
	const before = chat.messages.length;
	const { status, error } = await runManually(stage, workflow, 'Every hour');
	assert.equal(status, 'success', error?.message);
	return chat.messages.slice(before);
}

void describe('the example of a credit monitor', () => {
	before(
		async () => {
			stage = await setTheStage('examples-monitor');
			chat = await openChat();
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(async () => {
		await stage?.stop();
		await chat?.close();
	});

	void it('sends nothing while the balance is sufficient', async () => {
		assert.deepEqual(await messagesAt(2_000), []);
	});

	void it('reports the remaining balance and what it pays for', async () => {
		assert.deepEqual(await messagesAt(1_999), [
			'Seedance: 1999 credits are left, fewer than the 2000 you want. They pay for 32 s of Seedance 2.0. Top up on seedance.it.com.',
		]);
	});

	void it('reports that the balance cannot be read', async () => {
		stage.sandbox.faults.add({ path: '/v1/account/credits', status: 401, body: {}, times: 0 });
		const [message, ...others] = await messagesAt(5_000);
		assert.deepEqual(others, []);
		assert.match(message ?? '', /^Seedance: the balance could not be read\. .*Seedance API/);
	});

	void it('costs nothing', () => {
		const { submitsReceived, creditsCharged } = stage.sandbox.account();
		assert.deepEqual(
			{ submitsReceived, creditsCharged },
			{ submitsReceived: 0, creditsCharged: 0 },
		);
	});
});
