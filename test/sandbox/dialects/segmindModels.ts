import { z } from 'zod';
import {
	SEGMIND_2_LENGTHS,
	SEGMIND_25_SECONDS,
	SEGMIND_DOLLARS_PER_SECOND,
	SEGMIND_REFERENCES,
	SEGMIND_SEED,
	SEGMIND_SILENT_FACTOR,
	SEGMIND_VIDEO_REFERENCE,
} from '../decisions.ts';
import { promptOf } from './body.ts';
import { webUrl } from './image.ts';

/** Fields of the newer models at Segmind, by slug. Everything that a page does not have is refused. */

const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16'] as const;
const prompt = promptOf('segmind');
const seed = z.number().int().min(SEGMIND_SEED.least).max(SEGMIND_SEED.most).optional();
const fiveOrTen = z.union([z.literal(5), z.literal(10)]);
const lowResolution = z.enum(['480p', '720p']);
const resolution = z.enum(['480p', '720p', '1080p']);
/** [doc] A text in 1.0 Pro Fast and 1.5 Pro. */
const moderationText = z.enum(['true', 'false']).optional();

const lite = {
	prompt,
	duration: fiveOrTen,
	resolution: lowResolution,
	seed,
	camera_fixed: z.boolean().default(false),
};
const frames = { first_frame_url: webUrl.optional(), last_frame_url: webUrl.optional() };

/** [us] Where no text is required, there must be an image. */
interface Inputs {
	prompt?: string;
	image_url?: string;
	first_frame_url?: string;
	last_frame_url?: string;
	reference_images?: string[];
	reference_videos?: string[];
	reference_audios?: string[];
}

function checkInputs(body: Inputs, context: z.RefinementCtx): void {
	const { reference_images: images, reference_videos: videos, reference_audios: audios } = body;
	const refuse = (field: string, message: string) =>
		context.addIssue({ code: 'custom', path: [field], message });
	const first = body.first_frame_url ?? body.image_url;
	if (!body.prompt && !first) refuse('prompt', 'Prompt is Mandatory and must be string');
	if (body.last_frame_url && !first) refuse('last_frame_url', 'requires first_frame_url');
	const seen = [...(images ?? []), ...(videos ?? [])].length;
	const heard = (audios ?? []).length;
	if (first && seen + heard > 0) refuse('first_frame_url', 'not together with references');
	// [pub]
	if (heard > 0 && seen === 0 && !first) refuse('reference_audios', 'requires an image or a video');
}

const model2 = (duration: z.ZodType<number>, resolutions: z.ZodType<string>) => {
	const urls = (most: number) => z.array(webUrl).max(most).default([]);
	return z
		.object({
			prompt,
			...frames,
			reference_images: urls(SEGMIND_REFERENCES.images),
			reference_videos: urls(SEGMIND_REFERENCES.videos),
			reference_audios: urls(SEGMIND_REFERENCES.audios),
			duration,
			resolution: resolutions,
			aspect_ratio: z.enum([...RATIOS, '21:9', 'adaptive']),
			generate_audio: z.boolean(),
			seed,
			return_last_frame: z.boolean().default(false),
			skip_moderation: z.boolean().default(false),
		})
		.strict()
		.superRefine(checkInputs);
};
const lengths2 = z
	.number()
	.refine(
		(seconds) => SEGMIND_2_LENGTHS.includes(seconds),
		`is not one of ${SEGMIND_2_LENGTHS.join(', ')}`,
	);
const lengths25 = z.number().int().min(SEGMIND_25_SECONDS.least).max(SEGMIND_25_SECONDS.most);

const schemas: Readonly<Record<string, z.ZodType<unknown, z.ZodTypeDef, unknown>>> = {
	'seedance-v1-lite-text-to-video': z.object({ ...lite, aspect_ratio: z.enum(RATIOS) }).strict(),
	'seedance-v1-lite-image-to-video': z
		.object({ ...lite, first_frame_url: webUrl, last_frame_url: webUrl.optional() })
		.strict(),
	'seedance-1.0-pro-fast': z
		.object({
			prompt: prompt.optional(),
			image_url: webUrl.optional(),
			duration: fiveOrTen,
			resolution: resolution.default('720p'),
			aspect_ratio: z.enum(RATIOS),
			seed,
			camera_fixed: z.boolean().default(false),
			skip_moderation: moderationText,
		})
		.strict()
		.superRefine(checkInputs),
	'seedance-1.5-pro': z
		.object({
			prompt: prompt.optional(),
			...frames,
			duration: fiveOrTen,
			resolution: resolution.default('720p'),
			aspect_ratio: z.enum(RATIOS),
			generate_audio: z.boolean().default(true),
			seed,
			camera_fixed: z.boolean().default(false),
			skip_moderation: moderationText,
		})
		.strict()
		.superRefine(checkInputs),
	'seedance-2.0': model2(lengths2, z.enum(['480p', '720p', '1080p', '4k'])),
	'seedance-2.0-fast': model2(lengths2, lowResolution),
	'seedance-2.0-mini': model2(lengths2, lowResolution),
	'seedance-2.5': model2(lengths25, resolution),
};

/** What all of them have, once it is checked. */
const common = z.object({
	prompt: z.string().default(''),
	duration: z.number(),
	resolution: z.string(),
	generate_audio: z.boolean().default(false),
	reference_videos: z.array(z.string()).default([]),
});
export type SegmindModelBody = z.infer<typeof common>;

export const segmindModels = Object.entries(schemas).map(([slug, schema]) => ({
	slug,
	schema: schema.transform((body) => ({ ...common.parse(body), sent: body as object })),
}));

export function modelPrice(slug: string, body: SegmindModelBody): number {
	const rate = SEGMIND_DOLLARS_PER_SECOND[slug]?.[body.resolution] ?? 0;
	const { factor, seconds } = SEGMIND_VIDEO_REFERENCE;
	const videos = body.reference_videos.length;
	const silent = slug === 'seedance-1.5-pro' && !body.generate_audio ? SEGMIND_SILENT_FACTOR : 1;
	const dollars =
		videos > 0 ? rate * factor * (body.duration + videos * seconds) : rate * silent * body.duration;
	return Math.round(dollars * 10_000) / 10_000;
}
