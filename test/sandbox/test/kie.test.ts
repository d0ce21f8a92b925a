import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf, type Reply } from '../client.ts';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { startSandbox, startWitness } from '../index.ts';

/** Seedance at kie.ai, as its documents and public material show it. */

const PHOTO = 'https://example.com/photo.jpg';
const PNG = readFileSync(join(__dirname, '../assets/images/square-512.png'));

let sandbox: Sandbox;
const at = () => sandbox.credentialOf('kie');
const start = async (options: SandboxOptions = {}, account = {}) => {
	const accounts = [{ provider: 'kie', ...account }];
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
const create = (model: string, input: object = {}, more: object = {}) =>
	call('POST', '/api/v1/jobs/createTask', {
		model: `bytedance/${model}`,
		input: { prompt: 'A lamp', ...input },
		...more,
	});
type Body = Record<string, unknown>;
const created = async (...args: Parameters<typeof create>) => {
	const { json, text } = await create(...args);
	if (json.code !== 200) throw new Error(text);
	return (json.data as Body).taskId as string;
};
const record = async (id: string) =>
	(await call('GET', `/api/v1/jobs/recordInfo?taskId=${id}`)).json.data as Body;
const finished = async (...args: Parameters<typeof create>) => {
	const id = await created(...args);
	sandbox.finishJob(id);
	return await record(id);
};
/** An error in an HTTP 200. */
const refused = ({ status, json }: Reply) => {
	expect([status, json.data]).toEqual([200, null]);
	return `${String(json.code)} ${String(json.msg)}`;
};

describe('a task', () => {
	test('is created, generated and successful, with its result as JSON in a text', async () => {
		const input = { prompt: 'A lamp', duration: 5, resolution: '480p' };
		const { status, json } = await create('seedance-2', input);
		expect([status, json]).toEqual([
			200,
			{
				code: 200,
				msg: 'success',
				data: { taskId: expect.stringMatching(/^task_bytedance_/) as string },
			},
		]);
		const { taskId: id } = json.data as { taskId: string };
		expect(await record(id)).toEqual({
			taskId: id,
			model: 'bytedance/seedance-2',
			state: 'generating',
			param: JSON.stringify({ model: 'bytedance/seedance-2', input }),
			resultJson: '',
			failCode: '',
			failMsg: '',
			costTime: 0,
			completeTime: 0,
			createTime: expect.any(Number) as number,
			updateTime: expect.any(Number) as number,
		});
		sandbox.finishJob(id);
		const done = await record(id);
		expect(done).toMatchObject({ state: 'success', creditsConsumed: 95 });
		expect(JSON.parse(done.resultJson as string)).toEqual({
			resultUrls: [expect.stringMatching(`/cdn/outputs/${id}.mp4$`) as string],
		});
		expect(done.completeTime).toBeGreaterThan(1.7e12);
	});

	test('waits while others are generated', async () => {
		await restart({}, { maxConcurrentJobs: 1 });
		await created('seedance-2');
		expect(await record(await created('seedance-2'))).toMatchObject({ state: 'waiting' });
	});

	test('that fails is an HTTP 200, says why and costs nothing', async () => {
		const id = await created('seedance-2', { prompt: 'x [sandbox:moderate]' });
		sandbox.finishJob(id, 'failed');
		expect(await record(id)).toMatchObject({
			state: 'fail',
			failCode: '422',
			failMsg: 'The prompt was refused by the content policy.',
			creditsConsumed: 0,
			resultJson: '',
		});
	});

	test('returns the last frame behind the video where it was asked for', async () => {
		const { resultJson } = await finished('seedance-2', { return_last_frame: true });
		const { resultUrls } = JSON.parse(resultJson as string) as { resultUrls: string[] };
		expect(resultUrls.map((url) => url.split('.').at(-1))).toEqual(['mp4', 'png']);
	});
});

describe('the price in credits', () => {
	test.each<[string, object, number]>([
		['seedance-2', {}, 205],
		['seedance-2', { resolution: '4k', duration: 15 }, 3120],
		['seedance-2', { reference_video_urls: [PHOTO], resolution: '480p' }, 115],
		['seedance-2-fast', { resolution: '480p' }, 77.5],
		['seedance-2-mini', { resolution: '480p' }, 47.5],
		['seedance-2-5', { duration: -1 }, 378],
		['seedance-1.5-pro', { duration: '8', aspect_ratio: '16:9' }, 28],
		['seedance-1.5-pro', { duration: '8', aspect_ratio: '16:9', generate_audio: true }, 56],
		['v1-pro-text-to-video', { duration: '3', resolution: '480p' }, 8.4],
		['v1-pro-fast-image-to-video', { image_url: PHOTO }, 25],
		['v1-lite-image-to-video', { image_url: PHOTO, end_image_url: PHOTO }, 22.5],
	])('of %s with %j is %p', async (model, input, credits) => {
		expect(await finished(model, input)).toMatchObject({ creditsConsumed: credits });
		expect((await call('GET', '/api/v1/chat/credit')).json.data).toBe(100_000 - credits);
	});
});

describe('errors are codes in an HTTP 200', () => {
	test.each<[string, string, object, RegExp]>([
		['a number where a text is wanted', 'v1-pro-text-to-video', { duration: 5 }, /duration/],
		['a text where a number is wanted', 'seedance-2', { duration: '5' }, /duration/],
		['too short', 'seedance-2', { duration: 3 }, /duration/],
		['the model decides, which only 2.5 can', 'seedance-2', { duration: -1 }, /duration/],
		[
			'a length that 1.5 has not',
			'seedance-1.5-pro',
			{ duration: '5', aspect_ratio: '1:1' },
			/dur/,
		],
		['a ratio that is missing', 'seedance-1.5-pro', { duration: '8' }, /aspect_ratio/],
		['an unknown field', 'seedance-2', { seed: 7 }, /seed/],
		['an unknown model', 'seedance-9', {}, /model name/],
		['no image', 'v1-lite-image-to-video', {}, /image_url/],
		['a short prompt', 'seedance-2', { prompt: 'ab' }, /3 characters/],
		['a last frame alone', 'seedance-2', { last_frame_url: PHOTO }, /requires/],
		[
			'frames and references',
			'seedance-2',
			{ first_frame_url: PHOTO, reference_image_urls: [PHOTO] },
			/exclusive/,
		],
		['a sound alone', 'seedance-2', { reference_audio_urls: [PHOTO] }, /require an image/],
		['no last frame of Mini', 'seedance-2-mini', { return_last_frame: true }, /return_last_frame/],
		['no resolution of Fast', 'seedance-2-fast', { resolution: '1080p' }, /resolution/],
		[
			'an address that leads nowhere',
			'seedance-2',
			{ first_frame_url: 'https://x.invalid/a.png' },
			/fetched/,
		],
	])('%s', async (_, model, input, words) => {
		const words422 = refused(await create(model, input));
		expect(words422).toMatch(/^422 /);
		expect(words422).toMatch(words);
		expect(sandbox.account('kie').jobsCreated).toBe(0);
	});

	test('a wrong key, no credits, an unknown task', async () => {
		await restart({}, { credits: 204 });
		const wrong = await call('GET', '/api/v1/chat/credit', undefined, 'wrong');
		expect(refused(wrong)).toBe('401 You do not have access permissions');
		expect(refused(await create('seedance-2'))).toMatch(/^402 /);
		const unknown = await call('GET', '/api/v1/jobs/recordInfo?taskId=x');
		expect(refused(unknown)).toBe('422 recordInfo is null');
	});

	test('but not more than 20 new tasks in 10 seconds: 429', async () => {
		const replies = [];
		for (let count = 0; count < 21; count += 1) replies.push(await create('seedance-2'));
		expect(replies.map(({ status }) => status)).toEqual([...Array<number>(20).fill(200), 429]);
		expect(replies.at(-1)!.json).toMatchObject({ code: 429, data: null });
	});
});

describe('an upload', () => {
	const upload = async (fields: Record<string, string>, bytes: Uint8Array = PNG, name = 'file') => {
		const form = new FormData();
		for (const [field, text] of Object.entries(fields)) form.append(field, text);
		form.append(name, new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'photo.png');
		const { apiKey, uploadUrl } = at();
		const reply = await fetch(`${uploadUrl}/api/file-stream-upload`, {
			method: 'POST',
			headers: { authorization: `Bearer ${apiKey}` },
			body: form,
		});
		return (await reply.json()) as { code: number; data: { downloadUrl: string } | null };
	};

	test('has an address that a task takes', async () => {
		const { code, data } = await upload({ uploadPath: 'mine', fileName: 'a.png' });
		expect([code, data]).toMatchObject([200, { fileName: 'a.png', fileSize: PNG.length }]);
		const first_frame_url = data!.downloadUrl;
		expect((await create('seedance-2', { first_frame_url })).json.code).toBe(200);
		const missing = first_frame_url.replace('a.png', 'b.png');
		expect(refused(await create('seedance-2', { first_frame_url: missing }))).toMatch(/fetched/);
	});

	test.each<[string, Parameters<typeof upload>]>([
		['no path', [{}]],
		['an unknown field', [{ uploadPath: 'mine', other: '1' }]],
		['another field for the file', [{ uploadPath: 'mine' }, PNG, 'image']],
		['no image', [{ uploadPath: 'mine' }, Buffer.from('no image')]],
		['a name that leads elsewhere', [{ uploadPath: 'mine', fileName: '../a.png' }]],
	])('with %s is refused', async (_, args) => {
		expect(await upload(...args)).toMatchObject({ code: 422, data: null });
	});
});

describe('a callback', () => {
	test.each(['sandbox-kie-webhook-key', ''])('with the key "%s"', async (webhookSecret) => {
		await restart({}, { webhookSecret });
		const witness = await startWitness();
		try {
			const id = await created('seedance-2', {}, { callBackUrl: `${witness.url}/hook` });
			sandbox.finishJob(id);
			const [record0] = await witness.waitFor(1);
			const { headers, body } = record0!;
			expect(JSON.parse(body)).toMatchObject({ code: 200, data: { taskId: id, state: 'success' } });
			const time = headers['x-webhook-timestamp'];
			const mac = createHmac('sha256', webhookSecret).update(`${id}.${String(time)}`);
			expect(headers['x-webhook-signature']).toBe(
				webhookSecret === '' ? undefined : mac.digest('base64'),
			);
		} finally {
			await witness.close();
		}
	});
});
