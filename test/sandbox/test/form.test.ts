import { readFileSync } from 'node:fs';
import { clientOf, formOf, IMAGE_TO_VIDEO, TEXT_TO_VIDEO } from '../client.ts';
import { imageInfo } from '../core/image.ts';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';

/** Image files in the unified API, and its 1.0 models. */

const imageFile = (name: string) => readFileSync(`test/sandbox/assets/images/${name}`);
const JPEG = imageFile('square-512.jpg');

let sandbox: Sandbox;

beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 3600, accounts: [{ requestsPerMinute: 1000 }] });
});
afterEach(() => sandbox.close());

const TEXTS = { model: 'seedance-2.0', prompt: 'She smiles' };
const send = (
	texts: Record<string, string>,
	files: Record<string, Buffer> = { image: JPEG },
	headers: Record<string, string> = {},
	path = IMAGE_TO_VIDEO,
) => clientOf(sandbox).send(path, formOf(texts, files), headers);

describe('multipart/form-data', () => {
	test.each(['square-512.jpg', 'square-512.png', 'square-512.webp'])('takes %s', async (name) => {
		const bytes = imageFile(name);
		const texts = { ...TEXTS, duration: '4', aspect_ratio: '9:16', audio: 'false' };
		const { status, json } = await send({ ...texts, metadata: '{"sku":"A-1"}' }, { image: bytes });
		expect([status, json.credits_charged]).toEqual([200, 243]);
		const id = json.task_id as string;
		sandbox.finishJob(id);
		expect((await clientOf(sandbox).status(id)).json).toMatchObject({
			result: { duration: 4, resolution: '720x1280', has_audio: false },
			metadata: { sku: 'A-1' },
		});
		expect(sandbox.ledger.requests[0]).toMatchObject({
			kind: 'submit',
			body: { ...texts, image: { filename: 'image', bytes: bytes.length } },
			bodyBytes: expect.any(Number),
		});
		expect(sandbox.ledger.requests[0]?.bodyBytes).toBeGreaterThan(bytes.length);
	});

	test('audio "true" and left out are both sound', async () => {
		for (const texts of [TEXTS, { ...TEXTS, audio: 'true' }]) {
			const id = (await send(texts)).json.task_id as string;
			sandbox.finishJob(id);
			const { json } = await clientOf(sandbox).status(id);
			expect(json.result).toMatchObject({ has_audio: true });
		}
	});

	test.each<[string, Record<string, string>, Record<string, Buffer>, string]>([
		['no file', {}, {}, 'image'],
		['a text instead of the file', { image: 'abc' }, {}, 'image'],
		['a file of another name', {}, { photo: JPEG }, 'photo'],
		['two files', {}, { image: JPEG, other: JPEG }, 'other'],
		['no image', {}, { image: Buffer.from('GIF89a…') }, 'JPEG, PNG or WebP'],
		['an empty file', {}, { image: Buffer.alloc(0) }, 'JPEG, PNG or WebP'],
		['a small image', {}, { image: imageFile('small-100.png') }, '100x100'],
		['more than 10 MB', {}, { image: Buffer.alloc(10 * 1024 * 1024 + 1) }, '10 MB'],
		['far more than 10 MB', {}, { image: Buffer.alloc(11 * 1024 * 1024) }, '10 MB'],
		[
			'an image_url beside it',
			{ image_url: 'https://example.com/a.jpg' },
			{ image: JPEG },
			'image_url',
		],
		['audio as 1', { audio: '1' }, { image: JPEG }, 'audio'],
		['an empty duration', { duration: '' }, { image: JPEG }, 'duration'],
		['a broken duration', { duration: '4.5' }, { image: JPEG }, 'duration'],
		['metadata that is no JSON', { metadata: 'x' }, { image: JPEG }, 'metadata'],
		['an unknown field', { resolution: '720p' }, { image: JPEG }, 'resolution'],
		['no prompt', { prompt: '' }, { image: JPEG }, 'prompt'],
	])('refuses %s', async (_what, texts, files, named) => {
		const { status, json } = await send({ ...TEXTS, ...texts }, files);
		expect([status, json.error]).toEqual([
			400,
			{ code: 'invalid_request', message: expect.stringContaining(named) },
		]);
		expect(sandbox.account()).toMatchObject({ jobsCreated: 0, submitsReceived: 1 });
	});

	test('is not for text-to-video, and a broken one is refused', async () => {
		const text = await send(TEXTS, {}, {}, TEXT_TO_VIDEO);
		expect([text.status, text.text]).toEqual([400, expect.stringContaining('multipart/form-data')]);
		for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x']) {
			const headers = { 'content-type': type };
			const cut = await clientOf(sandbox).call('POST', IMAGE_TO_VIDEO, '--x\r\nContent', headers);
			expect(cut.status).toBe(400);
		}
	});

	test('a key that is wrong, a fault that fits a text, and one that comes afterwards', async () => {
		expect((await send(TEXTS, { image: JPEG }, { authorization: 'Bearer x' })).status).toBe(401);
		sandbox.faults.add({ match: 'She smiles', status: 500 });
		sandbox.faults.add({ match: 'She smiles', status: 502, after: 'handled' });
		expect([(await send(TEXTS)).status, (await send(TEXTS)).status]).toEqual([500, 502]);
		expect(sandbox.account().jobsCreated).toBe(1);
	});

	test('an idempotency key knows the file', async () => {
		const key = { 'idempotency-key': 'k' };
		const first = await send(TEXTS, { image: JPEG }, key);
		expect((await send(TEXTS, { image: JPEG }, key)).text).toBe(first.text);
		const other = await send(TEXTS, { image: imageFile('square-512.png') }, key);
		expect([other.status, sandbox.account().jobsCreated]).toEqual([422, 1]);
	});
});

describe.each([
	['seedance-1.0-pro', 24],
	['seedance-1.0-lite', 7],
])('%s', (model, perSecond) => {
	test.each([2, 6, 12])('costs by the second, for %i', async (duration) => {
		const { json } = await clientOf(sandbox).submit({ model, duration });
		expect(json).toMatchObject({ model, credits_charged: duration * perSecond });
	});

	test('makes no sound, in full HD, from a text or a file', async () => {
		const client = clientOf(sandbox);
		const ids = [
			await client.submitted({ model, duration: 6 }),
			(await send({ model, prompt: 'x', duration: '6' })).json.task_id as string,
		];
		for (const id of ids) {
			sandbox.finishJob(id);
			expect((await client.status(id)).json.result).toMatchObject({
				duration: 6,
				resolution: '1920x1080',
				has_audio: false,
			});
		}
	});

	test.each([{ audio: true }, { audio: false }, { duration: 1 }, { duration: 13 }])(
		'refuses %j',
		async (fields) => {
			const { status, text } = await clientOf(sandbox).submit({ model, ...fields });
			expect([status, text]).toEqual([400, expect.stringContaining(Object.keys(fields)[0] ?? '')]);
		},
	);
});

test('an address that cannot be reached', async () => {
	const body = { ...TEXTS, image_url: 'https://gone.invalid/a.jpg' };
	const { status, json } = await clientOf(sandbox).call('POST', IMAGE_TO_VIDEO, body);
	expect([status, json.error]).toMatchObject([400, { code: 'source_image_unreachable' }]);
});

describe('image headers', () => {
	const webp = (kind: string, at: number, bytes: number[]) => {
		const file = Buffer.alloc(30);
		file.write('RIFF', 0);
		file.write(`WEBP${kind}`, 8);
		Buffer.from(bytes).copy(file, at);
		return file;
	};
	test.each<[string, Buffer, unknown]>([
		['a JPEG', JPEG, { type: 'image/jpeg', width: 512, height: 512 }],
		['a PNG', imageFile('small-100.png'), { type: 'image/png', width: 100, height: 100 }],
		[
			'a progressive JPEG with fill bytes',
			Buffer.from('ffd8ffe00004aaaaffffc2001108012c0190030000', 'hex'),
			{ type: 'image/jpeg', width: 400, height: 300 },
		],
		['lossy WebP', imageFile('square-512.webp'), { type: 'image/webp', width: 512, height: 512 }],
		[
			'lossless WebP',
			webp('VP8L', 20, [0x2f, 0xff, 0xc1, 0x7f, 0]),
			{ type: 'image/webp', width: 512, height: 512 },
		],
		[
			'extended WebP',
			webp('VP8X', 24, [0xff, 1, 0, 0xff, 2, 0]),
			{ type: 'image/webp', width: 512, height: 768 },
		],
		['a WebP of no kind', webp('ABCD', 24, []), undefined],
		['a JPEG that is cut', JPEG.subarray(0, 30), undefined],
		['a JPEG without a size', Buffer.from('ffd8ffd9', 'hex'), undefined],
		['a PNG that is cut', imageFile('small-100.png').subarray(0, 20), undefined],
		['nothing', Buffer.alloc(0), undefined],
	])('%s', (_what, bytes, info) => {
		expect(imageInfo(bytes)).toEqual(info);
	});
});
