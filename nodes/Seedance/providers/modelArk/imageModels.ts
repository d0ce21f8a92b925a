import { referenceRules } from '../../core/conflicts';
import type { Capabilities, Model } from '../../core/model';
import { IMAGE, OWN_ID } from './common';

// Source: "image generation" of ModelArk, Seedream 4.0 to 5.0.

/** `adaptive`: the model decides, by the text and the images. */
const RATIOS = ['16:9', '4:3', '3:2', '1:1', '2:3', '3:4', '9:16', '21:9', 'adaptive'];

/** @param usd the list price of an image; absent if none is public */
function seedream(
	id: string,
	name: string,
	sizes: string[],
	maxReferences: number,
	usd?: number,
): Model {
	const shared = {
		// The documents recommend up to 600 words and name no limit. [us]
		prompt: { maxLength: 4_000 },
		resolution: { values: sizes, default: '2K' },
		aspectRatio: { values: RATIOS, default: 'adaptive' },
		watermark: { default: false },
		modelId: OWN_ID,
	} satisfies Capabilities;
	const references = { max: maxReferences, limits: IMAGE };
	return {
		id,
		name,
		makes: 'image',
		isSynchronous: true,
		modes: {
			textToVideo: shared,
			imageToVideo: { ...shared, image: { inputs: ['url', 'binary'], limits: IMAGE } },
			referenceToVideo: {
				...shared,
				referenceImageUrls: references,
				referenceBinaryFields: references,
				conflicts: referenceRules({ images: maxReferences }),
			},
		},
		price: usd === undefined ? {} : { usd: () => usd },
		typicalSeconds: 20,
	};
}

/** Which sizes a model has: [pub]; prices: [pub]. None is known for 5.0 Pro, so it is not the default. [us] */
export const imageModels: readonly Model[] = [
	seedream('seedream-5.0-lite', 'Seedream 5.0 Lite', ['2K', '3K'], 14, 0.035),
	seedream('seedream-5.0-pro', 'Seedream 5.0 Pro', ['1K', '2K'], 10),
	seedream('seedream-4.5', 'Seedream 4.5', ['2K', '4K'], 14, 0.04),
	seedream('seedream-4.0', 'Seedream 4.0', ['1K', '2K', '4K'], 14, 0.03),
];

/** US dollars for one image; undefined if no price is public. */
export const usdPerImage = (model: string): number | undefined =>
	imageModels.find(({ id }) => id === model)?.price.usd?.({});

/** The side of a square of each size, in pixels. */
const SIDES: Readonly<Record<string, number>> = { '1K': 1024, '2K': 2048, '3K': 3072, '4K': 4096 };
/** Sides are multiples of this. [us] */
const STEP = 16;

/**
 * The size on the wire. Only its name can leave the ratio to the model. With a ratio, we give the sides: about as many
 * pixels as the square, never more. [us]
 */
export function sizeOf(size: string, ratio: string): string {
	const [width, height] = ratio.split(':').map(Number);
	const side = SIDES[size];
	if (!width || !height || side === undefined) return size;
	const scale = side / Math.sqrt(width * height);
	const stepped = (part: number) => Math.floor((part * scale) / STEP) * STEP;
	return `${stepped(width)}x${stepped(height)}`;
}
