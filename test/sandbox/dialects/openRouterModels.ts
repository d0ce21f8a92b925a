import { z } from 'zod';
import {
	OPENROUTER_DOLLARS,
	OPENROUTER_LINES,
	OPENROUTER_REFERENCE_SECONDS,
	OPENROUTER_SILENT_DOLLARS,
} from '../decisions.ts';
import { promptOf } from './body.ts';

/** What each Seedance takes at OpenRouter, as its list of video models has it [pub]. */

interface Model {
	seconds: [least: number, most: number];
	resolutions: readonly string[];
	ratios: readonly string[];
	/** It takes videos and sounds as references. */
	takesMedia: boolean;
}

const RATIOS = ['1:1', '3:4', '9:16', '4:3', '16:9', '21:9'];
const SMALL = ['480p', '720p'];
const version20 = (resolutions: readonly string[]): Model => ({
	seconds: [4, 15],
	resolutions,
	ratios: [...RATIOS, '9:21'],
	takesMedia: true,
});

const MODELS: Readonly<Record<string, Model>> = {
	'bytedance/seedance-2.5': {
		seconds: [4, 30],
		resolutions: SMALL,
		ratios: RATIOS,
		takesMedia: true,
	},
	'bytedance/seedance-2.0': version20([...SMALL, '1080p', '4K']),
	'bytedance/seedance-2.0-fast': version20(SMALL),
	'bytedance/seedance-2.0-mini': version20(SMALL),
	// [us] Its row is not public any more.
	'bytedance/seedance-1-5-pro': {
		seconds: [4, 12],
		resolutions: [...SMALL, '1080p'],
		ratios: RATIOS,
		takesMedia: false,
	},
};

export const modelOf = (id: string): Model | undefined =>
	Object.hasOwn(MODELS, id) ? MODELS[id] : undefined;

const address = z.object({ url: z.string().min(1) }).strict();
const image = z.object({ type: z.literal('image_url'), image_url: address }).strict();
const reference = z.discriminatedUnion('type', [
	image,
	z.object({ type: z.literal('video_url'), video_url: address }).strict(),
	z.object({ type: z.literal('audio_url'), audio_url: address }).strict(),
]);
const frame = image.extend({ frame_type: z.enum(['first_frame', 'last_frame']) }).strict();

/** [doc] HTTPS only. [us] Plain HTTP is allowed on this machine, where nodes and sandbox run side by side. */
const isCallbackAddress = (text: string): boolean =>
	/^https:\/\/./.test(text) || /^http:\/\/(localhost|127\.[\d.]+|\[::1\])[:/]/.test(text);

/** [doc] The fields. [us] Unknown ones are refused, so that no misspelled one goes unnoticed. */
export const submitBody = z
	.object({
		model: z.string(),
		prompt: promptOf('openRouter').optional(),
		duration: z.number().int().optional(),
		resolution: z.string().optional(),
		aspect_ratio: z.string().optional(),
		generate_audio: z.boolean().optional(),
		seed: z.number().int().optional(),
		frame_images: z.array(frame).min(1).optional(),
		input_references: z.array(reference).min(1).optional(),
		callback_url: z.string().refine(isCallbackAddress, 'must be an HTTPS URL').optional(),
	})
	.strict();
export type Input = z.infer<typeof submitBody>;

/** [doc] A value that the model does not have is refused; the first of such problems. */
export function problemOf(model: Model, input: Input): string | undefined {
	const { duration = 5, resolution = '720p', aspect_ratio: ratio = '16:9' } = input;
	const { frame_images: frames = [], input_references: references = [], prompt } = input;
	const [least, most] = model.seconds;
	if (duration < least || duration > most)
		return `Invalid duration: ${duration}. Supported: ${least} to ${most}`;
	if (!model.resolutions.includes(resolution))
		return `Invalid resolution: ${resolution}. Supported: ${model.resolutions.join(', ')}`;
	if (!model.ratios.includes(ratio))
		return `Invalid aspect_ratio: ${ratio}. Supported: ${model.ratios.join(', ')}`;
	const names = frames.map(({ frame_type: name }) => name);
	if (new Set(names).size < names.length) return 'frame_images: each frame_type may be there once';
	if (names.length > 0 && !names.includes('first_frame'))
		return 'frame_images: last_frame requires first_frame';
	const hasMedia = references.some(({ type }) => type !== 'image_url');
	if (hasMedia && !model.takesMedia) return 'input_references: only images are supported';
	if (prompt === undefined && frames.length + references.length === 0) return 'prompt is required';
	return undefined;
}

const hasVideo = ({ frame_images: frames, input_references: references = [] }: Input): boolean =>
	// [doc] With frames, references are ignored.
	frames === undefined && references.some(({ type }) => type === 'video_url');

/** US dollars, to the hundredth of a cent. */
export function dollarsOf(input: Input): number {
	const { model, duration = 5, resolution = '720p', aspect_ratio: ratio = '16:9' } = input;
	const { usual = {}, withVideo = usual } = OPENROUTER_DOLLARS[model] ?? {};
	const references = (input.input_references ?? []).filter(({ type }) => type === 'video_url');
	const counted = hasVideo(input) ? references.length * OPENROUTER_REFERENCE_SECONDS : 0;
	const rates = counted > 0 ? withVideo : usual;
	const isSilent = /1-5-pro$/.test(model) && input.generate_audio === false;
	const rate = isSilent ? OPENROUTER_SILENT_DOLLARS : (rates[resolution] ?? rates.other ?? 0);
	const lines = OPENROUTER_LINES[resolution] ?? 0;
	const [width = 16, height = 9] = ratio.split(':').map(Number);
	const pixels = (lines * lines * Math.max(width, height)) / Math.min(width, height);
	const tokens = (pixels * 24 * (duration + counted)) / 1024;
	return Math.round((tokens * rate) / 100) / 10_000;
}
