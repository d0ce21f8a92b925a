// The example of an AI agent in a real n8n: a scripted model calls Generate Video and Check Status.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import { openModel } from '../standins/model.ts';
import type { Script } from '../standins/model.ts';
import { importExample, runManually } from './examples.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const KEY = 'sk-none';
const QUESTION = 'Make a portrait video of a red lamp';
const RED = { prompt: 'A red lamp turns slowly', aspectRatio: '9:16' };

let stage: Stage;

/** Sends one message in the chat. Returns the agent's answer and everything that the model received. */
async function chat(
	script: Script,
): Promise<{ answer: unknown; told: string; execution: Execution }> {
	const model = await openModel(KEY, script);
	try {
		const workflow = await importExample(stage, 'ai-agent.json', {
			accounts: [
				{ type: 'openAiApi', data: { apiKey: KEY, url: `${model.url}/v1` }, nodes: ['Chat Model'] },
			],
		});
		const execution = await runManually(stage, workflow, 'Chat', {
			output: { sessionId: 'session-1', action: 'sendMessage', chatInput: QUESTION },
		});
		assert.equal(execution.status, 'success', execution.error?.message);
		assert.deepEqual(
			model.requests.map(({ status }) => status),
			model.requests.map(() => 200),
		);
		const answer = itemsOf(execution, 'Video Agent')[0]?.json['output'];
		return { answer, told: JSON.stringify(model.requests.map(({ body }) => body)), execution };
	} finally {
		await model.close();
	}
}

/** The first match in the tool's answer. */
const find = (pattern: RegExp, text = ''): string => pattern.exec(text)?.[0] ?? 'none';
const jobIdIn = (text?: string) => find(/task_\w+/, text);
const videoIn = (text?: string) => find(/http[^"\\]+\.mp4/, text);

void describe('the example of an AI agent', () => {
	before(
		async () => {
			stage = await setTheStage('examples-agent');
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	beforeEach(() => stage.sandbox.reset());
	after(() => stage?.stop());

	void it('requests a video, waits for it and answers with its address', async () => {
		const { answer, told } = await chat(([ordered, looked], { messages, tools = [] }) => {
			const names = tools.map(({ function: { name } }) => name).sort();
			assert.deepEqual(names, ['Check_Status', 'Generate_Video']);
			assert.ok(messages.some(({ role, content }) => role === 'user' && content === QUESTION));
			if (!ordered) return [['Generate_Video', RED]];
			if (!looked) return [['Check_Status', { jobId: jobIdIn(ordered) }]];
			return `Here it is: ${videoIn(looked)}`;
		});
		const [job, ...others] = stage.sandbox.jobs();
		assert.deepEqual(others, []);
		assert.equal(job?.state, 'completed');
		assert.match(String(answer), new RegExp(`^Here it is: http.*${job.jobId}\\.mp4$`));
		assert.equal(stage.sandbox.account().jobsCharged, 1);
		const [submission] = stage.sandbox.ledger.requests.filter(({ kind }) => kind === 'submit');
		assert.partialDeepStrictEqual(submission?.body, {
			model: 'seedance-2.0',
			prompt: RED.prompt,
			duration: 5,
			aspect_ratio: RED.aspectRatio,
		});
		assert.ok(!told.includes(stage.sandbox.apiKey), 'the model has seen the API key');
	});

	void it('makes the same video once, and a different one as well, however the model asks', async () => {
		const { answer } = await chat(([first, second, third]) => {
			const blue = { ...RED, prompt: 'A blue lamp' };
			if (!first)
				return [
					['Generate_Video', RED],
					['Generate_Video', blue],
				];
			if (!third) return [['Generate_Video', RED]];
			return [first, second, third].map(jobIdIn).join(' ');
		});
		const [red, blue, again] = String(answer).split(' ');
		assert.equal(red, again);
		assert.notEqual(red, blue);
		const { jobsCreated } = stage.sandbox.account();
		assert.equal(jobsCreated, 2);
	});

	void it('tells the model what was wrong, so that it can correct the call', async () => {
		const { answer } = await chat(([first, second]) => {
			if (!first) return [['Generate_Video', { ...RED, aspectRatio: 'tall' }]];
			if (!second) return [['Generate_Video', RED]];
			return `${first} ${jobIdIn(second)}`;
		});
		assert.match(String(answer), /Aspect Ratio: .*tall.* Allowed: .*9:16.* task_\w+$/s);
		assert.equal(stage.sandbox.account().submitsReceived, 1);
	});

	void it('lets the model choose the prompt and the format, and nothing that costs more', async () => {
		const greedy = { ...RED, duration: 15, options: { maxCredits: 0 } };
		const { answer } = await chat(([job]) => (job ? jobIdIn(job) : [['Generate_Video', greedy]]));
		assert.match(String(answer), /^task_\w+$/);
		const [submission] = stage.sandbox.ledger.requests.filter(({ kind }) => kind === 'submit');
		assert.equal((submission?.body as { duration: number }).duration, 5);
	});
});
