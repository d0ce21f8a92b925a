import { z } from 'zod';
import {
	REPLICATE_CHOSEN_SECONDS,
	REPLICATE_DOLLARS,
	REPLICATE_PROMPT_CHARACTERS,
	REPLICATE_SILENT_DOLLARS,
} from '../decisions.ts';
import { promptOf } from './body.ts';

/** Which fields each Seedance has at Replicate, from the schemas on the models' pages [doc], [pub]. */

const uri = z.string().refine((text) => URL.canParse(text), 'Does not match format "uri"');
const uris = (most: number) => z.array(uri).max(most).optional();

const prompt = promptOf('replicate', REPLICATE_PROMPT_CHARACTERS);
const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'] as const;
const seconds = (least: number, most: number) => z.number().int().min(least).max(most).default(5);

const framed = { image: uri.optional(), last_frame_image: uri.optional() };

const version1 = {
	prompt,
	duration: seconds(2, 12),
	aspect_ratio: z.enum([...RATIOS, '9:21']).default('16:9'),
	fps: z.literal(24).default(24),
	camera_fixed: z.boolean().default(false),
	seed: z.number().int().nullish(),
};
const resolution = (usual: '720p' | '1080p') => z.enum(['480p', '720p', '1080p']).default(usual);

const version2 = {
	...framed,
	prompt,
	// [doc] The schema begins at -1; [pub] 0 to 3 are refused.
	duration: seconds(-1, 15).refine((value) => value === -1 || value >= 4, noSuchLength()),
	aspect_ratio: z.enum([...RATIOS, '9:21', 'adaptive']).default('16:9'),
	generate_audio: z.boolean().default(true),
	seed: z.number().int().nullish(),
	reference_images: uris(9),
	reference_videos: uris(3),
	reference_audios: uris(3),
};

function noSuchLength(most = 15): string {
	return `Duration must be between 4 and ${most} seconds, or -1`;
}

/** What all schemas have, and what only some do. */
export interface Input {
	prompt?: string;
	duration: number;
	aspect_ratio: string;
	resolution?: string;
	generate_audio?: boolean;
	seed?: number | null;
	image?: string;
	last_frame_image?: string;
	reference_images?: string[];
	reference_videos?: string[];
	reference_audios?: string[];
}
type Schema = z.ZodType<Input, z.ZodTypeDef, unknown>;

const SCHEMAS: Readonly<Record<string, Schema>> = {
	'seedance-1-pro': z.object({ ...version1, ...framed, resolution: resolution('1080p') }).strict(),
	'seedance-1-pro-fast': z
		.object({ ...version1, image: uri.optional(), resolution: resolution('1080p') })
		.strict(),
	'seedance-1-lite': z
		.object({ ...version1, ...framed, resolution: resolution('720p'), reference_images: uris(4) })
		.strict(),
	// [us] Without a resolution: the captures of its schema disagree.
	'seedance-1.5-pro': z
		.object({ ...version1, ...framed, generate_audio: z.boolean().default(false) })
		.strict(),
	'seedance-2.0': z
		.object({ ...version2, resolution: z.enum(['480p', '720p', '1080p', '4k']).default('720p') })
		.strict(),
	'seedance-2.0-fast': z
		.object({ ...version2, resolution: z.enum(['480p', '720p']).default('720p') })
		.strict(),
	// [us] As 2.0-fast.
	'seedance-2.0-mini': z
		.object({ ...version2, resolution: z.enum(['480p', '720p']).default('720p') })
		.strict(),
	'seedance-2.5': z
		.object({
			...version2,
			prompt: prompt.optional(),
			duration: seconds(-1, 30).refine((value) => value === -1 || value >= 4, noSuchLength(30)),
			aspect_ratio: z.enum([...RATIOS, 'adaptive']).default('16:9'),
			resolution: z.enum(['480p', '720p']).default('720p'),
			watermark: z.boolean().default(false),
			output_format: z.enum(['mp4', 'mov']).default('mp4'),
			reference_images: uris(30),
			reference_videos: uris(10),
			reference_audios: uris(10),
		})
		.strict(),
};

export const schemaOf = (name: string): Schema | undefined =>
	Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;

/** [doc], [pub] What the fields of an input may not say together; the first of such problems. */
export function conflictIn(name: string, input: Input): string | undefined {
	const { image, last_frame_image: last, resolution: size, aspect_ratio: ratio } = input;
	const images = input.reference_images ?? [];
	const others = [...(input.reference_videos ?? []), ...(input.reference_audios ?? [])];
	const isReferring = images.length + others.length > 0;
	if (last !== undefined && image === undefined) return 'last_frame_image requires image';
	if (isReferring && image !== undefined)
		return 'References cannot be used together with first or last frames';
	const isSoundAlone = isReferring && images.length + (input.reference_videos ?? []).length === 0;
	if (isSoundAlone && name !== 'seedance-2.5')
		return 'reference_audios require an image or a video reference';
	if (name === 'seedance-1-lite' && images.length > 0 && size === '1080p')
		return 'reference_images cannot be used with 1080p';
	if (name.startsWith('seedance-2') && image !== undefined && ratio !== 'adaptive')
		return 'aspect_ratio must be adaptive with an image';
	if (input.prompt === undefined && image === undefined && !isReferring)
		return 'prompt is required';
	return undefined;
}

export const secondsOf = ({ duration }: Input): number =>
	duration === -1 ? REPLICATE_CHOSEN_SECONDS : duration;

/** US dollars. */
export function dollarsOf(name: string, input: Input): number {
	const { usual = {}, withVideo = usual } = REPLICATE_DOLLARS[name] ?? {};
	const hasVideo = (input.reference_videos ?? []).length > 0;
	const isSilent = name === 'seedance-1.5-pro' && input.generate_audio === false;
	const rate = (hasVideo ? withVideo : usual)[input.resolution ?? '720p'] ?? 0;
	// Rounded, because 0.1028 * 5 is a little more than 0.514.
	return Math.round(secondsOf(input) * (isSilent ? REPLICATE_SILENT_DOLLARS : rate) * 1e6) / 1e6;
}
