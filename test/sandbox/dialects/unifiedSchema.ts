import { z } from 'zod';
import { tagsIn } from '../core/tags.ts';
import {
	PROMPT_CHARACTERS,
	RESOLUTIONS,
	SEEDANCE_2_CREDITS_PER_SECOND,
	SEEDANCE_2_SECONDS,
} from '../decisions.ts';

/** What a model of the unified API can do and costs; a further model is a further line. */
export interface Model {
	seconds: { least: number; most: number; default: number };
	creditsPerSecond: number;
	/** [doc] "audio … 2.0 only". */
	audio: boolean;
}

export const MODELS: ReadonlyMap<string, Model> = new Map([
	[
		'seedance-2.0',
		{
			seconds: SEEDANCE_2_SECONDS,
			creditsPerSecond: SEEDANCE_2_CREDITS_PER_SECOND,
			audio: true,
		},
	],
]);

/** Whole credits for a video of so many seconds. */
export const priceOf = (model: Model, seconds: number): number =>
	Math.round(seconds * model.creditsPerSecond);

const isWebUrl = (text: string): boolean => {
	if (!URL.canParse(text)) return false;
	return ['http:', 'https:'].includes(new URL(text).protocol);
};
const webUrl = z.string().refine(isWebUrl, 'must be an http or https URL');

const prompt = z
	.string()
	.refine(
		(text) =>
			[...text].length >= PROMPT_CHARACTERS.least && [...text].length <= PROMPT_CHARACTERS.most,
		`must have ${PROMPT_CHARACTERS.least} to ${PROMPT_CHARACTERS.most} characters`,
	)
	.superRefine((text, context) => {
		const { unknown } = tagsIn(text);
		if (unknown.length)
			context.addIssue({ code: 'custom', message: `unknown sandbox tag: ${unknown.join(', ')}` });
	});

const [firstRatio, ...otherRatios] = Object.keys(RESOLUTIONS) as Array<keyof typeof RESOLUTIONS>;

const common = {
	model: z.string().refine((name) => MODELS.has(name), 'is not a known model'),
	prompt,
	duration: z.number().int().optional(),
	aspect_ratio: z.enum([firstRatio ?? '16:9', ...otherRatios]).default('16:9'),
	audio: z.boolean().optional(),
	webhook_url: webUrl.optional(),
	// The document lists metadata for text-to-video only; [us] it is taken for both.
	metadata: z.record(z.unknown()).optional(),
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

export type UnifiedBody = z.infer<typeof textToVideoSchema> & { image_url?: string };
