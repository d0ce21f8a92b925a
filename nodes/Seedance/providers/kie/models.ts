import { oneEndFrame, referenceRules, rules } from '../../core/conflicts';
import type { ImageLimits } from '../../core/image';
import type { Capabilities, Model } from '../../core/model';
import { priceOf } from './price';
import { longEnough } from './rules';

// Sources: the pages of the models at docs.kie.ai/market/bytedance [doc], and copies of them in public repositories [pub].

/** JPEG, PNG and WebP of up to 10 MB [doc]. The number of pixels is that of the models themselves. [us] */
const IMAGE: ImageLimits = {
	maxMegabytes: 10,
	minPixels: 300,
	maxPixels: 6000,
	aspectRatio: { min: 0.4, max: 2.5 },
	formats: ['JPEG', 'PNG', 'WebP'],
};

const OFF = { default: false };
/** −1 means a random seed, like none. [doc] */
const SEED = { min: 0, max: 2_147_483_647 };
const OWN_ID = { placeholder: 'e.g. bytedance/seedance-2-5' };

const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'];
const FIXED_RATIO = { values: RATIOS, default: '16:9' };
const ANY_RATIO = { values: [...RATIOS, 'adaptive'], default: '16:9' };
/** With a frame, its ratio is the usual choice. [us] */
const RATIO_OF_FRAME = { ...ANY_RATIO, default: 'adaptive' };

const resolutions = (values: string[]) => ({ values, default: '720p' });

const firstFrame = {
	image: { inputs: ['url', 'binary'], limits: IMAGE },
} satisfies Partial<Capabilities>;

const frames = {
	...firstFrame,
	endFrameUrl: {},
	endFrameBinaryField: {},
	conflicts: rules(longEnough, oneEndFrame),
} satisfies Partial<Capabilities>;

const references = (images: number, others: number, audioAlone: boolean) =>
	({
		referenceImageUrls: { max: images, limits: IMAGE },
		referenceBinaryFields: { max: images, limits: IMAGE },
		referenceVideoUrls: { max: others },
		referenceAudioUrls: { max: others },
		conflicts: rules(longEnough, referenceRules({ images, audioAlone })),
	}) satisfies Partial<Capabilities>;

/** Text, frames or references: one of them, not several. [doc] */
function modes2(
	shared: Capabilities,
	[images, others, audioAlone]: Parameters<typeof references>,
): Model['modes'] {
	const common = { ...shared, aspectRatio: ANY_RATIO, modelId: OWN_ID, conflicts: longEnough };
	return {
		textToVideo: common,
		imageToVideo: { ...common, ...frames, aspectRatio: RATIO_OF_FRAME },
		referenceToVideo: { ...common, ...references(images, others, audioAlone) },
	};
}

/** Where a sound may be the only reference, the documents do not say: as with the models themselves. [us] */
const modes25 = modes2(
	{
		prompt: { maxLength: 30_000 },
		// The default is 5 seconds: a user who opens no option must not pay for 30. [us]
		duration: { min: 4, max: 30, default: 5, orModel: true },
		resolution: resolutions(['480p', '720p', '1080p']),
		audio: { default: true },
		returnLastFrame: OFF,
	},
	[30, 10, true],
);

/** Without a seed and without a locked camera. [doc] @param hasLastFrame not documented for Mini. [pub] */
const modes20 = (values: string[], hasLastFrame = true): Model['modes'] =>
	modes2(
		{
			prompt: { maxLength: 20_000 },
			duration: { min: 4, max: 15, default: 5 },
			resolution: resolutions(values),
			audio: { default: true },
			...(hasLastFrame ? { returnLastFrame: OFF } : {}),
		},
		[9, 3, false],
	);

/** The lengths that are seen in use. [pub] */
const seedance15 = {
	prompt: { maxLength: 20_000 },
	duration: { values: [4, 8, 12], default: 8 },
	resolution: resolutions(['480p', '720p', '1080p']),
	aspectRatio: FIXED_RATIO,
	audio: OFF,
	cameraLock: OFF,
	modelId: OWN_ID,
	conflicts: longEnough,
} satisfies Capabilities;

const seedance10 = {
	prompt: { maxLength: 10_000 },
	duration: { min: 3, max: 12, default: 5 },
	resolution: resolutions(['480p', '720p', '1080p']),
	cameraLock: OFF,
	seed: SEED,
	skipModeration: OFF,
	modelId: OWN_ID,
} satisfies Capabilities;

/** Its page has no more fields than these. [pub] */
const proFast = {
	...firstFrame,
	prompt: seedance10.prompt,
	duration: { values: [5, 10], default: 5 },
	resolution: resolutions(['720p', '1080p']),
	modelId: OWN_ID,
} satisfies Capabilities;

/** The captures disagree about 21:9 and 9:21, so neither is offered. [us] */
const LITE_RATIO = { values: RATIOS.filter((ratio) => ratio !== '21:9'), default: '16:9' };

const video = (
	id: string,
	name: string,
	modes: Model['modes'],
	typicalSeconds: number,
	note?: string,
): Model => ({ id, name, makes: 'video', modes, price: priceOf(id), typicalSeconds, note });

/** The usual times are those at other providers. [us] */
export const models: readonly Model[] = [
	video('seedance-2.5', 'Seedance 2.5', modes25, 300),
	video('seedance-2.0', 'Seedance 2.0', modes20(['480p', '720p', '1080p', '4k']), 180),
	video('seedance-2.0-fast', 'Seedance 2.0 Fast', modes20(['480p', '720p']), 80),
	video('seedance-2.0-mini', 'Seedance 2.0 Mini', modes20(['480p', '720p'], false), 80),
	video(
		'seedance-1.5-pro',
		'Seedance 1.5 Pro',
		{ textToVideo: seedance15, imageToVideo: { ...seedance15, ...frames } },
		90,
	),
	video(
		'seedance-1.0-pro',
		'Seedance 1.0 Pro',
		{
			textToVideo: { ...seedance10, aspectRatio: FIXED_RATIO },
			imageToVideo: { ...seedance10, ...firstFrame },
		},
		60,
	),
	video(
		'seedance-1.0-pro-fast',
		'Seedance 1.0 Pro Fast',
		{ imageToVideo: proFast },
		45,
		'kie.ai makes videos with it from an image only',
	),
	video(
		'seedance-1.0-lite',
		'Seedance 1.0 Lite',
		{
			textToVideo: { ...seedance10, aspectRatio: LITE_RATIO },
			imageToVideo: { ...seedance10, ...frames },
		},
		45,
	),
];
