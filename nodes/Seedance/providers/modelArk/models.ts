import { oneEndFrame, referenceRules, rules } from '../../core/conflicts';
import type { ImageLimits } from '../../core/image';
import type { Capabilities, Model } from '../../core/model';
import { IMAGE, OWN_ID } from './common';
import { imageModels } from './imageModels';
import { estimateUsd } from './price';
import { draftRules, settingsInPrompt, taskRules } from './rules';

// Sources: the create page 1520757, the tutorials of Seedance 2.5 and 2.0, and the input limits 70965386101.

const IMAGE_OR_HEIC: ImageLimits = { ...IMAGE, formats: [...IMAGE.formats, 'HEIC'] };

/** The documents recommend up to 1,000 words and name no limit. [us] */
const PROMPT = { maxLength: 10_000 };
const PROMPT_IF_WANTED = { ...PROMPT, optional: true } as const;

const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'] as const;
const ANY_RATIO = { values: [...RATIOS, 'adaptive'], default: 'adaptive' };

/** 2³¹ − 1. −1 means a random seed, like none. [doc] */
const SEED = { min: 0, max: 2_147_483_647 };
const OFF = { default: false };
/** A job that nobody has made within 48 hours expires. */
const FLEX = {
	values: ['default', 'flex'],
	default: 'default',
	longestMinutes: { flex: 48 * 60 },
} as const;

const resolutions = (values: string[], usual: string) => ({ values, default: usual });

/** Optional fields of all models. */
const common = {
	watermark: OFF,
	returnLastFrame: OFF,
	modelId: OWN_ID,
} satisfies Partial<Capabilities>;

/**
 * The default is 5 seconds, also for 2.5, where the provider's is the model's choice: a user who opens no option must
 * not pay for 30. [us]
 */
const seconds = (min: number, max: number) => ({ min, max, default: 5, orModel: true }) as const;

/** The frames of the modes with images. */
const frames = (limits: ImageLimits) =>
	({
		prompt: PROMPT_IF_WANTED,
		image: { inputs: ['url', 'binary'], limits },
		endFrameUrl: {},
		endFrameBinaryField: {},
		conflicts: rules(settingsInPrompt, oneEndFrame, draftRules),
	}) satisfies Partial<Capabilities>;

function references(images: number, others: number, audioAlone: boolean) {
	return {
		prompt: PROMPT_IF_WANTED,
		referenceImageUrls: { max: images, limits: IMAGE_OR_HEIC },
		referenceBinaryFields: { max: images, limits: IMAGE_OR_HEIC },
		referenceVideoUrls: { max: others },
		referenceAudioUrls: { max: others },
		conflicts: rules(
			settingsInPrompt,
			referenceRules({ images, audioAlone }),
			taskRules,
			draftRules,
		),
	} satisfies Partial<Capabilities>;
}

const seedance25 = {
	...common,
	prompt: PROMPT,
	duration: seconds(4, 30),
	resolution: resolutions(['480p', '720p', '1080p'], '720p'),
	audio: { default: true },
	draft: OFF,
	conflicts: rules(settingsInPrompt, draftRules),
} satisfies Capabilities;

const modes25: Model['modes'] = {
	textToVideo: { ...seedance25, aspectRatio: ANY_RATIO },
	// With a frame, the ratio is always that of the frame. [doc]
	imageToVideo: { ...seedance25, ...frames(IMAGE_OR_HEIC) },
	referenceToVideo: {
		...seedance25,
		...references(30, 10, true),
		aspectRatio: ANY_RATIO,
		task: { values: ['auto', 'reference', 'edit', 'extend'], default: 'auto' },
	},
	draftToVideo: { ...common, draftJobId: true, resolution: resolutions(['1080p'], '1080p') },
};

/** Seedance 2.0 and its faster versions. */
function modes20(values: string[]): Model['modes'] {
	const seedance20 = {
		...common,
		prompt: PROMPT,
		duration: seconds(4, 15),
		resolution: resolutions(values, '720p'),
		aspectRatio: ANY_RATIO,
		audio: { default: true },
		conflicts: settingsInPrompt,
	} satisfies Capabilities;
	return {
		textToVideo: seedance20,
		imageToVideo: { ...seedance20, ...frames(IMAGE_OR_HEIC) },
		referenceToVideo: { ...seedance20, ...references(9, 3, false) },
	};
}

const seedance15 = {
	...common,
	prompt: PROMPT,
	duration: seconds(4, 12),
	resolution: resolutions(['480p', '720p', '1080p'], '720p'),
	aspectRatio: ANY_RATIO,
	audio: { default: true },
	cameraLock: OFF,
	seed: SEED,
	serviceTier: FLEX,
	draft: OFF,
	conflicts: rules(settingsInPrompt, draftRules),
} satisfies Capabilities;

const seedance10 = {
	...common,
	prompt: PROMPT,
	duration: { min: 2, max: 12, default: 5 },
	resolution: resolutions(['480p', '720p', '1080p'], '1080p'),
	aspectRatio: { values: RATIOS, default: '16:9' },
	cameraLock: OFF,
	seed: SEED,
	serviceTier: FLEX,
	conflicts: settingsInPrompt,
} satisfies Capabilities;

const withFrame10 = { ...seedance10, ...frames(IMAGE), aspectRatio: ANY_RATIO };
/** Without a last frame. */
const withFirstFrame10: Capabilities = {
	...withFrame10,
	endFrameUrl: undefined,
	endFrameBinaryField: undefined,
};

function video(
	id: string,
	name: string,
	modes: Model['modes'],
	typicalSeconds: number,
	note?: string,
): Model {
	const price = { usd: (request: Parameters<typeof estimateUsd>[1]) => estimateUsd(id, request) };
	return { id, name, makes: 'video', modes, price, typicalSeconds, note };
}

/** The usual times: 2.5 and 2.0 [pub], the others [us]. */
export const models: readonly Model[] = [
	video('seedance-2.5', 'Seedance 2.5', modes25, 300),
	video('seedance-2.0', 'Seedance 2.0', modes20(['480p', '720p', '1080p', '4k']), 100),
	video('seedance-2.0-fast', 'Seedance 2.0 Fast', modes20(['480p', '720p']), 80),
	video('seedance-2.0-mini', 'Seedance 2.0 Mini', modes20(['480p', '720p']), 80),
	video(
		'seedance-1.5-pro',
		'Seedance 1.5 Pro',
		{ textToVideo: seedance15, imageToVideo: { ...seedance15, ...frames(IMAGE_OR_HEIC) } },
		60,
		'No longer offered in China since November 2026',
	),
	video(
		'seedance-1.0-pro',
		'Seedance 1.0 Pro',
		{ textToVideo: seedance10, imageToVideo: withFrame10 },
		60,
	),
	video(
		'seedance-1.0-pro-fast',
		'Seedance 1.0 Pro Fast',
		{ textToVideo: seedance10, imageToVideo: withFirstFrame10 },
		30,
	),
	...imageModels,
];
