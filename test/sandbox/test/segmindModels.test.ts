import { clientOf } from '../client.ts';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';

/** The newer Seedance models at Segmind, each with its own fields. */

const PHOTO = 'https://example.com/photo.jpg';
const CLIP = 'https://example.com/clip.mp4';
const SOUND = 'https://example.com/sound.mp3';

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox({
		jobSeconds: 3600,
		accounts: [{ provider: 'segmind', requestsPerMinute: 1000 }],
	});
});
afterEach(() => sandbox.close());

const call = (method: string, path: string, body?: unknown) => {
	const { baseUrl, apiKey } = sandbox.credentialOf('segmind');
	const headers = { authorization: '', 'x-api-key': apiKey };
	return clientOf(sandbox).call(method, baseUrl + path, body, headers);
};

const LITE = { prompt: 'A horse', duration: 5, resolution: '720p' };
const IMAGE_LITE = { ...LITE, first_frame_url: PHOTO };
const FAST = { prompt: 'A horse', duration: 5, aspect_ratio: '16:9' };
const TWO = { ...FAST, resolution: '720p', generate_audio: true };

/** A body that each slug takes, and what it costs. */
const minimal: Record<string, [body: Record<string, unknown>, dollars: number]> = {
	'seedance-v1-lite-text-to-video': [{ ...LITE, aspect_ratio: '16:9' }, 0.225],
	'seedance-v1-lite-image-to-video': [IMAGE_LITE, 0.225],
	'seedance-1.0-pro-fast': [FAST, 0.1],
	'seedance-1.5-pro': [FAST, 0.26],
	'seedance-2.0': [TWO, 0.76],
	'seedance-2.0-fast': [TWO, 0.73],
	'seedance-2.0-mini': [TWO, 0.375],
	'seedance-2.5': [TWO, 1.1945],
};
const post = (slug: string, fields: Record<string, unknown> = {}) =>
	call('POST', `/v2/${slug}`, { ...minimal[slug]![0], ...fields });

test.each(Object.entries(minimal))('%s: a job, its status and its result', async (slug, row) => {
	const { status, json } = await post(slug);
	expect([status, json]).toEqual([200, expect.objectContaining({ status: 'QUEUED' })]);
	const id = json.request_id as string;
	expect(sandbox.jobs()).toMatchObject([{ jobId: id, model: slug, credits: row[1] }]);
	sandbox.finishJob(id);
	expect((await call('GET', `/v2/requests/${id}/status`)).json.status).toBe('COMPLETED');
	const result = await call('GET', `/v2/requests/${id}`);
	expect(result.json).toMatchObject({ status: 'COMPLETED', metrics: { cost: row[1] } });
	expect(result.json.video).not.toHaveProperty('last_frame_url');
});

test('the last frame is in the result where it was asked for', async () => {
	const { json } = await post('seedance-2.0', { return_last_frame: true });
	const id = json.request_id as string;
	sandbox.finishJob(id);
	const { video } = (await call('GET', `/v2/requests/${id}`)).json as {
		video: { last_frame_url: string };
	};
	const frame = await fetch(video.last_frame_url);
	expect(frame.headers.get('content-type')).toBe('image/png');
});

test('prices by length, resolution, sound and reference videos', async () => {
	await post('seedance-2.0', { duration: 15, resolution: '1080p' });
	await post('seedance-1.5-pro', { generate_audio: false });
	await post('seedance-2.0', { reference_videos: [CLIP] });
	// 10 s at 61 %.
	expect(sandbox.jobs().map(({ credits }) => credits)).toEqual([5.1, 0.13, 0.9272]);
});

test.each<[string, string, Record<string, unknown>]>([
	['frames', 'seedance-1.5-pro', { first_frame_url: PHOTO, last_frame_url: PHOTO }],
	['an image and no text', 'seedance-1.0-pro-fast', { prompt: undefined, image_url: PHOTO }],
	['the text "true"', 'seedance-1.5-pro', { skip_moderation: 'true' }],
	['references', 'seedance-2.5', { reference_images: [PHOTO], reference_audios: [SOUND] }],
	['adaptive', 'seedance-2.0', { aspect_ratio: 'adaptive', first_frame_url: PHOTO }],
	['30 s', 'seedance-2.5', { duration: 30 }],
	['4k', 'seedance-2.0', { resolution: '4k' }],
])('%s: %s takes it', async (_what, slug, fields) => {
	expect((await post(slug, fields)).status).toBe(200);
});

test.each<[string, string, Record<string, unknown>, string]>([
	['7 s', 'seedance-2.0', { duration: 7 }, 'duration'],
	['31 s', 'seedance-2.5', { duration: 31 }, 'duration'],
	['4 s', 'seedance-1.5-pro', { duration: 4 }, 'duration'],
	['1080p', 'seedance-2.0-mini', { resolution: '1080p' }, 'resolution'],
	['21:9', 'seedance-1.5-pro', { aspect_ratio: '21:9' }, 'aspect_ratio'],
	['no ratio', 'seedance-1.0-pro-fast', { aspect_ratio: undefined }, 'aspect_ratio'],
	['a ratio', 'seedance-v1-lite-image-to-video', { aspect_ratio: '16:9' }, 'aspect_ratio'],
	['an image', 'seedance-v1-lite-text-to-video', { first_frame_url: PHOTO }, 'first_frame_url'],
	['image_url', 'seedance-2.0', { image_url: PHOTO }, 'image_url'],
	['first_frame_url', 'seedance-1.0-pro-fast', { first_frame_url: PHOTO }, 'first_frame_url'],
	['a boolean', 'seedance-1.5-pro', { skip_moderation: true }, 'skip_moderation'],
	['a text', 'seedance-2.0', { skip_moderation: 'true' }, 'skip_moderation'],
	['a fixed camera', 'seedance-2.0', { camera_fixed: true }, 'camera_fixed'],
	['a last frame alone', 'seedance-2.0', { last_frame_url: PHOTO }, 'last_frame_url'],
	[
		'a frame and references',
		'seedance-2.0',
		{ first_frame_url: PHOTO, reference_images: [PHOTO] },
		'first_frame_url',
	],
	['a sound alone', 'seedance-2.0', { reference_audios: [SOUND] }, 'reference_audios'],
	['10 images', 'seedance-2.0', { reference_images: Array(10).fill(PHOTO) }, 'reference_images'],
	['4 videos', 'seedance-2.0', { reference_videos: Array(4).fill(CLIP) }, 'reference_videos'],
	['neither text nor image', 'seedance-1.5-pro', { prompt: undefined }, 'prompt'],
])('%s: %s refuses it', async (_what, slug, fields, named) => {
	const { status, json } = await post(slug, fields);
	expect([status, json]).toEqual([400, { error: expect.stringContaining(named) }]);
	expect(sandbox.jobs()).toEqual([]);
});

test('there is no blocking call for them here, and no other slug', async () => {
	for (const path of ['/v1/seedance-2.0', '/v2/seedance-9'])
		expect((await call('POST', path, TWO)).status).toBe(404);
});
