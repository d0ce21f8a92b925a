// What only ModelArk offers, in a real n8n: a draft and its final version, flex, edit and extend, and cancelling a job that
// may have begun.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { itemsOf } from '../n8n/execution.ts';
import type { Execution } from '../n8n/execution.ts';
import type { Stage } from '../n8n/stage.ts';
import { exactly } from '../sandbox/core/money.ts';
import type { JobSummary } from '../sandbox/index.ts';
import { startChain } from './chain.ts';
import type { NodeSpec } from './chain.ts';
import { onlyExecutionOf, SET_UP_LIMIT_MS, setTheStage } from './play.ts';

const PROVIDER = 'modelArk';
const TYPE = 'seedanceModelArkApi';
/** The provider runs one job at a time, the credential does not know that: so the second one is queued there. */
const BUSY = 'busy';
const BUSY_KEY = 'ark-key-of-a-busy-account';
const SOURCE_VIDEO = 'https://example.com/shoe.mp4';

let stage: Stage;
const credentialIds = new Map<string, string>();

const generate = (name: string, parameters: NodeSpec['parameters']): NodeSpec => ({
	name,
	type: 'seedanceGenerateVideo',
	parameters: { prompt: '={{ $json.query.prompt }}', downloadVideo: false, ...parameters },
});

/** Runs these nodes one after the other behind a webhook that carries the prompt. */
async function run(prompt: string, nodes: NodeSpec[], account = PROVIDER): Promise<Execution> {
	const credentialId = credentialIds.get(account)!;
	const owner = { provider: PROVIDER, credentialType: TYPE, credentialId };
	return onlyExecutionOf(stage, await startChain(stage, owner, prompt, nodes));
}

function outputOf(execution: Execution, node: string): Record<string, unknown> {
	const items = itemsOf(execution, node);
	assert.equal(items.length, 1, execution.error?.message);
	return items[0]!.json;
}

function jobOf(prompt: string): JobSummary {
	const jobs = stage.sandbox.jobs().filter((job) => job.prompt === prompt);
	assert.equal(jobs.length, 1, `${jobs.length} jobs of "${prompt}"`);
	return jobs[0]!;
}

/** The bodies of the submissions that created the jobs of these IDs. */
function bodyOf(contained: string): Record<string, unknown> {
	const bodies = stage.sandbox.ledger.requests
		.filter(({ kind, body }) => kind === 'submit' && JSON.stringify(body).includes(contained))
		.map(({ body }) => body as Record<string, unknown>);
	assert.equal(bodies.length, 1, `${bodies.length} submissions with ${contained}`);
	return bodies[0]!;
}

void describe('ModelArk in a real n8n', () => {
	before(
		async () => {
			const limits = { requestsPerMinute: 600 };
			stage = await setTheStage('modelArk', {
				speed: 20,
				jobSeconds: 30,
				accounts: [
					{ provider: PROVIDER, id: PROVIDER, ...limits, maxConcurrentJobs: 20 },
					{ provider: PROVIDER, id: BUSY, apiKey: BUSY_KEY, ...limits, maxConcurrentJobs: 1 },
				],
			});
			const credential = stage.sandbox.credentialOf(PROVIDER);
			for (const [id, apiKey] of [
				[PROVIDER, credential.apiKey],
				[BUSY, BUSY_KEY],
			] as const) {
				const data = { ...credential, apiKey, ...limits, maxConcurrentJobs: 20 };
				credentialIds.set(id, await stage.api.createCredential(id, TYPE, data));
			}
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => stage?.stop());

	void describe('offers', { concurrency: true }, () => {
		void it('a draft, and its final version from the ID that the draft put out', async () => {
			const prompt = 'A draft of a shoe';
			const model = 'seedance-2.5';
			const execution = await run(prompt, [
				generate('Draft', {
					model,
					mode: 'textToVideo',
					duration: 4,
					resolution: '480p',
					options: { draft: true },
				}),
				generate('Final', { model, mode: 'draftToVideo' }),
			]);
			assert.equal(execution.status, 'success', execution.error?.message);
			const draft = outputOf(execution, 'Draft');
			const final = outputOf(execution, 'Final');
			assert.partialDeepStrictEqual(draft, { model, status: 'completed', resolution: '480p' });
			assert.partialDeepStrictEqual(final, {
				model,
				status: 'completed',
				resolution: '1080p',
				durationSeconds: 4,
			});
			assert.notEqual(final['jobId'], draft['jobId']);
			assert.equal(bodyOf(prompt)['draft'], true);
			const second = bodyOf(`"draft_task":{"id":"${String(draft['jobId'])}"}`);
			// What the draft has settled is an error in the second step, even where it is the same.
			assert.deepEqual(
				['ratio', 'duration', 'generate_audio', 'seed'].filter((key) => key in second),
				[],
			);
			for (const job of [draft, final]) {
				const paid = stage.sandbox.jobs().find(({ jobId }) => jobId === job['jobId']);
				assert.equal(job['costUsd'], exactly(paid?.credits ?? NaN));
			}
		});

		void it('flex at half the price', async () => {
			const settings = {
				model: 'seedance-1.5-pro',
				mode: 'textToVideo',
				duration: 4,
				resolution: '480p',
			};
			const usual = await run('A usual vase', [generate('Generate', settings)]);
			const flex = await run('A flexible vase', [
				generate('Generate', { ...settings, options: { serviceTier: 'flex', timeoutMinutes: 1 } }),
			]);
			const [dear, cheap] = [usual, flex].map((execution) => outputOf(execution, 'Generate'));
			assert.equal(cheap?.['status'], 'completed');
			assert.equal(bodyOf('A flexible vase')['service_tier'], 'flex');
			assert.equal(Number(cheap?.['costUsd']) * 2, Number(dear?.['costUsd']));
		});

		for (const [task, duration, ratio] of [
			['edit', -1, 'adaptive'],
			['extend', 5, 'adaptive'],
		] as const) {
			void it(`the task ${task} of a video`, async () => {
				const prompt = `To ${task}: the shoe is red`;
				const settings = {
					model: 'seedance-2.5',
					mode: 'referenceToVideo',
					resolution: '480p',
					duration,
					aspectRatio: ratio,
					options: { task, referenceVideoUrls: SOURCE_VIDEO },
				};
				const execution = await run(prompt, [generate('Generate', settings)]);
				assert.equal(execution.status, 'success', execution.error?.message);
				assert.equal(outputOf(execution, 'Generate')['status'], 'completed');
				assert.partialDeepStrictEqual(bodyOf(prompt), {
					omni_reference_task_type: task,
					duration,
					ratio,
				});
			});
		}

		void it('an edit with a length of its own is refused before anything is sent', async () => {
			const prompt = 'An edit of five seconds';
			const execution = await run(prompt, [
				generate('Generate', {
					model: 'seedance-2.5',
					mode: 'referenceToVideo',
					duration: 5,
					aspectRatio: 'adaptive',
					options: { task: 'edit', referenceVideoUrls: SOURCE_VIDEO },
				}),
			]);
			assert.equal(execution.status, 'error');
			assert.match(String(execution.error?.message), /Enter -1 in Duration/);
			assert.deepEqual(
				stage.sandbox.jobs().filter((job) => job.prompt === prompt),
				[],
			);
		});
	});

	void it('cancels a queued job, and says that one that runs will be charged', async () => {
		const submit = generate('Generate', {
			model: 'seedance-2.0-mini',
			mode: 'textToVideo',
			duration: 4,
			afterSubmit: 'return',
		});
		const cancel: NodeSpec = { name: 'Cancel Job', type: 'seedanceCancelJob', parameters: {} };
		const running = 'It runs [sandbox:never]';
		const refused = await run(running, [submit, cancel], BUSY);
		assert.equal(refused.status, 'error');
		assert.match(
			String(refused.error?.message),
			/cancels a job only while it is queued, and this one is processing/,
		);
		assert.ok(refused.stored.includes('The job continues and will be charged.'));
		assert.equal(jobOf(running).state, 'processing');

		const queued = 'It is queued [sandbox:never]';
		const cancelled = await run(queued, [submit, cancel], BUSY);
		assert.equal(cancelled.status, 'success', cancelled.error?.message);
		assert.partialDeepStrictEqual(outputOf(cancelled, 'Cancel Job'), {
			jobId: jobOf(queued).jobId,
			status: 'cancelled',
			costUsd: 0,
		});
		const { jobsCancelled, jobsCharged } = stage.sandbox.account(BUSY);
		assert.deepEqual({ jobsCancelled, jobsCharged }, { jobsCancelled: 1, jobsCharged: 0 });
		// Only the queued one was asked to go: a DELETE of one that has ended erases its record.
		assert.deepEqual(
			stage.sandbox.ledger.requests
				.filter(({ kind }) => kind === 'cancel')
				.map(({ path }) => path.split('/').at(-1)),
			[jobOf(queued).jobId],
		);
	});
});
