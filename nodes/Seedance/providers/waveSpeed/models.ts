import { oneEndFrame, referenceRules } from '../../core/conflicts';
import type { ImageLimits } from '../../core/image';
import type { Capabilities, Model } from '../../core/model';
import { estimateUsd, usualRate } from './price';

// Sources: the pages of the models (wavespeed.ai/docs/docs-api/bytedance/…). [doc] Older captures of the same pages have
// other fields: only those that the newest ones have are here.

/** Files may have up to 20 MB. [doc] The pixels and the formats are those of the models themselves. [us] */
const IMAGE: ImageLimits = {
	maxMegabytes: 20,
	minPixels: 300,
	maxPixels: 6000,
	aspectRatio: { min: 0.4, max: 2.5 },
	formats: ['JPEG', 'PNG', 'WebP'],
};

/** The documents name no limit. [us] */
const PROMPT = { maxLength: 10_000 };
/** −1 means a random seed, like none. [doc] The largest one is that of the models. [us] */
const SEED = { min: 0, max: 2_147_483_647 };
const OFF = { default: false };
const ON = { default: true };
const OWN_ID = { placeholder: 'e.g. bytedance/seedance-2.0/text-to-video-turbo' };

const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'];
const FIXED_RATIO = { values: RATIOS, default: '16:9' };
/** Without a ratio, the video has that of the frame. [doc] */
const RATIO_OF_FRAME = { values: [...RATIOS, 'adaptive'], default: 'adaptive' };

const resolutions = (usual: string) => ({ values: ['480p', '720p', '1080p'], default: usual });

const common = { prompt: PROMPT, seed: SEED, modelId: OWN_ID } satisfies Capabilities;

const frames = {
	image: { inputs: ['url', 'binary'], limits: IMAGE },
	endFrameUrl: {},
	endFrameBinaryField: {},
	conflicts: oneEndFrame,
} satisfies Partial<Capabilities>;

/** How many references a model takes. [pub] */
interface References {
	images: number;
	/** Videos, and as many sounds. */
	others: number;
	audioAlone: boolean;
}

/** Seedance 2.x. */
function modes2(maxSeconds: number, { images, others, audioAlone }: References): Model['modes'] {
	const shared = {
		...common,
		duration: { min: 4, max: maxSeconds, default: 5 },
		resolution: resolutions('720p'),
		audio: ON,
	} satisfies Capabilities;
	return {
		textToVideo: { ...shared, aspectRatio: FIXED_RATIO },
		imageToVideo: { ...shared, ...frames, aspectRatio: RATIO_OF_FRAME },
		referenceToVideo: {
			...shared,
			aspectRatio: FIXED_RATIO,
			referenceImageUrls: { max: images, limits: IMAGE },
			referenceBinaryFields: { max: images, limits: IMAGE },
			referenceVideoUrls: { max: others },
			referenceAudioUrls: { max: others },
			conflicts: referenceRules({ images, audioAlone }),
		},
	};
}

/** The page of 2.5 was not found. Lengths and references [pub], the rest as 2.0. [us] */
const modes25 = modes2(30, { images: 30, others: 10, audioAlone: true });
const modes20 = modes2(15, { images: 9, others: 3, audioAlone: false });

const seedance15 = {
	...common,
	duration: { min: 4, max: 12, default: 5, orModel: true },
	resolution: resolutions('720p'),
	audio: ON,
	cameraLock: OFF,
} satisfies Capabilities;

const modes15: Model['modes'] = {
	textToVideo: {
		...seedance15,
		aspectRatio: { values: [...RATIOS, 'adaptive'], default: '16:9' },
	},
	imageToVideo: { ...seedance15, ...frames, aspectRatio: RATIO_OF_FRAME },
};

/** The resolution is a part of the model's ID. With a frame, the ratio is left to it. [us] */
const modes10 = (usual: string): Model['modes'] => {
	const shared = {
		...common,
		duration: { values: [5, 10], default: 5 },
		resolution: resolutions(usual),
		cameraLock: OFF,
	} satisfies Capabilities;
	return {
		textToVideo: { ...shared, aspectRatio: FIXED_RATIO },
		imageToVideo: { ...shared, ...frames },
	};
};

/** "Being retired or already retired by its original provider" [doc]. */
const RETIRED =
	'WaveSpeedAI warns that the Seedance 1.0 family is being retired, and may run another model instead';

function video(
	id: string,
	name: string,
	modes: Model['modes'],
	typicalSeconds: number,
	note?: string,
): Model {
	const price = {
		usd: (request: Parameters<typeof estimateUsd>[1]) => estimateUsd(id, request),
		perSecond: usualRate(id, modes.textToVideo?.resolution?.default ?? ''),
	};
	return { id, name, makes: 'video', modes, price, typicalSeconds, note };
}

/** The usual times [us], as at other providers. */
export const models: readonly Model[] = [
	video('seedance-2.5', 'Seedance 2.5', modes25, 300),
	video('seedance-2.0', 'Seedance 2.0', modes20, 180),
	video('seedance-2.0-fast', 'Seedance 2.0 Fast', modes20, 80),
	video('seedance-2.0-mini', 'Seedance 2.0 Mini', modes20, 80),
	video('seedance-1.5-pro', 'Seedance 1.5 Pro', modes15, 90),
	video('seedance-1.0-pro', 'Seedance 1.0 Pro', modes10('1080p'), 60, RETIRED),
	video('seedance-1.0-lite', 'Seedance 1.0 Lite', modes10('720p'), 45, RETIRED),
];
