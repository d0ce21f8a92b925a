// The example "Telegram message to video" in a real n8n, between the sandbox's OpenRouter and a stand-in for Telegram: the
// file that opens only with the key reaches the chat.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import type { Stage } from '../n8n/stage.ts';
import { Clip, findClip } from '../sandbox/core/clip.ts';
import type { JobSummary } from '../sandbox/index.ts';
import { openTelegram } from '../standins/telegram.ts';
import type { Telegram } from '../standins/telegram.ts';
import { importExample, runManually } from './examples.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const CHAT = 4_242;
/** A job takes a second. Without an estimate, the first question would come after a minute. */
const SPEED = 80;

let stage: Stage;
let telegram: Telegram;
let workflow: Workflow;

/** What the bot answers to a message. */
async function answersTo(text: string, chat = CHAT) {
	const earlier = telegram.sent.length;
	const output = { message: { message_id: 1, chat: { id: chat, type: 'private' }, text } };
	const execution = await runManually(stage, workflow, 'Telegram Trigger', { output });
	assert.equal(execution.status, 'success', execution.error?.message);
	return telegram.sent.slice(earlier);
}

const jobsOf = (text: string): JobSummary[] =>
	stage.sandbox.jobs().filter(({ prompt }) => prompt === text);

void describe('the example of a Telegram bot', () => {
	before(
		async () => {
			telegram = await openTelegram();
			stage = await setTheStage('examples-telegram', { speed: SPEED });
			workflow = await importExample(stage, 'telegram-to-video.json', {
				settings: { chatId: CHAT },
				accounts: [
					{
						type: 'telegramApi',
						data: { accessToken: telegram.token, baseUrl: telegram.url },
						nodes: ['Telegram Trigger', 'Send the video', 'Send the reason'],
					},
				],
			});
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(async () => {
		await stage?.stop();
		await telegram?.close();
	});

	void it('answers with the file, which opens only with the key', async () => {
		const answers = await answersTo('a red lamp');
		const [job, ...others] = jobsOf('a red lamp');
		assert.equal(others.length, 0);
		const video = new Clip(findClip()).bytesFor(job!.jobId);
		assert.deepEqual(answers, [{ chatId: String(CHAT), video }]);
		assert.partialDeepStrictEqual(stage.sandbox.account('openRouter'), {
			submitsReceived: 1,
			jobsCharged: 1,
		});
		assert.equal(stage.sandbox.ledger.keyReachedMediaHost, false);
	});

	void it('answers with the reason, and pays nothing for it', async () => {
		const [answer, ...others] = await answersTo('a blue lamp [sandbox:fail]');
		assert.equal(others.length, 0);
		assert.match(answer?.text ?? '', /could not make the video.+\(job \S+\)/);
		assert.equal(stage.sandbox.account('openRouter').jobsCharged, 1);
	});

	void it('makes nothing for another chat', async () => {
		assert.deepEqual(await answersTo('a green lamp', CHAT + 1), []);
		assert.deepEqual(jobsOf('a green lamp'), []);
	});
});
