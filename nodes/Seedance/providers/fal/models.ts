import { oneEndFrame, referenceRules, rules, type MostReferences } from '../../core/conflicts';
import type { ImageLimits } from '../../core/image';
import type { Capabilities, Model } from '../../core/model';
import { estimateUsd, isPriced } from './price';
import { taskRules } from './rules';

// Sources: the input types of fal-js (2026-08-02), and for 2.5 the pages of its endpoints.

/** Up to 30 MB. [doc] The number of pixels is that of the models themselves. [us] */
const IMAGE: ImageLimits = {
	maxMegabytes: 30,
	minPixels: 300,
	maxPixels: 6000,
	aspectRatio: { min: 0.4, max: 2.5 },
	formats: ['JPEG', 'PNG', 'WebP'],
};

/** The documents name no limit. [us] */
const PROMPT = { maxLength: 10_000 };
/** −1 means a random seed, like none. */
const SEED = { min: 0, max: 2_147_483_647 };
const OFF = { default: false };
const OWN_ID = { placeholder: 'e.g. bytedance/seedance-2.5/us/text-to-video' };

const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'] as const;
const FIXED_RATIO = { values: RATIOS, default: '16:9' };
const ANY_RATIO = { values: [...RATIOS, 'adaptive'], default: 'adaptive' };
/** 1.5 can choose, but its default is fixed. */
const ANY_OR_WIDE = { ...ANY_RATIO, default: '16:9' };

const resolutions = (values: string[], usual: string) => ({ values, default: usual });

/**
 * The default is 5 seconds, where fal's is the model's choice: a user who opens no option must not pay for 30. [us]
 */
const seconds = (min: number, max: number) => ({ min, max, default: 5, orModel: true }) as const;

const firstFrame = {
	image: { inputs: ['url', 'binary'], limits: IMAGE },
} satisfies Partial<Capabilities>;

const frames = {
	...firstFrame,
	endFrameUrl: {},
	endFrameBinaryField: {},
	conflicts: oneEndFrame,
} satisfies Partial<Capabilities>;

/** @param others videos, and as many sounds */
const references = (most: MostReferences, others: number) =>
	({
		referenceImageUrls: { max: most.images, limits: IMAGE },
		referenceBinaryFields: { max: most.images, limits: IMAGE },
		referenceVideoUrls: { max: others },
		referenceAudioUrls: { max: others },
		conflicts: rules(referenceRules(most), taskRules),
	}) satisfies Partial<Capabilities>;

const common = { prompt: PROMPT, modelId: OWN_ID } satisfies Partial<Capabilities>;

/** @param values the resolutions. Whether flash has frames is not known. [us] */
function modes25(values: string[], hasFrames: boolean): Model['modes'] {
	const shared = {
		...common,
		duration: seconds(4, 30),
		resolution: resolutions(values, '720p'),
		audio: { default: true },
	} satisfies Capabilities;
	return {
		textToVideo: { ...shared, aspectRatio: ANY_RATIO },
		// With a frame, the ratio is always that of the frame. [pub]
		...(hasFrames ? { imageToVideo: { ...shared, ...frames } } : {}),
		referenceToVideo: {
			...shared,
			...references({ images: 30, files: 50, audioAlone: true }, 10),
			aspectRatio: ANY_RATIO,
			task: { values: ['auto', 'reference', 'edit', 'extend'], default: 'auto' },
			seed: SEED,
		},
	};
}

/** Without a seed and without a locked camera. [doc] */
function modes20(values: string[]): Model['modes'] {
	const shared = {
		...common,
		duration: seconds(4, 15),
		resolution: resolutions(values, '720p'),
		aspectRatio: ANY_RATIO,
		audio: { default: true },
	} satisfies Capabilities;
	return {
		textToVideo: shared,
		imageToVideo: { ...shared, ...frames },
		referenceToVideo: {
			...shared,
			...references({ images: 9, files: 12, audioAlone: false }, 3),
		},
	};
}

const seedance15 = {
	...common,
	duration: { min: 4, max: 12, default: 5 },
	resolution: resolutions(['480p', '720p', '1080p'], '720p'),
	aspectRatio: ANY_OR_WIDE,
	audio: { default: true },
	cameraLock: OFF,
	seed: SEED,
	skipModeration: OFF,
} satisfies Capabilities;

const seedance10 = {
	...common,
	duration: { min: 2, max: 12, default: 5 },
	resolution: resolutions(['480p', '720p', '1080p'], '1080p'),
	aspectRatio: FIXED_RATIO,
	cameraLock: OFF,
	seed: SEED,
	skipModeration: OFF,
} satisfies Capabilities;

/** Image to video of 1.0 Pro has become that of Pro Fast, which ignores a last frame. [doc] */
const modes10: Model['modes'] = {
	textToVideo: seedance10,
	imageToVideo: { ...seedance10, ...firstFrame, aspectRatio: ANY_RATIO },
};

const video = (
	id: string,
	name: string,
	modes: Model['modes'],
	typicalSeconds: number,
	note?: string,
): Model => ({
	id,
	name,
	makes: 'video',
	modes,
	price: isPriced(id) ? { usd: (request) => estimateUsd(id, request) } : {},
	typicalSeconds,
	note,
});

/** The usual times: 2.0 [pub], the others [us]. */
export const models: readonly Model[] = [
	video('seedance-2.5', 'Seedance 2.5', modes25(['480p', '720p', '1080p'], true), 300),
	video('seedance-2.5-flash', 'Seedance 2.5 Flash', modes25(['480p', '720p'], false), 120),
	video('seedance-2.0', 'Seedance 2.0', modes20(['480p', '720p', '1080p', '4k']), 180),
	video('seedance-2.0-fast', 'Seedance 2.0 Fast', modes20(['480p', '720p']), 80),
	video('seedance-2.0-mini', 'Seedance 2.0 Mini', modes20(['480p', '720p']), 80),
	video(
		'seedance-1.5-pro',
		'Seedance 1.5 Pro',
		{ textToVideo: seedance15, imageToVideo: { ...seedance15, ...frames } },
		90,
	),
	video(
		'seedance-1.0-pro',
		'Seedance 1.0 Pro',
		modes10,
		60,
		'With an image, fal runs Seedance 1.0 Pro Fast instead',
	),
	video('seedance-1.0-pro-fast', 'Seedance 1.0 Pro Fast', modes10, 45),
];
