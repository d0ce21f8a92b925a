import { referenceRules } from '../../core/conflicts';
import type { Capabilities, Model, PricedRequest } from '../../core/model';

// Sources: "Seedance 1.5 API Documentation" and the pages about v2, seedanceapi.org: parameters and prices.

/** The only model of v1. The others are models of v2. */
export const V1_MODEL = 'seedance-1.5';

const textToVideo = {
	prompt: { maxLength: 2000 },
	duration: { values: [4, 8, 12], default: 8 },
	resolution: { values: ['480p', '720p'], default: '720p' },
	aspectRatio: { values: ['1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21'], default: '1:1' },
	audio: { default: false },
	cameraLock: { default: false },
} satisfies Capabilities;

/** Credits by resolution and seconds, without and with audio. [doc] */
const CREDITS: Readonly<Record<string, Readonly<Record<number, readonly [number, number]>>>> = {
	'480p': { 4: [8, 14], 8: [14, 28], 12: [19, 38] },
	'720p': { 4: [14, 28], 8: [28, 56], 12: [42, 84] },
};

const credits = ({ resolution = '720p', duration = 8, audio = false }: PricedRequest) =>
	CREDITS[resolution]?.[duration]?.[audio ? 1 : 0] ?? 0;

/** Without resolution, sound and seed. [doc] */
const textToVideo2 = {
	prompt: { maxLength: 2000 },
	duration: { values: [5, 10, 15], default: 5 },
	aspectRatio: { values: ['16:9', '9:16', '4:3', '3:4'], default: '16:9' },
} satisfies Capabilities;

/** A ratio is for texts only. [doc] */
const withImages = { ...textToVideo2, aspectRatio: undefined } satisfies Capabilities;

/** "image-to-video" with 1 to 4 images. [doc] One is a first frame, and several are references. [us] */
const MAX_IMAGES = 4;
const modes2: Model['modes'] = {
	textToVideo: textToVideo2,
	imageToVideo: { ...withImages, image: { inputs: ['url'] } },
	referenceToVideo: {
		...withImages,
		referenceImageUrls: { max: MAX_IMAGES },
		conflicts: referenceRules({ images: MAX_IMAGES, addressesOnly: true }),
	},
};

/** @param byDuration credits by seconds [doc] */
const seedance2 = (
	id: string,
	name: string,
	byDuration: Readonly<Record<number, number>>,
	typicalSeconds: number,
): Model => ({
	id,
	name,
	makes: 'video',
	modes: modes2,
	price: { credits: ({ duration = 5 }) => byDuration[duration] ?? 0 },
	typicalSeconds,
});

export const models: readonly Model[] = [
	{
		id: V1_MODEL,
		name: 'Seedance 1.5',
		makes: 'video',
		modes: { textToVideo, imageToVideo: { ...textToVideo, image: { inputs: ['url'] } } },
		price: { credits },
		// The average for 1.5 Pro at another host. [pub]
		typicalSeconds: 100,
	},
	// The usual times are those at another host. [pub]
	seedance2('seedance-2.0', 'Seedance 2.0', { 5: 240, 10: 480, 15: 720 }, 163),
	seedance2('seedance-2.0-fast', 'Seedance 2.0 Fast', { 5: 160, 10: 320, 15: 480 }, 87),
];
