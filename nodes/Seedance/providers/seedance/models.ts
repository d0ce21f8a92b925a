import type { Capabilities, Model } from '../../core/model';

// Source of every fact here: the unified API's document, seedance.it.com ("Parameter Reference", "Supported Models").
const textToVideo = {
	prompt: { maxLength: 500 },
	duration: { min: 4, max: 15, default: 8 },
	aspectRatio: { values: ['16:9', '9:16', '1:1'], default: '16:9' },
	audio: { default: true },
} satisfies Capabilities;

export const models: readonly Model[] = [
	{
		id: 'seedance-2.0',
		name: 'Seedance 2.0',
		modes: { textToVideo, imageToVideo: { ...textToVideo, imageUrl: true } },
		// 4 s 243, 10 s 607, 15 s 910: 182/3 credits a second, rounded to the nearest. [doc]
		price: { creditsPerSecond: 182 / 3 },
	},
];
