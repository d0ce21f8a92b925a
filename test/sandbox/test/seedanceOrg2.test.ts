import { clientOf } from '../client.ts';
import type { Sandbox } from '../index.ts';
import { startSandbox, startWitness } from '../index.ts';

/** Seedance 2.0 at seedanceapi.org: v2 of its API. */

const PHOTO = 'https://example.com/photo.jpg';

let sandbox: Sandbox;
beforeEach(async () => {
	const accounts = [{ provider: 'seedanceOrg', requestsPerMinute: 1000 }];
	sandbox = await startSandbox({ jobSeconds: 3600, accounts });
});
afterEach(() => sandbox.close());

const call = (method: string, path: string, body?: unknown) => {
	const { baseUrl, apiKey } = sandbox.credentialOf('seedanceOrg');
	return clientOf(sandbox, apiKey).call(method, baseUrl + path, body);
};
const post = (fields: Record<string, unknown> = {}) =>
	call('POST', '/v2/generate', { prompt: 'An eagle', ...fields });
const submitted = async (fields?: Record<string, unknown>) =>
	((await post(fields)).json.data as { task_id: string }).task_id;
const read = async (id: string, version = 'v2') =>
	await call('GET', `/${version}/status?task_id=${id}`);

test('a task from its submission to its video', async () => {
	const { status, json } = await post({ model: 'seedance-2.0-fast', duration: 10 });
	const id = (json.data as { task_id: string }).task_id;
	expect([status, json]).toEqual([
		200,
		{
			code: 200,
			message: 'success',
			data: { task_id: expect.any(String), status: 'IN_PROGRESS', consumed_credits: 320 },
		},
	]);
	expect((await read(id)).json.data).toMatchObject({ task_id: id, status: 'IN_PROGRESS' });
	sandbox.finishJob(id);
	expect((await read(id)).json.data).toMatchObject({
		status: 'SUCCESS',
		consumed_credits: 320,
		request: { model: 'seedance-2.0-fast' },
		response: [expect.stringMatching(/\.mp4$/)],
		error_message: null,
	});
	expect(sandbox.account('seedanceOrg')).toMatchObject({ jobsCharged: 1, creditsCharged: 320 });
});

test.each([
	['seedance-2.0', [240, 480, 720]],
	['seedance-2.0-fast', [160, 320, 480]],
])('prices of %s', async (model, prices) => {
	for (const duration of [5, 10, 15]) await post({ model, duration });
	expect(sandbox.jobs().map(({ credits }) => credits)).toEqual(prices);
});

test('the defaults are 2.0 and 5 seconds, and up to 4 images are taken', async () => {
	await post({ images: [PHOTO, PHOTO, PHOTO, PHOTO] });
	expect(sandbox.jobs()).toMatchObject([{ model: 'seedance-2.0', credits: 240 }]);
});

test.each<[string, Record<string, unknown>, string]>([
	['no prompt', { prompt: undefined }, 'INVALID_PROMPT'],
	['2001 characters', { prompt: 'x'.repeat(2001) }, 'INVALID_PROMPT'],
	['seconds as text', { duration: '5' }, 'INVALID_DURATION'],
	['8 seconds', { duration: 8 }, 'INVALID_DURATION'],
	['1:1', { aspect_ratio: '1:1' }, 'INVALID_ASPECT_RATIO'],
	['a ratio and an image', { aspect_ratio: '16:9', images: [PHOTO] }, 'INVALID_ASPECT_RATIO'],
	['five images', { images: Array(5).fill(PHOTO) }, 'TOO_MANY_IMAGES'],
	['the model of v1', { model: 'seedance-1.5' }, 'INVALID_REQUEST'],
	['a resolution', { resolution: '720p' }, 'INVALID_REQUEST'],
	['sound', { generate_audio: true }, 'INVALID_REQUEST'],
	['a seed', { seed: 1 }, 'INVALID_REQUEST'],
])('%s is refused', async (_what, fields, code) => {
	const { status, json } = await post(fields);
	expect([status, json]).toEqual([400, { code, message: expect.any(String) }]);
	expect(sandbox.jobs()).toEqual([]);
});

test('a task of one version is unknown to the other', async () => {
	const newer = await submitted();
	const older = await call('POST', '/v1/generate', { prompt: 'An eagle' });
	const { task_id: id } = older.json.data as { task_id: string };
	expect((await read(newer, 'v1')).status).toBe(404);
	expect((await read(id)).status).toBe(404);
	expect((await read(id, 'v1')).status).toBe(200);
});

test('the callback is the status, unsigned', async () => {
	const witness = await startWitness();
	const id = await submitted({ callback_url: witness.url });
	sandbox.finishJob(id);
	const [told] = await witness.waitFor(1);
	expect(JSON.parse(told?.body ?? '')).toEqual((await read(id)).json);
	await witness.close();
});
