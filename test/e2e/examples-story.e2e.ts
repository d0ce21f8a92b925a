// The example "A story from one sentence" in a real n8n: a scripted model writes the scenes, the sandbox's ModelArk makes the
// shots, and the visitor of the form gets the film.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { playFilm } from '../films/player.ts';
import type { Workflow } from '../n8n/api.ts';
import { findChromium } from '../n8n/browser.ts';
import type { Stage } from '../n8n/stage.ts';
import { openModel } from '../standins/model.ts';
import type { StandIn } from '../standins/standin.ts';
import { importExample } from './examples.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';
import { visitForm } from './visitor.ts';
import type { FormPage } from './visitor.ts';

const EXAMPLE = 'story-to-film.json';
const PATH = 'story-to-film';
const PROVIDER = 'modelArk';
const KEY = 'sk-none';
/** The tool with which an agent gives a structured answer. */
const ANSWER = 'format_final_json_response';

let stage: Stage;
let model: StandIn;
let workflow: Workflow;
/** What the model makes of the next sentence. */
let prompts: string[] = [];
/** What the model was asked. */
let asked = '';

async function tell(story: string, scenes: string[]): Promise<FormPage> {
	prompts = scenes;
	const form = new FormData();
	form.append('field-0', story);
	return await visitForm(stage, PATH, form);
}

void describe('A story from one sentence', () => {
	before(
		async () => {
			stage = await setTheStage('story');
			model = await openModel(KEY, (_, { messages, tools = [] }) => {
				asked = JSON.stringify(messages);
				assert.ok(tools.some((tool) => tool.function.name === ANSWER));
				return [[ANSWER, { output: { scenes: prompts.map((prompt) => ({ prompt })) } }]];
			});
			workflow = await importExample(stage, EXAMPLE, {
				accounts: [
					{
						type: 'openAiApi',
						data: { apiKey: KEY, url: `${model.url}/v1` },
						nodes: ['Chat Model'],
					},
				],
			});
			await stage.api.activateForm(workflow, PATH);
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	beforeEach(() => stage.sandbox.reset());
	after(async () => {
		await stage?.stop();
		await model?.close();
	});

	void it('becomes one film of three shots, each paid once, that plays in a browser', async () => {
		const scenes = ['A paper boat in the rain', 'The boat on the river', 'The boat at the sea'];
		const { html, file } = await tell('A paper boat finds the sea', scenes);
		assert.ok(html.includes('Here is your film'), html.slice(0, 2000));
		assert.ok(html.includes('3 shots'), html.slice(0, 2000));
		assert.match(asked, /A paper boat finds the sea/);
		assert.match(asked, /exactly 3 scenes/);
		assert.deepEqual(
			stage.sandbox.jobs().map(({ prompt }) => prompt),
			scenes,
		);
		assert.equal(stage.sandbox.account(PROVIDER).jobsCharged, 3);
		assert.equal(file?.fileName, 'film.mp4');
		if (!findChromium()) return;
		const { duration, playedTo } = await playFilm(file.bytes);
		assert.ok(duration > 3 && Math.abs(playedTo - duration) < 0.2, `${playedTo} of ${duration} s`);
	});

	void it('says why there is no film when a shot fails, and pays for no later one', async () => {
		const { html, file } = await tell('A cup falls', [
			'A cup',
			'It falls [sandbox:fail]',
			'Shards',
		]);
		assert.ok(html.includes('There is no film this time'), html.slice(0, 2000));
		assert.equal(file, undefined);
		assert.equal(stage.sandbox.jobs().length, 2);
		assert.equal(stage.sandbox.account(PROVIDER).jobsCharged, 1);
	});

	void it('costs nothing when the whole film would cost too much', async () => {
		const scenes = Array.from({ length: 12 }, (_, nth) => `Scene ${nth + 1}`);
		const { html } = await tell('A very long story', scenes);
		assert.ok(html.includes('There is no film this time'), html.slice(0, 2000));
		assert.equal(stage.sandbox.jobs().length, 0);
	});
});
