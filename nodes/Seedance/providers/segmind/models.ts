import type { Capabilities, Model } from '../../core/model';

// Source: "Seedance 1.0 Pro Serverless API", segmind.com: parameters.

const textToVideo = {
	// No limit is documented. This is twice the limit of other providers of this model. [us]
	prompt: { maxLength: 4000 },
	duration: { values: [5, 10], default: 5 },
	resolution: { values: ['480p', '720p', '1080p'], default: '720p' },
	aspectRatio: { values: ['16:9', '4:3', '1:1', '3:4', '9:16'], default: '16:9' },
	cameraLock: { default: false },
	seed: { min: 1, max: 999_999 },
	skipModeration: { default: false },
} satisfies Capabilities;

export const models: readonly Model[] = [
	{
		id: 'seedance-pro',
		name: 'Seedance 1.0 Pro (Segmind)',
		makes: 'video',
		modes: {
			textToVideo,
			imageToVideo: { ...textToVideo, image: { inputs: ['url', 'binary'] }, endFrameUrl: {} },
		},
		// There is no price list. About $0.35 for 5 s at 720p has been reported. [pub]
		price: { perSecond: 0.07 },
		// "Average 63.58 s". [doc]
		typicalSeconds: 64,
	},
];
