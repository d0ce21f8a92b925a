/** Wait for Webhook when calls are lost, when n8n fails, and when the deadline is near. */
import type { IDataObject } from 'n8n-workflow';
import {
	chain,
	closeWorld,
	generate,
	node,
	openWorld,
	prompts,
	start,
	type World,
	type WorldOptions,
} from './world.ts';
import { sleep } from './time.ts';

let world: World;
afterEach(() => closeWorld(world));

const after = node('After', 'n8n-nodes-base.noOp');

async function asleep(texts: string[], options: WorldOptions = {}, wait: IDataObject = {}) {
	world = await openWorld({ speed: 1, ...options });
	const flow = chain(
		start,
		generate({ afterSubmit: 'resume' }),
		node('Wait', 'seedanceWaitForWebhook', { provider: 'seedance', ...wait }),
		after,
	);
	const execution = await world.engine.run(flow, { input: prompts(...texts) });
	expect([execution.error, execution.status]).toStrictEqual([undefined, 'waiting']);
	return execution;
}

const jobIds = () => world.sandbox.jobs().map(({ jobId }) => jobId);

it.each([
	['2.x', true],
	['1.x', false],
])('n8n %s that could not store the resumption is asked again', async (_, resumeTokens) => {
	const execution = await asleep(['one'], { resumeTokens });
	world.engine.failToStore(1);
	world.sandbox.finishJob(jobIds()[0]!);
	await world.sandbox.callbacksIdle();
	await world.engine.idle();
	expect(world.sandbox.ledger.callbacks.map(({ status }) => status)).toEqual([200]);
	const done = await world.engine.waitFor(execution.id, { status: 'success', timeoutMs: 50_000 });
	expect(done.output('After').map(({ json }) => json.status)).toEqual(['completed']);
	expect(done.continuations).toBe(1);
});

it('the last callback is lost, and the jobs had to wait for each other', async () => {
	const limits = { requestsPerMinute: 1_000, maxConcurrentJobs: 1 };
	const execution = await asleep(['one', 'two', '[sandbox:callback-never] three'], {
		accounts: [limits],
		credential: limits,
		jobSeconds: 3,
	});
	const done = await world.engine.waitFor(execution.id, { status: 'success', timeoutMs: 50_000 });
	expect(done.output('After').map(({ json }) => json.status)).toEqual(Array(3).fill('completed'));
});

it('the last callback is lost, and the jobs take far longer than estimated', async () => {
	// Ten times as long: our first two calls find it open.
	const execution = await asleep(['[sandbox:slow][sandbox:callback-never] one'], { jobSeconds: 1 });
	const done = await world.engine.waitFor(execution.id, { status: 'success', timeoutMs: 50_000 });
	expect(done.output('After').map(({ json }) => json.status)).toEqual(['completed']);
});

it('a status that is behind the callback is waited for', async () => {
	const execution = await asleep(['one']);
	const [jobId] = jobIds();
	const body = { task_id: jobId, status: 'processing' };
	world.sandbox.faults.add({ method: 'GET', path: '/v1/tasks', status: 200, body, times: 3 });
	world.sandbox.finishJob(jobId!);
	const done = await world.engine.waitFor(execution.id, { status: 'success' });
	expect(done.output('After').map(({ json }) => json.status)).toEqual(['completed']);
});

describe('shortly before the deadline', () => {
	it('files are not fetched any more: the item says so and has the address', async () => {
		const wait = { downloadVideo: true, limitWaitMinutes: 0.2 };
		const execution = await asleep(['one', 'two'], {}, wait);
		// The first file comes too late, so for the second there is no time at all.
		world.sandbox.faults.add({ host: 'media', delayMs: 9_000, times: 0 });
		for (const jobId of jobIds()) world.sandbox.finishJob(jobId);
		const done = await world.engine.waitFor(execution.id, { status: 'success' });
		expect(done.output('After').map(({ json, binary }) => [json.status, binary])).toEqual([
			['completed', undefined],
			['completed', undefined],
		]);
		for (const { json } of done.output('After')) {
			expect(json.videoUrl).toMatch(/^http/);
			expect(json.failure).toMatchObject({
				code: 'download_failed',
				message: expect.stringContaining('"Limit Wait" was almost over') as string,
			});
		}
		expect(done.continuations).toBe(1);
	});

	it('n8n 1.x is left alone, because its timer does not know of a callback', async () => {
		const execution = await asleep(['one'], { resumeTokens: false }, { limitWaitMinutes: 0.05 });
		world.sandbox.finishJob(jobIds()[0]!);
		await world.sandbox.callbacksIdle();
		await world.engine.idle();
		const done = await execution.wakeByTime();
		expect(done.output('After').map(({ json }) => json.status)).toEqual(['timed_out']);
		await sleep(3_000);
		expect(execution.continuations).toBe(1);
	});
});
