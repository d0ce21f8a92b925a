import { startWitness } from '../index.ts';
import { clientOf } from '../client.ts';
import type { Ark } from './modelArk.ts';
import {
	codeOf,
	ID_15,
	ID_20,
	ID_25,
	ID_PRO,
	image,
	openArk,
	TASKS,
	text,
	video,
} from './modelArk.ts';

/** A task at ModelArk, from its submission to its files, as the documents show it. */

let ark: Ark;
beforeEach(async () => {
	ark = await openArk();
});
afterEach(() => ark.sandbox.close());

const SECONDS = expect.any(Number) as number;

test('submitted, running, succeeded', async () => {
	const { status, json, headers } = await ark.post({ safety_identifier: 'user-1' });
	expect([status, json]).toEqual([
		200,
		{ id: expect.stringMatching(/^cgt-\d{14}-[\da-f]{5}$/), safety_identifier: 'user-1' },
	]);
	expect(headers['x-request-id']).toMatch(/^021\d+/);
	const id = json.id as string;
	const short = {
		id,
		model: ID_20,
		status: 'running',
		created_at: SECONDS,
		updated_at: SECONDS,
		service_tier: 'default',
		execution_expires_after: 172_800,
		safety_identifier: 'user-1',
	};
	expect(await ark.read(id)).toEqual(short);
	ark.sandbox.finishJob(id);
	const done = await ark.read(id);
	expect(done).toEqual({
		...short,
		status: 'succeeded',
		content: { video_url: expect.stringMatching(/\.mp4\?X-Tos-Expires=86400&X-Tos-Signature=/) },
		usage: { completion_tokens: 108_900, total_tokens: 108_900, tool_usage: { web_search: 0 } },
		seed: SECONDS,
		resolution: '720p',
		ratio: '16:9',
		duration: 5,
		framespersecond: 24,
		generate_audio: true,
		priority: 0,
	});
	expect(await ark.read(id)).toEqual(done);
	// 108 900 tokens at 7 dollars a million.
	expect(ark.sandbox.account()).toMatchObject({
		provider: 'modelArk',
		creditsCharged: 0.7623,
		creditsAvailable: 1000 - 0.7623,
	});
});

test('what is beyond the limit waits, and is not refused', async () => {
	const ids = [];
	for (let count = 0; count < 4; count += 1) ids.push(await ark.posted());
	const words = await Promise.all(ids.map(async (id) => (await ark.read(id)).status));
	expect(words).toEqual(['running', 'running', 'running', 'queued']);
});

test.each([
	['2.5, 480p for 4 s', { model: ID_25, resolution: '480p', duration: 4 }, 38_830, 10.7],
	['2.5, 720p for 30 s', { model: ID_25, duration: 30 }, 648_900, 10.7],
	['1.0, 1080p for 5 s', { model: ID_PRO }, 246_840, 2.5],
	['1.0, flex', { model: ID_PRO, service_tier: 'flex' }, 246_840, 1.25],
	['1.0, 121 frames', { model: ID_PRO, frames: 121, duration: 2 }, 246_840, 2.5],
	['1.5 with sound', { model: ID_15 }, 108_900, 2.4],
	['1.5 without', { model: ID_15, generate_audio: false }, 108_900, 1.2],
	['2.0 in 4k', { resolution: '4K', duration: 4 }, 785_700, 4],
	['9:16', { ratio: '9:16' }, 108_900, 7],
	[
		'2.5 with a video of 4 s',
		{ model: ID_25, content: [text(), video(4)], resolution: '480p', duration: 6 },
		96_075,
		6.4,
	],
])('tokens and price: %s', async (_what, fields, tokens, dollars) => {
	const id = await ark.posted(fields);
	ark.sandbox.finishJob(id);
	const { usage } = (await ark.read(id)) as { usage: object };
	expect(usage).toMatchObject({ completion_tokens: tokens, total_tokens: tokens });
	expect(ark.sandbox.account().creditsCharged).toBeCloseTo((tokens * dollars) / 1e6, 5);
});

test('what the task was told comes back', async () => {
	const frames = await ark.posted({ model: ID_PRO, frames: 133, seed: 11, camera_fixed: true });
	const told = await ark.posted({
		model: ID_25,
		output_format: 'mov',
		tools: [{ type: 'web_search' }],
		priority: 7,
		execution_expires_after: 3600,
	});
	for (const id of [frames, told]) ark.sandbox.finishJob(id);
	const first = await ark.read(frames);
	expect(first).toMatchObject({ frames: 133, seed: 11, ratio: '16:9', resolution: '1080p' });
	for (const field of ['duration', 'generate_audio', 'priority', 'draft'])
		expect(first).not.toHaveProperty(field);
	expect(await ark.read(told)).toMatchObject({
		output_format: 'mov',
		tools: [{ type: 'web_search' }],
		usage: { tool_usage: { web_search: 1 } },
		priority: 7,
		draft: false,
		duration: 5,
		execution_expires_after: 3600,
	});
});

describe('files', () => {
	const linksOf = async (fields: Record<string, unknown>) => {
		const id = await ark.posted(fields);
		ark.sandbox.finishJob(id);
		const links = (await ark.read(id)).content as { video_url: string; last_frame_url?: string };
		return { id, ...links };
	};
	const bytesAt = async (url = '') => {
		const answer = await fetch(url);
		const type = answer.headers.get('content-type');
		return { status: answer.status, type, bytes: Buffer.from(await answer.arrayBuffer()) };
	};

	test('are at signed addresses only', async () => {
		const { id, video_url: url } = await linksOf({});
		const { status, type, bytes } = await bytesAt(url);
		expect([status, type]).toEqual([200, 'video/mp4']);
		expect(bytes.toString('latin1', 4, 8)).toBe('ftyp');
		expect(bytes.toString('latin1')).toContain(id);
		for (const unsigned of [url.split('?')[0], url.slice(0, -1), url.replace('86400', '99999')])
			expect((await bytesAt(unsigned)).status).toBe(403);
		expect(ark.sandbox.ledger).toMatchObject({ mediaDownloads: 1, keyReachedMediaHost: false });
	});

	test('with a last frame, a watermark, or as QuickTime', async () => {
		const watermark = 'AI Generated';
		const { video_url: url, last_frame_url: frame } = await linksOf({
			model: ID_25,
			return_last_frame: true,
			watermark: true,
			output_format: 'mov',
		});
		const [mov, png] = [await bytesAt(url), await bytesAt(frame)];
		expect([mov.type, mov.bytes.toString('latin1', 8, 12)]).toEqual(['video/quicktime', 'qt  ']);
		expect(mov.bytes.toString('latin1')).toContain(watermark);
		expect([png.type, png.bytes.toString('latin1', 1, 4)]).toEqual(['image/png', 'PNG']);
		expect(png.bytes.toString('latin1')).not.toContain(watermark);
		const content = [text('[sandbox:frame-jpeg]')];
		const other = await linksOf({ content, return_last_frame: true });
		const jpeg = await bytesAt(other.last_frame_url);
		expect([jpeg.type, jpeg.bytes.readUInt16BE(0)]).toEqual(['image/jpeg', 0xffd8]);
		expect((await bytesAt(other.video_url)).bytes.toString('latin1')).not.toContain(watermark);
	});

	test('live for 100 downloads', async () => {
		const { video_url: url } = await linksOf({});
		for (let count = 0; count < 100; count += 1) expect((await bytesAt(url)).status).toBe(200);
		expect((await bytesAt(url)).status).toBe(403);
	});

	test('and 24 hours', async () => {
		const { id, video_url: url } = await linksOf({});
		ark.sandbox.expireUrls(id);
		const { status, bytes } = await bytesAt(url);
		expect([status, bytes.toString('utf8')]).toEqual([
			403,
			expect.stringContaining('AccessDenied'),
		]);
	});
});

test.each([
	['fail', 'failed', 'InternalServiceError'],
	['moderate', 'failed', 'OutputVideoSensitiveContentDetected'],
	['audio-moderated', 'failed', 'OutputAudioSensitiveContentDetected'],
	['policy', 'failed', 'OutputVideoSensitiveContentDetected.PolicyViolation'],
	['task-type', 'failed', 'InvalidParameter.TaskTypeMismatch'],
	['late-validation', 'failed', 'InvalidParameter'],
	['expire', 'expired', undefined],
])('%s: %s %s, with HTTP 200 and without a charge', async (tag, status, code) => {
	const id = await ark.posted({ content: [text(`[sandbox:instant,${tag}]`)] });
	const { status: http, json } = await ark.call('GET', `${TASKS}/${id}`);
	expect([http, json.status]).toEqual([200, status]);
	expect(json.error).toEqual(code && { code, message: expect.any(String) });
	expect(json).not.toHaveProperty('content');
	expect(ark.sandbox.account()).toMatchObject({ creditsCharged: 0, creditsAvailable: 1000 });
});

test.each([
	['quota', 429, 'QuotaExceeded'],
	['set-limit', 429, 'SetLimitExceeded'],
	['overloaded', 429, 'ServerOverloaded'],
	['overdue', 403, 'AccountOverdueError'],
	['not-open', 404, 'ModelNotOpen'],
	['endpoints-only', 404, 'InvalidEndpointOrModel.ModelIDAccessDisabled'],
	['refuse-text', 400, 'InputTextSensitiveContentDetected'],
	['real-face', 400, 'InputImageSensitiveContentDetected.PrivacyInformation'],
])('%s: refused with %i %s', async (tag, status, code) => {
	expect(codeOf(await ark.post({ content: [text(`[sandbox:${tag}]`)] }))).toEqual([status, code]);
	expect(ark.sandbox.jobs()).toEqual([]);
});

test('an error says its request ID, in the body and in the header', async () => {
	const { headers, json } = await ark.post({ resolution: '2k' });
	const id = headers['x-request-id'] ?? 'none';
	expect(json).toEqual({
		error: {
			code: 'InvalidParameter',
			message: expect.stringMatching(
				new RegExp(`^The parameter \`resolution\`.*Request id: ${id}$`),
			),
			param: 'resolution',
			type: 'BadRequest',
		},
	});
});

test('2.5 finds out later that a prompt means an edit', async () => {
	const edit = (fields: object) => ({
		model: ID_25,
		content: [text('[sandbox:instant] Replace the lamp'), video()],
		...fields,
	});
	const broken = await ark.posted(edit({ duration: 5 }));
	const right = await ark.posted(edit({ duration: -1, ratio: 'adaptive' }));
	expect(await ark.read(broken)).toMatchObject({
		status: 'failed',
		error: { code: 'InvalidParameter.TaskTypeConstraint' },
	});
	expect(await ark.read(right)).toMatchObject({ status: 'succeeded' });
});

test('a task expires, the time in the queue included, and is gone after 7 days', async () => {
	await ark.sandbox.close();
	ark = await openArk({ maxConcurrentJobs: 1 }, { speed: 360_000, jobSeconds: 1e7 });
	const ids = [await ark.posted({ execution_expires_after: 3600 })];
	ids.push(await ark.posted({ execution_expires_after: 7200 }));
	await ark.sandbox.waitFor('failed', ids[1]);
	for (const id of ids) expect(await ark.read(id)).toMatchObject({ id, status: 'expired' });
	await new Promise((resolve) => setTimeout(resolve, (7 * 24 * 3600) / 360));
	expect(codeOf(await ark.call('GET', `${TASKS}/${ids[0]}`))).toEqual([404, 'ResourceNotFound']);
});

describe('callbacks', () => {
	test('tell every change with the body of GET, unsigned', async () => {
		const witness = await startWitness();
		const id = await ark.posted({ callback_url: `${witness.url}/hook` });
		ark.sandbox.finishJob(id);
		const told = (await witness.waitFor(3)).map(({ body, headers }) => {
			expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
			return JSON.parse(body) as Record<string, unknown>;
		});
		expect(told.map(({ status }) => status).sort()).toEqual(['queued', 'running', 'succeeded']);
		expect(told.find(({ status }) => status === 'succeeded')).toEqual(await ark.read(id));
		await ark.sandbox.callbacksIdle();
		await witness.close();
	});

	test('are repeated three times for the last state only, and never tell a cancellation', async () => {
		await ark.sandbox.close();
		ark = await openArk({ maxConcurrentJobs: 1 }, { speed: 1000, jobSeconds: 1e6 });
		const witness = await startWitness({ answer: () => ({ status: 500 }) });
		const fields = { callback_url: witness.url };
		const failed = await ark.posted(fields);
		const cancelled = await ark.posted(fields);
		await ark.call('DELETE', `${TASKS}/${cancelled}`);
		ark.sandbox.finishJob(failed, 'failed');
		await witness.waitFor(2 + 4 + 1);
		await ark.sandbox.callbacksIdle();
		const told = ark.sandbox.ledger.callbacks.map(({ jobId, event, attempt }) => [
			jobId === failed ? 'failed' : 'cancelled',
			event,
			attempt,
		]);
		expect(told.sort()).toEqual(
			[
				['cancelled', 'queued', 1],
				['failed', 'failed', 1],
				['failed', 'failed', 2],
				['failed', 'failed', 3],
				['failed', 'failed', 4],
				['failed', 'queued', 1],
				['failed', 'running', 1],
			].sort(),
		);
		await witness.close();
	});
});

test('a draft, and its video', async () => {
	const content = [text(), image('first_frame')];
	const draft = await ark.posted({ model: ID_25, content, draft: true, duration: 4, seed: 5 });
	const second = { model: ID_25, content: [{ type: 'draft_task', draft_task: { id: draft } }] };
	expect(codeOf(await ark.post({ ...second, resolution: '1080p' }))[0]).toBe(400);
	ark.sandbox.finishJob(draft);
	expect(await ark.read(draft)).toMatchObject({ draft: true, resolution: '480p' });
	for (const fields of [{}, { resolution: '720p' }, { resolution: '1080p', duration: 4 }])
		expect(codeOf(await ark.post({ ...second, ...fields }))).toEqual([400, 'InvalidParameter']);
	const mixed = [...second.content, text()];
	expect((await ark.post({ ...second, content: mixed, resolution: '1080p' })).status).toBe(400);
	const last = { return_last_frame: true, service_tier: 'default' };
	const id = await ark.posted({ ...second, ...last, resolution: '1080p' });
	ark.sandbox.finishJob(id);
	expect(await ark.read(id)).toMatchObject({
		...{ draft: false, draft_task_id: draft, duration: 4, seed: 5, resolution: '1080p' },
		content: { last_frame_url: expect.any(String) },
	});
});

test('DELETE: queued, running, ended, cancelled', async () => {
	const ids = [];
	for (let count = 0; count < 4; count += 1) ids.push(await ark.posted());
	const [first, , , queued] = ids;
	const remove = (id = '') => ark.call('DELETE', `${TASKS}/${id}`);
	expect(await remove(queued)).toMatchObject({ status: 200, text: '' });
	expect(await ark.read(queued!)).toMatchObject({ status: 'cancelled' });
	expect((await remove(queued)).status).toBe(409);
	expect((await remove(first)).json).toMatchObject({
		error: {
			code: 'InvalidAction.RunningTaskDeletion',
			message: expect.stringContaining('Cannot delete task because it is currently running'),
		},
	});
	ark.sandbox.finishJob(first!);
	expect((await remove(first)).status).toBe(200);
	expect((await remove(first)).status).toBe(404);
	expect(ark.sandbox.jobs().map(({ erased }) => erased)).toEqual([true, false, false, false]);
});

test('POST to …/cancel makes a task', async () => {
	const id = await ark.posted();
	const body = { model: ID_20, content: [text()] };
	const { json } = await ark.call('POST', `${TASKS}/${id}/cancel`, body);
	expect(json.id).not.toBe(id);
	expect(ark.sandbox.jobs()).toHaveLength(2);
	expect((await ark.call('POST', `${TASKS}/${id}/cancel`)).status).toBe(400);
});

test('keys and addresses', async () => {
	const wrong = await ark.call('GET', `${TASKS}/cgt-1`, undefined, 'wrong');
	expect(codeOf(wrong)).toEqual([401, 'AuthenticationError']);
	expect(codeOf(await ark.call('GET', `${TASKS}/cgt-1`))).toEqual([404, 'ResourceNotFound']);
	expect((await ark.call('GET', '/nothing')).status).toBe(404);
	ark.sandbox.setCredits(0);
	expect(codeOf(await ark.post())).toEqual([403, 'AccountOverdueError']);
	const answer = await clientOf(ark.sandbox).call('POST', TASKS, {});
	expect(answer.status).toBe(404);
});
