import { oneEndFrame, referenceRules, rules } from '../../core/conflicts';
import type { ImageLimits } from '../../core/image';
import type { Capabilities, Model } from '../../core/model';
import { estimateUsd } from './price';
import { httpsCallback } from './rules';

// Sources: the list of video models, autumn 2026 [pub], and the request of the SDK [doc].

/**
 * A request may have 50 MiB [doc], and a data address is a third longer than its file. The other limits are those of the
 * models, as ModelArk documents them. [us]
 */
const IMAGE: ImageLimits = {
	maxMegabytes: 30,
	maxTotalMegabytes: 36,
	minPixels: 300,
	maxPixels: 6000,
	aspectRatio: { min: 0.4, max: 2.5 },
	formats: ['JPEG', 'PNG', 'WebP'],
};

/** No limit is documented. [us] */
const PROMPT = { maxLength: 10_000 };
/** "Optional for some" [doc]. A refusal costs nothing. [us] */
const PROMPT_IF_WANTED = { ...PROMPT, optional: true } as const;

/** No range is documented; this is that of the models. [us] */
const SEED = { min: 0, max: 2_147_483_647 };
/** For a model that is newer than this package. */
const OWN_ID = { placeholder: 'e.g. bytedance/seedance-2.5' };

const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'];

const resolutions = (values: string[]) => ({ values, default: '720p' });
const seconds = (max: number) => ({ min: 4, max, default: 5 });

/** The fields of all models. */
const common = (values: string[], maxSeconds: number, ratios: string[]) =>
	({
		prompt: PROMPT,
		duration: seconds(maxSeconds),
		resolution: resolutions(values),
		aspectRatio: { values: ratios, default: '16:9' },
		audio: { default: true },
		seed: SEED,
		modelId: OWN_ID,
		conflicts: httpsCallback,
	}) satisfies Capabilities;

const frames: Capabilities = {
	prompt: PROMPT_IF_WANTED,
	image: { inputs: ['url', 'binary'], limits: IMAGE },
	// Left out, so that it is that of the frame. [us]
	aspectRatio: undefined,
	endFrameUrl: {},
	endFrameBinaryField: {},
	conflicts: rules(httpsCallback, oneEndFrame),
};

/** How many are possible is not documented; these are the numbers of the models. [us] */
const references = (images: number, others: number, audioAlone: boolean): Capabilities => ({
	prompt: PROMPT_IF_WANTED,
	referenceImageUrls: { max: images, limits: IMAGE },
	referenceBinaryFields: { max: images, limits: IMAGE },
	referenceVideoUrls: { max: others },
	referenceAudioUrls: { max: others },
	conflicts: rules(httpsCallback, referenceRules({ images, audioAlone })),
});

const seedance25 = common(['480p', '720p'], 30, RATIOS);
const modes25: Model['modes'] = {
	textToVideo: seedance25,
	imageToVideo: { ...seedance25, ...frames },
	referenceToVideo: { ...seedance25, ...references(30, 10, true) },
};

/** Seedance 2.0 and its faster versions. */
function modes20(values: string[]): Model['modes'] {
	const seedance20 = common(values, 15, [...RATIOS, '9:21']);
	return {
		textToVideo: seedance20,
		imageToVideo: { ...seedance20, ...frames },
		referenceToVideo: { ...seedance20, ...references(9, 3, false) },
	};
}

/** Only images are known as references of it, and they are not documented. [us] */
const seedance15 = common(['480p', '720p', '1080p'], 12, RATIOS);

function video(
	id: string,
	name: string,
	modes: Model['modes'],
	typicalSeconds: number,
	note?: string,
): Model {
	const usd = (request: Parameters<typeof estimateUsd>[1]) => estimateUsd(id, request);
	const perSecond = usd({ duration: 1, resolution: '720p', aspectRatio: '16:9' });
	return { id, name, makes: 'video', modes, price: { usd, perSecond }, typicalSeconds, note };
}

/** The usual times are those at ModelArk. [us] */
export const models: readonly Model[] = [
	video('seedance-2.5', 'Seedance 2.5', modes25, 300),
	video('seedance-2.0', 'Seedance 2.0', modes20(['480p', '720p', '1080p', '4k']), 100),
	video('seedance-2.0-fast', 'Seedance 2.0 Fast', modes20(['480p', '720p']), 80),
	video('seedance-2.0-mini', 'Seedance 2.0 Mini', modes20(['480p', '720p']), 80),
	video(
		'seedance-1.5-pro',
		'Seedance 1.5 Pro',
		{ textToVideo: seedance15, imageToVideo: { ...seedance15, ...frames } },
		60,
		'OpenRouter may no longer offer it',
	),
];
