import type { Capabilities, Model } from '../../core/model';
import { bySecond } from '../../core/price';

// Made up.

const textToVideo = {
	prompt: { maxLength: 1000 },
	duration: { min: 3, max: 9, default: 5 },
	aspectRatio: { values: ['16:9', '9:16'], default: '16:9' },
} satisfies Capabilities;

export const models: readonly Model[] = [
	{
		id: 'sixth-one',
		name: 'Sixth One',
		makes: 'video',
		modes: { textToVideo, imageToVideo: { ...textToVideo, image: { inputs: ['url'] } } },
		price: bySecond(10),
		typicalSeconds: 60,
	},
];
