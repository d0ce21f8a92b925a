import { oneEndFrame, referenceRules, rules } from '../../core/conflicts';
import type { ImageLimits } from '../../core/image';
import type { Capabilities, Model } from '../../core/model';
import { estimateUsd } from './price';
import { httpsCallback } from './rules';

// Sources: the pages of the models (replicate.com/bytedance/…), their schemas [doc] and captures of them [pub].

/** The limits of the models themselves, as ModelArk documents them. Replicate names none. [us] */
export const IMAGE: ImageLimits = {
	maxMegabytes: 30,
	minPixels: 300,
	maxPixels: 6000,
	aspectRatio: { min: 0.4, max: 2.5 },
	formats: ['JPEG', 'PNG', 'WebP'],
};

/** 4,000 characters for 2.0 [doc]. The pages of the others name no limit. [us] */
const PROMPT = { maxLength: 4_000 };

/** No range is given; this is that of the models. [us] */
const SEED = { min: 0, max: 2_147_483_647 };
const OFF = { default: false };
const ON = { default: true };

const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'];
const RATIOS_AND_TALL = [...RATIOS, '9:21'];
const resolutions = (values: string[], usual: string) => ({ values, default: usual });

const frame: Capabilities = {
	image: { inputs: ['url', 'binary'], limits: IMAGE },
	// The ratio is that of the frame: 1.x ignore another one, and 2.x want `adaptive`. [doc], [pub]
	aspectRatio: undefined,
};
const frames: Capabilities = {
	...frame,
	endFrameUrl: {},
	endFrameBinaryField: {},
	conflicts: rules(httpsCallback, oneEndFrame),
};

const references = (images: number, others: number, audioAlone: boolean): Capabilities => ({
	referenceImageUrls: { max: images, limits: IMAGE },
	referenceBinaryFields: { max: images, limits: IMAGE },
	...(others > 0
		? { referenceVideoUrls: { max: others }, referenceAudioUrls: { max: others } }
		: {}),
	conflicts: rules(httpsCallback, referenceRules({ images, audioAlone })),
});

/** The default is always the provider's own 5 seconds. 0 to 3 are in the schema, but are refused. [pub] */
const seconds2 = (max: number) => ({ min: 4, max, default: 5, orModel: true }) as const;

const seedance25 = {
	prompt: PROMPT,
	duration: seconds2(30),
	resolution: resolutions(['480p', '720p'], '720p'),
	aspectRatio: { values: [...RATIOS, 'adaptive'], default: '16:9' },
	audio: ON,
	seed: SEED,
	watermark: OFF,
	conflicts: httpsCallback,
} satisfies Capabilities;

/** A text may be left out where there is media. [pub] */
const PROMPT_IF_WANTED = { ...PROMPT, optional: true } as const;

const modes25: Model['modes'] = {
	textToVideo: seedance25,
	imageToVideo: { ...seedance25, ...frames, prompt: PROMPT_IF_WANTED },
	referenceToVideo: {
		...seedance25,
		...references(30, 10, true),
		prompt: PROMPT_IF_WANTED,
		// An edit or a continuation of a video is refused with another ratio. [pub]
		aspectRatio: { ...seedance25.aspectRatio, default: 'adaptive' },
	},
};

/** Seedance 2.0 and its faster versions. */
function modes20(values: string[]): Model['modes'] {
	const seedance20 = {
		prompt: PROMPT,
		duration: seconds2(15),
		resolution: resolutions(values, '720p'),
		aspectRatio: { values: [...RATIOS_AND_TALL, 'adaptive'], default: '16:9' },
		audio: ON,
		seed: SEED,
		conflicts: httpsCallback,
	} satisfies Capabilities;
	return {
		textToVideo: seedance20,
		imageToVideo: { ...seedance20, ...frames },
		referenceToVideo: { ...seedance20, ...references(9, 3, false) },
	};
}

/** The captures of the page disagree about `resolution`, so it is not sent, and the video has the usual 720p. [us] */
const seedance15: Capabilities = {
	prompt: PROMPT,
	duration: { min: 4, max: 12, default: 5 },
	aspectRatio: { values: RATIOS_AND_TALL, default: '16:9' },
	audio: OFF,
	cameraLock: OFF,
	seed: SEED,
	conflicts: httpsCallback,
};

const seedance10 = (usual: string): Capabilities => ({
	prompt: PROMPT,
	duration: { min: 2, max: 12, default: 5 },
	resolution: resolutions(['480p', '720p', '1080p'], usual),
	aspectRatio: { values: RATIOS_AND_TALL, default: '16:9' },
	cameraLock: OFF,
	seed: SEED,
	conflicts: httpsCallback,
});

const pro10 = seedance10('1080p');
const lite10 = seedance10('720p');
const modesLite: Model['modes'] = {
	textToVideo: lite10,
	imageToVideo: { ...lite10, ...frames },
	// Not in 1080p. [doc]
	referenceToVideo: {
		...lite10,
		...references(4, 0, false),
		resolution: resolutions(['480p', '720p'], '720p'),
	},
};

function video(id: string, name: string, modes: Model['modes'], typicalSeconds: number): Model {
	const price = { usd: (request: Parameters<typeof estimateUsd>[1]) => estimateUsd(id, request) };
	return { id, name, makes: 'video', modes, price, typicalSeconds };
}

/** The usual times: 2.5 and 2.0 [pub], the others [us]. */
export const models: readonly Model[] = [
	video('seedance-2.5', 'Seedance 2.5', modes25, 300),
	video('seedance-2.0', 'Seedance 2.0', modes20(['480p', '720p', '1080p', '4k']), 100),
	video('seedance-2.0-fast', 'Seedance 2.0 Fast', modes20(['480p', '720p']), 80),
	// The page of its own schema was not found: as 2.0 Fast. [us]
	video('seedance-2.0-mini', 'Seedance 2.0 Mini', modes20(['480p', '720p']), 80),
	video(
		'seedance-1.5-pro',
		'Seedance 1.5 Pro',
		{ textToVideo: seedance15, imageToVideo: { ...seedance15, ...frames } },
		60,
	),
	video(
		'seedance-1.0-pro',
		'Seedance 1.0 Pro',
		{ textToVideo: pro10, imageToVideo: { ...pro10, ...frames } },
		60,
	),
	video(
		'seedance-1.0-pro-fast',
		'Seedance 1.0 Pro Fast',
		{ textToVideo: pro10, imageToVideo: { ...pro10, ...frame } },
		30,
	),
	video('seedance-1.0-lite', 'Seedance 1.0 Lite', modesLite, 45),
];
