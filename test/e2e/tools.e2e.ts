// Generate Video as the tool of an agent, in each major version of n8n's AI Agent, and the button "Retry" in the list of
// executions: in a real n8n, one job for each call, and nothing that was submitted is submitted again.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { itemsOf } from '../n8n/execution.ts';
import { DEFAULT_VERSION } from '../n8n/paths.ts';
import type { Stage } from '../n8n/stage.ts';
import { answersIn, LIMITS, openAgents } from './agents.ts';
import type { Agents } from './agents.ts';
import { SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const isN8n1 = DEFAULT_VERSION.startsWith('1.');
/** Versions 1.x and 2.x call tools through a function of n8n-core, version 3 through the engine. */
const AGENTS = [1.9, 2.2, 3];
/** Versions of the AI Agent Tool, which is both an agent and a tool. Version 3 exists only in n8n 2. */
const SUB_AGENTS = isN8n1 ? [2.2] : [2.2, 3];
/** The job is made, but its answer never arrives. */
const LOST = { method: 'POST', after: 'handled', reset: true } as const;
const RETRYING = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
/** The error of a call that may have received the arguments of another one. */
const REFUSED = /the arguments of another one, so nothing was done/;

let stage: Stage;
let agents: Agents;

/** The tests run concurrently, so each has its own prompts. */
const jobsFor = (...prompts: string[]) =>
	stage.sandbox.jobs().filter(({ prompt }) => prompts.includes(prompt));
const promptsMade = (...prompts: string[]) => jobsFor(...prompts).map(({ prompt }) => prompt);
const idsMade = (...prompts: string[]) => jobsFor(...prompts).map(({ jobId }) => jobId);
const jobIdIn = (answer = '') => /task_\w+/.exec(answer)?.[0];
const promptOf = (answer: string) =>
	stage.sandbox.jobs().find(({ jobId }) => jobId === jobIdIn(answer))?.prompt;

void describe('in a real n8n', { concurrency: true }, () => {
	before(
		async () => {
			stage = await setTheStage('tools', { accounts: [{ ...LIMITS, credits: 1e6 }] });
			agents = await openAgents(stage);
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(async () => {
		await agents?.close();
		await stage?.stop();
	});

	for (const version of AGENTS) {
		void describe(`a tool of AI Agent ${version}`, { concurrency: true }, () => {
			const named = (prompt: string) => `${prompt}, agent ${version}`;

			void it('makes one job for a call whose answers are lost, whatever the number of tries', async () => {
				const prompt = named('a lost lamp');
				stage.sandbox.faults.add({ ...LOST, match: prompt, times: 4 });
				const execution = await agents.ask(version, [[[prompt]]], { tool: RETRYING });
				assert.deepEqual(answersIn(execution).flat().map(jobIdIn), idsMade(prompt));
				assert.equal(idsMade(prompt).length, 1);
			});

			void it('makes one job for each call, even for a repeated call, and never sleeps', async () => {
				const [shoe, hat] = [named('a shoe'), named('a hat')];
				const parameters = { afterSubmit: 'sleep' };
				const execution = await agents.ask(version, [[[shoe, hat], [shoe]]], { parameters });
				const answers = answersIn(execution).flat();
				for (const answer of answers) assert.match(answer, /An AI agent cannot sleep/);
				assert.deepEqual(answers.map(promptOf), [shoe, hat, shoe]);
				assert.equal(new Set(answers.map(jobIdIn)).size, 3);
				assert.equal(jobsFor(shoe, hat).length, 3);
			});

			void it('gives no item the job of another one', async () => {
				const prompts = ['red', 'green', 'blue'].map((colour) => named(`a ${colour} vase`));
				const items = prompts.map((prompt) => [[prompt]]);
				const options = { batching: { batchSize: 3 } };
				const answers = answersIn(await agents.ask(version, items, { options })).flat();
				const refused = answers.filter((answer) => REFUSED.test(answer));
				answers.forEach((answer, item) => {
					if (!refused.includes(answer)) assert.equal(promptOf(answer), prompts[item], answer);
				});
				assert.equal(jobsFor(...prompts).length + refused.length, prompts.length);
				// Only version 2 processes several items concurrently and mixes up their arguments.
				if (version === 2.2) assert.notEqual(refused.length, prompts.length);
				else assert.deepEqual(refused, []);
			});

			void it('tells the model why a call failed', async () => {
				const prompt = named('a refused lamp');
				const refusal = { method: 'POST', match: prompt, status: 400, body: {}, times: 3 };
				stage.sandbox.faults.add(refusal);
				const execution = await agents.ask(version, [[[prompt]]], { tool: RETRYING });
				// There, an error of a tool ends the execution.
				const told =
					isN8n1 && version === 3 ? execution.error?.message : answersIn(execution).join();
				assert.match(String(told), /Seedance did not accept the request/);
			});

			void it('repeats no call of a retried execution', async () => {
				const [lamp, desk] = [named('a retried lamp'), named('a retried desk')];
				stage.sandbox.faults.add({ ...LOST, match: lamp, times: 3 });
				agents.breakModelAfter(lamp);
				let execution = await agents.ask(version, [[[lamp, desk]]]);
				assert.equal(execution.status, 'error');
				// There, the tool ends the first execution, and the model ends the second one.
				const retries = isN8n1 && version === 3 ? 2 : 1;
				for (let nth = 0; nth < retries; nth += 1) execution = await agents.retry(execution);
				const [first, second] = answersIn(execution).flat();
				assert.deepEqual(promptsMade(lamp, desk).sort(), [lamp, desk].sort());
				assert.equal(jobIdIn(second), idsMade(desk)[0]);
				// n8n 2 gives Agent 3 the results of its earlier calls.
				if (version !== 3 || isN8n1) assert.equal(jobIdIn(first), idsMade(lamp)[0]);
				else assert.match(String(first), /may have started/);
			});
		});
	}

	for (const subAgent of SUB_AGENTS) {
		void it(`makes one job for each call of a sub-agent ${subAgent}, whatever the number of tries`, async () => {
			const prompts = ['a lost cup', 'a cup', 'a plate'].map((text) => `${text}, sub ${subAgent}`);
			stage.sandbox.faults.add({ ...LOST, match: prompts[0]!, times: 4 });
			const [lost, cup, plate] = prompts.map((prompt) => JSON.stringify([[prompt]]));
			const options = { tool: RETRYING, subAgent };
			const execution = await agents.ask(3, [[[lost!, cup!], [plate!]]], options);
			assert.deepEqual(answersIn(execution).flat().map(promptOf), prompts);
			assert.deepEqual(promptsMade(...prompts).sort(), [...prompts].sort());
		});
	}

	void describe('the button "Retry"', { concurrency: true }, () => {
		void it('submits what failed or never started, and continues with the rest', async () => {
			const prompts = ['retried one', 'retried two', 'retried three'];
			const [one, two] = prompts as [string, string];
			stage.sandbox.faults.add({ method: 'POST', match: two, status: 400, body: {} });
			const first = await agents.generate(prompts, {
				afterSubmit: 'wait',
				options: { maxConcurrentJobs: 1 },
			});
			assert.equal(first.status, 'error');
			assert.deepEqual(promptsMade(...prompts), [one]);
			const again = await agents.retry(first);
			assert.equal(again.status, 'success', again.error?.message);
			const ids = itemsOf(again, 'Generate Video').map(({ json }) => String(json['jobId']));
			assert.deepEqual(ids.map(promptOf), prompts);
			assert.deepEqual(ids, idsMade(...prompts));
		});

		void it('remembers an ambiguous submit at a provider without idempotency keys, and makes nothing twice', async () => {
			const prompts = ['doubted one', 'doubted two', 'doubted three'];
			stage.sandbox.faults.add({ ...LOST, match: prompts[1]! });
			const segmind = { provider: 'segmind', model: 'seedance-pro', duration: 5 };
			const first = await agents.generate(prompts, segmind);
			assert.match(String(first.error?.message), /may have started/);
			const again = await agents.retry(first);
			assert.match(String(again.error?.message), /may have started/);
			assert.deepEqual(promptsMade(...prompts).sort(), [...prompts].sort());
			// The error names the existing jobs.
			for (const id of idsMade(prompts[0]!, prompts[2]!)) assert.ok(again.stored.includes(id));
		});
	});
});
