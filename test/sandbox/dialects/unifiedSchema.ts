import { z } from 'zod';
import { Problem } from '../core/answer.ts';
import type { JobRequest } from '../core/job.ts';
import {
	FULL_HD_RESOLUTIONS,
	LITE_CREDITS_PER_SECOND,
	PRO_CREDITS_PER_SECOND,
	PROMPT_CHARACTERS,
	RESOLUTIONS,
	SEEDANCE_1_SECONDS,
	SEEDANCE_2_CREDITS_PER_SECOND,
	SEEDANCE_2_SECONDS,
	SEEDREAM_CREDITS,
} from '../decisions.ts';
import type { AspectRatio } from '../decisions.ts';
import { asBoolean, asInteger, asJson, promptOf } from './body.ts';
import type { Conversions } from './body.ts';
import { webUrl } from './image.ts';

/** The capabilities and the price of a model of the unified API. A new model is a new line. */
type Model = VideoModel | ImageModel;

interface ImageModel {
	makes: 'image';
	creditsEach: number;
}

interface VideoModel {
	makes: 'video';
	seconds: { least: number; most: number; default: number };
	creditsPerSecond: number;
	/** [doc] "audio … 2.0 only". */
	audio: boolean;
	resolutions: Record<AspectRatio, string>;
}

const firstGeneration = (creditsPerSecond: number): Model => ({
	makes: 'video',
	seconds: SEEDANCE_1_SECONDS,
	creditsPerSecond,
	audio: false,
	resolutions: FULL_HD_RESOLUTIONS,
});

const MODELS: ReadonlyMap<string, Model> = new Map<string, Model>([
	[
		'seedance-2.0',
		{
			makes: 'video',
			seconds: SEEDANCE_2_SECONDS,
			creditsPerSecond: SEEDANCE_2_CREDITS_PER_SECOND,
			audio: true,
			resolutions: RESOLUTIONS,
		},
	],
	['seedance-1.0-pro', firstGeneration(PRO_CREDITS_PER_SECOND)],
	['seedance-1.0-lite', firstGeneration(LITE_CREDITS_PER_SECOND)],
	...Object.entries(SEEDREAM_CREDITS).map(([name, creditsEach]): [string, Model] => [
		name,
		{ makes: 'image', creditsEach },
	]),
]);

const common = {
	model: z.string().refine((name) => MODELS.has(name), 'is not a known model'),
	prompt: promptOf('unified', PROMPT_CHARACTERS.most),
	duration: z.number().int().optional(),
	aspect_ratio: z.enum(['16:9', '9:16', '1:1']).default('16:9'),
	audio: z.boolean().optional(),
	webhook_url: webUrl.optional(),
	// The document lists metadata for text-to-video only; [us] it is accepted for both.
	metadata: z.record(z.unknown()).optional(),
};

/** [doc] In a form, audio is "true" or "false"; [us] metadata is JSON. */
export const FORM_CONVERSIONS: Conversions = {
	duration: asInteger,
	audio: asBoolean,
	metadata: asJson,
};

interface ModelChoice {
	model: string;
	duration?: number | undefined;
	audio?: boolean | undefined;
}

/** Validates the fields that depend on the model. */
function fitsModel(body: ModelChoice, context: z.RefinementCtx): void {
	const model = MODELS.get(body.model);
	if (!model) return;
	const refuse = (field: string, message: string) =>
		context.addIssue({ code: 'custom', path: [field], message });
	if (body.audio !== undefined && (model.makes === 'image' || !model.audio))
		refuse('audio', `is not for ${body.model}`);
	if (body.duration === undefined) return;
	if (model.makes === 'image') {
		refuse('duration', `is not for ${body.model}`);
		return;
	}
	const { least, most } = model.seconds;
	if (body.duration < least || body.duration > most)
		refuse('duration', `must be ${least} to ${most} seconds for ${body.model}`);
}

export const textToVideoSchema = z.object(common).strict().superRefine(fitsModel);

export const imageToVideoSchema = z
	.object({ ...common, image_url: webUrl })
	.strict()
	.superRefine(fitsModel);

/** The text fields of a form. The image is its file. */
export const imageFormSchema = z.object(common).strict().superRefine(fitsModel);

export type UnifiedBody = z.infer<typeof textToVideoSchema> & { image_url?: string };

/** A validated body in the core's terms, and its price in whole credits. */
export function orderOf(body: UnifiedBody): { request: JobRequest; credits: number } {
	const model = MODELS.get(body.model);
	if (!model) throw new Problem('invalid_request', 'model: is not a known model');
	const { prompt, webhook_url: callbackUrl, metadata } = body;
	const same = { model: body.model, prompt, callbackUrl, metadata };
	if (model.makes === 'image') {
		const request = { makes: model.makes, durationSeconds: 0, resolution: '', audio: false };
		return { request: { ...same, ...request }, credits: model.creditsEach };
	}
	const durationSeconds = body.duration ?? model.seconds.default;
	const resolution = model.resolutions[body.aspect_ratio];
	// [doc] true by default, for models with audio.
	const audio = body.audio ?? model.audio;
	return {
		request: { ...same, durationSeconds, resolution, audio },
		credits: Math.round(durationSeconds * model.creditsPerSecond),
	};
}
