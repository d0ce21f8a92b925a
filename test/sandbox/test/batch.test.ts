import { clientOf, IMAGE_TO_VIDEO } from '../client.ts';
import type { Sandbox } from '../index.ts';
import { signatureHeaders, startSandbox, startWitness } from '../index.ts';

/** Batches and Seedream images in the unified API. */

const PHOTO = 'https://example.com/photo.jpg';
const text = (fields: Record<string, unknown> = {}) => ({
	type: 'text-to-video',
	model: 'seedance-2.0',
	prompt: 'A lamp',
	duration: 4,
	...fields,
});
const DOCUMENTED = [
	text({ duration: 8 }),
	text({ duration: 10 }),
	text({ type: 'image-to-video', model: 'seedance-1.0-pro', image_url: PHOTO, duration: 6 }),
];

let sandbox: Sandbox;

beforeEach(async () => {
	sandbox = await startSandbox({ jobSeconds: 3600, accounts: [{ requestsPerMinute: 1000 }] });
});
afterEach(() => sandbox.close());

const send = (tasks: unknown, fields: Record<string, unknown> = {}, headers = {}) =>
	clientOf(sandbox).call('POST', '/v1/generate/batch', { tasks, ...fields }, headers);
const idsOf = (json: Record<string, unknown>) =>
	(json.tasks as Array<{ task_id: string }>).map(({ task_id: id }) => id);

describe('a batch', () => {
	test('answers with each task in order', async () => {
		const { status, json } = await send(DOCUMENTED);
		expect([status, json]).toEqual([
			200,
			{
				batch_id: expect.stringMatching(/^batch_\w{12}$/),
				tasks: expect.any(Array),
			},
		]);
		const tasks = [485, 607, 144].map((credits) => ({
			task_id: expect.stringMatching(/^task_\w{12}$/),
			status: 'queued',
			credits_charged: credits,
		}));
		expect(json.tasks).toMatchObject(tasks);
		expect(idsOf(json)).toEqual(sandbox.jobs().map(({ jobId }) => jobId));
		expect((await clientOf(sandbox).status(idsOf(json)[2] ?? '')).json).toMatchObject({
			status: 'processing',
			model: 'seedance-1.0-pro',
		});
		expect(sandbox.account()).toMatchObject({ submitsReceived: 1, jobsCreated: 3 });
	});

	test('tells one webhook when the last task has ended', async () => {
		const witness = await startWitness();
		const tasks = [text({ metadata: { n: 1 } }), text(), text()];
		const { json } = await send(tasks, { webhook_url: witness.url });
		const ids = idsOf(json);
		sandbox.finishJob(ids[2] ?? '');
		sandbox.finishJob(ids[0] ?? '', 'failed');
		await sandbox.callbacksIdle();
		expect(witness.requests).toEqual([]);
		sandbox.finishJob(ids[1] ?? '', 'cancelled');
		const [told] = await witness.waitFor(1);
		expect(JSON.parse(told?.body ?? '')).toEqual({
			event: 'batch.completed',
			batch_id: json.batch_id,
			status: 'completed',
			tasks: [
				{
					task_id: ids[0],
					status: 'failed',
					error: { code: 'generation_failed', message: expect.any(String) },
					metadata: { n: 1 },
				},
				{ task_id: ids[1], status: 'cancelled' },
				{
					task_id: ids[2],
					status: 'completed',
					result: {
						video_url: `${sandbox.mediaUrl}/cdn/outputs/${ids[2]}.mp4`,
						duration: 4,
						resolution: '1280x720',
						has_audio: true,
					},
				},
			],
			timestamp: expect.any(String),
		});
		expect(told?.headers).toMatchObject(
			signatureHeaders(told?.body ?? '', sandbox.webhookSecret, 'hex', 0),
		);
		await sandbox.callbacksIdle();
		expect(sandbox.ledger.callbacks).toMatchObject([{ jobId: json.batch_id, kind: 'regular' }]);
		await witness.close();
	});

	test.each([
		['instant', 1],
		['instant,callback-twice', 2],
		['instant,callback-never', 0],
	])('%s: told %i times', async (tags, times) => {
		const witness = await startWitness();
		const tasks = [text({ prompt: '[sandbox:instant]' }), text({ prompt: `[sandbox:${tags}]` })];
		await send(tasks, { webhook_url: witness.url });
		await sandbox.callbacksIdle();
		expect(witness.requests).toHaveLength(times);
		await witness.close();
	});

	test.each<[string, unknown, string]>([
		['no tasks', undefined, 'tasks'],
		['an empty list', [], 'tasks'],
		['101 tasks', Array(101).fill(text()), 'tasks'],
		['an unknown type', [text({ type: 'video' })], 'tasks.0.type'],
		['one bad task', [text(), text({ duration: 3 })], 'tasks.1: duration'],
		['an image without an address', [text({ type: 'image-to-video' })], 'tasks.0: image_url'],
		['a gone image', [text({ type: 'image-to-video', image_url: 'http://a.invalid' })], 'tasks.0'],
		['two bad tasks', [text({ prompt: '' }), text({ model: 'x' })], 'tasks.1: model'],
	])('refuses %s, and takes nothing', async (_what, tasks, named) => {
		const { status, json } = await send(tasks);
		expect([status, json.error]).toEqual([
			400,
			{ code: 'invalid_request', message: expect.stringContaining(named) },
		]);
		expect(sandbox.account()).toMatchObject({ jobsCreated: 0, creditsReserved: 0 });
	});

	test('credits that do not last: what they pay for is taken, the rest says so without an id', async () => {
		sandbox.setCredits(500);
		const { status, json } = await send([text(), text({ duration: 15 }), text()]);
		expect([status, json.tasks]).toEqual([
			200,
			[
				expect.objectContaining({ status: 'queued', credits_charged: 243 }),
				{
					status: 'failed',
					model: 'seedance-2.0',
					error: {
						code: 'insufficient_credits',
						message: expect.any(String),
						required_credits: 910,
						available_credits: 257,
					},
				},
				expect.objectContaining({ status: 'queued', credits_charged: 243 }),
			],
		]);
		expect((await send([text(), text()])).status).toBe(402);
		expect(sandbox.account()).toMatchObject({ jobsCreated: 2, creditsAvailable: 14 });
	});

	test('other forms of the answer, by tag', async () => {
		const odd = (tag: string) => [text(), text({ prompt: `[sandbox:${tag}]` }), text()];
		const fewer = (await send(odd('batch-fewer'))).json;
		const made = sandbox.jobs().map(({ jobId }) => jobId);
		expect(idsOf(fewer)).toEqual([made[0], made[2]]);
		const ids = (await send(odd('batch-ids'))).json;
		const array = JSON.parse((await send(odd('batch-array'))).text) as Array<{ task_id: string }>;
		const later = sandbox.jobs().map(({ jobId }) => jobId);
		expect(ids).toEqual({ batch_id: expect.any(String), task_ids: later.slice(3, 6) });
		expect(array.map(({ task_id: id }) => id)).toEqual(later.slice(6));
	});

	test('the same idempotency key makes it once', async () => {
		const key = { 'idempotency-key': 'k' };
		const first = await send(DOCUMENTED, {}, key);
		expect((await send(DOCUMENTED, {}, key)).text).toBe(first.text);
		expect(sandbox.account()).toMatchObject({ jobsCreated: 3, submitsReplayed: 1 });
	});
});

describe.each([
	['seedream-v5', 8],
	['seedream-v4.5', 7],
	['seedream-v3', 6],
])('%s', (model, credits) => {
	test('makes an image from a text or an image', async () => {
		const client = clientOf(sandbox);
		const fromImage = { model, prompt: 'In winter', image_url: PHOTO, aspect_ratio: '1:1' };
		const replies = [
			await client.submit({ model }),
			await client.call('POST', IMAGE_TO_VIDEO, fromImage),
		];
		for (const { json } of replies) {
			expect(json).toMatchObject({ model, credits_charged: credits });
			const id = json.task_id as string;
			sandbox.finishJob(id);
			const url = `${sandbox.mediaUrl}/cdn/outputs/${id}.png`;
			const answer = await fetch(url);
			const bytes = Buffer.from(await answer.arrayBuffer());
			expect((await client.status(id)).json.result).toEqual({
				image_url: url,
				file_size: bytes.length,
			});
			expect(answer.headers.get('content-type')).toBe('image/png');
			expect(bytes.toString('latin1')).toContain(id);
			expect((await fetch(url.replace('.png', '.mp4'))).status).toBe(404);
		}
	});

	test.each([{ duration: 5 }, { audio: false }])('refuses %j', async (fields) => {
		expect((await clientOf(sandbox).submit({ model, ...fields })).status).toBe(400);
	});
});

test.each([
	['image-urls', { image_urls: [expect.any(String)] }],
	['image-plain-url', { url: expect.any(String) }],
	['no-url', {}],
	['image-urls,no-url', { image_urls: [] }],
])('an image’s result with %s', async (tag, result) => {
	const prompt = `[sandbox:instant,${tag}]`;
	const { json } = await clientOf(sandbox).submit({ model: 'seedream-v5', prompt });
	expect(json.result).toEqual({ ...result, file_size: expect.any(Number) });
});

test('an image’s callback', async () => {
	const witness = await startWitness();
	const client = clientOf(sandbox);
	const id = await client.submitted({ model: 'seedream-v5', webhook_url: witness.url });
	sandbox.finishJob(id);
	const [told] = await witness.waitFor(1);
	expect(JSON.parse(told?.body ?? '')).toMatchObject({
		event: 'task.completed',
		task_id: id,
		result: { image_url: expect.stringMatching(/\.png$/) },
	});
	await witness.close();
});
