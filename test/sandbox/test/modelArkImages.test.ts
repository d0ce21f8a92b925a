import type { SandboxOptions } from '../index.ts';
import type { Ark } from './modelArk.ts';
import { codeOf, openArk } from './modelArk.ts';

/** Images of Seedream at ModelArk: the answer to the submission has them. */

const ID_PRO = 'dola-seedream-5-0-pro-260628';
const ID_LITE = 'seedream-5-0-260128';
const ID_45 = 'seedream-4-5-251128';
const ID_40 = 'seedream-4-0-250828';
const PHOTO = 'https://example.com/photo.jpg';

let ark: Ark;
const open = async (account = {}, options: SandboxOptions = {}) => {
	ark = await openArk(account, { jobSeconds: 0.01, ...options });
};
beforeEach(() => open());
afterEach(() => ark.sandbox.close());

const post = (fields: Record<string, unknown> = {}) =>
	ark.call('POST', '/images/generations', { model: ID_LITE, prompt: 'A lamp', ...fields });
const dataOf = async (fields: Record<string, unknown>) =>
	(await post(fields)).json.data as Array<Record<string, string>>;
const fileAt = async (url = '') => {
	const answer = await fetch(url);
	const bytes = Buffer.from(await answer.arrayBuffer()).toString('latin1');
	return { status: answer.status, type: answer.headers.get('content-type'), bytes };
};

test('an image, with a watermark unless told otherwise', async () => {
	const { status, json } = await post();
	expect([status, json]).toEqual([
		200,
		{
			model: ID_LITE,
			created: expect.any(Number),
			data: [{ url: expect.stringContaining('X-Tos-Signature'), size: '2048x2048' }],
			usage: { generated_images: 1, output_tokens: 16_384, total_tokens: 16_384 },
		},
	]);
	expect(ark.sandbox.account()).toMatchObject({ creditsCharged: 0.035, jobsCompleted: 1 });
	const [marked] = json.data as Array<{ url: string }>;
	const jpeg = await fileAt(marked!.url);
	expect([jpeg.status, jpeg.type, jpeg.bytes.slice(0, 3)]).toEqual([
		200,
		'image/jpeg',
		'\xff\xd8\xff',
	]);
	expect(jpeg.bytes).toContain('AI Generated');
	expect((await fileAt(marked!.url.split('&')[0])).status).toBe(403);
	const [plain] = await dataOf({ watermark: false, output_format: 'png' });
	const png = await fileAt(plain!.url);
	expect([png.type, png.bytes.slice(1, 4)]).toEqual(['image/png', 'PNG']);
	expect(png.bytes).not.toContain('AI Generated');
	expect(ark.sandbox.ledger.requests.at(-1)!.body).toMatchObject({ watermark: false });
	expect(ark.sandbox.ledger.keyReachedMediaHost).toBe(false);
});

test('several images, one of them with an error, and only the others are charged', async () => {
	const sequential_image_generation_options = { max_images: 3 };
	const { json } = await post({
		prompt: '[sandbox:image-error] Three lamps',
		sequential_image_generation: 'auto',
		sequential_image_generation_options,
	});
	const data = json.data as Array<{ url?: string }>;
	expect(data).toEqual([
		{ url: expect.any(String), size: '2048x2048' },
		{ url: expect.any(String), size: '2048x2048' },
		{ error: { code: 'OutputImageSensitiveContentDetected', message: expect.any(String) } },
	]);
	expect(json.usage).toMatchObject({ generated_images: 2 });
	expect(ark.sandbox.account().creditsCharged).toBeCloseTo(0.07, 6);
	const [first, second] = [await fileAt(data[0]!.url), await fileAt(data[1]!.url)];
	expect(first.bytes).not.toBe(second.bytes);
	// Without "auto" there is one, whatever the number is.
	expect(await dataOf({ sequential_image_generation_options })).toHaveLength(1);
});

test('as base64', async () => {
	const [image] = await dataOf({ response_format: 'b64_json' });
	expect(Object.keys(image!).sort()).toEqual(['b64_json', 'size']);
	expect(Buffer.from(image!.b64_json!, 'base64').readUInt16BE(0)).toBe(0xffd8);
});

test.each([
	[ID_PRO, { size: '1280x720' }, '1280x720'],
	[ID_PRO, { size: '1K', image: PHOTO, output_format: 'png' }, '1024x1024'],
	['seedream-5-0-lite-260128', { size: '3K' }, '3072x3072'],
	[ID_45, { size: '4K', image: Array.from({ length: 14 }, () => PHOTO) }, '4096x4096'],
	[ID_40, { n: 3, seed: 7 }, '2048x2048'],
])('%s takes %j', async (model, fields, size) => {
	expect(await dataOf({ model, ...fields })).toEqual([{ url: expect.any(String), size }]);
});

test.each([
	['no prompt', { prompt: '' }, 'prompt'],
	['a misspelled tag', { prompt: '[sandbox:slwo]' }, 'prompt'],
	['a small image of 4.5', { model: ID_45, size: '1280x720' }, 'size'],
	['1K of 5.0', { size: '1K' }, 'size'],
	['a large image', { size: '8000x8000' }, 'size'],
	['a strip', { model: ID_40, size: '16000x900' }, 'size'],
	['11 images for pro', { model: ID_PRO, image: Array.from({ length: 11 }, () => PHOTO) }, 'image'],
	['an image that is no address', { image: ['photo'] }, 'image[0]'],
	['a format of 4.5', { model: ID_45, output_format: 'png' }, 'output_format'],
	['webp', { output_format: 'webp' }, 'output_format'],
	['a watermark as a text', { watermark: 'false' }, 'watermark'],
	['a stream', { stream: true }, 'stream'],
])('refuses %s', async (_what, fields, param) => {
	const { status, json } = await post(fields);
	expect([status, json.error]).toMatchObject([400, { code: 'InvalidParameter', param }]);
	expect(ark.sandbox.jobs()).toEqual([]);
});

test('failures, accounts and regions', async () => {
	expect(codeOf(await post({ prompt: '[sandbox:moderate]' }))).toEqual([
		400,
		'OutputImageSensitiveContentDetected',
	]);
	expect(codeOf(await post({ prompt: '[sandbox:fail]' }))).toEqual([500, 'InternalServiceError']);
	expect(codeOf(await post({ prompt: '[sandbox:quota]' }))).toEqual([429, 'QuotaExceeded']);
	expect(codeOf(await post({ model: 'doubao-seedream-4-0-250828' }))[0]).toBe(404);
	expect(codeOf(await post({ model: 'dreamina-seedance-2-0-260128' }))[0]).toBe(404);
	expect(codeOf(await post({ model: undefined }))).toEqual([400, 'MissingParameter']);
	ark.sandbox.setCredits(0);
	expect(codeOf(await post())).toEqual([403, 'AccountOverdueError']);
	expect(ark.sandbox.account().creditsCharged).toBe(0);
	await ark.sandbox.close();
	await open({
		modelArk: { region: 'china', endpoints: { 'ep-1': 'doubao-seedream-4-0-250828' } },
	});
	for (const model of ['ep-1', 'doubao-seedream-5-0-pro-260628'])
		expect((await post({ model })).status).toBe(200);
});

test('do not wait for videos, are no tasks, and can be ended early', async () => {
	await ark.sandbox.close();
	await open({ maxConcurrentJobs: 1 }, { jobSeconds: 3600 });
	await ark.post();
	const answer = post();
	const { jobId } = await ark.sandbox.waitFor('processing', undefined);
	await new Promise((resolve) => setTimeout(resolve, 100));
	const image = ark.sandbox.jobs().find((job) => job.jobId !== jobId)!;
	expect(image.state).toBe('processing');
	expect((await ark.call('GET', `/contents/generations/tasks/${image.jobId}`)).status).toBe(404);
	ark.sandbox.finishJob(image.jobId);
	expect((await answer).status).toBe(200);
});
