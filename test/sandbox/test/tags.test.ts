import { clientOf } from '../client.ts';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { startSandbox } from '../index.ts';

/** Misbehaviour by tags in the prompt. */

let sandbox: Sandbox;
const start = async (options: SandboxOptions = {}) => {
	sandbox = await startSandbox({
		jobSeconds: 3600,
		accounts: [{ requestsPerMinute: 1000 }],
		...options,
	});
	return clientOf(sandbox);
};
afterEach(() => sandbox.close());

describe('tags', () => {
	test.each([
		['fail', { code: 'generation_failed' }],
		['moderate', { code: 'content_policy_violation' }],
	])('%s fails and gives the credits back', async (tag, error) => {
		const client = await start({ jobSeconds: 0 });
		const id = await client.submitted({ prompt: `A lamp [sandbox:${tag}]` });
		await sandbox.waitFor('failed', id);
		expect((await client.status(id)).json).toMatchObject({ status: 'failed', error });
		expect(sandbox.account()).toMatchObject({ creditsCharged: 0, creditsAvailable: 100_000 });
	});

	test('fail-text says the error as a text', async () => {
		const client = await start({ jobSeconds: 0 });
		const id = await client.submitted({ prompt: '[sandbox:fail-text]' });
		await sandbox.waitFor('failed', id);
		expect(typeof (await client.status(id)).json.error).toBe('string');
	});

	test('slow takes ten times as long as it says', async () => {
		const client = await start({ speed: 1000, jobSeconds: 60 });
		const { json } = await client.submit({ prompt: '[sandbox:slow]' });
		expect(json.estimated_time).toBe(1);
		const { at } = await sandbox.waitFor('completed', json.task_id as string);
		expect(at - (sandbox.jobs()[0]?.createdAt ?? 0)).toBeGreaterThanOrEqual(550);
	});

	test('never stays below 100 percent, promises the future, and can be cancelled', async () => {
		const client = await start({ jobSeconds: 0 });
		const id = await client.submitted({ prompt: '[sandbox:never]' });
		await sandbox.waitFor('progress', id);
		const { json } = await client.status(id);
		expect(json).toMatchObject({ status: 'processing', progress: 99 });
		expect(Date.parse(json.estimated_completion as string)).toBeGreaterThan(Date.now() - 1000);
		await client.call('DELETE', `/v1/tasks/${id}`);
		expect((await client.status(id)).json.status).toBe('cancelled');
	});

	test('unknown-status says another word until it is done', async () => {
		const client = await start();
		const id = await client.submitted({ prompt: '[sandbox:unknown-status]' });
		expect((await client.status(id)).json).toMatchObject({ status: 'rendering', progress: 0 });
		sandbox.finishJob(id);
		expect((await client.status(id)).json.status).toBe('completed');
	});

	test('no-url completes without one', async () => {
		const client = await start();
		const id = await client.submitted({ prompt: '[sandbox:no-url]' });
		sandbox.finishJob(id);
		const { json } = await client.status(id);
		expect(json.status).toBe('completed');
		expect(json.result).not.toHaveProperty('video_url');
	});

	test('instant answers the submission with the result, or with the failure', async () => {
		const client = await start();
		const done = await client.submit({ prompt: '[sandbox:instant]' });
		expect(done.json).toMatchObject({
			status: 'completed',
			credits_charged: 485,
			result: { duration: 8, video_url: expect.stringContaining('/cdn/') as string },
		});
		const failed = await client.submit({ prompt: '[sandbox:instant,fail]' });
		expect(failed.json).toMatchObject({ status: 'failed', error: { code: 'generation_failed' } });
		expect(sandbox.account()).toMatchObject({ creditsCharged: 485, creditsRefunded: 485 });
	});

	test('work together', async () => {
		const client = await start({ speed: 1000, jobSeconds: 60 });
		const id = await client.submitted({ prompt: '[sandbox:slow] a [sandbox:fail, no-url] b' });
		await sandbox.waitFor('progress', id);
		expect((await client.status(id)).json.status).toBe('processing');
		sandbox.finishJob(id, 'failed');
	});
});
