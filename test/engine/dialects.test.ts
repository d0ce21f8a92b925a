/** One workflow for each dialect: image in by address and as a file, video out by address and as a file. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import {
	chain,
	closeWorld,
	credentialsOf,
	generate,
	node,
	openWorld,
	prompts,
	start,
	submitsOf,
	type World,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const IMAGES = path.resolve(__dirname, '../sandbox/assets/images');
const imageUrl = 'https://example.com/shoe.jpg';

interface Case {
	name: string;
	provider: string;
	model: string;
	parameters?: IDataObject;
	/** Where the submission arrives. */
	path: string;
	/** What must be in the submission's body. */
	body: Record<string, unknown>;
	creditsEstimated: number | null;
}

const cases: Case[] = [
	{
		name: 'Seedance 1.0 Pro from a text',
		provider: 'seedance',
		model: 'seedance-1.0-pro',
		path: '/v1/generate/text-to-video',
		body: { duration: 6, aspect_ratio: '16:9' },
		creditsEstimated: 144,
	},
	{
		name: 'Seedance 1.0 Pro from an address',
		provider: 'seedance',
		model: 'seedance-1.0-pro',
		parameters: {
			mode: 'imageToVideo',
			imageUrl,
			cameraLock: true,
			options: { endFrameUrl: 'https://example.com/end.jpg' },
		},
		path: '/v1/seedance-1-pro/generate',
		body: {
			source_image_url: imageUrl,
			duration_seconds: 6,
			camera_lock: true,
			end_frame_url: 'https://example.com/end.jpg',
		},
		creditsEstimated: 144,
	},
	{
		name: 'Seedance 1.0 Lite from an address',
		provider: 'seedance',
		model: 'seedance-1.0-lite',
		parameters: { mode: 'imageToVideo', imageUrl, cameraLock: false, options: { seed: 0 } },
		path: '/v1/seedance-1-lite/generate',
		body: { image: imageUrl, duration: 6, camera_lock: false, seed: 0, resolution: '1080p' },
		creditsEstimated: 42,
	},
	{
		name: 'SeedanceAPI.org 1.5 from an address',
		provider: 'seedanceOrg',
		model: 'seedance-1.5',
		parameters: { mode: 'imageToVideo', imageUrl, duration: 12, audio: true },
		path: '/seedanceorg/v1/generate',
		body: { duration: '12', image_urls: [imageUrl], generate_audio: true, aspect_ratio: '1:1' },
		creditsEstimated: 84,
	},
	{
		name: 'Segmind from an address',
		provider: 'segmind',
		model: 'seedance-pro',
		parameters: { mode: 'imageToVideo', imageUrl, duration: 5 },
		path: '/segmind/v2/seedance-pro',
		body: { image_url: imageUrl, duration: 5, camera_fixed: false, skip_moderation: false },
		creditsEstimated: null,
	},
];

function make({
	provider,
	model,
	parameters = {},
}: Pick<Case, 'provider' | 'model' | 'parameters'>) {
	const options = { timeoutMinutes: 1, ...(parameters.options as IDataObject) };
	const rest = { duration: undefined, provider, model, downloadVideo: true };
	return generate({ ...rest, ...parameters, options });
}

async function run(item: Pick<Case, 'provider' | 'model' | 'parameters'>, input = prompts('one')) {
	world = await openWorld({ speed: 200 });
	return await world.engine.run(chain(start, make(item)), {
		input,
		credentials: credentialsOf(world),
	});
}

describe.each(cases)('$name', (item) => {
	it('makes a video and fetches it, without the key', async () => {
		const execution = await run(item);
		expect(execution.error).toBeUndefined();
		const [output] = execution.output('Generate');
		expect(output!.json).toMatchObject({
			provider: item.provider,
			model: item.model,
			status: 'completed',
			progress: 100,
			creditsEstimated: item.creditsEstimated,
			failure: null,
		});
		expect(submitsOf(world)).toEqual([
			expect.objectContaining({ path: item.path, body: expect.objectContaining(item.body) }),
		]);
		const bytes = await world.engine.readBinary(output!.binary!.video);
		expect(bytes.subarray(4, 8).toString()).toBe('ftyp');
		expect(world.sandbox.ledger.keyReachedMediaHost).toBe(false);
	});

	it('fails in plain words with the job ID', async () => {
		const { error } = await run(item, prompts('[sandbox:fail]'));
		expect(error?.message).toMatch(/could not make the video: .+ \(job .+\)/);
	});

	it('is found again by Check Status, by the ID alone', async () => {
		const made = await run(item);
		const jobId = made.output('Generate')[0]!.json.jobId as string;
		const check = node('Check', 'seedanceCheckStatus', { provider: item.provider, jobId });
		const checked = await world.engine.run(chain(start, check), {
			credentials: credentialsOf(world),
		});
		expect(checked.output('Check')[0]!.json).toMatchObject({ jobId, status: 'completed' });
	});
});

describe('an image as a file', () => {
	const asFile = { mode: 'imageToVideo', imageInput: 'binary' };

	async function runWith(file: string, model: string, provider = 'seedance') {
		world = await openWorld({ speed: 200 });
		const bytes = readFileSync(path.join(IMAGES, file));
		const mimeType = `image/${file.split('.')[1]!.replace('jpg', 'jpeg')}`;
		const data = await world.engine.writeBinary(bytes, { fileName: file, mimeType });
		const input: INodeExecutionData[] = [{ json: { prompt: 'one' }, binary: { data } }];
		return await world.engine.run(chain(start, make({ provider, model, parameters: asFile })), {
			input,
			credentials: credentialsOf(world),
		});
	}

	it.each([
		['seedance-2.0', 'seedance', 'square-512.jpg', '/v1/generate/image-to-video'],
		['seedance-1.0-pro', 'seedance', 'square-512.png', '/v1/generate/image-to-video'],
		['seedance-1.0-lite', 'seedance', 'square-512.webp', '/v1/seedance-1-lite/generate'],
		['seedance-pro', 'segmind', 'square-512.png', '/segmind/v2/seedance-pro'],
	])('goes to %s of %s (%s)', async (model, provider, file, submitPath) => {
		const execution = await runWith(file, model, provider);
		expect(execution.error).toBeUndefined();
		expect(execution.output('Generate')[0]!.json.status).toBe('completed');
		expect(submitsOf(world).map((request) => request.path)).toEqual([submitPath]);
	});

	it('that is too small is refused before anything is sent', async () => {
		const { error } = await runWith('small-100.png', 'seedance-2.0');
		expect(error?.message).toContain('100×100 pixels. Allowed: at least 512×512');
		expect(world.sandbox.ledger.requests).toHaveLength(0);
	});

	it('that is missing is named', async () => {
		const { error } = await run({
			provider: 'seedance',
			model: 'seedance-2.0',
			parameters: asFile,
		});
		expect(error?.message).toContain('Input Binary Field "data"');
		expect(world.sandbox.ledger.requests).toHaveLength(0);
	});

	it('is refused with a way out where the provider takes addresses only', async () => {
		const { error } = await run({
			provider: 'seedanceOrg',
			model: 'seedance-1.5',
			parameters: { ...asFile, imageInput: '={{ "binary" }}' },
		});
		expect(error?.message).toContain('Image Input: "binary" is not possible with Seedance 1.5');
		expect(world.sandbox.ledger.requests).toHaveLength(0);
	});
});

describe('Segmind, in one blocking call', () => {
	const item = {
		provider: 'segmind',
		model: 'seedance-pro',
		parameters: { duration: 5, options: { requestMode: 'sync', timeoutMinutes: 1 } },
	};

	it('streams the video into the item', async () => {
		const execution = await run(item);
		expect(execution.error).toBeUndefined();
		const [output] = execution.output('Generate');
		expect(output!.json).toMatchObject({ status: 'completed', videoUrl: null, costUsd: 0.35 });
		const bytes = await world.engine.readBinary(output!.binary!.video);
		expect(bytes.subarray(4, 8).toString()).toBe('ftyp');
		expect(submitsOf(world).map(({ path }) => path)).toEqual(['/segmind/v1/seedance-pro']);
	});

	it('never tries a broken call again', async () => {
		world = await openWorld({ speed: 200 });
		world.sandbox.faults.add({ method: 'POST', after: 'handled', reset: true, times: 0 });
		const execution = await world.engine.run(chain(start, make(item)), {
			input: prompts('one'),
			credentials: credentialsOf(world),
		});
		expect(execution.error?.message).toContain('may have started');
		expect(submitsOf(world)).toHaveLength(1);
	});
});

describe('Generate Image', () => {
	const image = (more: IDataObject) =>
		node('Image', 'seedanceGenerateImage', {
			provider: 'seedance',
			model: 'seedream-v4.5',
			prompt: '={{ $json.prompt }}',
			...more,
		});

	it('estimates an image as an image', async () => {
		world = await openWorld();
		const estimate = image({ options: { estimateOnly: true } });
		const execution = await world.engine.run(chain(start, estimate), { input: prompts('one') });
		const { json } = execution.output('Image')[0]!;
		expect(json).toMatchObject({ status: 'not_submitted', imageUrl: null, creditsEstimated: 7 });
		expect(json).not.toHaveProperty('videoUrl');
	});

	it('makes an image of a text and fetches it', async () => {
		world = await openWorld({ speed: 200 });
		const download = image({ downloadImage: true });
		const execution = await world.engine.run(chain(start, download), { input: prompts('one') });
		expect(execution.error).toBeUndefined();
		const [output] = execution.output('Image');
		expect(output!.json).toMatchObject({
			status: 'completed',
			creditsCharged: 7,
			creditsEstimated: 7,
		});
		expect(output!.json.imageUrl).toMatch(/^http/);
		expect(output!.json).not.toHaveProperty('videoUrl');
		expect(output!.binary!.image).toMatchObject({ mimeType: 'image/png' });
	});
});

describe('Get Credits', () => {
	it('reads a balance in dollars', async () => {
		world = await openWorld();
		world.sandbox.setCredits(7, 'segmind');
		const credits = node('Credits', 'seedanceGetCredits', { provider: 'segmind' });
		const execution = await world.engine.run(chain(start, credits), {
			credentials: credentialsOf(world),
		});
		expect(execution.output('Credits')[0]!.json).toMatchObject({
			currency: 'usd',
			affordableSeconds: { 'seedance-pro': expect.any(Number) },
		});
	});
});
