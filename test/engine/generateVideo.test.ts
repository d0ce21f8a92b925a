import {
	chain,
	closeWorld,
	errorTextOf,
	generate,
	openWorld,
	prompts,
	start,
	submitsOf,
	type World,
} from './world.ts';
import { sleep } from './time.ts';

let world: World;
afterEach(() => closeWorld(world));

const run = (parameters = {}, input = prompts('one'), more = {}) =>
	world.engine.run(chain(start, generate(parameters, more)), { input });

describe('Generate Video, waiting', () => {
	it('gives the job of each item, complete and in input order', async () => {
		world = await openWorld();
		const metadata = '={{ { "sku": $json.sku } }}';
		const { error, output } = await outputOf({ options: { metadata } }, prompts('1', '2', '3'));
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => json.metadata)).toEqual(
			['A-0', 'A-1', 'A-2'].map((sku) => ({ sku })),
		);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		expect(output[0]!.json).toEqual({
			jobId: expect.stringMatching(/^task_/),
			provider: 'seedance',
			model: 'seedance-2.0',
			status: 'completed',
			progress: 100,
			videoUrl: expect.stringMatching(/^http.*\.mp4$/),
			durationSeconds: 4,
			lastFrameUrl: null,
			seed: null,
			resolution: '1280x720',
			hasAudio: true,
			fileSizeBytes: expect.any(Number),
			creditsCharged: 243,
			creditsEstimated: 243,
			costUsdEstimated: 2.43,
			costUsd: 2.43,
			estimatedSeconds: expect.any(Number),
			createdAt: expect.any(String),
			completedAt: expect.any(String),
			expiresAt: expect.any(String),
			failure: null,
			metadata: { sku: 'A-0' },
			reference: null,
		});
		expect(world.sandbox.account()).toMatchObject({ jobsCharged: 3, creditsCharged: 729 });
	});

	it('submits 500 items exactly once each, within the limits of the account', async () => {
		const limits = { requestsPerMinute: 2_000, maxConcurrentJobs: 60 };
		world = await openWorld({
			speed: 60,
			jobSeconds: (ordinal) => 30 + ((ordinal * 37) % 90),
			accounts: [{ credits: 500 * 243, ...limits }],
			credential: limits,
		});
		const input = prompts(...Array.from({ length: 500 }, (_, index) => `number ${index}`));
		const metadata = '={{ { "sku": $json.sku } }}';
		const { error, output } = await outputOf({ options: { metadata } }, input);
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => (json.metadata as { sku: string }).sku)).toEqual(
			input.map(({ json }) => json.sku),
		);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(input.map((_, item) => ({ item })));
		expect(new Set(output.map(({ json }) => json.jobId)).size).toBe(500);
		const account = world.sandbox.account();
		expect(account).toMatchObject({ submitsReceived: 500, jobsCharged: 500, requestsRefused: 0 });
		expect(account.peakUnsettledJobs).toBeLessThanOrEqual(limits.maxConcurrentJobs);
		expect(account.peakRequestsPerMinute).toBeLessThanOrEqual(limits.requestsPerMinute);
	}, 300_000);

	it('keeps to the jobs at a time of the account together with another execution', async () => {
		world = await openWorld({ credential: { maxConcurrentJobs: 2 } });
		await Promise.all([run({}, prompts('1', '2', '3')), run({}, prompts('4', '5', '6'))]);
		expect(world.sandbox.account()).toMatchObject({ jobsCharged: 6, peakUnsettledJobs: 2 });
	});

	it('puts the file into the item, streamed and complete, with a speaking name', async () => {
		world = await openWorld();
		const { output } = await outputOf({ downloadVideo: true });
		const { video } = output[0]!.binary!;
		expect(video).toMatchObject({ mimeType: 'video/mp4', fileExtension: 'mp4' });
		expect(video!.fileName).toBe(`seedance-2.0-${output[0]!.json.jobId as string}.mp4`);
		const bytes = await world.engine.readBinary(video);
		expect(bytes.subarray(4, 8).toString()).toBe('ftyp');
		expect(bytes.length).toBe(output[0]!.json.fileSizeBytes);
		expect(world.sandbox.ledger.keyReachedMediaHost).toBe(false);
	});

	it('begins a download again that broke off', async () => {
		world = await openWorld();
		const headers = { 'content-type': 'video/mp4' };
		world.sandbox.faults.add({ host: 'media', body: 'only a part', headers, reset: true });
		const { output } = await outputOf({ downloadVideo: true });
		const bytes = await world.engine.readBinary(output[0]!.binary!.video);
		expect(bytes.length).toBe(output[0]!.json.fileSizeBytes);
	});

	it('fails with the reason and the job ID when the job fails', async () => {
		world = await openWorld();
		const { error } = await run({}, prompts('[sandbox:moderate]'));
		expect(error?.message).toMatch(/could not make the video: .+ \(job task_\w+\)/);
		expect(world.sandbox.account()).toMatchObject({ jobsFailed: 1, creditsCharged: 0 });
	});

	it('returns the failed job where the user wants that', async () => {
		world = await openWorld();
		const { output } = await outputOf(
			{ options: { onJobFailure: 'return' } },
			prompts('[sandbox:fail]', '[sandbox:no-url]'),
		);
		expect(output.map(({ json }) => json.status)).toEqual(['failed', 'failed']);
		expect(output[0]!.json).toMatchObject({ creditsCharged: 0, costUsd: 0 });
		expect(output[1]!.json.failure).toMatchObject({ code: 'no_video_url' });
	});

	it('names the IDs of all other jobs when one job ends the run', async () => {
		world = await openWorld({ speed: 300 });
		const { error } = await run({}, prompts('one', '[sandbox:fail]', '[sandbox:never]'));
		const ids = world.sandbox.jobs().map(({ jobId }) => jobId);
		expect(ids).toHaveLength(3);
		for (const id of ids) expect(errorTextOf(error)).toContain(id);
	});

	it('says which jobs go on when the user stops the execution', async () => {
		world = await openWorld();
		const started = world.engine.start(chain(start, generate()), {
			input: prompts('[sandbox:never]', '[sandbox:never]'),
		});
		await world.sandbox.waitFor('submitted');
		await sleep(1_000);
		const stoppedAt = Date.now();
		started.cancel();
		const stopped = await started.done;
		expect(Date.now() - stoppedAt).toBeLessThan(10_000);
		expect(stopped.status).toBe('canceled');
		const ids = world.sandbox.jobs().map(({ jobId }) => jobId);
		expect(stopped.output('Generate').map(({ json }) => [json.jobId, json.status])).toEqual(
			ids.map((id) => [id, 'timed_out']),
		);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2 });
	});
});

describe('Generate Video, not waiting', () => {
	it('returns the queued job at once', async () => {
		world = await openWorld();
		const { output } = await outputOf({ afterSubmit: 'return' });
		expect(output[0]!.json).toMatchObject({
			status: 'queued',
			creditsCharged: null,
			creditsEstimated: 243,
			costUsdEstimated: 2.43,
			videoUrl: null,
		});
		expect(submitsOf(world)[0]!.body).toEqual({
			model: 'seedance-2.0',
			prompt: 'one',
			duration: 4,
			aspect_ratio: '16:9',
			audio: true,
		});
	});

	it('makes a video from an image by its address, without sound', async () => {
		world = await openWorld();
		const imageUrl = 'https://example.com/shoe.jpg';
		await run({ afterSubmit: 'return', mode: 'imageToVideo', imageUrl, audio: false });
		expect(submitsOf(world)[0]).toMatchObject({
			path: '/v1/generate/image-to-video',
			body: { image_url: imageUrl, audio: false },
		});
	});

	it('gives the provider the address to call', async () => {
		world = await openWorld();
		const callbackUrl = 'https://example.com/done?sku=A-1';
		await run({ afterSubmit: 'callback', callbackUrl });
		expect(submitsOf(world)[0]!.body).toMatchObject({ webhook_url: callbackUrl });
	});

	it('does not submit for a callback that nobody waits for', async () => {
		world = await openWorld();
		const { error } = await run({ afterSubmit: 'resume' });
		expect(error?.message).toContain('No Wait for Webhook follows');
		expect(submitsOf(world)).toHaveLength(0);
	});

	it('waits out a 429 and goes on', async () => {
		world = await openWorld();
		world.sandbox.faults.add({ method: 'POST', status: 429, headers: { 'retry-after': '1' } });
		const { output } = await outputOf({ afterSubmit: 'return' });
		expect(output[0]!.json.status).toBe('queued');
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 1 });
	});
});

async function outputOf(parameters = {}, input = prompts('one'), more = {}) {
	const execution = await run(parameters, input, more);
	return { error: execution.error, output: execution.output('Generate') };
}
