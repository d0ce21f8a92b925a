import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf } from '../client.ts';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { startSandbox, startWitness } from '../index.ts';

/** Seedance at OpenRouter, as its SDK, its skill and its pages show it. */

const PHOTO = 'https://example.com/photo.jpg';
const PNG = readFileSync(join(__dirname, '../assets/images/square-512.png'));
const MODEL = 'bytedance/seedance-2.0';

let sandbox: Sandbox;
const at = () => sandbox.credentialOf('openRouter');
const start = async (options: SandboxOptions = {}, account = {}) => {
	const accounts = [{ provider: 'openRouter', ...account }];
	sandbox = await startSandbox({ jobSeconds: 3600, ...options, accounts });
};
const restart = async (...options: Parameters<typeof start>) => {
	await sandbox.close();
	await start(...options);
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const call = (method: string, path: string, body?: unknown, key = at().apiKey) =>
	clientOf(sandbox, key).call(method, at().baseUrl + path, body);
const run = (input: object = {}) =>
	call('POST', '/videos', { model: MODEL, prompt: 'A lamp', ...input });
const submitted = async (input: object = {}) => {
	const { status, json, text } = await run(input);
	if (status !== 202) throw new Error(`${status}: ${text}`);
	return json.id as string;
};
const read = async (id: string) => (await call('GET', `/videos/${id}`)).json;
const image = (url: string) => ({ type: 'image_url', image_url: { url } });
const first = { ...image(PHOTO), frame_type: 'first_frame' };
const last = { ...image(PHOTO), frame_type: 'last_frame' };
const dataUrl = `data:image/png;base64,${PNG.toString('base64')}`;

describe('a video', () => {
	test('is pending, in progress and completed, with its price and an address for the key', async () => {
		await restart({}, { maxConcurrentJobs: 1 });
		const { status, json } = await run({ duration: 4, resolution: '720p', aspect_ratio: '16:9' });
		const id = json.id as string;
		expect(id).toMatch(/^gen-vid-\d{10}-[0-9a-z]{20}$/);
		const known = {
			id,
			polling_url: `/api/v1/videos/${id}`,
			generation_id: id.replace('gen-vid', 'gen'),
		};
		expect([status, json]).toEqual([202, { ...known, status: 'in_progress' }]);
		const waiting = await submitted();
		expect(await read(waiting)).toEqual({
			id: waiting,
			polling_url: `/api/v1/videos/${waiting}`,
			status: 'pending',
		});
		sandbox.finishJob(id);
		const url = `${at().baseUrl}/videos/${id}/content?index=0`;
		expect(await read(id)).toEqual({
			...known,
			status: 'completed',
			unsigned_urls: [url],
			usage: { cost: 0.6048, is_byok: false },
		});
		expect(sandbox.account('openRouter')).toMatchObject({ jobsCharged: 1, creditsCharged: 0.6048 });
	});

	test('fails with a text, or has no file, and a failed one costs nothing', async () => {
		const failed = await submitted({ prompt: 'x [sandbox:moderate]' });
		const without = await submitted({ prompt: 'x [sandbox:no-url]' });
		sandbox.finishJob(failed, 'failed');
		sandbox.finishJob(without);
		expect(await read(failed)).toMatchObject({
			status: 'failed',
			error: 'The prompt was refused by the content policy.',
		});
		expect(await read(failed)).not.toHaveProperty('usage');
		expect(await read(without)).not.toHaveProperty('unsigned_urls');
		expect(sandbox.account('openRouter')).toMatchObject({ jobsCharged: 1, jobsFailed: 1 });
	});

	test('belongs to its account', async () => {
		const id = await submitted();
		expect(await call('GET', `/videos/${id}x`)).toMatchObject({
			status: 404,
			json: { error: { code: 404, message: expect.any(String) as string } },
		});
		expect(await call('GET', `/videos/${id}`, undefined, 'another')).toMatchObject({
			status: 401,
			json: { error: { code: 401 } },
		});
	});
});

describe('the file', () => {
	const get = (id: string, query = '?index=0', key: string | undefined = at().apiKey) =>
		fetch(`${at().baseUrl}/videos/${id}/content${query}`, {
			headers: key ? { authorization: `Bearer ${key}` } : {},
		});

	test('is there for the key only', async () => {
		const id = await submitted({ prompt: 'x [sandbox:instant]' });
		const answer = await get(id);
		expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/mp4']);
		expect(Buffer.from(await answer.arrayBuffer()).toString('latin1')).toContain(id);
		expect((await get(id, '')).status).toBe(200);
		expect((await get(id, '?index=0', '')).status).toBe(401);
		expect((await get(id, '?index=0', 'another')).status).toBe(401);
		expect((await get(id, '?index=1')).status).toBe(404);
		const kinds = sandbox.ledger.requests.map(({ kind }) => kind);
		expect(kinds.filter((kind) => kind === 'file')).toHaveLength(5);
	});

	test('is not there before the end, and not for ever', async () => {
		await restart({ speed: 1_000_000 });
		const early = await submitted({ prompt: 'x [sandbox:never]' });
		expect((await get(early)).status).toBe(400);
		const id = await submitted({ prompt: 'x [sandbox:instant]' });
		expect((await get(id)).status).toBe(200);
		await new Promise((done) => setTimeout(done, 150));
		expect((await get(id)).status).toBe(404);
	});
});

describe('a request', () => {
	test.each<[string, object]>([
		['frames', { frame_images: [first, last] }],
		['a file', { frame_images: [{ ...image(dataUrl), frame_type: 'first_frame' }] }],
		['no text, but a reference', { prompt: undefined, input_references: [image(PHOTO)] }],
		['another size', { resolution: '4K', aspect_ratio: '9:21', duration: 15 }],
		[
			'a video and a sound',
			{
				input_references: [
					{ type: 'video_url', video_url: { url: 'https://e.com/v.mp4' } },
					{ type: 'audio_url', audio_url: { url: 'https://e.com/a.mp3' } },
				],
			},
		],
		['a callback', { callback_url: 'https://e.com/hook' }],
	])('is accepted with %s', async (_, input) => {
		expect((await run(input)).status).toBe(202);
	});

	test.each<[object, string]>([
		[{ duration: 3 }, 'Invalid duration'],
		[{ duration: '5' }, 'duration:'],
		[{ resolution: '4k' }, 'Invalid resolution'],
		[{ aspect_ratio: 'adaptive' }, 'Invalid aspect_ratio'],
		[{ seed: 1.5 }, 'seed:'],
		[{ prompt: undefined }, 'prompt is required'],
		[{ prompt: 'x [sandbox:nonsense]' }, 'unknown sandbox tag'],
		[{ watermark: true }, "Unrecognized key(s) in object: 'watermark'"],
		[{ frame_images: [last] }, 'requires first_frame'],
		[{ frame_images: [first, first] }, 'may be there once'],
		[{ frame_images: [image(PHOTO)] }, 'frame_type'],
		[{ frame_images: [] }, 'frame_images'],
		[{ input_references: [first] }, 'input_references'],
		[{ input_references: [image('photo.jpg')] }, 'Invalid URL'],
		[{ input_references: [image('https://a.invalid/a.jpg')] }, 'Could not fetch'],
		[{ input_references: [image(dataUrl.replace('png', 'jpeg'))] }, 'not what it says'],
		[{ callback_url: 'http://e.com/hook' }, 'HTTPS'],
		[
			{
				model: 'bytedance/seedance-1-5-pro',
				input_references: [{ type: 'video_url', video_url: { url: PHOTO } }],
			},
			'only images',
		],
	])('is refused with %j', async (input, words) => {
		const { status, json } = await run(input);
		expect([status, json]).toEqual([
			400,
			{ error: { code: 400, message: expect.stringContaining(words) as string } },
		]);
		expect(sandbox.account('openRouter').jobsCreated).toBe(0);
	});

	test('to a model that is not there is a 404, and without credits a 402', async () => {
		expect(await run({ model: 'bytedance/seedance-9' })).toMatchObject({
			status: 404,
			json: { error: { code: 404 } },
		});
		await restart({}, { credits: 0.1 });
		expect(await run()).toMatchObject({ status: 402, json: { error: { code: 402 } } });
	});

	test.each<[object, number]>([
		[{ duration: 5 }, 0.756],
		[{ duration: 5, resolution: '1080p' }, 1.8711],
		[{ duration: 5, resolution: '4K' }, 3.888],
		[{ model: 'bytedance/seedance-2.5' }, 1.1556],
		[{ model: 'bytedance/seedance-1-5-pro', generate_audio: false }, 0.1296],
		[{ input_references: [{ type: 'video_url', video_url: { url: PHOTO } }] }, 0.9288],
	])('of %j costs %p', async (input, dollars) => {
		const id = await submitted(input);
		sandbox.finishJob(id);
		expect((await read(id)).usage).toEqual({ cost: dollars, is_byok: false });
	});
});

test('the balance and the key can be read', async () => {
	await restart({}, { credits: 10 });
	sandbox.finishJob(await submitted());
	expect((await call('GET', '/credits')).json).toEqual({
		data: { total_credits: 10, total_usage: 0.756 },
	});
	expect((await call('GET', '/key')).json).toMatchObject({ data: { usage: 0.756 } });
	expect((await call('GET', '/key', undefined, 'another')).status).toBe(401);
});

test('there is no list and no cancel', async () => {
	const id = await submitted();
	expect((await call('GET', '/videos')).status).toBe(404);
	expect((await call('DELETE', `/videos/${id}`)).status).toBe(404);
});

describe('a callback', () => {
	async function calledBack(account = {}, outcome: 'completed' | 'failed' = 'completed') {
		await restart({}, account);
		const witness = await startWitness();
		const id = await submitted({ callback_url: `${witness.url}/hook` });
		sandbox.finishJob(id, outcome);
		await sandbox.waitFor('callback', id);
		await witness.close();
		return { id, requests: witness.requests };
	}

	test('comes once, at the end, signed over the time and the body with a comma', async () => {
		const { id, requests } = await calledBack({ webhookSecret: 'a-secret' });
		expect(requests).toHaveLength(1);
		const [{ headers, body }] = requests as [(typeof requests)[number]];
		expect(JSON.parse(body)).toEqual({
			type: 'video.generation.completed',
			data: {
				id,
				status: 'completed',
				generation_id: id.replace('gen-vid', 'gen'),
				unsigned_urls: [`${at().baseUrl}/videos/${id}/content?index=0`],
				usage: { cost: 0.756, is_byok: false },
			},
		});
		const [, time, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(
			String(headers['x-openrouter-signature']),
		)!;
		expect(createHmac('sha256', 'a-secret').update(`${time},${body}`).digest('hex')).toBe(hex);
		expect(headers['x-openrouter-idempotency-key']).toBe(`${id}-completed`);
	});

	test('is not signed without a secret, and tells a failure', async () => {
		const { requests } = await calledBack({ webhookSecret: '' }, 'failed');
		expect(requests[0]!.headers).not.toHaveProperty('x-openrouter-signature');
		expect(JSON.parse(requests[0]!.body)).toMatchObject({
			type: 'video.generation.failed',
			data: { status: 'failed', error: expect.any(String) as string },
		});
	});
});
