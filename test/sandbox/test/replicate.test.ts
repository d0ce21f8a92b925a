import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf, type Reply } from '../client.ts';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { startSandbox, startWitness } from '../index.ts';

/** Seedance at Replicate, as its documents and public material show it. */

const PHOTO = 'https://example.com/photo.jpg';
const ANY_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
const PNG = readFileSync(join(__dirname, '../assets/images/square-512.png'));

let sandbox: Sandbox;
const at = () => sandbox.credentialOf('replicate');
const start = async (options: SandboxOptions = {}, account = {}) => {
	const accounts = [{ provider: 'replicate', ...account }];
	sandbox = await startSandbox({ jobSeconds: 3600, ...options, accounts });
};
const restart = async (...options: Parameters<typeof start>) => {
	await sandbox.close();
	await start(...options);
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const call = (method: string, path: string, body?: unknown, headers = {}, key = at().apiKey) =>
	clientOf(sandbox, key).call(method, at().baseUrl + path, body, headers);
const run = (name: string, input: object = {}, more: object = {}, headers = {}) =>
	call(
		'POST',
		`/models/bytedance/${name}/predictions`,
		{ input: { prompt: 'A lamp', ...input }, ...more },
		headers,
	);
const submitted = async (...args: Parameters<typeof run>) => {
	const { status, json, text } = await run(...args);
	if (status !== 201) throw new Error(`${status}: ${text}`);
	return json.id as string;
};
const read = async (id: string) => (await call('GET', `/predictions/${id}`)).json;
/** The types of the invalid fields. */
const refused = ({ status, json, headers }: Reply) => {
	expect([status, headers['content-type']]).toEqual([422, 'application/problem+json']);
	return (json.invalid_fields as Array<{ type: string; field: string }>).map(
		({ type, field }) => `${field} ${type}`,
	);
};

describe('a prediction', () => {
	test('starts, runs and succeeds with the address of its file', async () => {
		const input = { duration: 5, resolution: '720p', aspect_ratio: '16:9', seed: 7 };
		const { status, json } = await run('seedance-2.0', input);
		const id = json.id as string;
		const url = `${at().baseUrl}/predictions/${id}`;
		const prediction = {
			id,
			model: 'bytedance/seedance-2.0',
			version: 'hidden',
			input: { prompt: 'A lamp', ...input },
			logs: 'Using seed: 7\n',
			output: null,
			data_removed: false,
			error: null,
			status: 'processing',
			created_at: ANY_TIME,
			started_at: ANY_TIME,
			completed_at: null,
			source: 'api',
			urls: { get: url, cancel: `${url}/cancel`, web: `https://replicate.com/p/${id}` },
		};
		expect([status, json]).toEqual([201, prediction]);
		expect(id).toMatch(/^[a-z0-9]{26}$/);
		sandbox.finishJob(id);
		const output = `${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`;
		expect(await read(id)).toEqual({
			...prediction,
			status: 'succeeded',
			completed_at: ANY_TIME,
			output,
			metrics: {
				predict_time: expect.any(Number) as number,
				total_time: expect.any(Number) as number,
				video_output_duration_seconds: 5,
				resolution_target: '720p',
			},
		});
		expect((await fetch(output)).status).toBe(200);
		expect(sandbox.account('replicate')).toMatchObject({ jobsCharged: 1, creditsCharged: 0.9 });
	});

	test('waits, fails or has no file', async () => {
		await restart({}, { maxConcurrentJobs: 2 });
		const [failed, plain] = [
			await submitted('seedance-2.0', { prompt: 'x [sandbox:moderate]' }),
			await submitted('seedance-2.0', { prompt: 'x [sandbox:fail-text]' }),
		];
		const waiting = await submitted('seedance-2.0', { prompt: 'x [sandbox:no-url]' });
		expect(await read(waiting)).toMatchObject({ status: 'starting', started_at: null, logs: '' });
		sandbox.finishJob(failed, 'failed');
		sandbox.finishJob(plain, 'failed');
		expect(await read(failed)).toMatchObject({
			status: 'failed',
			output: null,
			error: `The input or output was flagged as sensitive. Please try again with different inputs. (E005) (${failed.slice(0, 10)})`,
		});
		expect(await read(plain)).toMatchObject({ error: 'The video could not be generated.' });
		sandbox.finishJob(waiting);
		expect(await read(waiting)).toMatchObject({ status: 'succeeded', output: null });
		expect(sandbox.account('replicate')).toMatchObject({ creditsCharged: 0.9 });
	});

	test('loses what went in and came out after an hour', async () => {
		await restart({ speed: 10_000 });
		const id = await submitted('seedance-2.0', { prompt: 'x [sandbox:instant]' });
		const { output } = await read(id);
		await new Promise((done) => setTimeout(done, 400));
		const removed = await read(id);
		expect(removed).toMatchObject({
			status: 'succeeded',
			data_removed: true,
			input: {},
			output: null,
			logs: '',
		});
		expect((await fetch(output as string)).status).toBe(410);
	});

	test('is canceled, and stays as it is afterwards', async () => {
		await restart({}, { maxConcurrentJobs: 1 });
		const running = await submitted('seedance-2.0');
		const waiting = await submitted('seedance-2.0');
		const cancelled = await call('POST', `/predictions/${waiting}/cancel`);
		expect(cancelled).toMatchObject({
			status: 200,
			json: { id: waiting, status: 'canceled', started_at: null },
		});
		sandbox.finishJob(running);
		expect((await call('POST', `/predictions/${running}/cancel`)).json.status).toBe('succeeded');
	});

	test('belongs to its account', async () => {
		const id = await submitted('seedance-2.0');
		expect(await call('GET', `/predictions/${id.replace(/./, 'z')}`)).toMatchObject({
			status: 404,
			json: { status: 404 },
		});
		expect(await call('GET', `/predictions/${id}`, undefined, {}, 'r8_another')).toMatchObject({
			status: 401,
			json: {
				title: 'Unauthenticated',
				detail: 'You did not pass a valid authentication token',
				status: 401,
			},
		});
	});
});

describe('Cancel-After', () => {
	const after = (text: string) => run('seedance-2.0', {}, {}, { 'cancel-after': text });

	test('ends what is running as canceled, and what waits as aborted', async () => {
		await restart({}, { maxConcurrentJobs: 1 });
		const [running, waiting] = [(await after('6s')).json, (await after('5s')).json];
		const deadline = Date.parse(running.deadline as string);
		expect(deadline - Date.parse(running.created_at as string)).toBe(6000);
		await sandbox.waitFor('cancelled', running.id as string, 8000);
		await sandbox.waitFor('cancelled', waiting.id as string, 8000);
		expect(await read(running.id as string)).toMatchObject({ status: 'canceled' });
		expect(await read(waiting.id as string)).toMatchObject({ status: 'aborted', started_at: null });
	}, 15_000);

	test.each([
		['5s', 5],
		['90s', 90],
		['1h30m', 5400],
		['1200s', 1200],
	])('takes %s', async (text, seconds) => {
		const { json } = await after(text);
		const [made, deadline] = [json.created_at, json.deadline].map((each) =>
			Date.parse(each as string),
		);
		expect(deadline! - made!).toBe(seconds * 1000);
	});

	test.each(['4s', '90', '', 's', '1m30', '5000ms', '-5s'])('refuses "%s"', async (text) => {
		expect((await after(text)).status).toBe(422);
	});
});

describe('input', () => {
	test.each<[string, object, string[]]>([
		['seedance-2.0', { fps: 24 }, ['input additional_property_not_allowed']],
		['seedance-2.0', { watermark: true }, ['input additional_property_not_allowed']],
		['seedance-2.0', { prompt: undefined }, ['input required']],
		['seedance-2.0', { prompt: 'x'.repeat(4001) }, ['input.prompt invalid_type']],
		['seedance-2.0', { duration: '5' }, ['input.duration invalid_type']],
		['seedance-2.0', { duration: 16 }, ['input.duration number_lte']],
		['seedance-2.0', { duration: 3 }, ['input.duration invalid_type']],
		['seedance-2.0', { aspect_ratio: '2:1' }, ['input.aspect_ratio enum']],
		['seedance-2.5', { aspect_ratio: '9:21' }, ['input.aspect_ratio enum']],
		['seedance-2.5', { resolution: '1080p' }, ['input.resolution enum']],
		['seedance-2.0-fast', { resolution: '1080p' }, ['input.resolution enum']],
		['seedance-1.5-pro', { resolution: '720p' }, ['input additional_property_not_allowed']],
		['seedance-1-pro', { generate_audio: true }, ['input additional_property_not_allowed']],
		['seedance-1-pro', { aspect_ratio: 'adaptive' }, ['input.aspect_ratio enum']],
		[
			'seedance-1-pro-fast',
			{ image: PHOTO, last_frame_image: PHOTO },
			['input additional_property_not_allowed'],
		],
		['seedance-2.0', { image: 'photo.jpg' }, ['input.image invalid_type']],
		['seedance-2.0', { last_frame_image: PHOTO }, ['input invalid_type']],
		['seedance-2.0', { image: PHOTO }, ['input invalid_type']],
		[
			'seedance-2.0',
			{ image: PHOTO, aspect_ratio: 'adaptive', reference_images: [PHOTO] },
			['input invalid_type'],
		],
		['seedance-2.0', { reference_audios: [PHOTO] }, ['input invalid_type']],
		[
			'seedance-2.0',
			{ reference_images: Array(10).fill(PHOTO) },
			['input.reference_images invalid_type'],
		],
		['seedance-1-lite', { reference_images: [PHOTO], resolution: '1080p' }, ['input invalid_type']],
		[
			'seedance-2.0',
			{ image: 'https://x.invalid/a.png', aspect_ratio: 'adaptive' },
			['input.image invalid_type'],
		],
	])('%s refuses %j', async (name, input, fields) => {
		expect(refused(await run(name, input))).toEqual(fields);
		expect(sandbox.account('replicate').jobsCreated).toBe(0);
	});

	test.each<[string, object, number]>([
		['seedance-2.5', { prompt: undefined, reference_audios: [PHOTO], duration: 30 }, 6.936],
		['seedance-2.5', { reference_videos: [PHOTO], resolution: '480p' }, 2.152],
		['seedance-2.0', { duration: -1, resolution: '4k' }, 6],
		['seedance-2.0', { image: PHOTO, last_frame_image: PHOTO, aspect_ratio: 'adaptive' }, 0.9],
		['seedance-2.0-mini', { resolution: '480p' }, 0.2],
		['seedance-1.5-pro', { generate_audio: true }, 0.26],
		['seedance-1.5-pro', {}, 0.13],
		['seedance-1-lite', { reference_images: [PHOTO], resolution: '720p' }, 0.18],
		['seedance-1-pro-fast', { image: PHOTO, duration: 2 }, 0.12],
	])('%s takes %j for US$%d', async (name, input, dollars) => {
		await submitted(name, input);
		expect(sandbox.jobs()).toMatchObject([{ model: name, credits: dollars }]);
	});

	test.each<[string, object]>([
		['model', { model: 'bytedance/seedance-2.0' }],
		['version', { version: 'x' }],
		['callback_url', { callback_url: 'https://example.com' }],
	])('the body itself has no "%s"', async (_, more) => {
		expect(refused(await run('seedance-2.0', {}, more))).toEqual([
			'(root) additional_property_not_allowed',
		]);
	});

	test('another model, or one of somebody else, is not found', async () => {
		expect((await run('seedance-9')).status).toBe(404);
		const body = { input: { prompt: 'x' } };
		expect((await call('POST', '/models/acme/seedance-2.0/predictions', body)).status).toBe(404);
	});

	test('too little credit: 402 in the words that were seen', async () => {
		await restart({}, { credits: 0.89 });
		expect(await run('seedance-2.0')).toMatchObject({
			status: 402,
			json: { title: 'Insufficient credit', status: 402 },
		});
	});

	test('too many requests: 429 with the time', async () => {
		await restart({}, { requestsPerMinute: 1 });
		await run('seedance-2.0');
		const { status, json, headers } = await run('seedance-2.0');
		expect([status, json.detail]).toEqual([
			429,
			`Request was throttled. Your rate limit resets in ~${headers['retry-after']}s.`,
		]);
	});
});

describe('files', () => {
	const uploading = async (form: FormData) =>
		await clientOf(sandbox, at().apiKey).send('/replicate/v1/files', form);
	const formOf = (field: string, bytes: Uint8Array<ArrayBuffer>) => {
		const form = new FormData();
		form.append(field, new Blob([bytes], { type: 'image/png' }), 'a.png');
		return form;
	};
	const png = Uint8Array.from(PNG);
	const framed = (image: string) => run('seedance-2.0', { image, aspect_ratio: 'adaptive' });

	test('are uploaded as a form, and used by their address', async () => {
		const { status, json } = await uploading(formOf('content', png));
		expect([status, json]).toMatchObject([201, { content_type: 'image/png', size: PNG.length }]);
		const { get } = json.urls as { get: string };
		expect((await framed(get)).status).toBe(201);
		expect(refused(await framed(`${get}0`))).toEqual(['input.image invalid_type']);
		expect((await call('GET', get.replace(at().baseUrl ?? '', ''))).json.id).toBe(json.id);
		expect((await fetch(get)).status).toBe(401);
	});

	test('are refused under another name, and with what else is not known', async () => {
		expect((await uploading(formOf('file', png))).status).toBe(422);
		const form = formOf('content', png);
		form.append('purpose', 'x');
		expect((await uploading(form)).status).toBe(422);
	});

	test('may be data addresses of up to 256 kB, if they are what they say', async () => {
		const data = (bytes: Buffer, type = 'image/png') =>
			`data:${type};base64,${bytes.toString('base64')}`;
		expect((await framed(data(PNG))).status).toBe(201);
		const padded = Buffer.concat([PNG, Buffer.alloc(192_000)]);
		for (const bad of [data(padded), data(PNG, 'image/jpeg'), 'data:image/png,abc'])
			expect(refused(await framed(bad))).toEqual(['input.image invalid_type']);
	});
});

describe('the list', () => {
	const list = (query = '') => call('GET', `/predictions${query}`);
	const idsOf = ({ json }: Reply) => (json.results as Array<{ id: string }>).map(({ id }) => id);

	test('has the newest first, since a time', async () => {
		const first = await submitted('seedance-2.0');
		await new Promise((done) => setTimeout(done, 5));
		const second = await submitted('seedance-2.5');
		const made = (await read(second)).created_at as string;
		expect(idsOf(await list())).toEqual([second, first]);
		expect(idsOf(await list(`?created_after=${made}`))).toEqual([second]);
		expect((await list()).json.results).toMatchObject([{ input: { prompt: 'A lamp' } }, {}]);
	});

	test('has 100 at most', async () => {
		await Promise.all(Array.from({ length: 101 }, () => submitted('seedance-2.0')));
		expect(idsOf(await list())).toHaveLength(100);
	});

	test.each(['?created_after=yesterday', '?newest=5'])('does not know %s', async (query) => {
		expect((await list(query)).status).toBe(422);
	});
});

describe('webhooks', () => {
	const completed = { webhook_events_filter: ['completed'] };

	test('are signed with the secret that is fetched, once at the end', async () => {
		const witness = await startWitness();
		try {
			const id = await submitted('seedance-2.0', {}, { webhook: witness.url, ...completed });
			sandbox.finishJob(id);
			await sandbox.callbacksIdle();
			expect(witness.requests).toHaveLength(1);
			const { headers, body } = witness.requests[0]!;
			expect(JSON.parse(body)).toEqual(await read(id));
			const { key } = (await call('GET', '/webhooks/default/secret')).json as { key: string };
			const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
			const right = createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
				.update(signed)
				.digest('base64');
			expect(headers['webhook-signature']!.split(' ')).toContain(`v1,${right}`);
		} finally {
			await witness.close();
		}
	});

	test('tell the start, too, where nobody says otherwise', async () => {
		const witness = await startWitness();
		try {
			const id = await submitted('seedance-2.0', {}, { webhook: witness.url });
			sandbox.finishJob(id);
			await sandbox.callbacksIdle();
			expect(sandbox.ledger.callbacks.map(({ event }) => event)).toEqual([
				'processing',
				'succeeded',
			]);
		} finally {
			await witness.close();
		}
	});

	test.each<[object, string]>([
		[{ webhook: 'http://example.com/hook' }, 'webhook invalid_type'],
		[{ webhook: 'hook' }, 'webhook invalid_type'],
		[{ webhook_events_filter: ['done'] }, 'webhook_events_filter.0 enum'],
	])('refuses %j', async (more, field) => {
		expect(refused(await run('seedance-2.0', {}, more))).toEqual([field]);
	});
});

test('the account is told to whoever has the key', async () => {
	expect(await call('GET', '/account')).toMatchObject({
		status: 200,
		json: { type: 'user', username: 'replicate' },
	});
	expect((await call('GET', '/account', undefined, {}, 'r8_wrong')).status).toBe(401);
});
