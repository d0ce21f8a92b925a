import { readFileSync } from 'node:fs';
import { clientOf } from '../client.ts';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { startSandbox } from '../index.ts';

/** Seedance 1.0 Pro at Segmind, as its document and public material show it. */

const PHOTO = 'https://example.com/photo.jpg';
const UUID = /^[0-9a-f-]{36}$/;

let sandbox: Sandbox;
const at = () => sandbox.credentialOf('segmind');
const start = async (options: SandboxOptions = {}, account = {}) => {
	sandbox = await startSandbox({
		jobSeconds: 3600,
		...options,
		accounts: [{ provider: 'segmind', requestsPerMinute: 1000, ...account }],
	});
};
const restart = async (...options: Parameters<typeof start>) => {
	await sandbox.close();
	await start(...options);
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const call = (method: string, path: string, body?: unknown, headers = {}) =>
	clientOf(sandbox).call(method, path.startsWith('http') ? path : at().baseUrl + path, body, {
		authorization: '',
		'x-api-key': at().apiKey,
		...headers,
	});
const post = (fields: Record<string, unknown> = {}) =>
	call('POST', '/v2/seedance-pro', { prompt: 'A horse', ...fields });
const submitted = async (fields: Record<string, unknown> = {}) =>
	(await post(fields)).json.request_id as string;
const status = (id: string) => call('GET', `/v2/requests/${id}/status`);
const result = (id: string) => call('GET', `/v2/requests/${id}`);

test('submission, status and result', async () => {
	const { json } = await post({ seed: 12345 });
	const id = json.request_id as string;
	expect(json).toEqual({
		request_id: expect.stringMatching(UUID),
		status: 'QUEUED',
		status_url: `${at().baseUrl}/v2/requests/${id}/status`,
		response_url: `${at().baseUrl}/v2/requests/${id}`,
	});
	for (const url of [json.status_url, json.response_url])
		expect((await call('GET', url as string)).json).toEqual({
			status: 'PROCESSING',
			request_id: id,
		});
	sandbox.finishJob(id);
	expect((await status(id)).json).toEqual({
		status: 'COMPLETED',
		request_id: id,
		metrics: { inference_time: expect.any(Number) },
	});
	const video = `${sandbox.mediaUrl}/cdn/outputs/${id}`;
	const bytes = await (await fetch(`${video}.mp4`)).arrayBuffer();
	expect((await result(id)).json).toEqual({
		status: 'COMPLETED',
		request_id: id,
		output: `${video}.mp4`,
		video: {
			url: `${video}.mp4`,
			content_type: 'video/mp4',
			file_name: `${id}.mp4`,
			file_size: bytes.byteLength,
			last_frame_url: `${video}.png`,
		},
		seed: 12345,
		metrics: {
			cost: 0.35,
			remaining_credits: 999.65,
			inference_time: expect.any(Number),
			queue_time: expect.any(Number),
			total_time: expect.any(Number),
		},
	});
	expect((await fetch(`${video}.png`)).headers.get('content-type')).toBe('image/png');
	expect(sandbox.account('segmind')).toMatchObject({ creditsCharged: 0.35, creditsReserved: 0 });
});

test.each([
	['480p', 5, 0.16],
	['480p', 10, 0.32],
	['720p', 5, 0.35],
	['720p', 10, 0.7],
	['1080p', 5, 0.79],
	['1080p', 10, 1.58],
])('%s for %i s costs $%d', async (resolution, duration, dollars) => {
	const all = { camera_fixed: true, image_url: PHOTO, last_frame_url: PHOTO, seed: 1 };
	await post({ ...all, resolution, duration, aspect_ratio: '3:4', skip_moderation: true });
	expect(sandbox.jobs()[0]).toMatchObject({ credits: dollars, model: 'seedance-pro' });
});

test.each<[string, Record<string, unknown>, string]>([
	['no prompt', { prompt: undefined }, 'prompt'],
	['6 seconds', { duration: 6 }, 'duration'],
	['seconds as text', { duration: '5' }, 'duration'],
	['4k', { resolution: '4k' }, 'resolution'],
	['21:9', { aspect_ratio: '21:9' }, 'aspect_ratio'],
	['a last frame alone', { last_frame_url: PHOTO }, 'last_frame_url'],
	['a data URL', { image_url: 'data:image/png;base64,AAAA' }, 'image_url'],
	['seed 0', { seed: 0 }, 'seed'],
	['a long seed', { seed: 1_000_000 }, 'seed'],
	['text for a boolean', { skip_moderation: 'false' }, 'skip_moderation'],
	['an unknown field', { audio: true }, 'audio'],
	['a misspelled tag', { prompt: '[sandbox:slwo]' }, 'slwo'],
])('%s is refused', async (_what, fields, named) => {
	const { status: code, json } = await post(fields);
	expect([code, json]).toEqual([400, { error: expect.stringContaining(named) }]);
});

test.each([
	['a Bearer key', { authorization: 'Bearer sandbox-segmind-key-not-a-real-one', 'x-api-key': '' }],
	['no key', { 'x-api-key': '' }],
	['a wrong key', { 'x-api-key': 'wrong' }],
	['another provider’s key', { 'x-api-key': 'sandbox-key-not-a-real-one' }],
])('%s: 401', async (_what, headers) => {
	for (const path of ['/v1/get-user-credits', `${at().uploadUrl}/upload-asset`]) {
		const reply = await call('GET', path, undefined, headers);
		expect([reply.status, reply.json]).toEqual([401, { error: expect.any(String) }]);
	}
});

test.each(['fail', 'moderate', 'late-validation'])('%s: 422 with the body', async (tag) => {
	const id = await submitted({ prompt: `[sandbox:${tag}]` });
	sandbox.finishJob(id, 'failed');
	const body = { status: 'FAILED', request_id: id, error: expect.any(String) };
	for (const reply of [await status(id), await result(id)])
		expect([reply.status, reply.json]).toEqual([422, body]);
	expect(sandbox.account('segmind')).toMatchObject({ creditsCharged: 0, creditsAvailable: 1000 });
});

test('tags of the status and of the output', async () => {
	const odd = await submitted({ prompt: '[sandbox:unknown-status]' });
	expect((await status(odd)).json.status).toBe('RENDERING');
	const outputs: unknown[] = [];
	for (const tags of [
		'instant',
		'instant,output-object',
		'instant,output-array',
		'instant,no-url',
	]) {
		const { json } = await post({ prompt: `[sandbox:${tags}]` });
		expect(json.status).toBe('COMPLETED');
		outputs.push((await result(json.request_id as string)).json.output);
	}
	const url = expect.stringMatching(/\.mp4$/) as string;
	expect(outputs).toEqual([url, { url }, [url], undefined]);
	expect((await post({ prompt: '[sandbox:instant,fail]' })).json).toMatchObject({
		status: 'FAILED',
		error: expect.any(String),
	});
});

test('a waiting request is queued', async () => {
	for (let count = 0; count < 5; count += 1) await submitted();
	const id = await submitted();
	expect((await status(id)).json.status).toBe('QUEUED');
});

// An hour is 50 ms at this speed.
test('results are kept for an hour, the file for longer', async () => {
	await restart({ speed: 3600 * 20, jobSeconds: 0 });
	const id = await submitted();
	await sandbox.waitFor('completed', id);
	const until = Date.now() + 2000;
	let code = 200;
	while (code !== 404 && Date.now() < until) code = (await result(id)).status;
	expect([code, (await status(id)).status]).toEqual([404, 404]);
	expect((await fetch(`${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`)).status).toBe(200);
});

describe('the synchronous call', () => {
	const generate = (fields: Record<string, unknown> = {}, headers = {}) =>
		call('POST', '/v1/seedance-pro', { prompt: 'A horse', ...fields }, headers);

	test('blocks until the end and sends the file', async () => {
		const answer = generate();
		const { jobId } = await sandbox.waitFor('processing');
		sandbox.finishJob(jobId ?? '');
		const { status: code, headers, text } = await answer;
		expect([code, headers]).toEqual([
			200,
			expect.objectContaining({
				'content-type': 'video/mp4',
				'x-request-id': jobId,
				'x-cost': '0.35',
				'x-remaining-credits': '999.65',
				'x-generation-time': expect.stringMatching(/^[\d.]+$/),
				'transfer-encoding': 'chunked',
			}),
		]);
		expect(text.endsWith(`free${jobId}`)).toBe(true);
	});

	test('a failed one: 422', async () => {
		const { status: code, json } = await generate({ prompt: '[sandbox:instant,fail]' });
		expect([code, json]).toEqual([422, expect.objectContaining({ status: 'FAILED' })]);
	});

	test('one that never ends: 504', async () => {
		await restart({ speed: 100_000 });
		const { status: code, json } = await generate({ prompt: '[sandbox:never]' });
		expect([code, json]).toEqual([504, { error: expect.any(String) }]);
	});

	test('a cut answer: the job is charged all the same', async () => {
		sandbox.faults.add({ path: '/segmind/v1/', after: 'handled', reset: true });
		await expect(generate({ prompt: '[sandbox:instant]' })).rejects.toThrow();
		expect(sandbox.account('segmind')).toMatchObject({ jobsCharged: 1, creditsCharged: 0.35 });
	});
});

test('balances', async () => {
	const read = async () => {
		const reply = await call('GET', '/v1/get-user-credits');
		return [reply.status, reply.json];
	};
	expect(await read()).toEqual([200, { credits: 1000, 'free-credits': 0 }]);
	sandbox.setCredits(0, 'segmind');
	expect(await read()).toEqual([200, { credits: 0, 'free-credits': 0 }]);
	await restart({}, { credits: 0, freeCredits: 0.018 });
	expect(await read()).toEqual([200, { credits: 0, 'free-credits': 0.018 }]);
	await restart({}, { credits: 0 });
	expect(await read()).toEqual([404, { error: expect.any(String) }]);
	// Three tenths and more of these: no noise of binary fractions.
	await restart({}, { credits: 1 });
	for (let count = 0; count < 6; count += 1) await post({ resolution: '480p' });
	expect(await read()).toEqual([200, { credits: 0.04, 'free-credits': 0 }]);
	expect(sandbox.account('segmind').creditsReserved).toBe(0.96);
});

test('406 says credits, or the content type; 405 is a page, 404 is JSON', async () => {
	const text = await call('POST', '/v2/seedance-pro', 'x', { 'content-type': 'text/plain' });
	expect([text.status, text.text]).toEqual([406, expect.not.stringContaining('redits')]);
	sandbox.setCredits(0.1, 'segmind');
	const poor = await post();
	expect([poor.status, poor.json]).toEqual([
		406,
		{ error: expect.stringContaining('Insufficient credits') },
	]);
	const page = await call('GET', '/v2/seedance-pro');
	expect([page.status, page.headers['content-type']]).toEqual([
		405,
		expect.stringContaining('text/html'),
	]);
	expect(page.text).toContain('<h1>');
	for (const path of ['/v2/seedance-pro-2', '/v2/requests/nothing', '/v1/tasks/1'])
		expect((await call('GET', path)).json).toEqual({ error: expect.any(String) });
});

describe('uploads', () => {
	const jpeg = readFileSync('test/sandbox/assets/images/square-512.jpg');
	const dataUrl = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
	const put = (body: unknown) => call('POST', `${at().uploadUrl}/upload-asset`, body);

	test('come back as addresses that work', async () => {
		const { json } = await put({ data_urls: [dataUrl, dataUrl] });
		const urls = json.file_urls as string[];
		expect(new Set(urls).size).toBe(2);
		const answer = await fetch(urls[0] ?? '');
		expect(answer.headers.get('content-type')).toBe('image/jpeg');
		expect(Buffer.from(await answer.arrayBuffer()).equals(jpeg)).toBe(true);
		expect((await post({ image_url: urls[0] })).status).toBe(200);
		expect(sandbox.ledger.requests[0]).toMatchObject({ kind: 'upload', keyId: 'segmind' });
		await restart({ segmindUploadField: 'urls' });
		expect((await put({ data_urls: [dataUrl] })).json).toEqual({ urls: [expect.any(String)] });
	});

	test.each<[string, unknown]>([
		['nothing', {}],
		['no list', { data_urls: dataUrl }],
		['an empty list', { data_urls: [] }],
		['bare base64', { data_urls: [jpeg.toString('base64')] }],
		['no image', { data_urls: ['data:image/png;base64,AAAA'] }],
		['the wrong type', { data_urls: [dataUrl.replace('jpeg', 'png')] }],
	])('%s: 400', async (_what, body) => {
		expect(await put(body)).toMatchObject({ status: 400, json: { error: expect.any(String) } });
	});
});

test('accounts of other providers are in the books once they are used', async () => {
	await sandbox.close();
	sandbox = await startSandbox();
	const ids = () => sandbox.ledger.accounts.map(({ account }) => account);
	expect(ids()).toEqual(['seedance']);
	await call('GET', '/v1/get-user-credits');
	expect(ids()).toEqual(['seedance', 'segmind']);
});
