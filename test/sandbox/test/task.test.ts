import { clientOf, TEXT_TO_VIDEO } from '../client.ts';
import type { Job } from '../core/job.ts';
import { estimatedCompletionMs, progressOf } from '../core/job.ts';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';

/** Keys, addresses and a task’s life in the unified API, as its document shows them. */

const ISO_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ANY_TIME = expect.stringMatching(ISO_SECONDS) as string;

let sandbox: Sandbox;

beforeEach(async () => {
	// Jobs end when a test ends them: no test waits for a clock.
	sandbox = await startSandbox({
		jobSeconds: 3600,
		accounts: [
			{ requestsPerMinute: 1000 },
			{ id: 'other', apiKey: 'other-key', credits: 150, requestsPerMinute: 1000 },
		],
	});
});
afterEach(() => sandbox.close());

describe('keys, ids and addresses', () => {
	test.each([
		['no header', ''],
		['a wrong key', 'Bearer wrong'],
		['another scheme', 'Basic sandbox-key-not-a-real-one'],
		['a bare key', 'sandbox-key-not-a-real-one'],
	])('answers 401 to %s', async (_what, authorization) => {
		for (const [method, path] of [
			['GET', '/v1/account/credits'],
			['GET', '/v1/tasks/task_1'],
			['POST', TEXT_TO_VIDEO],
		] as const) {
			const { status, json } = await clientOf(sandbox).call(method, path, undefined, {
				authorization,
			});
			expect(status).toBe(401);
			expect(json.error).toMatchObject({ code: 'invalid_api_key' });
		}
	});

	test('does not take a key in another provider’s header', async () => {
		const headers = { authorization: '', 'x-api-key': sandbox.apiKey };
		const reply = await clientOf(sandbox).call('GET', '/v1/account/credits', undefined, headers);
		expect(reply.status).toBe(401);
	});

	test('says balance and tier', async () => {
		const { json } = await clientOf(sandbox, 'other-key').call('GET', '/v1/account/credits');
		expect(json).toEqual({ credits: 150, tier: 'popular' });
	});

	test('answers 404 to an unknown task and to another account’s', async () => {
		const id = await clientOf(sandbox).submitted();
		for (const [key, task] of [
			[sandbox.apiKey, 'task_000000000000'],
			['other-key', id],
		] as const) {
			const client = clientOf(sandbox, key);
			for (const reply of [
				await client.status(task),
				await client.call('DELETE', `/v1/tasks/${task}`),
			])
				expect([reply.status, (reply.json.error as { code: string }).code]).toEqual([
					404,
					'not_found',
				]);
		}
		expect((await clientOf(sandbox).status(id)).json.status).toBe('processing');
	});

	test.each([
		['GET', '/v1/generate/text-to-video'],
		['GET', '/'],
		['PUT', '/v1/tasks/task_1'],
		['GET', '/v1/tasks/%E0%A4%A'],
	])('answers %s %s in the documented error shape', async (method, path) => {
		const { status, json } = await clientOf(sandbox).call(method, path);
		expect([400, 404]).toContain(status);
		expect(json.error).toMatchObject({ code: expect.any(String) as string });
	});
});

describe('a task’s life', () => {
	test('queued says no progress', async () => {
		const client = clientOf(sandbox);
		for (let count = 0; count < 5; count += 1) await client.submitted();
		const id = await client.submitted({ metadata: { n: 6 } });
		expect((await client.status(id)).json).toEqual({
			task_id: id,
			status: 'queued',
			model: 'seedance-2.0',
			metadata: { n: 6 },
			created_at: ANY_TIME,
		});
	});

	test('processing says progress and when it will be ready', async () => {
		const id = await clientOf(sandbox).submitted();
		const { json } = await clientOf(sandbox).status(id);
		expect(json).toEqual({
			task_id: id,
			status: 'processing',
			progress: 0,
			model: 'seedance-2.0',
			created_at: ANY_TIME,
			estimated_completion: ANY_TIME,
		});
		const left = Date.parse(json.estimated_completion as string) - Date.now();
		expect(left).toBeGreaterThan(3_500_000);
		expect(left).toBeLessThanOrEqual(3_600_000);
	});

	test('completed says the result with the file’s true size, at another host', async () => {
		const id = await clientOf(sandbox).submitted({ duration: 10, aspect_ratio: '1:1' });
		sandbox.finishJob(id);
		const { json } = await clientOf(sandbox).status(id);
		const video = await fetch(`${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`);
		const bytes = Buffer.from(await video.arrayBuffer());
		expect(json).toEqual({
			task_id: id,
			status: 'completed',
			model: 'seedance-2.0',
			result: {
				video_url: `${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`,
				duration: 10,
				resolution: '720x720',
				has_audio: true,
				file_size: bytes.length,
			},
			credits_charged: 607,
			created_at: ANY_TIME,
			completed_at: ANY_TIME,
		});
		expect(new URL(sandbox.mediaUrl).host).not.toBe(new URL(sandbox.url).host);
	});

	test('failed says an error and no result', async () => {
		const id = await clientOf(sandbox).submitted();
		sandbox.finishJob(id, 'failed');
		expect((await clientOf(sandbox).status(id)).json).toEqual({
			task_id: id,
			status: 'failed',
			model: 'seedance-2.0',
			error: { code: 'generation_failed', message: expect.any(String) as string },
			created_at: ANY_TIME,
		});
	});

	test('cancelling ends a task once; a settled one cannot be cancelled', async () => {
		const client = clientOf(sandbox);
		const [id, done] = [await client.submitted(), await client.submitted()];
		sandbox.finishJob(done);
		const first = await client.call('DELETE', `/v1/tasks/${id}`);
		expect([first.status, first.json.status]).toEqual([200, 'cancelled']);
		expect((await client.call('DELETE', `/v1/tasks/${id}`)).status).toBe(200);
		expect((await client.status(id)).json.status).toBe('cancelled');
		const late = await client.call('DELETE', `/v1/tasks/${done}`);
		expect([late.status, (await client.status(done)).json.status]).toEqual([409, 'completed']);
	});

	test.each([
		[0, 0, 1000],
		[499, 49, 1499],
		[650, 65, 1650],
		[999, 99, 1999],
		[5000, 99, 6000],
	])('after %i of 1000 ms: %i percent, ready at %i', (nowMs, percent, readyAt) => {
		const job = { startedAt: 0, estimateMs: 1000, processingMs: 1000 } as Job;
		expect(progressOf(job, nowMs)).toBe(percent);
		expect(estimatedCompletionMs(job, nowMs)).toBe(readyAt);
	});

	test('a queued task has no progress', () => {
		expect(progressOf({ startedAt: null } as Job, 9)).toBe(0);
	});
});
