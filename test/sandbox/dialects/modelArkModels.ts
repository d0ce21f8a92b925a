/** The video models of ModelArk: what each takes, and what it costs. All numbers are [doc], but for the prices of 2.5 [pub]. */

export type Region = 'international' | 'china';
export type Resolution = '480p' | '720p' | '1080p' | '4k';
export type Ratio = '16:9' | '4:3' | '1:1' | '3:4' | '9:16' | '21:9';

/** Top-level fields that only some models take. Where one does not, its mere presence is a 400. */
export type OwnField =
	| 'frames'
	| 'camera_fixed'
	| 'service_tier'
	| 'draft'
	| 'priority'
	| 'output_format'
	| 'omni_reference_task_type'
	| 'tools';

export interface VideoModel {
	/** As in error messages [pub]. */
	name: string;
	/** In both regions, without the beginning that differs. */
	version: string;
	/** Beginning of the ID outside of China. */
	abroad: 'dreamina-' | '';
	resolutions: readonly Resolution[];
	usualResolution: Resolution;
	seconds: readonly [least: number, most: number];
	/** `-1` lets the model pick. */
	picksSeconds: boolean;
	usualSeconds: number;
	lastFrame: boolean;
	/** Most images, videos and audios for reference, and seconds of each video and of all; absent without that mode. */
	references?: {
		most: readonly [images: number, videos: number, audios: number];
		audioAlone: boolean;
		seconds: readonly [least: number, mostOfAll: number];
	};
	/** `adaptive` also without an image, and then it is the default. */
	adaptive: boolean;
	fields: readonly OwnField[];
	hasAudio: boolean;
	/** Factor of the price of a draft, without and with audio. */
	draftFactor: readonly [silent: number, loud: number];
	sizes: Sizes;
	/** Dollars per million tokens by resolution: without and with video input; 1.5: silent and with sound. */
	dollars: Readonly<Partial<Record<Resolution, readonly [number, number]>>>;
}

type Sizes = Readonly<
	Partial<Record<Resolution, Readonly<Record<'16:9' | '4:3' | '1:1' | '21:9', string>>>>
>;
const row = (wide: string, classic: string, square: string, cinema: string) => ({
	'16:9': wide,
	'4:3': classic,
	'1:1': square,
	'21:9': cinema,
});

const HD = row('1280x720', '1112x834', '960x960', '1470x630');
const FULL_HD = row('1920x1080', '1664x1248', '1440x1440', '2206x946');
const SIZES_25: Sizes = {
	'480p': row('854x480', '752x560', '640x640', '992x432'),
	'720p': HD,
	'1080p': FULL_HD,
};
const SIZES_20: Sizes = {
	'480p': row('864x496', '752x560', '640x640', '992x432'),
	'720p': HD,
	'1080p': FULL_HD,
	'4k': row('3840x2160', '3326x2494', '2880x2880', '4398x1886'),
};
const SIZES_10: Sizes = {
	'480p': row('864x480', '736x544', '640x640', '960x416'),
	'720p': row('1248x704', '1120x832', '960x960', '1504x640'),
	'1080p': row('1920x1088', '1664x1248', '1440x1440', '2176x928'),
};

const same = (without: number, withOther = without) =>
	({
		'480p': [without, withOther],
		'720p': [without, withOther],
		'1080p': [without, withOther],
	}) as const;

const TWO = {
	abroad: 'dreamina-',
	usualResolution: '720p',
	seconds: [4, 15],
	picksSeconds: true,
	usualSeconds: 5,
	lastFrame: true,
	references: { most: [9, 3, 3], audioAlone: false, seconds: [2, 15] },
	adaptive: true,
	fields: ['priority', 'tools'],
	hasAudio: true,
	draftFactor: [1, 1],
	sizes: SIZES_20,
} as const;

const ONE = {
	abroad: '',
	resolutions: ['480p', '720p', '1080p'],
	usualResolution: '1080p',
	seconds: [2, 12],
	picksSeconds: false,
	usualSeconds: 5,
	lastFrame: true,
	adaptive: false,
	fields: ['frames', 'camera_fixed', 'service_tier'],
	hasAudio: false,
	draftFactor: [1, 1],
	sizes: SIZES_10,
} as const;

export const VIDEO_MODELS: readonly VideoModel[] = [
	{
		...TWO,
		name: 'seedance-2-5',
		version: '260628',
		resolutions: ['480p', '720p', '1080p'],
		seconds: [4, 30],
		usualSeconds: -1,
		references: { most: [30, 10, 10], audioAlone: true, seconds: [2, 30] },
		fields: ['draft', 'priority', 'output_format', 'omni_reference_task_type', 'tools'],
		sizes: SIZES_25,
		dollars: { '480p': [10.7, 6.4], '720p': [10.7, 6.4], '1080p': [11.7, 7] },
	},
	{
		...TWO,
		name: 'seedance-2-0',
		version: '260128',
		resolutions: ['480p', '720p', '1080p', '4k'],
		dollars: { '480p': [7, 4.3], '720p': [7, 4.3], '1080p': [7.7, 4.7], '4k': [4, 2.4] },
	},
	{
		...TWO,
		name: 'seedance-2-0-fast',
		version: '260128',
		resolutions: ['480p', '720p'],
		dollars: same(5.6, 3.3),
	},
	{
		...TWO,
		name: 'seedance-2-0-mini',
		version: '260615',
		resolutions: ['480p', '720p'],
		dollars: same(3.5, 2.1),
	},
	{
		...ONE,
		name: 'seedance-1-5-pro',
		version: '251215',
		usualResolution: '720p',
		seconds: [4, 12],
		picksSeconds: true,
		adaptive: true,
		fields: ['camera_fixed', 'service_tier', 'draft'],
		hasAudio: true,
		draftFactor: [0.7, 0.6],
		sizes: SIZES_20,
		dollars: same(1.2, 2.4),
	},
	{ ...ONE, name: 'seedance-1-0-pro', version: '250528', dollars: same(2.5) },
	{ ...ONE, name: 'seedance-1-0-pro-fast', version: '251015', lastFrame: false, dollars: same(1) },
];

export const isTwoFive = ({ name }: VideoModel): boolean => name === 'seedance-2-5';
export const idIn = (region: Region, { abroad, name, version }: VideoModel): string =>
	`${region === 'china' ? 'doubao-' : abroad}${name}-${version}`;

/** Width and height in pixels. Portrait formats are the others, swapped. */
export function pixelsOf(
	{ sizes }: VideoModel,
	resolution: Resolution,
	ratio: Ratio,
): [number, number] {
	const known = sizes[resolution]!;
	const turned = ratio === '9:16' ? '16:9' : ratio === '3:4' ? '4:3' : undefined;
	const [width, height] = known[turned ?? (ratio as keyof typeof known)].split('x').map(Number);
	return turned ? [height!, width!] : [width!, height!];
}
