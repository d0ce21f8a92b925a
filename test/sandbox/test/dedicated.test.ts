import { readFileSync } from 'node:fs';
import { clientOf } from '../client.ts';
import type { Sandbox } from '../index.ts';
import { signatureHeaders, startSandbox, startWitness } from '../index.ts';

/** The dedicated APIs of Seedance 1.0 Pro and Lite, as their documents show them. */

const ANY_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
const ANY_TEXT = expect.any(String) as string;
const PHOTO = 'https://example.com/photo.jpg';
const imageFile = (name: string) => readFileSync(`test/sandbox/assets/images/${name}`);
const base64 = imageFile('square-512.jpg').toString('base64');

const PRO = {
	name: 'pro',
	model: 'seedance-1.0-pro',
	submit: '/v1/seedance-1-pro/generate',
	status: (id: string) => `/v1/seedance-1-pro/status/${id}`,
	cancel: (id: string) => `/v1/seedance-1-pro/jobs/${id}`,
	body: { source_image_url: PHOTO, prompt: 'Push in', duration_seconds: 6 },
	credits: 144,
	queued: (id: string) => ({ job_id: id, status: 'queued', created_at: ANY_TIME }),
	failed: (id: string, code: string) => ({
		job_id: id,
		status: 'failed',
		error: ANY_TEXT,
		code,
		created_at: ANY_TIME,
	}),
	completed: (id: string) => ({
		job_id: id,
		status: 'completed',
		video_url: `${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`,
		duration_seconds: 6,
		resolution: '1920x1080',
		credits_charged: 144,
	}),
	callback: (id: string) => ({
		event: 'job.completed',
		job_id: id,
		status: 'completed',
		video_url: `${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`,
		duration_seconds: 6,
		credits_charged: 144,
		timestamp: ANY_TIME,
	}),
};
const LITE = {
	name: 'lite',
	model: 'seedance-1.0-lite',
	submit: '/v1/seedance-1-lite/generate',
	status: (id: string) => `/v1/jobs/${id}`,
	cancel: (id: string) => `/v1/jobs/${id}`,
	body: { image: PHOTO, prompt: 'Push in', duration: 6 },
	credits: 42,
	queued: (id: string) => ({ job_id: id, status: 'queued' }),
	failed: (id: string, code: string) => ({ job_id: id, status: 'failed', error: ANY_TEXT, code }),
	completed: (id: string) => ({
		job_id: id,
		status: 'completed',
		video_url: `${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`,
		duration_seconds: 6,
		resolution: '1080p',
		credits_charged: 42,
		completed_at: ANY_TIME,
	}),
	callback: (id: string) => LITE.completed(id),
};
const both = [PRO, LITE];

let sandbox: Sandbox;

beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 3600, accounts: [{ requestsPerMinute: 1000 }] });
});
afterEach(() => sandbox.close());

const post = (way: typeof PRO | typeof LITE, fields: Record<string, unknown> = {}, headers = {}) =>
	clientOf(sandbox).call('POST', way.submit, { ...way.body, ...fields }, headers);
const submitted = async (way: typeof PRO | typeof LITE, fields: Record<string, unknown> = {}) =>
	(await post(way, fields)).json.job_id as string;
const read = async (way: typeof PRO | typeof LITE, id: string) =>
	(await clientOf(sandbox).call('GET', way.status(id))).json;

test('Pro’s submission', async () => {
	expect((await post(PRO)).json).toEqual({
		job_id: expect.stringMatching(/^job_[0-9a-f]{12}$/),
		status: 'queued',
		created_at: ANY_TIME,
		estimated_seconds: 3600,
	});
	const all = { camera_lock: true, end_frame_url: PHOTO, webhook_url: null };
	expect((await post(PRO, all)).status).toBe(200);
	expect((await post(PRO, { end_frame_url: null, camera_lock: false })).status).toBe(200);
});

test('Lite’s submission is processing at once', async () => {
	expect((await post(LITE)).json).toEqual({
		job_id: expect.stringMatching(/^sd1lite_[0-9a-f]{12}$/),
		status: 'processing',
		credits_charged: 42,
		estimated_time_seconds: 3600,
		created_at: ANY_TIME,
	});
	const all = { resolution: '720p', aspect_ratio: '1:1', camera_lock: false, seed: 0 };
	const id = await submitted(LITE, { ...all, image: base64, webhook_url: null });
	sandbox.finishJob(id);
	expect(await read(LITE, id)).toMatchObject({ resolution: '720p' });
	expect(sandbox.ledger.requests[1]?.body).toMatchObject({ seed: 0, image: base64 });
});

test.each([
	[PRO, 'duration_seconds', 2, 48],
	[PRO, 'duration_seconds', 12, 288],
	[LITE, 'duration', 2, 14],
	[LITE, 'duration', 12, 84],
])('%#: prices', async (way, field, seconds, credits) => {
	await post(way, { [field]: seconds });
	expect(sandbox.account().creditsReserved).toBe(credits);
});

describe.each(both)('$name', (way) => {
	test('queued, processing, completed', async () => {
		const ids: string[] = [];
		for (let count = 0; count < 6; count += 1) ids.push(await submitted(way));
		const [first = '', last = ''] = [ids[0], ids[5]];
		expect(await read(way, last)).toEqual(way.queued(last));
		const running = { ...way.queued(first), status: 'processing' };
		expect(await read(way, first)).toEqual(way === PRO ? { ...running, progress: 0 } : running);
		sandbox.finishJob(first);
		expect(await read(way, first)).toEqual(way.completed(first));
		expect(sandbox.account()).toMatchObject({
			creditsCharged: way.credits,
			creditsReserved: 5 * way.credits,
			peakProcessingJobs: 5,
		});
		expect(sandbox.jobs()[0]).toMatchObject({ dialect: way.name, model: way.model });
		const { job_id: id } = await read(way, first);
		const video = await fetch(`${sandbox.mediaUrl}/cdn/outputs/${String(id)}.mp4`);
		expect([video.status, video.headers.get('content-type')]).toEqual([200, 'video/mp4']);
	});

	test.each([
		['fail', 'generation_failed'],
		['fail-text', 'generation_failed'],
		['moderate', 'content_policy_violation'],
		['late-validation', 'invalid_input'],
	])('%s: the error is a text', async (tag, code) => {
		const { json } = await post(way, { prompt: `[sandbox:instant,${tag}]` });
		expect(json.status).toBe('failed');
		const id = json.job_id as string;
		expect(await read(way, id)).toEqual(way.failed(id, code));
		expect(sandbox.account()).toMatchObject({ creditsCharged: 0, creditsAvailable: 100_000 });
	});

	test('other tags', async () => {
		const odd = await submitted(way, { prompt: '[sandbox:unknown-status]' });
		expect(await read(way, odd)).toMatchObject({ status: 'rendering' });
		const { json } = await post(way, { prompt: '[sandbox:instant,no-url]' });
		expect(json).toMatchObject({ status: 'completed', duration_seconds: 6 });
		expect(json).not.toHaveProperty('video_url');
		expect((await post(way, { prompt: '[sandbox:output-array]' })).status).toBe(400);
	});

	test('cancelling is free, and only for jobs that have not ended', async () => {
		const [id, done] = [await submitted(way), await submitted(way)];
		sandbox.finishJob(done);
		const client = clientOf(sandbox);
		for (let count = 0; count < 2; count += 1) {
			const reply = await client.call('DELETE', way.cancel(id));
			expect([reply.status, reply.json.status]).toEqual([200, 'cancelled']);
		}
		expect((await client.call('DELETE', way.cancel(done))).status).toBe(409);
		expect(sandbox.account()).toMatchObject({ creditsCharged: way.credits, jobsCancelled: 1 });
	});

	test('tells the webhook, signed', async () => {
		const witness = await startWitness();
		const id = await submitted(way, { webhook_url: witness.url });
		sandbox.finishJob(id);
		const [told] = await witness.waitFor(1);
		expect(JSON.parse(told?.body ?? '')).toEqual(way.callback(id));
		expect(told?.headers).toMatchObject(
			signatureHeaders(told?.body ?? '', sandbox.webhookSecret, 'hex', 0),
		);
		await witness.close();
	});

	test('a forged callback names another host', async () => {
		const witness = await startWitness();
		const prompt = '[sandbox:callback-forged]';
		sandbox.reset();
		await sandbox.close();
		sandbox = await startSandbox({ jobSeconds: 0 });
		await post(way, { prompt, webhook_url: witness.url });
		const bodies = (await witness.waitFor(2)).map(({ body }) => body);
		expect(bodies.filter((body) => body.includes('forged.invalid'))).toHaveLength(1);
		await witness.close();
	});

	test('errors are flat', async () => {
		const wrongKey = await clientOf(sandbox, 'wrong').call('POST', way.submit, way.body);
		expect([wrongKey.status, wrongKey.json]).toEqual([
			401,
			{ error: ANY_TEXT, code: 'invalid_api_key' },
		]);
		const unknown = await clientOf(sandbox).call('GET', way.status('task_0'));
		expect([unknown.status, unknown.json]).toEqual([404, { error: ANY_TEXT, code: 'not_found' }]);
		sandbox.setCredits(10);
		const poor = await post(way);
		expect([poor.status, poor.json]).toEqual([
			402,
			{ error: expect.stringContaining('10 credits'), code: 'insufficient_credits' },
		]);
	});

	test('another dialect’s job does not exist', async () => {
		const other = await clientOf(sandbox).submitted();
		expect((await clientOf(sandbox).call('GET', way.status(other))).status).toBe(404);
		const mine = await submitted(way);
		expect((await clientOf(sandbox).status(mine)).status).toBe(404);
	});

	test('the same idempotency key makes one job', async () => {
		const key = { 'idempotency-key': 'k' };
		const [first, second] = [await post(way, {}, key), await post(way, {}, key)];
		expect(first.text).toBe(second.text);
		expect(sandbox.account()).toMatchObject({ jobsCreated: 1, submitsReplayed: 1 });
		expect((await post(way, { prompt: 'Other' }, key)).status).toBe(422);
	});
});

test.each<[string, typeof PRO | typeof LITE, Record<string, unknown>, string]>([
	['no image', PRO, { source_image_url: undefined }, 'source_image_url'],
	['an image that is no URL', PRO, { source_image_url: base64 }, 'source_image_url'],
	['no duration', PRO, { duration_seconds: undefined }, 'duration_seconds'],
	['1 second', PRO, { duration_seconds: 1 }, 'duration_seconds'],
	['13 seconds', PRO, { duration_seconds: 13 }, 'duration_seconds'],
	['seconds as text', PRO, { duration_seconds: '6' }, 'duration_seconds'],
	['no prompt', PRO, { prompt: '' }, 'prompt'],
	['a null lock', PRO, { camera_lock: null }, 'camera_lock'],
	['another dialect’s field', PRO, { duration: 6 }, 'duration'],
	['an unreachable image', PRO, { source_image_url: 'https://gone.invalid/a.jpg' }, 'fetched'],
	['an unreachable end', PRO, { end_frame_url: 'https://gone.invalid/a.jpg' }, 'fetched'],
	['no image', LITE, { image: undefined }, 'image'],
	['an image that is neither', LITE, { image: 'a photo!' }, 'image'],
	['a file: URL', LITE, { image: 'file:///a' }, 'image'],
	['base64 of no image', LITE, { image: 'AAAA' }, 'JPEG, PNG or WebP'],
	['a small image', LITE, { image: imageFile('small-100.png').toString('base64') }, '100x100'],
	['13 seconds', LITE, { duration: 13 }, 'duration'],
	['480p', LITE, { resolution: '480p' }, 'resolution'],
	['4:3', LITE, { aspect_ratio: '4:3' }, 'aspect_ratio'],
	['a negative seed', LITE, { seed: -1 }, 'seed'],
	['metadata', LITE, { metadata: {} }, 'metadata'],
])('%s is refused', async (_what, way, fields, named) => {
	const { status, json } = await post(way, fields);
	expect([status, json.error]).toEqual([400, expect.stringContaining(named)]);
	expect(sandbox.account().jobsCreated).toBe(0);
});

test('an unreachable image has its documented code', async () => {
	const { json } = await post(PRO, { source_image_url: 'https://gone.invalid/a.jpg' });
	expect(json).toEqual({
		error: 'Source image URL could not be fetched',
		code: 'source_image_unreachable',
	});
});

test.each([
	['image/jpeg', 'square-512.jpg'],
	['image/png', 'square-512.png'],
	['image/webp', 'square-512.webp'],
])('Lite takes a data URL of %s', async (type, name) => {
	const image = `data:${type};base64,${imageFile(name).toString('base64')}`;
	expect((await post(LITE, { image })).status).toBe(200);
});

test('all three share one balance and one queue', async () => {
	await post(PRO);
	await post(LITE);
	await clientOf(sandbox).submitted({ duration: 4 });
	const { json } = await clientOf(sandbox).call('GET', '/v1/account/credits');
	expect(json.credits).toBe(100_000 - 144 - 42 - 243);
	for (let count = 0; count < 3; count += 1) await post(LITE);
	expect(sandbox.jobs().map(({ state }) => state)).toEqual([
		...Array<string>(5).fill('processing'),
		'queued',
	]);
});
