import { z } from 'zod';
import {
	WAVESPEED_CHOSEN_SECONDS,
	WAVESPEED_DOLLARS,
	WAVESPEED_PROMPT_CHARACTERS,
	WAVESPEED_WITH_VIDEO,
} from '../decisions.ts';
import { promptOf } from './body.ts';
import { webUrl } from './image.ts';

/**
 * What each Seedance takes at WaveSpeedAI: the parameters on the newest pages of the models [doc]. [us] Anything else is
 * refused: schemas there have changed without notice, so nobody may rely on a field that no page has.
 */

export const NAME = 'waveSpeed';

const RATIOS = ['16:9', '9:16', '4:3', '3:4', '1:1', '21:9'] as const;
const RESOLUTIONS = ['480p', '720p', '1080p'] as const;
const MOST_SEED = 2 ** 31 - 1;

const prompt = promptOf(NAME, WAVESPEED_PROMPT_CHARACTERS);
const seed = z.number().int().min(-1).max(MOST_SEED).default(-1);
const links = (most: number) => z.array(webUrl).max(most).default([]);
const frames = { image: webUrl, last_image: webUrl.optional() };
const ratio = z.enum(RATIOS);

const version2 = (mostSeconds: number) => ({
	prompt,
	duration: z.number().int().min(4).max(mostSeconds).default(5),
	resolution: z.enum(RESOLUTIONS).default('720p'),
	generate_audio: z.boolean().default(true),
	enable_web_search: z.boolean().default(false),
	seed,
});

/** References are fields of text-to-video. */
function modes2(mostSeconds: number, images: number, others: number): Schemas {
	const shape = version2(mostSeconds);
	return {
		'text-to-video': z
			.object({
				...shape,
				aspect_ratio: ratio.default('16:9'),
				reference_images: links(images),
				reference_videos: links(others),
				reference_audios: links(others),
			})
			.strict(),
		// Without a ratio, that of the image.
		'image-to-video': z.object({ ...shape, ...frames, aspect_ratio: ratio.optional() }).strict(),
	};
}

const version15 = {
	prompt,
	duration: z
		.number()
		.int()
		.refine((value) => value === -1 || (value >= 4 && value <= 12), 'must be 4 to 12, or -1')
		.default(5),
	resolution: z.enum(RESOLUTIONS).default('720p'),
	aspect_ratio: z.enum([...RATIOS, 'adaptive']).default('16:9'),
	generate_audio: z.boolean().default(true),
	camera_fixed: z.boolean().default(false),
	seed,
};

const version1 = {
	prompt,
	duration: z.union([z.literal(5), z.literal(10)]).default(5),
	camera_fixed: z.boolean().default(false),
	seed,
};

export interface Input {
	prompt: string;
	duration: number;
	resolution?: string;
	generate_audio?: boolean;
	image?: string;
	last_image?: string;
	reference_images?: string[];
	reference_videos?: string[];
	reference_audios?: string[];
}
type Schema = z.ZodType<Input, z.ZodTypeDef, unknown>;
type Schemas = Record<string, Schema>;

export interface Model {
	/** Owner and name, as in the path. */
	id: string;
	/** Its key in the list of prices. */
	family: string;
	/** Where the ID names it. */
	resolution?: string;
	schema: Schema;
}

const modelsOf = (family: string, schemas: Schemas): Model[] =>
	Object.entries(schemas).map(([mode, schema]) => ({
		id: `bytedance/${family}/${mode}`,
		family,
		schema,
	}));

const modelsByResolution = (family: string): Model[] =>
	RESOLUTIONS.flatMap((resolution) => [
		{
			id: `bytedance/${family}-t2v-${resolution}`,
			family,
			resolution,
			schema: z.object({ ...version1, aspect_ratio: ratio.default('16:9') }).strict(),
		},
		{
			id: `bytedance/${family}-i2v-${resolution}`,
			family,
			resolution,
			schema: z.object({ ...version1, ...frames, aspect_ratio: ratio.optional() }).strict(),
		},
	]);

export const MODELS: readonly Model[] = [
	...modelsOf('seedance-2.5', modes2(30, 30, 10)),
	...['seedance-2.0', 'seedance-2.0-fast', 'seedance-2.0-mini'].flatMap((family) =>
		modelsOf(family, modes2(15, 9, 3)),
	),
	...modelsOf('seedance-v1.5-pro', {
		'text-to-video': z.object(version15).strict(),
		'image-to-video': z.object({ ...version15, ...frames }).strict(),
	}),
	...modelsByResolution('seedance-v1-pro'),
	...modelsByResolution('seedance-v1-lite'),
];

export const resolutionOf = (model: Model, input: Input): string =>
	model.resolution ?? input.resolution ?? '720p';

export const secondsOf = ({ duration }: Input): number =>
	duration === -1 ? WAVESPEED_CHOSEN_SECONDS : duration;

/** US dollars. */
export function dollarsOf(model: Model, input: Input): number {
	const rate = WAVESPEED_DOLLARS[model.family]?.[resolutionOf(model, input)] ?? 0;
	const hasVideo = (input.reference_videos ?? []).length > 0;
	// Rounded, because 0.24 * 5 is not exactly 1.2 for every figure.
	return Math.round(secondsOf(input) * rate * (hasVideo ? WAVESPEED_WITH_VIDEO : 1) * 1e6) / 1e6;
}
