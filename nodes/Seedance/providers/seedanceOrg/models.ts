import type { Capabilities, Model, PricedRequest } from '../../core/model';

// Source: "Seedance 1.5 API Documentation", seedanceapi.org: parameters and prices.

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

export const models: readonly Model[] = [
	{
		id: 'seedance-1.5',
		name: 'Seedance 1.5',
		makes: 'video',
		modes: { textToVideo, imageToVideo: { ...textToVideo, image: { inputs: ['url'] } } },
		price: { credits },
		// The average for 1.5 Pro at another host. [pub]
		typicalSeconds: 100,
	},
];
