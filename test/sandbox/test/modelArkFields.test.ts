import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { findAsset } from '../core/clip.ts';
import { modelArkDroppedFields } from '../dialects/modelArkBody.ts';
import type { Ark } from './modelArk.ts';
import {
	audio,
	codeOf,
	ID_15,
	ID_20,
	ID_25,
	ID_FAST,
	ID_MINI,
	ID_PRO,
	image,
	openArk,
	text,
	video,
} from './modelArk.ts';

/** What ModelArk accepts, and what not, by model. */

let ark: Ark;
beforeAll(async () => {
	ark = await openArk({ requestsPerMinute: 100_000, maxConcurrentJobs: 1000, credits: 1e6 });
});
afterAll(() => ark.sandbox.close());

const references = (...elements: object[]) => ({ content: [text(), ...elements] });
const first = { content: [text(), image('first_frame')] };
const both = { content: [text(), image('first_frame'), image('last_frame')] };
const photo = image('reference_image');
const picture = (name: string, type = 'png') =>
	`data:image/${type};base64,${readFileSync(findAsset(`images/${name}`)).toString('base64')}`;
const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

/** A PNG of this size, as far as its header goes. */
function pngOf(width: number, height: number): string {
	const head = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
	const size = Buffer.alloc(8);
	size.writeUInt32BE(width, 0);
	size.writeUInt32BE(height, 4);
	return `data:image/png;base64,${Buffer.concat([head, size]).toString('base64')}`;
}
const picked = (url: string) => ({ content: [text(), image('first_frame', url)] });

test.each<[string, Record<string, unknown>]>([
	['an image alone, without a role', { content: [image()] }],
	['both frames', both],
	['frames in the other order', { content: [image('last_frame'), image('first_frame'), text()] }],
	[
		'9 images, 3 videos of 15 s, 3 audios',
		references(...many(9, photo), ...many(3, video(5)), ...many(3, audio())),
	],
	[
		'30, 10 and 10 for 2.5',
		{
			model: ID_25,
			...references(
				...many(30, photo),
				...many(10, video(3)),
				...many(10, audio('https://a.b/c.mp3?seconds=3')),
			),
		},
	],
	['audio alone for 2.5', { model: ID_25, ...references(audio()) }],
	['a resolution in capitals', { resolution: '1080P' }],
	['a seed for 2.0', { seed: 2 ** 31 - 1 }],
	['any seed', { seed: -1 }],
	['4 s, 15 s', { duration: 15 }],
	['30 s for 2.5', { model: ID_25, duration: 30 }],
	['-1 second', { duration: -1 }],
	['12 s for 1.0', { model: ID_PRO, duration: 12, camera_fixed: false }],
	['flex for 1.5', { model: ID_15, service_tier: 'flex', camera_fixed: true }],
	['a draft of 1.5', { model: ID_15, draft: true }],
	['sound for 1.0, which has none', { model: ID_PRO, generate_audio: true }],
	['adaptive for 1.0 with an image', { model: ID_PRO, ratio: 'adaptive', ...first }],
	['an explicit ratio for 2.0 with an image', { ratio: '1:1', ...first }],
	['an asset', picked('asset://asset-20260101-abc')],
	['an image in the request', picked(picture('square-512.png'))],
	['a JPEG', picked(picture('square-512.jpg', 'jpeg'))],
	['300 to 6000 pixels', picked(pngOf(300, 750))],
	['an audio in the request', references(photo, audio('data:audio/mp3;base64,SUQz'))],
	[
		'an edit',
		{
			model: ID_25,
			...references(video(4)),
			omni_reference_task_type: 'edit',
			duration: -1,
			ratio: 'adaptive',
		},
	],
	[
		'an extension',
		{ model: ID_25, ...references(video()), omni_reference_task_type: 'extend', duration: 10 },
	],
	[
		'references in any ratio',
		{ model: ID_25, ...references(photo), omni_reference_task_type: 'reference', ratio: '1:1' },
	],
	['names that nobody knows', { aspect_ratio: '1:1', negative_prompt: 'x', n: 3 }],
])('takes %s', async (_what, fields) => {
	const { status, text: said } = await ark.post(fields);
	expect([status, said]).toEqual([200, expect.stringContaining('cgt-')]);
});

test.each<[string, Record<string, unknown>, string]>([
	['a text that is none', { content: [{ type: 'text', text: 7 }] }, 'content[0].text'],
	['an empty text', { content: [text('')] }, 'content[0].text'],
	['a prompt beside the content', { content: 'A lamp' }, 'content'],
	['two texts', { content: [text(), text()] }, 'content'],
	['an unknown element', { content: [{ type: 'image', image: 'x' }] }, 'content[0].type'],
	[
		'an image as a text',
		{ content: [text(), { type: 'image_url', image_url: 'https://a.b/c.png' }] },
		'content[1].image_url',
	],
	['an unknown role', { content: [text(), image('end_frame')] }, 'content[1].role'],
	['a last frame alone', { content: [text(), image('last_frame')] }, 'content'],
	['two images without roles', { content: [image(), image()] }, 'content'],
	['one of two without a role', { content: [image('first_frame'), image()] }, 'content'],
	['two first frames', { content: [image('first_frame'), image('first_frame')] }, 'content'],
	['a frame among references', references(image('first_frame'), photo), 'content'],
	['an image without a role among references', references(image(), video()), 'content'],
	['a video without a role', references({ ...video(), role: undefined }), 'content[1].role'],
	['10 images', references(...many(10, photo)), 'content'],
	['31 images for 2.5', { model: ID_25, ...references(...many(31, photo)) }, 'content'],
	['4 videos', references(...many(4, video(2))), 'content'],
	['videos of 16 s together', references(video(8), video(8)), 'content'],
	['a video of 1 s', references(video(1)), 'content'],
	['audio alone for 2.0', references(audio()), 'content'],
	['references for 1.5', { model: ID_15, ...references(photo) }, 'content'],
	['a last frame for 1.0 fast', { model: ID_FAST, ...both }, 'content'],
	[
		'a video in base64',
		references({ ...video(), video_url: { url: 'data:video/mp4;base64,AAAA' } }),
		'content[1].video_url.url',
	],
	['an address that is none', picked('photo.png'), 'content[1].image_url.url'],
	[
		'a host that cannot be reached',
		picked('https://cdn.invalid/a.png'),
		'content[1].image_url.url',
	],
	['a format in capitals', picked(picture('square-512.png', 'PNG')), 'content[1].image_url.url'],
	[
		'a format that is another',
		picked(picture('square-512.png', 'jpeg')),
		'content[1].image_url.url',
	],
	['a small image', picked(picture('small-100.png')), 'content[1].image_url.url'],
	['a large image', picked(pngOf(6001, 6001)), 'content[1].image_url.url'],
	['a flat image', picked(pngOf(1000, 399)), 'content[1].image_url.url'],
	['no image', picked('data:image/png;base64,AAAA'), 'content[1].image_url.url'],
	['2k', { resolution: '2k' }, 'resolution'],
	['4k for 2.5', { model: ID_25, resolution: '4k' }, 'resolution'],
	['1080p for mini', { model: ID_MINI, resolution: '1080p' }, 'resolution'],
	['2:1', { ratio: '2:1' }, 'ratio'],
	['adaptive for 1.0 without an image', { model: ID_PRO, ratio: 'adaptive' }, 'ratio'],
	['a ratio for 2.5 with a frame', { model: ID_25, ...first, ratio: '16:9' }, 'ratio'],
	['3 s', { duration: 3 }, 'duration'],
	['16 s for 2.0', { duration: 16 }, 'duration'],
	['31 s for 2.5', { model: ID_25, duration: 31 }, 'duration'],
	['-1 s for 1.0', { model: ID_PRO, duration: -1 }, 'duration'],
	['seconds as a text', { duration: '5' }, 'duration'],
	['half a second', { duration: 5.5 }, 'duration'],
	['130 frames', { model: ID_PRO, frames: 130 }, 'frames'],
	['frames for 1.5', { model: ID_15, frames: 121 }, 'frames'],
	['a seed of 2^31', { seed: 2 ** 31 }, 'seed'],
	['null', { seed: null }, 'seed'],
	['a fixed camera for 2.0', { camera_fixed: false }, 'camera_fixed'],
	['a tier for 2.0, even the usual one', { service_tier: 'default' }, 'service_tier'],
	['an unknown tier', { model: ID_PRO, service_tier: 'fast' }, 'service_tier'],
	['a draft of 2.0', { draft: false }, 'draft'],
	['a draft of 1.0', { model: ID_PRO, draft: true }, 'draft'],
	['a draft in 720p', { model: ID_25, draft: true, resolution: '720p' }, 'resolution'],
	[
		'a draft with a last frame',
		{ model: ID_25, draft: true, return_last_frame: true },
		'return_last_frame',
	],
	['a priority for 1.5', { model: ID_15, priority: 0 }, 'priority'],
	['priority 10', { priority: 10 }, 'priority'],
	['QuickTime for 2.0', { output_format: 'mov' }, 'output_format'],
	['webm', { model: ID_25, output_format: 'webm' }, 'output_format'],
	['tools for 1.0', { model: ID_PRO, tools: [{ type: 'web_search' }] }, 'tools'],
	[
		'a type of task for 2.0',
		{ ...references(video()), omni_reference_task_type: 'auto' },
		'omni_reference_task_type',
	],
	[
		'edit_video',
		{ model: ID_25, omni_reference_task_type: 'edit_video' },
		'omni_reference_task_type',
	],
	[
		'an edit without references',
		{ model: ID_25, omni_reference_task_type: 'edit' },
		'omni_reference_task_type',
	],
	[
		'an edit of an image',
		{ model: ID_25, ...references(photo), omni_reference_task_type: 'edit' },
		'content',
	],
	[
		'an edit of 3 s',
		{ model: ID_25, ...references(video(3)), omni_reference_task_type: 'edit' },
		'content',
	],
	[
		'an edit in 16:9',
		{ model: ID_25, ...references(video()), omni_reference_task_type: 'edit', ratio: '16:9' },
		'ratio',
	],
	[
		'an edit of 5 s',
		{ model: ID_25, ...references(video()), omni_reference_task_type: 'edit', duration: 5 },
		'duration',
	],
	[
		'an extension in 16:9',
		{ model: ID_25, ...references(video()), omni_reference_task_type: 'extend', ratio: '16:9' },
		'ratio',
	],
	[
		'an expiry in an hour less a second',
		{ execution_expires_after: 3599 },
		'execution_expires_after',
	],
	['a watermark as a text', { watermark: 'false' }, 'watermark'],
	['an identifier of 65 letters', { safety_identifier: 'x'.repeat(65) }, 'safety_identifier'],
	['a callback to nowhere', { callback_url: 'hook' }, 'callback_url'],
	['a misspelled tag', { content: [text('[sandbox:slwo]')] }, 'content'],
	['a tag of another dialect', { content: [text('[sandbox:code-in-body]')] }, 'content'],
])('refuses %s', async (_what, fields, param) => {
	const { status, json } = await ark.post(fields);
	expect([status, json]).toEqual([
		400,
		{ error: { code: 'InvalidParameter', message: expect.any(String), param, type: 'BadRequest' } },
	]);
});

test.each<[string, Record<string, unknown>, string]>([
	['a model', { model: undefined }, 'model'],
	['a content', { content: undefined }, 'content'],
	['a text', { content: [{ type: 'text' }] }, 'content[0].text'],
])('misses %s', async (_what, fields, param) => {
	const { status, json } = await ark.post(fields);
	expect([status, json.error]).toMatchObject([400, { code: 'MissingParameter', param }]);
});

test('an empty address has a code of its own', async () => {
	expect(codeOf(await ark.post(picked('')))).toEqual([400, 'InvalidImageURL.EmptyURL']);
});

test('the ratio follows the image', async () => {
	const id = await ark.posted(picked(pngOf(700, 1000)));
	ark.sandbox.finishJob(id);
	expect((await ark.read(id)).ratio).toBe('3:4');
});

test('names that are dropped can be asked for', async () => {
	await ark.post({ aspect_ratio: '1:1', ratio: '1:1' });
	const { body } = ark.sandbox.ledger.requests.at(-1)!;
	expect(modelArkDroppedFields(body as Record<string, unknown>)).toEqual(['aspect_ratio']);
});

test('a body of more than 20 MB', async () => {
	const data = `data:image/tiff;base64,${'A'.repeat(24 * 1024 * 1024)}`;
	expect((await ark.post(picked(data))).status).toBe(200);
});

/** Only the length is told: the server answers before the body comes. */
const statusOfLength = (bytes: number): Promise<number | undefined> =>
	new Promise((resolve, reject) => {
		const { baseUrl, apiKey } = ark.sandbox.credentialOf('modelArk');
		const headers = {
			authorization: `Bearer ${apiKey}`,
			'content-type': 'application/json',
			'content-length': bytes,
		};
		const sent = request(`${baseUrl}/contents/generations/tasks`, { method: 'POST', headers });
		sent.on('response', ({ statusCode }) => {
			resolve(statusCode);
			sent.destroy();
		});
		sent.on('error', reject).flushHeaders();
	});

test('no body of more than 64 MB', async () => {
	expect(await statusOfLength(64 * 1024 * 1024 + 1)).toBe(400);
});

test('what is no JSON, or no object', async () => {
	for (const body of ['{', '[]', '"x"', 'null'])
		expect((await ark.call('POST', '/contents/generations/tasks', body)).status).toBe(400);
	expect(codeOf(await ark.post({ model: `${ID_20}x` }))[0]).toBe(404);
});
