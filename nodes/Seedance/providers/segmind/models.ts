import { oneEndFrame, referenceRules, rules } from '../../core/conflicts';
import type { Capabilities, Model } from '../../core/model';
import { estimateUsd, isPriced, usdPerSecond } from './price';

// Sources: the pages of the models (segmind.com/models/…/api), first "Seedance 1.0 Pro Serverless API" [doc], Segmind's
// post about the lengths of Seedance 2.0 [doc], and programs that use them [pub]. A field that a page does not describe
// is as in Seedance 1.0 Pro. [us]

// No limit is documented. This is twice the limit of other providers of this model. [us]
const PROMPT = { maxLength: 4000 };
const PROMPT_IF_WANTED = { ...PROMPT, optional: true } as const;

const SEED = { min: 1, max: 999_999 };
const OFF = { default: false };
const ON = { default: true };

const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16'];
/** 2.0: 21:9 and adaptive [pub]. 2.5 has 7 ratios [pub]: the same. [us] */
const ANY_RATIO = { values: [...RATIOS, '21:9', 'adaptive'], default: '16:9' };
const resolutions = (...values: string[]) => ({ values, default: '720p' });

const seedance10 = {
	prompt: PROMPT,
	duration: { values: [5, 10], default: 5 },
	resolution: resolutions('480p', '720p', '1080p'),
	aspectRatio: { values: RATIOS, default: '16:9' },
	cameraLock: OFF,
	seed: SEED,
	skipModeration: OFF,
} satisfies Capabilities;

const image = { inputs: ['url', 'binary'] } satisfies Capabilities['image'];
const frames = {
	image,
	endFrameUrl: {},
	endFrameBinaryField: {},
	conflicts: oneEndFrame,
} satisfies Capabilities;

/** The page names no moderation, and with an image no ratio. [doc] */
const lite: Capabilities = {
	...seedance10,
	resolution: resolutions('480p', '720p'),
	skipModeration: undefined,
};

/** The page requires no text. With no image either, there would be nothing to show. [us] */
const modesFast: Model['modes'] = {
	textToVideo: seedance10,
	imageToVideo: { ...seedance10, prompt: PROMPT_IF_WANTED, image },
};

/** The lengths are those of 1.0 Pro, which the model has everywhere. [us] The page's sample has sound. [doc] */
const seedance15 = { ...seedance10, audio: ON } satisfies Capabilities;
const modes15: Model['modes'] = {
	textToVideo: seedance15,
	imageToVideo: { ...seedance15, ...frames, prompt: PROMPT_IF_WANTED },
};

/** Sound is off unless asked for [pub], but at all other providers of these models it is on. [us] */
function modes2(
	duration: NonNullable<Capabilities['duration']>,
	resolution: NonNullable<Capabilities['resolution']>,
): Model['modes'] {
	const seedance2 = {
		prompt: PROMPT,
		duration,
		resolution,
		aspectRatio: ANY_RATIO,
		audio: ON,
		seed: SEED,
		returnLastFrame: OFF,
		skipModeration: OFF,
	} satisfies Capabilities;
	return {
		textToVideo: seedance2,
		imageToVideo: { ...seedance2, ...frames },
		// Not together with frames. [doc] A sound needs an image or a video beside it. [pub]
		referenceToVideo: {
			...seedance2,
			referenceImageUrls: { max: 9 },
			referenceBinaryFields: { max: 9 },
			referenceVideoUrls: { max: 3 },
			referenceAudioUrls: { max: 3 },
			conflicts: rules(referenceRules({ images: 9 })),
		},
	};
}

/** Other lengths are refused. [doc] */
const LENGTHS_20 = { values: [4, 5, 6, 8, 10, 12, 15], default: 5 };
/** 4 to 30 seconds [pub]. */
const LENGTHS_25 = { min: 4, max: 30, default: 5 };
const CHEAPER = resolutions('480p', '720p');

const video = (id: string, name: string, modes: Model['modes'], typicalSeconds: number): Model => ({
	id,
	name,
	makes: 'video',
	modes,
	price: isPriced(id)
		? { usd: (request) => estimateUsd(id, request), perSecond: usdPerSecond(id) }
		: {},
	typicalSeconds,
});

/** The usual times of 2.0, its versions and 1.5 Pro [doc], of 2.5 and 1.0 Pro Fast [pub], of 1.0 Lite [us]. */
export const models: readonly Model[] = [
	{
		id: 'seedance-pro',
		name: 'Seedance 1.0 Pro (Segmind)',
		makes: 'video',
		modes: {
			textToVideo: seedance10,
			imageToVideo: { ...seedance10, ...frames },
		},
		// There is no price list. About $0.35 for 5 s at 720p has been reported. [pub]
		price: { perSecond: 0.07 },
		// "Average 63.58 s". [doc]
		typicalSeconds: 64,
	},
	// The fields of 2.5 are not documented: those of 2.0, and as many references. [us] 1080p [pub]
	video(
		'seedance-2.5',
		'Seedance 2.5',
		modes2(LENGTHS_25, resolutions('480p', '720p', '1080p')),
		300,
	),
	video(
		'seedance-2.0',
		'Seedance 2.0',
		// 4k [pub]
		modes2(LENGTHS_20, resolutions('480p', '720p', '1080p', '4k')),
		163,
	),
	video('seedance-2.0-fast', 'Seedance 2.0 Fast', modes2(LENGTHS_20, CHEAPER), 87),
	video('seedance-2.0-mini', 'Seedance 2.0 Mini', modes2(LENGTHS_20, CHEAPER), 147),
	video('seedance-1.5-pro', 'Seedance 1.5 Pro', modes15, 94),
	video('seedance-1.0-pro-fast', 'Seedance 1.0 Pro Fast', modesFast, 49),
	video(
		'seedance-1.0-lite',
		'Seedance 1.0 Lite',
		{ textToVideo: lite, imageToVideo: { ...lite, ...frames, aspectRatio: undefined } },
		45,
	),
];

/** Whether a result of this model may have a last frame that was asked for. */
export const returnsLastFrame = (model: string | null | undefined): boolean =>
	Object.values(models.find(({ id }) => id === model)?.modes ?? {}).some(
		({ returnLastFrame }) => returnLastFrame,
	);
