import { chain, closeWorld, generate, openWorld, prompts, start, type World } from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

describe('Generate Video', () => {
	it('waits for the video of each item and gives the jobs in input order', async () => {
		world = await openWorld();
		const run = await world.engine.run(
			chain(start, generate({ options: { metadata: '={{ { "sku": $json.sku } }}' } })),
			{
				input: prompts('one', 'two', 'three'),
			},
		);
		expect(run.error).toBeUndefined();
		const output = run.output('Generate');
		expect(output.map(({ json }) => json.metadata)).toEqual([
			{ sku: 'A-0' },
			{ sku: 'A-1' },
			{ sku: 'A-2' },
		]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(output[0]!.json).toEqual({
			jobId: expect.stringMatching(/^task_/),
			provider: 'seedance',
			model: 'seedance-2.0',
			status: 'completed',
			progress: 100,
			videoUrl: expect.stringMatching(/^http.*\.mp4$/),
			durationSeconds: 4,
			resolution: '1280x720',
			hasAudio: true,
			fileSizeBytes: expect.any(Number),
			creditsCharged: 243,
			creditsEstimated: 243,
			costUsd: 2.43,
			estimatedSeconds: expect.any(Number),
			createdAt: expect.any(String),
			completedAt: expect.any(String),
			expiresAt: expect.any(String),
			failure: null,
			metadata: { sku: 'A-0' },
		});
		expect(world.sandbox.account()).toMatchObject({
			jobsCreated: 3,
			jobsCharged: 3,
			creditsCharged: 729,
		});
	});
});
