import type { ImageLimits } from '../../core/image';
import type { Capabilities, Model, PricedRequest } from '../../core/model';

// Source: "Awkward Video: the API of a made-up provider", models and prices.

const textToVideo = {
	prompt: { maxLength: 1000 },
	duration: { min: 4, max: 12, default: 5 },
	resolution: { values: ['480p', '720p'], default: '720p' },
	aspectRatio: { values: ['16:9', '9:16', '1:1'], default: '16:9' },
	modelId: { placeholder: 'ep-12345678' },
} satisfies Capabilities;

const second = {
	...textToVideo,
	duration: { min: 4, max: 15, default: 8 },
	audio: { default: true },
} satisfies Capabilities;

const FRAME: ImageLimits = {
	maxMegabytes: 30,
	minPixels: 300,
	maxPixels: 6000,
	aspectRatio: { min: 0.4, max: 2.5 },
	formats: ['JPEG', 'PNG', 'BMP'],
};

/** The applications, and what a million tokens cost there in US dollars. */
export const APPLICATIONS: Readonly<Record<string, { id: string; usdPerMillion: number }>> = {
	'awkward-1': { id: 'awkward-one', usdPerMillion: 4 },
	'awkward-2': { id: 'awkward-two', usdPerMillion: 7 },
};

const PIXELS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
	'480p': { '16:9': 854 * 480, '9:16': 854 * 480, '1:1': 640 * 640 },
	'720p': { '16:9': 1280 * 720, '9:16': 1280 * 720, '1:1': 960 * 960 },
};

const tokensOf = ({ resolution = '', aspectRatio = '', duration = 0 }: PricedRequest): number =>
	Math.floor(((PIXELS[resolution]?.[aspectRatio] ?? 0) * (24 * duration + 1)) / 1024);

export const usdOf = (tokens: number, usdPerMillion: number): number =>
	Math.round(tokens * usdPerMillion) / 1_000_000;

const priceOf = (model: string): Model['price'] => ({
	usd: (request) => usdOf(tokensOf(request), APPLICATIONS[model]?.usdPerMillion ?? 0),
});

export const models: readonly Model[] = [
	{
		id: 'awkward-1',
		name: 'Awkward 1',
		makes: 'video',
		modes: { textToVideo },
		price: priceOf('awkward-1'),
		typicalSeconds: 60,
	},
	{
		id: 'awkward-2',
		name: 'Awkward 2',
		makes: 'video',
		modes: {
			textToVideo: second,
			imageToVideo: { ...second, image: { inputs: ['url', 'binary'], limits: FRAME } },
		},
		price: priceOf('awkward-2'),
		typicalSeconds: 90,
	},
];
