import type { Capabilities, Model } from '../../core/model';
import { bySecond } from '../../core/price';

// Sources: the three documents of seedance.it.com (unified API, 1.0 Pro, 1.0 Lite), "Parameter Reference" and prices.

/** The fields that every model has in the unified API. */
const unified = {
	prompt: { maxLength: 500 },
	aspectRatio: { values: ['16:9', '9:16', '1:1'], default: '16:9' },
} satisfies Capabilities;

const seedance2 = {
	...unified,
	duration: { min: 4, max: 15, default: 8 },
	audio: { default: true },
} satisfies Capabilities;

/** The 1.0 models: 2 to 12 seconds [doc]. 6 is the value in the documents' examples. [us] */
const duration1 = { min: 2, max: 12, default: 6 };
const seedance1 = { ...unified, duration: duration1 } satisfies Capabilities;

/** By address or as a file. This determines the dialect, see `dialectForRequest`. */
const anyImage = { inputs: ['url', 'binary'] } as const;

/**
 * Seedream has the unified API's fields, but no duration and no audio. [us], because the document only names the
 * models.
 */
const seedream = (id: string, name: string, creditsPerImage: number): Model => ({
	id,
	name,
	makes: 'image',
	modes: { textToVideo: unified, imageToVideo: { ...unified, image: anyImage } },
	price: { credits: () => creditsPerImage },
});

export const models: readonly Model[] = [
	{
		id: 'seedance-2.0',
		name: 'Seedance 2.0',
		makes: 'video',
		modes: { textToVideo: seedance2, imageToVideo: { ...seedance2, image: anyImage } },
		// 4 s 243, 10 s 607, 15 s 910. [doc]
		price: bySecond(182 / 3),
	},
	{
		id: 'seedance-1.0-pro',
		name: 'Seedance 1.0 Pro',
		makes: 'video',
		modes: {
			textToVideo: seedance1,
			imageToVideo: {
				prompt: unified.prompt,
				duration: duration1,
				image: anyImage,
				// An address is sent through the dedicated API, a file through the unified API.
				cameraLock: { default: false, imageInput: 'url' },
				endFrameUrl: { imageInput: 'url' },
				aspectRatio: { ...unified.aspectRatio, imageInput: 'binary' },
			},
		},
		price: bySecond(24),
	},
	{
		id: 'seedance-1.0-lite',
		name: 'Seedance 1.0 Lite',
		makes: 'video',
		modes: {
			textToVideo: seedance1,
			imageToVideo: {
				...seedance1,
				image: anyImage,
				resolution: { values: ['720p', '1080p'], default: '1080p' },
				cameraLock: { default: true },
				// "For reproducible output" [doc]. No range is given, so we allow what 32 bits can hold. [us]
				seed: { min: 0, max: 2_147_483_647 },
			},
		},
		price: bySecond(7),
	},
	seedream('seedream-v5', 'Seedream v5', 8),
	seedream('seedream-v4.5', 'Seedream v4.5', 7),
	seedream('seedream-v3', 'Seedream v3', 6),
];
