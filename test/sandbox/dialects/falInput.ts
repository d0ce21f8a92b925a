import { z } from 'zod';
import { Problem } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import { promptOf } from './body.ts';
import { webUrl } from './image.ts';

/** What each endpoint of fal takes: its generated types [doc], and for 2.5 its pages [doc] and what was seen there [pub]. */

export const NAME = 'fal';

const RATIOS = ['21:9', '16:9', '4:3', '1:1', '3:4', '9:16'] as const;
const WITH_AUTO = ['auto', ...RATIOS] as const;
const MOST_SEED = 2 ** 31 - 1;

/** A text, and no number. */
const secondsAs = (least: number, most: number, auto: boolean) => {
	const texts = Array.from({ length: most - least + 1 }, (_, index) => String(least + index));
	const values = auto ? ['auto', ...texts] : texts;
	return z
		.string({ invalid_type_error: 'Input should be a valid string' })
		.refine((text) => values.includes(text), `Input should be ${values.join(', ')}`)
		.default(auto ? 'auto' : '5');
};

const seed = z.number().int().min(-1).max(MOST_SEED).optional();
const prompt = promptOf(NAME);
const links = (most: number) => z.array(webUrl).max(most).default([]);

const first = {
	prompt,
	camera_fixed: z.boolean().default(false),
	enable_safety_checker: z.boolean().default(true),
	seed,
};
const first10 = {
	...first,
	resolution: z.enum(['480p', '720p', '1080p']).default('1080p'),
	duration: secondsAs(2, 12, false),
	num_frames: z.number().int().min(29).max(289).optional(),
};
const text10 = { ...first10, aspect_ratio: z.enum(RATIOS).default('16:9') };
const image10 = { ...first10, aspect_ratio: z.enum(WITH_AUTO).default('auto'), image_url: webUrl };
const text15 = {
	...first,
	resolution: z.enum(['480p', '720p', '1080p']).default('720p'),
	duration: secondsAs(4, 12, false),
	aspect_ratio: z.enum(WITH_AUTO).default('16:9'),
	generate_audio: z.boolean().default(true),
};

const frames = { image_url: webUrl, end_image_url: webUrl.optional() };

const second = (most: number, resolutions: readonly [string, ...string[]]) => ({
	prompt,
	resolution: z.enum(resolutions).default('720p'),
	duration: secondsAs(4, most, true),
	aspect_ratio: z.enum(WITH_AUTO).default('auto'),
	generate_audio: z.boolean().default(true),
	end_user_id: z.string().optional(),
});
const bitrate = { bitrate_mode: z.enum(['standard', 'high']).default('standard') };

function modes20(path: string, shape: ReturnType<typeof second>): Array<[string, z.ZodRawShape]> {
	const references = { image_urls: links(9), video_urls: links(3), audio_urls: links(3) };
	return [
		[`${path}/text-to-video`, shape],
		[`${path}/image-to-video`, { ...shape, ...frames }],
		[`${path}/reference-to-video`, { ...shape, ...references }],
	];
}

const LOW = ['480p', '720p'] as const;
const shape25 = (resolutions: readonly [string, ...string[]]) => ({
	...second(30, resolutions),
	...bitrate,
	codec: z.enum(['auto', 'H264', 'H265']).default('auto'),
});
const references25 = {
	image_urls: links(30),
	video_urls: links(10),
	audio_urls: links(10),
	task: z.enum(['reference', 'editing', 'extension']).optional(),
	seed,
};
const full = shape25([...LOW, '1080p']);
const flash = shape25(LOW);

/** The first words of an ID differ between the versions [doc]. */
const V1 = 'fal-ai/bytedance/seedance';
const V2 = 'bytedance';

const SHAPES: Array<[string, z.ZodRawShape]> = [
	[`${V1}/v1/pro/text-to-video`, text10],
	// [doc] A last frame is accepted and ignored.
	[`${V1}/v1/pro/image-to-video`, { ...image10, end_image_url: webUrl.optional() }],
	[`${V1}/v1/pro/fast/text-to-video`, text10],
	[`${V1}/v1/pro/fast/image-to-video`, image10],
	[`${V1}/v1.5/pro/text-to-video`, text15],
	[`${V1}/v1.5/pro/image-to-video`, { ...text15, ...frames }],
	...modes20(`${V2}/seedance-2.0`, { ...second(15, [...LOW, '1080p', '4k']), ...bitrate }),
	...modes20(`${V2}/seedance-2.0/fast`, { ...second(15, LOW), ...bitrate }),
	...modes20(`${V2}/seedance-2.0/mini`, second(15, LOW)),
	[`${V2}/seedance-2.5/text-to-video`, full],
	// [pub] With a frame, only "auto".
	[
		`${V2}/seedance-2.5/image-to-video`,
		{ ...full, ...frames, aspect_ratio: z.literal('auto').default('auto') },
	],
	[`${V2}/seedance-2.5/reference-to-video`, { ...full, ...references25 }],
	[`${V2}/seedance-2.5/flash/text-to-video`, flash],
	[`${V2}/seedance-2.5/flash/reference-to-video`, { ...flash, ...references25 }],
	// [doc] The same in the United States.
	[`${V2}/seedance-2.5/us/text-to-video`, full],
];

/** The body of a submit with fal's defaults. */
export interface FalInput {
	prompt: string;
	duration: string;
	resolution: string;
	aspect_ratio: string;
	generate_audio?: boolean;
	image_url?: string;
	end_image_url?: string;
	image_urls?: string[];
	video_urls?: string[];
	audio_urls?: string[];
	task?: string;
}

/** Every endpoint. */
export const ENDPOINTS: readonly string[] = SHAPES.map(([id]) => id);

const schemas = new Map(SHAPES.map(([id, shape]) => [id, z.object(shape).strict()]));

interface Item {
	loc: Array<string | number>;
	msg: string;
	type: string;
}

/** HTTP 422 with a list [doc]. [us] Already at the submit, where the real queue may find it later. */
function refuse(items: Item[]): Problem {
	const detail = items.map(({ loc, ...item }) => ({ loc: ['body', ...loc], ...item }));
	return new Problem('invalid_request', items[0]?.msg ?? '', { detail });
}

const rule = (field: string, msg: string) => refuse([{ loc: [field], msg, type: 'value_error' }]);

/** The input of an endpoint. [us] An unknown field is refused, so that no test misses a wrong name. */
export function falInput(core: Core, endpoint: string, body: unknown): FalInput {
	const read = schemas.get(endpoint)!.safeParse(body);
	if (!read.success) {
		throw refuse(
			read.error.issues.map(({ path, message, code }) => ({ loc: path, msg: message, type: code })),
		);
	}
	const input = read.data as unknown as FalInput;
	checkReferences(endpoint, input);
	const { image_url: frame, end_image_url: last, image_urls: images = [] } = input;
	for (const url of [frame, last, ...images]) checkUploaded(core, url);
	return input;
}

function checkReferences(endpoint: string, input: FalInput): void {
	const { image_urls: images, video_urls: videos = [], audio_urls: sounds = [] } = input;
	if (images === undefined) return;
	const all = images.length + videos.length + sounds.length;
	const is25 = endpoint.includes('seedance-2.5');
	if (all === 0) throw rule('image_urls', 'At least one reference is required');
	if (all > (is25 ? 50 : 12)) throw rule('image_urls', 'Too many files');
	// [doc] for 2.0. [us] 2.5 takes a sound alone, as its maker does.
	if (!is25 && images.length + videos.length === 0)
		throw rule('audio_urls', 'Audio needs an image or a video');
	const { task, aspect_ratio: ratio } = input;
	const changes = task === 'editing' || task === 'extension';
	if (changes && videos.length === 0) throw rule('task', 'This task needs a video');
	if (task === 'editing' && ratio !== 'auto') throw rule('aspect_ratio', 'Input should be auto');
}

/** A file at our own address must have been uploaded. Nothing is ever fetched from others. */
function checkUploaded({ mediaBase, uploads }: Core, url: string | undefined): void {
	const root = `${mediaBase}/uploads/`;
	if (url?.startsWith(root) && !uploads.has(url.slice(root.length)))
		throw refuse([{ loc: ['image_url'], msg: 'Failed to download', type: 'file_download_error' }]);
}
