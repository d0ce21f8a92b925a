import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf, type Reply } from '../client.ts';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { startSandbox, startWitness } from '../index.ts';

/** Seedance at WaveSpeedAI, as its documents show it. */

const PHOTO = 'https://example.com/photo.jpg';
const PNG = readFileSync(join(__dirname, '../assets/images/square-512.png'));
const T2V = 'bytedance/seedance-2.0/text-to-video';
const I2V = 'bytedance/seedance-2.0/image-to-video';

let sandbox: Sandbox;
const at = () => sandbox.credentialOf('waveSpeed');
const start = async (options: SandboxOptions = {}, account = {}) => {
	const accounts = [{ provider: 'waveSpeed', ...account }];
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
const run = (model: string, input: object = {}, query = '') =>
	call('POST', `/${model}${query}`, { prompt: 'A lamp', ...input });
/** The content of the envelope. */
const contentOf = ({ json }: Reply) => json.data as Record<string, unknown>;
const submitted = async (...args: Parameters<typeof run>) => {
	const reply = await run(...args);
	if (reply.status !== 200) throw new Error(`${reply.status}: ${reply.text}`);
	return contentOf(reply).id as string;
};
const read = async (id: string) => contentOf(await call('GET', `/predictions/${id}/result`));
const refusal = (code: number) => ({
	status: code,
	json: { code, message: expect.any(String) as string, data: null },
});

describe('a prediction', () => {
	test('is created, runs and is completed with the address of its file', async () => {
		const reply = await run(T2V, { duration: 5, resolution: '720p', seed: 7 });
		const id = contentOf(reply).id as string;
		const prediction = {
			id,
			model: T2V,
			outputs: [],
			urls: { get: `${at().baseUrl}/predictions/${id}/result` },
			has_nsfw_contents: [],
			status: 'processing',
			created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/) as string,
			error: '',
			timings: { inference: 0 },
		};
		expect([reply.status, reply.json]).toEqual([
			200,
			{ code: 200, message: 'success', data: prediction },
		]);
		expect(id).toMatch(/^[0-9a-f]{32}$/);
		sandbox.finishJob(id);
		const output = `${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`;
		expect(await read(id)).toEqual({
			...prediction,
			status: 'completed',
			outputs: [output],
			has_nsfw_contents: [false],
			timings: { inference: expect.any(Number) as number },
		});
		expect(contentOf(await call('GET', `/predictions/${id}`))).toEqual(await read(id));
		expect((await fetch(output)).status).toBe(200);
		expect(sandbox.account('waveSpeed')).toMatchObject({ jobsCharged: 1, creditsCharged: 1.2 });
	});

	test('waits, fails, has no file, or has it in an object', async () => {
		await restart({}, { maxConcurrentJobs: 1 });
		const failed = await submitted(T2V, { prompt: 'x [sandbox:moderate]' });
		const empty = await submitted(T2V, { prompt: 'x [sandbox:no-url]' });
		const inObject = await submitted(T2V, { prompt: 'x [sandbox:output-object]' });
		expect(await read(empty)).toMatchObject({ status: 'created' });
		sandbox.finishJob(failed, 'failed');
		expect(await read(failed)).toMatchObject({
			status: 'failed',
			outputs: [],
			error: 'The prompt was refused by the content policy.',
		});
		sandbox.finishJob(empty);
		expect(await read(empty)).toMatchObject({ status: 'completed', outputs: [] });
		sandbox.finishJob(inObject);
		const url = `${sandbox.mediaUrl}/cdn/outputs/${inObject}.mp4`;
		expect((await read(inObject)).outputs).toEqual([{ url }]);
		expect(sandbox.account('waveSpeed')).toMatchObject({ creditsCharged: 2.4 });
	});

	test('is not known any more after 7 days', async () => {
		await restart({ speed: 2_000_000 });
		const id = await submitted(T2V, { prompt: 'x [sandbox:instant]' });
		await new Promise((done) => setTimeout(done, 400));
		expect(await call('GET', `/predictions/${id}/result`)).toMatchObject(refusal(404));
	});

	test('belongs to its account', async () => {
		const id = await submitted(T2V);
		const path = `/predictions/${id}/result`;
		expect(await call('GET', path.replace(/[0-9a-f]{32}/, 'x'))).toMatchObject(refusal(404));
		expect(await call('GET', path, undefined, 'another')).toMatchObject(refusal(401));
	});

	test('cannot be deleted, as no document has that', async () => {
		const id = await submitted(T2V);
		expect((await call('DELETE', `/predictions/${id}`)).status).toBe(404);
	});
});

describe('input', () => {
	test.each<[string, object]>([
		[T2V, { webhook: 'https://example.com/hook' }],
		[T2V, { webhook_url: 'https://example.com/hook' }],
		[T2V, { enable_sync_mode: true }],
		[T2V, { camera_fixed: true }],
		[T2V, { image: PHOTO }],
		[T2V, { prompt: '' }],
		[T2V, { prompt: undefined }],
		[T2V, { duration: '5' }],
		[T2V, { duration: 3 }],
		[T2V, { duration: 16 }],
		[T2V, { resolution: '4k' }],
		[T2V, { aspect_ratio: 'adaptive' }],
		[T2V, { seed: -2 }],
		[T2V, { reference_images: Array(10).fill(PHOTO) }],
		[T2V, { reference_images: ['photo.jpg'] }],
		[I2V, {}],
		[I2V, { images: [PHOTO] }],
		[I2V, { image: PHOTO, end_image: PHOTO }],
		[I2V, { image: PHOTO, reference_images: [PHOTO] }],
		[I2V, { image: 'https://x.invalid/a.png' }],
		['bytedance/seedance-v1.5-pro/text-to-video', { duration: 13 }],
		['bytedance/seedance-v1-pro-t2v-480p', { resolution: '480p' }],
		['bytedance/seedance-v1-pro-t2v-480p', { duration: 6 }],
		['bytedance/seedance-v1-pro-t2v-480p', { generate_audio: true }],
		['bytedance/seedance-v1-lite-i2v-720p', {}],
	])('%s refuses %j', async (model, input) => {
		expect(await run(model, input)).toMatchObject(refusal(400));
		expect(sandbox.account('waveSpeed').jobsCreated).toBe(0);
	});

	test.each<[string, object, number]>([
		['bytedance/seedance-2.5/text-to-video', { duration: 30, resolution: '480p' }, 5.4],
		['bytedance/seedance-2.5/text-to-video', { reference_audios: [PHOTO] }, 1.8],
		[T2V, { reference_videos: [PHOTO], duration: 7 }, 1.32],
		[I2V, { image: PHOTO, last_image: PHOTO, aspect_ratio: '1:1' }, 1.2],
		['bytedance/seedance-2.0-fast/text-to-video', { enable_web_search: false }, 0.8],
		['bytedance/seedance-2.0-mini/text-to-video', { duration: 4, resolution: '480p' }, 0.24],
		['bytedance/seedance-v1.5-pro/image-to-video', { image: PHOTO, duration: -1 }, 0.312],
		['bytedance/seedance-v1-pro-t2v-1080p', {}, 0.6],
		['bytedance/seedance-v1-lite-i2v-480p', { image: PHOTO, duration: 10 }, 0.16],
	])('%s takes %j for US$%d', async (model, input, dollars) => {
		await submitted(model, input);
		expect(sandbox.jobs()).toMatchObject([{ model, credits: dollars }]);
	});

	test('of an unknown model is not found', async () => {
		expect(await run('bytedance/seedance-9/text-to-video')).toMatchObject(refusal(404));
	});

	test('too little money: 402', async () => {
		await restart({}, { credits: 1.19 });
		expect(await run(T2V)).toMatchObject(refusal(402));
	});

	test('too many submissions: 429, while questions are free', async () => {
		await restart({}, { requestsPerMinute: 1 });
		const id = await submitted(T2V);
		expect(await run(T2V)).toMatchObject(refusal(429));
		expect((await read(id)).status).toBe('processing');
	});

	test('may be refused in an HTTP 200', async () => {
		expect(await run(T2V, { prompt: 'x [sandbox:code-in-body]' })).toMatchObject({
			status: 200,
			json: { code: 400, data: null },
		});
		expect(sandbox.account('waveSpeed').jobsCreated).toBe(0);
	});
});

describe('files', () => {
	const uploading = async (...parts: Array<[string, Blob | string, string?]>) => {
		const form = new FormData();
		for (const [name, value, fileName] of parts) {
			if (typeof value === 'string') form.append(name, value);
			else form.append(name, value, fileName);
		}
		return await clientOf(sandbox, at().apiKey).send('/wavespeed/api/v3/media/upload/binary', form);
	};
	const png = new Blob([Uint8Array.from(PNG)], { type: 'image/png' });

	test('are uploaded as a form, and used by their address', async () => {
		const reply = await uploading(['file', png, 'a.png']);
		expect([reply.status, contentOf(reply)]).toMatchObject([
			200,
			{ type: 'image', filename: 'a.png', size: PNG.length },
		]);
		const image = contentOf(reply).download_url as string;
		expect((await fetch(image)).status).toBe(200);
		expect((await run(I2V, { image })).status).toBe(200);
		expect(await run(I2V, { image: `${image}0` })).toMatchObject(refusal(400));
	});

	test.each<[string, Array<[string, Blob | string, string?]>]>([
		['under another name', [['content', png, 'a.png']]],
		[
			'with another text',
			[
				['file', png, 'a.png'],
				['purpose', 'x'],
			],
		],
		['without a file', [['file', 'x']]],
		['that are no images', [['file', new Blob(['text']), 'a.png']]],
	])('%s are refused', async (_, parts) => {
		expect(await uploading(...parts)).toMatchObject(refusal(400));
	});
});

describe('the list', () => {
	const page = { page: 1, page_size: 100 };
	const list = (body: object = {}) => call('POST', '/predictions', { ...page, ...body });
	const itemsOf = (reply: Reply) => contentOf(reply).items as Array<Record<string, unknown>>;
	const idsOf = (reply: Reply) => itemsOf(reply).map(({ id }) => id);

	test('has the newest first, by model, by status, since a time, in pages', async () => {
		const first = await submitted(T2V);
		await new Promise((done) => setTimeout(done, 5));
		const second = await submitted(I2V, { image: PHOTO });
		const since = new Date(Date.now() - 60_000).toISOString();
		expect(idsOf(await list())).toEqual([second, first]);
		expect(idsOf(await list({ created_after: since }))).toEqual([second, first]);
		expect(idsOf(await list({ created_before: since }))).toEqual([]);
		expect(idsOf(await list({ model: T2V }))).toEqual([first]);
		expect(idsOf(await list({ status: 'completed' }))).toEqual([]);
		expect(idsOf(await list({ page: 2, page_size: 1 }))).toEqual([first]);
	});

	test('does not show what was asked for', async () => {
		await submitted(T2V);
		const [item] = itemsOf(await list());
		expect(item).toMatchObject({ model: T2V, status: 'processing' });
		expect(item).not.toHaveProperty('input');
	});

	test.each([
		{ page: undefined },
		{ page_size: undefined },
		{ page: 0 },
		{ page_size: 101 },
		{ created_after: 'yesterday' },
		{ newest: 5 },
	])('does not take %j', async (body) => {
		expect(await list(body)).toMatchObject(refusal(400));
	});

	test('is asked for by POST', async () => {
		expect((await call('GET', '/predictions')).status).toBe(404);
	});
});

describe('webhooks', () => {
	const told = async (input: object, outcome: 'completed' | 'failed' | 'cancelled') => {
		const witness = await startWitness();
		try {
			const query = `?webhook=${encodeURIComponent(`${witness.url}/hook?a=1&b=2`)}`;
			const id = await submitted(T2V, input, query);
			sandbox.finishJob(id, outcome);
			await sandbox.callbacksIdle();
			return { id, requests: witness.requests };
		} finally {
			await witness.close();
		}
	};

	test('are signed with the secret that is fetched, in hex, under its text', async () => {
		const { id, requests } = await told({ duration: 4 }, 'completed');
		expect(requests).toHaveLength(1);
		const { headers, body } = requests[0]!;
		expect(JSON.parse(body)).toEqual({
			...(await read(id)),
			input: { prompt: 'A lamp', duration: 4 },
		});
		const { secret } = contentOf(await call('GET', '/webhook/secret')) as { secret: string };
		expect(secret).toMatch(/^whsec_/);
		const right = createHmac('sha256', secret.slice(6))
			.update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
			.digest('hex');
		expect(headers['webhook-signature']).toBe(`v3,${right}`);
	});

	test('tell of a failure, and of no other end', async () => {
		const { requests } = await told({}, 'failed');
		expect(requests.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
			{ status: 'failed', error: 'The video could not be generated.' },
		]);
		expect((await told({}, 'cancelled')).requests).toEqual([]);
	});

	test.each(['?webhook=hook', '?webhook_url=https%3A%2F%2Fexample.com'])(
		'%s is refused',
		async (query) => {
			expect(await run(T2V, {}, query)).toMatchObject(refusal(400));
		},
	);
});

test('the balance is told to whoever has the key', async () => {
	await submitted(T2V);
	expect(await call('GET', '/balance')).toMatchObject({
		status: 200,
		json: { code: 200, data: { balance: 998.8 } },
	});
	expect(await call('GET', '/balance', undefined, 'another')).toMatchObject(refusal(401));
});
