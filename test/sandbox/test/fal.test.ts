import { createHash, createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf } from '../client.ts';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { startSandbox } from '../index.ts';

/** fal, as its pages and its own clients show it. */

const UUID = /^[0-9a-f-]{36}$/;
const T2V = '/bytedance/seedance-2.0/text-to-video';
const APP = '/bytedance/seedance-2.0';

let sandbox: Sandbox;
const at = () => sandbox.credentialOf('fal') as Record<string, string>;
const start = async (options: SandboxOptions = {}, account = {}) => {
	sandbox = await startSandbox({
		jobSeconds: 3600,
		...options,
		accounts: [{ provider: 'fal', requestsPerMinute: 1000, ...account }],
	});
};
const restart = async (...options: Parameters<typeof start>) => {
	await sandbox.close();
	await start(...options);
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const call = (method: string, url: string, body?: unknown, headers = {}) =>
	clientOf(sandbox).call(method, url, body, {
		authorization: `Key ${at().apiKey}`,
		...headers,
	});
const queue = (method: string, path: string, body?: unknown, headers = {}) =>
	call(method, at().queueUrl + path, body, headers);
const post = (fields: object = {}, path = T2V, headers = {}) =>
	queue('POST', path, { prompt: 'A lamp', ...fields }, headers);
const submitted = async (...args: Parameters<typeof post>) => {
	const { status, json, text } = await post(...args);
	if (status !== 200) throw new Error(text);
	return json.request_id as string;
};
const status = (id: string, app = APP) => queue('GET', `${app}/requests/${id}/status`);
const result = (id: string, app = APP) => queue('GET', `${app}/requests/${id}`);
const cancel = (id: string) => queue('PUT', `${APP}/requests/${id}/cancel`);
const history = (query: string) =>
	call('GET', `${at().apiUrl}/models/requests/by-endpoint?endpoint_id=${T2V.slice(1)}&${query}`);

test('submission, status and result, under the application alone', async () => {
	const { json } = await post({ duration: 'auto' });
	const id = json.request_id as string;
	const url = `${at().queueUrl}${APP}/requests/${id}`;
	const urls = { response_url: url, status_url: `${url}/status`, cancel_url: `${url}/cancel` };
	expect(json).toEqual({
		status: 'IN_QUEUE',
		request_id: expect.stringMatching(UUID) as string,
		queue_position: 0,
		gateway_request_id: id,
		...urls,
	});
	expect(await status(id)).toMatchObject({
		status: 202,
		json: { status: 'IN_PROGRESS', request_id: id, ...urls },
	});
	expect(await result(id)).toMatchObject({
		status: 400,
		json: { detail: 'Request is still in progress' },
	});
	sandbox.finishJob(id);
	expect(await status(id)).toMatchObject({
		status: 200,
		json: { status: 'COMPLETED', metrics: { inference_time: expect.any(Number) as number } },
	});
	const done = await result(id);
	expect(done.json).toEqual({
		video: {
			url: `${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`,
			content_type: 'video/mp4',
			file_name: `${id}.mp4`,
			file_size: expect.any(Number) as number,
		},
		seed: expect.any(Number) as number,
	});
	for (const app of ['/bytedance/seedance-2.5', '/fal-ai/bytedance', T2V])
		expect((await status(id, app)).status).toBe(404);
});

test('two are in progress at a time, and the others wait', async () => {
	const ids = [await submitted(), await submitted(), await submitted(), await submitted()];
	const all = await Promise.all(ids.map(async (id) => (await status(id)).json));
	expect(all.map((each) => [each.status, each.queue_position])).toEqual([
		['IN_PROGRESS', undefined],
		['IN_PROGRESS', undefined],
		['IN_QUEUE', 0],
		['IN_QUEUE', 1],
	]);
});

test.each([
	['fail', [{ loc: ['body', 'prompt'], type: 'generation_failed' }]],
	['moderate', [{ loc: ['body', 'prompt'], type: 'content_policy_violation' }]],
	['fail-text', 'The video could not be generated.'],
])('[sandbox:%s]: no word for a failed job, but a result that is an error', async (tag, detail) => {
	const id = await submitted({ prompt: `[sandbox:${tag}] one` });
	sandbox.finishJob(id, 'failed');
	expect((await status(id)).json).toMatchObject({
		status: 'COMPLETED',
		error: 'Invalid status code: 422',
	});
	expect(await result(id)).toMatchObject({ status: 422, json: { detail } });
});

test('a cancel has four words, and its end is an error', async () => {
	const [running, , waiting] = [await submitted(), await submitted(), await submitted()];
	expect(await cancel(waiting)).toMatchObject({ status: 200, json: { status: 'OK' } });
	expect(await cancel(running)).toMatchObject({
		status: 202,
		json: { status: 'CANCELLATION_REQUESTED' },
	});
	expect(await cancel(running)).toMatchObject({
		status: 400,
		json: { status: 'ALREADY_COMPLETED' },
	});
	expect(await cancel('none')).toMatchObject({ status: 404, json: { status: 'NOT_FOUND' } });
	expect((await status(running)).json).toMatchObject({
		status: 'COMPLETED',
		error_type: 'client_cancelled',
	});
	expect(await result(waiting)).toMatchObject({
		status: 499,
		json: { error_type: 'client_cancelled' },
	});
});

describe('what it takes', () => {
	const V1 = '/fal-ai/bytedance/seedance/v1';
	const image_url = 'https://example.com/a.png';
	const V20 = `${APP}/reference-to-video`;
	const V25 = '/bytedance/seedance-2.5';

	test.each<[string, string, object]>([
		['1.0 without anything', `${V1}/pro/text-to-video`, {}],
		['1.0 with all', `${V1}/pro/fast/image-to-video`, { image_url, aspect_ratio: 'auto', seed: 0 }],
		['1.5', `${V1}.5/pro/image-to-video`, { image_url, end_image_url: image_url, duration: '12' }],
		['4k', T2V, { resolution: '4k', duration: '15' }],
		['references', V20, { image_urls: [image_url], audio_urls: [image_url] }],
		['30 seconds', `${V25}/text-to-video`, { duration: '30', resolution: '1080p' }],
		['an edit', `${V25}/flash/reference-to-video`, { video_urls: [image_url], task: 'editing' }],
		['a sound alone', `${V25}/reference-to-video`, { audio_urls: [image_url], seed: 1 }],
	])('%s', async (_, path, fields) => {
		expect((await post(fields, path)).status).toBe(200);
	});

	test.each<[string, string, object, string]>([
		['a number for the length', T2V, { duration: 5 }, 'duration'],
		['a length with its unit', T2V, { duration: '5s' }, 'duration'],
		[
			'auto where the model does not choose',
			`${V1}/pro/text-to-video`,
			{ duration: 'auto' },
			'duration',
		],
		['a ratio that is called otherwise', T2V, { aspect_ratio: 'adaptive' }, 'aspect_ratio'],
		[
			'auto without an image in 1.0',
			`${V1}/pro/text-to-video`,
			{ aspect_ratio: 'auto' },
			'aspect_ratio',
		],
		[
			'a ratio beside a frame in 2.5',
			`${V25}/image-to-video`,
			{ image_url, aspect_ratio: '1:1' },
			'aspect_ratio',
		],
		['a text for a switch', T2V, { generate_audio: 'true' }, 'generate_audio'],
		['1080p in 2.0 fast', `${APP}/fast/text-to-video`, { resolution: '1080p' }, 'resolution'],
		['no frame', `${APP}/image-to-video`, {}, 'image_url'],
		['ten images', V20, { image_urls: Array(10).fill(image_url) }, 'image_urls'],
		['no reference', V20, {}, 'image_urls'],
		['a sound alone in 2.0', V20, { audio_urls: [image_url] }, 'audio_urls'],
		[
			'an edit without a video',
			`${V25}/reference-to-video`,
			{ image_urls: [image_url], task: 'editing' },
			'task',
		],
		['no text', T2V, { prompt: undefined }, 'prompt'],
	])('not %s', async (_, path, fields, field) => {
		const { status: code, json } = await post(fields, path);
		expect(code).toBe(422);
		expect((json.detail as Array<{ loc: string[] }>)[0]!.loc.slice(0, 2)).toEqual(['body', field]);
		expect(sandbox.jobs()).toEqual([]);
	});

	test('no field that the endpoint does not have, such as a seed in 2.0', async () => {
		for (const fields of [{ seed: 1 }, { camera_fixed: true }, { input: {} }])
			expect((await post(fields)).status).toBe(422);
		expect((await post({ bitrate_mode: 'high' }, `${APP}/mini/text-to-video`)).status).toBe(422);
	});

	test('no endpoint with the wrong beginning', async () => {
		for (const path of [`/fal-ai${T2V}`, '/bytedance/seedance/v1/pro/text-to-video'])
			expect((await post({}, path)).status).toBe(404);
	});
});

test('the key comes after the word "Key"', async () => {
	for (const authorization of ['', `Bearer ${at().apiKey}`, at().apiKey!, 'Key wrong'])
		expect(await post({}, T2V, { authorization })).toMatchObject({
			status: 401,
			json: { detail: 'No user found for Key ID and Secret' },
		});
});

test('an empty account is locked, and its jobs can still be read', async () => {
	await restart({}, { credits: 2 });
	const id = await submitted();
	expect(await post()).toMatchObject({
		status: 403,
		json: { detail: expect.stringContaining('Exhausted balance') as string },
	});
	expect((await status(id)).status).toBe(202);
});

test('prices are by tokens', async () => {
	const id = await submitted({ duration: '5' });
	// 1280 × 720 × 24 × 5 / 1024 tokens at $0.014 for a thousand.
	expect(sandbox.jobs().find(({ jobId }) => jobId === id)!.credits).toBe(1.512);
	await submitted(
		{ duration: '5', generate_audio: false },
		'/fal-ai/bytedance/seedance/v1.5/pro/text-to-video',
	);
	expect(sandbox.jobs()[1]!.credits).toBe(0.1296);
});

test('files live as long as was asked for', async () => {
	await restart({ jobSeconds: 0, speed: 1e9 });
	const asked = { 'x-fal-object-lifecycle-preference': '{"expiration_duration_seconds":60}' };
	const id = await submitted({ prompt: '[sandbox:instant] one' }, T2V, asked);
	await new Promise((done) => setTimeout(done, 20));
	expect((await fetch(`${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`)).status).toBe(410);
	const wrong = { 'x-fal-object-lifecycle-preference': '{"seconds":60}' };
	expect((await post({}, T2V, wrong)).status).toBe(422);
});

test('results are kept for 30 days, and the history for 90', async () => {
	// Thirty days in a second.
	await restart({ speed: 30 * 86_400 });
	const id = await submitted({ prompt: '[sandbox:instant] one' });
	await new Promise((done) => setTimeout(done, 1_100));
	expect((await status(id)).status).toBe(404);
	expect((await history(`request_id=${id}`)).json.items).toHaveLength(1);
	await new Promise((done) => setTimeout(done, 2_000));
	expect((await history(`request_id=${id}`)).json.items).toEqual([]);
});

test('the history has requests that have ended', async () => {
	const sent = { prompt: 'A lamp', duration: '4' };
	const id = await submitted(sent);
	expect((await history('limit=100')).json.items).toEqual([]);
	sandbox.finishJob(id);
	const about = { request_id: id, endpoint_id: T2V.slice(1), status_code: 200 };
	const { items } = (await history('expand=payloads')).json as { items: object[] };
	expect(items).toMatchObject([{ ...about, json_input: sent, json_output: { video: {} } }]);
	expect((await history('')).json.items).not.toMatchObject([{ json_input: sent }]);
	expect(await history('limit=101')).toMatchObject({
		status: 400,
		json: { error: { type: 'validation_error' } },
	});
});

test('a price can be asked for, with a right key only', async () => {
	const url = `${at().apiUrl}/models/pricing?endpoint_id=${T2V.slice(1)}`;
	expect((await call('GET', url)).json).toMatchObject({ prices: [{ endpoint_id: T2V.slice(1) }] });
	expect(await call('GET', url, undefined, { authorization: 'Key wrong' })).toMatchObject({
		status: 401,
		json: { error: { type: 'authorization_error' } },
	});
	expect((await call('GET', `${url}-9`)).status).toBe(404);
});

test('an upload has two steps, the second without the key', async () => {
	const bytes = readFileSync(join(__dirname, '../assets/images/square-512.png'));
	const initiate = () =>
		call('POST', `${at().storageUrl}/storage/upload/initiate?storage_type=fal-cdn-v3`, {
			content_type: 'image/png',
			file_name: 'a.png',
		});
	const put = async (headers: Record<string, string>, body: Uint8Array<ArrayBuffer>) => {
		const { json } = await initiate();
		const { upload_url: url, file_url: file } = json as { upload_url: string; file_url: string };
		return { file, status: (await fetch(url, { method: 'PUT', headers, body })).status };
	};
	const type = { 'content-type': 'image/png' };
	const file = new Uint8Array(bytes);
	expect((await put({ ...type, authorization: `Key ${at().apiKey}` }, file)).status).toBe(403);
	expect((await put({ 'content-type': 'image/webp' }, file)).status).toBe(400);
	const sent = await put(type, file);
	expect(sent.status).toBe(200);
	const image_url = sent.file;
	expect((await post({ image_url }, `${APP}/image-to-video`)).status).toBe(200);
	const missing = `${sandbox.mediaUrl}/uploads/none.png`;
	expect((await post({ image_url: missing }, `${APP}/image-to-video`)).status).toBe(422);
});

test('a callback is signed with a published key', async () => {
	const received: Array<{ headers: Record<string, unknown>; body: Buffer }> = [];
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			received.push({ headers: request.headers, body: Buffer.concat(parts) });
			response.end();
		});
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=1`;
	const id = await submitted({}, `${T2V}?fal_webhook=${encodeURIComponent(hook)}`);
	sandbox.finishJob(id);
	await sandbox.callbacksIdle();
	server.close();
	const [{ headers, body }] = received as [(typeof received)[0]];
	expect(JSON.parse(body.toString())).toMatchObject({
		request_id: id,
		status: 'OK',
		payload: { video: {} },
	});
	const header = (name: string) => String(headers[`x-fal-webhook-${name}`]);
	const lines = [
		...['request-id', 'user-id', 'timestamp'].map(header),
		createHash('sha256').update(body).digest('hex'),
	];
	const jwks = await call('GET', `${at().storageUrl}/.well-known/jwks.json`);
	const keys = (jwks.json as { keys: Array<Record<string, string>> }).keys;
	const isSigned = keys.map((key) =>
		verify(
			null,
			Buffer.from(lines.join('\n')),
			createPublicKey({ key, format: 'jwk' }),
			Buffer.from(header('signature'), 'hex'),
		),
	);
	expect(isSigned).toEqual([false, true]);
});
