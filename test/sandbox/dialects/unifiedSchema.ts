import { z } from 'zod';
import {
	FULL_HD_RESOLUTIONS,
	LITE_CREDITS_PER_SECOND,
	PRO_CREDITS_PER_SECOND,
	PROMPT_CHARACTERS,
	RESOLUTIONS,
	SEEDANCE_1_SECONDS,
	SEEDANCE_2_CREDITS_PER_SECOND,
	SEEDANCE_2_SECONDS,
} from '../decisions.ts';
import type { AspectRatio } from '../decisions.ts';
import { asBoolean, asInteger, asJson, promptOf } from './body.ts';
import type { Conversions } from './body.ts';
import { webUrl } from './image.ts';

/** What a video model of the unified API can do and costs; a further model is a further line. */
export interface Model {
	seconds: { least: number; most: number; default: number };
	creditsPerSecond: number;
	/** [doc] "audio … 2.0 only". */
	audio: boolean;
	resolutions: Record<AspectRatio, string>;
}

const firstGeneration = (creditsPerSecond: number): Model => ({
	seconds: SEEDANCE_1_SECONDS,
	creditsPerSecond,
	audio: false,
	resolutions: FULL_HD_RESOLUTIONS,
});

export const MODELS: ReadonlyMap<string, Model> = new Map([
	[
		'seedance-2.0',
		{
			seconds: SEEDANCE_2_SECONDS,
			creditsPerSecond: SEEDANCE_2_CREDITS_PER_SECOND,
			audio: true,
			resolutions: RESOLUTIONS,
		},
	],
	['seedance-1.0-pro', firstGeneration(PRO_CREDITS_PER_SECOND)],
	['seedance-1.0-lite', firstGeneration(LITE_CREDITS_PER_SECOND)],
]);

/** Whole credits for a video of so many seconds. */
export const priceOf = (model: Model, seconds: number): number =>
	Math.round(seconds * model.creditsPerSecond);

const common = {
	model: z.string().refine((name) => MODELS.has(name), 'is not a known model'),
	prompt: promptOf('unified', PROMPT_CHARACTERS.most),
	duration: z.number().int().optional(),
	aspect_ratio: z.enum(['16:9', '9:16', '1:1']).default('16:9'),
	audio: z.boolean().optional(),
	webhook_url: webUrl.optional(),
	// The document lists metadata for text-to-video only; [us] it is taken for both.
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

/** Checks what depends on the model. */
function fitsModel(body: ModelChoice, context: z.RefinementCtx): void {
	const model = MODELS.get(body.model);
	if (!model) return;
	const { least, most } = model.seconds;
	const seconds = body.duration ?? model.seconds.default;
	if (seconds < least || seconds > most)
		context.addIssue({
			code: 'custom',
			path: ['duration'],
			message: `must be ${least} to ${most} seconds for ${body.model}`,
		});
	if (body.audio !== undefined && !model.audio)
		context.addIssue({ code: 'custom', path: ['audio'], message: `is not for ${body.model}` });
}

export const textToVideoSchema = z.object(common).strict().superRefine(fitsModel);

export const imageToVideoSchema = z
	.object({ ...common, image_url: webUrl })
	.strict()
	.superRefine(fitsModel);

/** The texts of a form: the image is its file. */
export const imageFormSchema = z.object(common).strict().superRefine(fitsModel);

export type UnifiedBody = z.infer<typeof textToVideoSchema> & { image_url?: string };
