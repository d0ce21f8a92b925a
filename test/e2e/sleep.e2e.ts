// Generate Video that sleeps itself, in a real n8n: no second node, nothing lost in a restart, nothing paid twice.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Workflow } from '../n8n/api.ts';
import { itemsOf } from '../n8n/execution.ts';
import type { OwnStage } from '../n8n/stage.ts';
import { Clip, findClip } from '../sandbox/core/clip.ts';
import type { JobSummary } from '../sandbox/index.ts';
import { startChain } from './chain.ts';
import type { NodeSpec } from './chain.ts';
import { onlyExecutionOf, SET_UP_LIMIT_MS, setOwnStage } from './play.ts';

const PROVIDER = 'seedance';
const SLEEPING: NodeSpec = {
	name: 'Generate Video',
	type: 'seedanceGenerateVideo',
	parameters: {
		model: 'seedance-2.0',
		mode: 'textToVideo',
		prompt: '={{ $json.query.prompt }}',
		duration: 4,
		afterSubmit: 'sleep',
		limitWaitMinutes: 30,
		downloadVideo: true,
	},
};

let stage: OwnStage;
let credentialId: string;

const start = (prompt: string): Promise<Workflow> =>
	startChain(stage, { provider: PROVIDER, credentialType: 'seedanceApi', credentialId }, prompt, [
		SLEEPING,
	]);

function jobOf(prompt: string): JobSummary {
	const jobs = stage.sandbox.jobs().filter((job) => job.prompt === prompt);
	assert.equal(jobs.length, 1, `${jobs.length} jobs of "${prompt}"`);
	return jobs[0]!;
}

/** The finished execution, with the video of its job, paid once. */
async function assertDone(workflow: Workflow, prompt: string): Promise<void> {
	const execution = await onlyExecutionOf(stage, workflow);
	assert.equal(execution.status, 'success', execution.error?.message);
	const [item, ...others] = itemsOf(execution, SLEEPING.name);
	assert.equal(others.length, 0);
	const { jobId } = jobOf(prompt);
	assert.partialDeepStrictEqual(item?.json, { jobId, status: 'completed', creditsCharged: 243 });
	const bytes = await stage.api.downloadBinary(item!.binary!['video']!.id!);
	assert.deepEqual(bytes, new Clip(findClip()).bytesFor(jobId));
}

void describe('Generate Video that sleeps', () => {
	before(
		async () => {
			stage = await setOwnStage('sleep');
			const data = stage.sandbox.credentialOf(PROVIDER);
			credentialId = await stage.api.createCredential(PROVIDER, 'seedanceApi', data);
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => stage?.stop());

	void it('is woken by the callback, with the file', async () => {
		const prompt = 'A lamp [sandbox:never]';
		const workflow = await start(prompt);
		await onlyExecutionOf(stage, workflow, ['waiting']);
		stage.sandbox.finishJob(jobOf(prompt).jobId);
		await assertDone(workflow, prompt);
	});

	void it('sleeps on while n8n restarts', async () => {
		const prompt = 'A vase [sandbox:never]';
		const workflow = await start(prompt);
		await onlyExecutionOf(stage, workflow, ['waiting']);
		await stage.restart();
		assert.equal((await onlyExecutionOf(stage, workflow, ['waiting'])).status, 'waiting');
		stage.sandbox.finishJob(jobOf(prompt).jobId);
		await assertDone(workflow, prompt);
	});

	void it('submits nothing when an execution that was stopped in its sleep is retried', async () => {
		const prompt = 'A mug [sandbox:never]';
		const workflow = await start(prompt);
		const { id } = await onlyExecutionOf(stage, workflow, ['waiting']);
		await stage.api.request('POST', `/rest/executions/${id}/stop`);
		await stage.api.request('POST', `/rest/executions/${id}/retry`, { loadWorkflow: false });
		const all = await stage.api.listExecutions(workflow);
		assert.equal(all.length, 2);
		jobOf(prompt);
	});

	void it('pays once for each video', () => {
		const { jobsCreated, jobsCharged } = stage.sandbox.account();
		assert.deepEqual({ jobsCreated, jobsCharged }, { jobsCreated: 3, jobsCharged: 2 });
	});
});
