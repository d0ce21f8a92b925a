import { clientOf } from '../client.ts';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { orgCodeInBody, startSandbox, startWitness } from '../index.ts';

/** Seedance 1.5 at seedanceapi.org, as its document shows it. */

const ANY_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
const PHOTO = 'https://example.com/photo.jpg';

let sandbox: Sandbox;
const at = () => sandbox.credentialOf('seedanceOrg');
const start = async (options: SandboxOptions = {}) => {
	sandbox = await startSandbox({ jobSeconds: 3600, ...options });
};
beforeEach(() => start({ accounts: [{ provider: 'seedanceOrg', requestsPerMinute: 1000 }] }));
afterEach(() => sandbox.close());

const call = (method: string, path: string, body?: unknown, key = at().apiKey) =>
	clientOf(sandbox, key).call(method, at().baseUrl + path, body);
const post = (fields: Record<string, unknown> = {}) =>
	call('POST', '/v1/generate', { prompt: 'An eagle', ...fields });
const submitted = async (fields?: Record<string, unknown>) =>
	((await post(fields)).json.data as { task_id: string }).task_id;
const read = async (id: string) =>
	(await call('GET', `/v1/status?task_id=${id}`)).json as { data: Record<string, unknown> };

test('submission, progress and success in their envelope', async () => {
	const fields = { aspect_ratio: '16:9', resolution: '720p', duration: '8', fixed_lens: false };
	const { status, json } = await post(fields);
	expect([status, json]).toEqual([
		200,
		{
			code: 200,
			message: 'success',
			data: { task_id: expect.stringMatching(/^seed15\w{12}pro$/), status: 'IN_PROGRESS' },
		},
	]);
	const id = (json.data as { task_id: string }).task_id;
	const data = {
		task_id: id,
		status: 'IN_PROGRESS',
		consumed_credits: 0,
		created_at: ANY_TIME,
		request: { prompt: 'An eagle', ...fields },
		response: [],
		error_message: null,
	};
	expect(await read(id)).toEqual({ code: 200, message: 'success', data });
	sandbox.finishJob(id);
	const url = `${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`;
	expect((await read(id)).data).toEqual({
		...data,
		status: 'SUCCESS',
		consumed_credits: 28,
		response: [url],
	});
	expect((await fetch(url)).status).toBe(200);
	expect(sandbox.account('seedanceOrg')).toMatchObject({
		provider: 'seedanceOrg',
		creditsCharged: 28,
	});
	expect(sandbox.account()).toMatchObject({ requests: 0, creditsCharged: 0 });
});

test.each([
	['480p', '4', 8, 14],
	['480p', '8', 14, 28],
	['480p', '12', 19, 38],
	['720p', '4', 14, 28],
	['720p', '8', 28, 56],
	['720p', '12', 42, 84],
])('%s for %s s costs %i, with audio %i', async (resolution, duration, silent, loud) => {
	await post({ resolution, duration });
	await post({ resolution, duration, generate_audio: true });
	expect(sandbox.jobs().map(({ credits }) => credits)).toEqual([silent, loud]);
});

test.each<[string, Record<string, unknown>, string]>([
	['no prompt', { prompt: undefined }, 'INVALID_PROMPT'],
	['an empty prompt', { prompt: '' }, 'INVALID_PROMPT'],
	['2001 characters', { prompt: 'x'.repeat(2001) }, 'INVALID_PROMPT'],
	['a misspelled tag', { prompt: '[sandbox:slwo]' }, 'INVALID_PROMPT'],
	['2:1', { aspect_ratio: '2:1' }, 'INVALID_ASPECT_RATIO'],
	['1080p', { resolution: '1080p' }, 'INVALID_RESOLUTION'],
	['a number of seconds', { duration: 8 }, 'INVALID_DURATION'],
	['5 seconds', { duration: '5' }, 'INVALID_DURATION'],
	['two images', { image_urls: [PHOTO, PHOTO] }, 'TOO_MANY_IMAGES'],
	['two wrong fields: the first', { duration: 8, aspect_ratio: '2:1' }, 'INVALID_ASPECT_RATIO'],
	['an image that is no URL', { image_urls: ['photo'] }, 'INVALID_REQUEST'],
	['a callback that is no web address', { callback_url: 'ftp://a.b' }, 'INVALID_REQUEST'],
	['audio as text', { generate_audio: 'true' }, 'INVALID_REQUEST'],
	['another dialect’s field', { webhook_url: PHOTO }, 'INVALID_REQUEST'],
])('%s is refused', async (_what, fields, code) => {
	const { status, json } = await post(fields);
	expect([status, json]).toEqual([400, { code, message: expect.any(String) }]);
	expect(sandbox.jobs()).toEqual([]);
});

test.each(['1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21'])('takes %s', async (ratio) => {
	const all = { aspect_ratio: ratio, image_urls: [PHOTO], fixed_lens: true, resolution: '480p' };
	expect((await post({ ...all, callback_url: 'http://127.0.0.1:9/x' })).status).toBe(200);
});

test('keys, unknown tasks, empty accounts', async () => {
	const body = { prompt: 'x' };
	const answers = [
		await call('POST', '/v1/generate', body, 'wrong'),
		await call('POST', '/v1/generate', body, sandbox.apiKey),
		await call('GET', '/v1/status?task_id=seed15'),
		await call('GET', '/v1/status'),
		await call('GET', '/v1/nothing'),
	];
	sandbox.setCredits(3, 'seedanceOrg');
	answers.push(await post());
	expect(answers.map(({ status, json }) => [status, json.code])).toEqual([
		[401, 'INVALID_API_KEY'],
		[401, 'INVALID_API_KEY'],
		[404, 'TASK_NOT_FOUND'],
		[404, 'TASK_NOT_FOUND'],
		[404, 'TASK_NOT_FOUND'],
		[402, 'INSUFFICIENT_CREDITS'],
	]);
	const elsewhere = await clientOf(sandbox, at().apiKey).submit();
	expect(elsewhere.status).toBe(401);
});

test.each([
	['fail', 'FAILED', []],
	['moderate', 'FAILED', []],
	['no-url', 'SUCCESS', []],
	['callback-never', 'SUCCESS', [expect.any(String)]],
])('%s, at once: %s', async (tag, status, response) => {
	const { json } = await post({ prompt: `[sandbox:instant,${tag}]` });
	expect(json.data).toMatchObject({ status, response });
	const failed = status === 'FAILED';
	const { data } = await read((json.data as { task_id: string }).task_id);
	expect(data).toMatchObject({
		status,
		consumed_credits: failed ? 0 : 28,
		error_message: failed ? expect.any(String) : null,
	});
});

test('an unknown status is a word in capitals, a cancelled job has failed', async () => {
	const id = await submitted({ prompt: '[sandbox:unknown-status]' });
	expect((await read(id)).data.status).toBe('RENDERING');
	sandbox.finishJob(id, 'cancelled');
	expect((await read(id)).data).toMatchObject({
		status: 'FAILED',
		error_message: expect.any(String),
	});
});

test('HTTP 200 with another code: by tag, by fault, and for every error', async () => {
	const sick = [200, { code: 500, message: expect.stringContaining('INTERNAL'), data: null }];
	const byTag = await post({ prompt: '[sandbox:code-in-body]' });
	sandbox.faults.add(orgCodeInBody());
	const byFault = await post();
	expect([byTag.status, byTag.json]).toEqual(sick);
	expect([byFault.status, byFault.json]).toEqual(sick);
	sandbox.faults.add(orgCodeInBody(402, 'INSUFFICIENT_CREDITS'));
	expect((await post()).json).toMatchObject({ code: 402 });
	expect(sandbox.jobs()).toEqual([]);
	await sandbox.close();
	await start({ orgErrorsInBody: true });
	const { status, json } = await post({ duration: 8 });
	expect([status, json]).toEqual([
		200,
		{ code: 400, message: expect.stringMatching(/^INVALID_DURATION: /), data: null },
	]);
});

test('the callback is the status, unsigned', async () => {
	const witness = await startWitness();
	const id = await submitted({ callback_url: witness.url });
	sandbox.finishJob(id);
	const [told] = await witness.waitFor(1);
	expect(JSON.parse(told?.body ?? '')).toEqual(await read(id));
	expect(Object.keys(told?.headers ?? {}).filter((name) => name.startsWith('x-'))).toEqual([]);
	await witness.close();
});

test('no idempotency: the same key makes two jobs', async () => {
	const headers = { 'idempotency-key': 'k' };
	for (let count = 0; count < 2; count += 1)
		await clientOf(sandbox, at().apiKey).call(
			'POST',
			`${at().baseUrl}/v1/generate`,
			{ prompt: 'x' },
			headers,
		);
	expect(sandbox.jobs()).toHaveLength(2);
});
