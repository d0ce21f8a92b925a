import { z } from 'zod';
import {
	KIE_CHOSEN_SECONDS,
	KIE_CREDITS,
	KIE_REFERENCE_SECONDS,
	KIE_SOUND_FACTOR,
} from '../decisions.ts';
import { promptOf } from './body.ts';
import { webUrl } from './image.ts';

/** Which fields each Seedance has at kie.ai, from the pages of the models [doc], [pub]. An unknown field is refused. [us] */

const prompt = (most: number, least = 1) =>
	promptOf('kie', most).refine(
		(text) => [...text].length >= least,
		`must have at least ${least} characters`,
	);

const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16'] as const;
const ratio = <Values extends readonly [string, ...string[]]>(values: Values) =>
	z.enum([...values]).default('16:9');
const resolution = (...values: [string, ...string[]]) => z.enum(values).default('720p');
const seed = z.number().int().min(-1).max(2_147_483_647).default(-1);
const flag = (usual: boolean) => z.boolean().default(usual);

/** [doc] A text of digits in 1.x, a whole number in 2.x. */
const lengthAsText = (least: number, most: number) =>
	z
		.string()
		.regex(/^\d{1,2}$/, 'must be a text of digits')
		.refine((text) => Number(text) >= least && Number(text) <= most, 'is out of range')
		.default('5');
const length = (most: number) => z.number().int().min(4).max(most);

const version1 = {
	prompt: prompt(10_000),
	resolution: resolution('480p', '720p', '1080p'),
	duration: lengthAsText(3, 12),
	camera_fixed: flag(false),
	seed,
	enable_safety_checker: flag(true),
};
const image_url = webUrl;

const version2 = (
	most: { prompt: number; images: number; others: number },
	...resolutions: [string, ...string[]]
) => ({
	prompt: prompt(most.prompt, 3),
	first_frame_url: webUrl.optional(),
	last_frame_url: webUrl.optional(),
	reference_image_urls: z.array(webUrl).min(1).max(most.images).optional(),
	reference_video_urls: z.array(webUrl).min(1).max(most.others).optional(),
	reference_audio_urls: z.array(webUrl).min(1).max(most.others).optional(),
	generate_audio: flag(true),
	resolution: resolution(...resolutions),
	aspect_ratio: ratio([...RATIOS, '21:9', 'adaptive']),
	web_search: flag(false),
	nsfw_checker: z.boolean().optional(),
});
const MOST_20 = { prompt: 20_000, images: 9, others: 3 };
const version20 = (...resolutions: [string, ...string[]]) => ({
	...version2(MOST_20, ...resolutions),
	duration: length(15).default(5),
});
const return_last_frame = flag(false);

/** What all schemas have, and what only some do. */
export interface Input {
	prompt: string;
	duration: number | string;
	resolution: string;
	generate_audio?: boolean;
	image_url?: string;
	end_image_url?: string;
	input_urls?: string[];
	first_frame_url?: string;
	last_frame_url?: string;
	reference_image_urls?: string[];
	reference_video_urls?: string[];
	reference_audio_urls?: string[];
	return_last_frame?: boolean;
}
type Schema = z.ZodType<Input, z.ZodTypeDef, unknown>;

/** By the wire name without its owner, each with the tariff that it has. */
const SCHEMAS: Readonly<Record<string, { tariff: string; schema: Schema }>> = {
	'v1-pro-text-to-video': {
		tariff: 'v1-pro',
		schema: z.object({ ...version1, aspect_ratio: ratio([...RATIOS, '21:9']) }).strict(),
	},
	'v1-pro-image-to-video': {
		tariff: 'v1-pro',
		schema: z.object({ ...version1, image_url }).strict(),
	},
	'v1-pro-fast-image-to-video': {
		tariff: 'v1-pro-fast',
		schema: z
			.object({
				prompt: version1.prompt,
				image_url,
				resolution: resolution('720p', '1080p'),
				duration: z.enum(['5', '10']).default('5'),
			})
			.strict(),
	},
	'v1-lite-text-to-video': {
		tariff: 'v1-lite',
		schema: z.object({ ...version1, aspect_ratio: ratio(RATIOS) }).strict(),
	},
	'v1-lite-image-to-video': {
		tariff: 'v1-lite',
		schema: z.object({ ...version1, image_url, end_image_url: webUrl.optional() }).strict(),
	},
	'seedance-1.5-pro': {
		tariff: '1.5-pro',
		schema: z
			.object({
				prompt: prompt(20_000, 3),
				input_urls: z.array(webUrl).max(2).optional(),
				aspect_ratio: z.enum([...RATIOS, '21:9']),
				resolution: resolution('480p', '720p', '1080p'),
				duration: z.enum(['4', '8', '12']),
				fixed_lens: flag(false),
				generate_audio: flag(false),
			})
			.strict(),
	},
	'seedance-2': {
		tariff: '2',
		schema: z.object({ ...version20('480p', '720p', '1080p', '4k'), return_last_frame }).strict(),
	},
	'seedance-2-fast': {
		tariff: '2-fast',
		schema: z.object({ ...version20('480p', '720p'), return_last_frame }).strict(),
	},
	'seedance-2-mini': { tariff: '2-mini', schema: z.object(version20('480p', '720p')).strict() },
	'seedance-2-5': {
		tariff: '2-5',
		schema: z
			.object({
				...version2({ prompt: 30_000, images: 30, others: 10 }, '480p', '720p', '1080p'),
				duration: length(30).or(z.literal(-1)).default(5),
				return_last_frame,
				output_format: z.enum(['mp4', 'mov']).default('mp4'),
			})
			.strict(),
	},
};

const OWNER = 'bytedance/';

/** @param model the wire name with its owner */
function rowOf(model: string) {
	const name = model.startsWith(OWNER) ? model.slice(OWNER.length) : '';
	return Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
}

export const schemaOf = (model: string): Schema | undefined => rowOf(model)?.schema;

/** [doc] What the fields of an input may not say together. */
export function conflictIn(model: string, input: Input): string | undefined {
	const { first_frame_url: first, last_frame_url: last } = input;
	const pictures = [...(input.reference_image_urls ?? []), ...(input.reference_video_urls ?? [])];
	const sounds = input.reference_audio_urls ?? [];
	const isReferring = pictures.length + sounds.length > 0;
	if (last !== undefined && first === undefined) return 'last_frame_url requires first_frame_url';
	if (isReferring && first !== undefined) return 'frames and references are mutually exclusive';
	// [us] Where a sound may stand alone.
	if (sounds.length > 0 && pictures.length === 0 && !model.endsWith('2-5'))
		return 'reference_audio_urls require an image or a video';
	return undefined;
}

export const imagesIn = (input: Input): string[] =>
	[
		input.image_url,
		input.end_image_url,
		input.first_frame_url,
		input.last_frame_url,
		...(input.input_urls ?? []),
		...(input.reference_image_urls ?? []),
	].filter((url) => url !== undefined);

export const secondsOf = ({ duration }: Input): number =>
	Number(duration) === -1 ? KIE_CHOSEN_SECONDS : Number(duration);

/** In credits. */
export function creditsOf(model: string, input: Input): number {
	const { usual = {}, withVideo = usual } = KIE_CREDITS[rowOf(model)?.tariff ?? ''] ?? {};
	const videos = (input.reference_video_urls ?? []).length;
	const rate = (videos > 0 ? withVideo : usual)[input.resolution] ?? 0;
	const isDearer = model.endsWith('1.5-pro') && input.generate_audio === true;
	const seconds = secondsOf(input) + videos * KIE_REFERENCE_SECONDS;
	// Rounded, because 2.8 * 3 is a little less than 8.4.
	return Math.round(seconds * rate * (isDearer ? KIE_SOUND_FACTOR : 1) * 100) / 100;
}
