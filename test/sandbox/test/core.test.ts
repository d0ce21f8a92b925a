import { clientOf, IMAGE_TO_VIDEO, TEXT_TO_VIDEO } from '../client.ts';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';

/** The wire of the unified API, as its document shows it. */

const ISO_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ANY_TIME = expect.stringMatching(ISO_SECONDS) as string;

let sandbox: Sandbox;

beforeEach(async () => {
	// Jobs end when a test ends them: no test waits for a clock.
	sandbox = await startSandbox({
		jobSeconds: 3600,
		accounts: [
			{ requestsPerMinute: 1000 },
			{ id: 'other', apiKey: 'other-key', credits: 150, requestsPerMinute: 1000 },
		],
	});
});
afterEach(() => sandbox.close());

describe('submitting', () => {
	test('answers as documented and fills in the defaults', async () => {
		const { status, json } = await clientOf(sandbox).submit();
		expect(status).toBe(200);
		expect(json).toEqual({
			task_id: expect.stringMatching(/^task_[0-9a-f]{12}$/) as string,
			status: 'queued',
			model: 'seedance-2.0',
			credits_charged: 485,
			estimated_time: 3600,
			created_at: ANY_TIME,
		});
		const id = json.task_id as string;
		sandbox.finishJob(id);
		expect((await clientOf(sandbox).status(id)).json.result).toMatchObject({
			duration: 8,
			resolution: '1280x720',
			has_audio: true,
		});
	});

	test('takes an image by its URL', async () => {
		const body = {
			model: 'seedance-2.0',
			prompt: 'She smiles',
			image_url: 'https://example.com/photo.jpg',
			duration: 15,
			aspect_ratio: '9:16',
			audio: false,
			metadata: { sku: 'A-1' },
		};
		const { status, json } = await clientOf(sandbox).call('POST', IMAGE_TO_VIDEO, body);
		expect([status, json.credits_charged]).toEqual([200, 910]);
		const id = json.task_id as string;
		sandbox.finishJob(id);
		expect((await clientOf(sandbox).status(id)).json).toMatchObject({
			result: { duration: 15, resolution: '720x1280', has_audio: false },
			metadata: { sku: 'A-1' },
		});
		expect(sandbox.ledger.requests[0]).toMatchObject({ kind: 'submit', body });
	});

	test.each([
		[4, 243],
		[10, 607],
		[15, 910],
	])('charges %i seconds with the documented %i credits', async (duration, credits) => {
		const { json } = await clientOf(sandbox).submit({ duration });
		expect(json.credits_charged).toBe(credits);
	});

	test.each<[string, Record<string, unknown>, string]>([
		['no model', { model: undefined }, 'model'],
		['an unknown model', { model: 'seedance-3.0' }, 'model'],
		['no prompt', { prompt: undefined }, 'prompt'],
		['an empty prompt', { prompt: '' }, 'prompt'],
		['a prompt of 501 characters', { prompt: 'x'.repeat(501) }, 'prompt'],
		['a prompt that is no text', { prompt: 7 }, 'prompt'],
		['a duration below the model’s', { duration: 3 }, 'duration'],
		['a duration above the model’s', { duration: 16 }, 'duration'],
		['a broken duration', { duration: 8.5 }, 'duration'],
		['a duration as text', { duration: '8' }, 'duration'],
		['an unknown aspect ratio', { aspect_ratio: '4:3' }, 'aspect_ratio'],
		['audio as text', { audio: 'true' }, 'audio'],
		['a webhook that is no web address', { webhook_url: 'ftp://example.com' }, 'webhook_url'],
		['a webhook that is no address', { webhook_url: 'example' }, 'webhook_url'],
		['metadata as a list', { metadata: ['a'] }, 'metadata'],
		['a null', { duration: null }, 'duration'],
		['an unknown field', { resolution: '720p' }, 'resolution'],
		['an image for text-to-video', { image_url: 'https://example.com/a.jpg' }, 'image_url'],
		['a misspelled sandbox tag', { prompt: '[sandbox:slwo]' }, 'slwo'],
	])('refuses %s and charges nothing', async (_what, fields, named) => {
		const { status, json } = await clientOf(sandbox).submit(fields);
		expect(status).toBe(400);
		expect(json).toEqual({
			error: { code: 'invalid_request', message: expect.stringContaining(named) as string },
		});
		expect(sandbox.account()).toMatchObject({
			jobsCreated: 0,
			creditsReserved: 0,
			creditsAvailable: 100_000,
			submitsReceived: 1,
		});
	});

	test.each([undefined, 'file:///etc/passwd', 'photo.jpg', 7])(
		'refuses image-to-video with the image_url %p',
		async (image_url) => {
			const body = { model: 'seedance-2.0', prompt: 'She smiles', image_url };
			const { status, json } = await clientOf(sandbox).call('POST', IMAGE_TO_VIDEO, body);
			expect(status).toBe(400);
			expect(json.error).toMatchObject({ message: expect.stringContaining('image_url') as string });
		},
	);

	test.each([1, 500])('takes a prompt of %i characters', async (count) => {
		expect((await clientOf(sandbox).submit({ prompt: '🙂'.repeat(count) })).status).toBe(200);
	});

	test.each([
		['text/plain', '{"model":"seedance-2.0","prompt":"A lamp"}', 'text/plain'],
		['application/json', '{"model":', 'not valid JSON'],
		['application/json', '[]', 'Expected object'],
		['nonsense', '{}', 'nonsense'],
		['multipart/form-data; boundary=x', '--x--', 'multipart/form-data'],
	])('answers 400 to the content type %s with the body %s', async (type, body, named) => {
		const headers = { 'content-type': type };
		const { status, json } = await clientOf(sandbox).call('POST', TEXT_TO_VIDEO, body, headers);
		expect(status).toBe(400);
		expect(json.error).toMatchObject({ message: expect.stringContaining(named) as string });
	});

	test('answers 400 to a submission without a body', async () => {
		expect((await clientOf(sandbox).call('POST', TEXT_TO_VIDEO)).status).toBe(400);
	});

	test('takes a content type with a charset', async () => {
		const type = { 'content-type': 'Application/JSON; charset=utf-8' };
		expect((await clientOf(sandbox).submit({}, type)).status).toBe(200);
	});
});
