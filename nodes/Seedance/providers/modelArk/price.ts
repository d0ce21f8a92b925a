import type { PricedRequest } from '../../core/model';
import { MODEL_DECIDES } from '../../core/request';

// Sources: the pixel tables of the create page, the price list 1544106 and the formula that fits nine real bills.

/** Width times height by resolution and ratio. A portrait has the pixels of its landscape. [doc] */
type Pixels = Readonly<Record<string, Readonly<Record<string, number>>>>;

const PIXELS_720P = {
	'16:9': 1280 * 720,
	'4:3': 1112 * 834,
	'1:1': 960 * 960,
	'21:9': 1470 * 630,
};
const PIXELS_1080P = {
	'16:9': 1920 * 1080,
	'4:3': 1664 * 1248,
	'1:1': 1440 * 1440,
	'21:9': 2206 * 946,
};

const PIXELS_25: Pixels = {
	'480p': { '16:9': 854 * 480, '4:3': 752 * 560, '1:1': 640 * 640, '21:9': 992 * 432 },
	'720p': PIXELS_720P,
	'1080p': PIXELS_1080P,
};
const PIXELS_20: Pixels = {
	'480p': { '16:9': 864 * 496, '4:3': 752 * 560, '1:1': 640 * 640, '21:9': 992 * 432 },
	'720p': PIXELS_720P,
	'1080p': PIXELS_1080P,
	'4k': { '16:9': 3840 * 2160, '4:3': 3326 * 2494, '1:1': 2880 * 2880, '21:9': 4398 * 1886 },
};
const PIXELS_10: Pixels = {
	'480p': { '16:9': 864 * 480, '4:3': 736 * 544, '1:1': 640 * 640, '21:9': 960 * 416 },
	'720p': { '16:9': 1248 * 704, '4:3': 1120 * 832, '1:1': 960 * 960, '21:9': 1504 * 640 },
	'1080p': { '16:9': 1920 * 1088, '4:3': 1664 * 1248, '1:1': 1440 * 1440, '21:9': 2176 * 928 },
};

/** US dollars per million tokens. */
interface Rates {
	usual: number;
	/** If a reference is a video, whose seconds then count as well. */
	withVideo?: number;
}

interface Tariff {
	pixels: Pixels;
	/** The longest video that the model makes, and all reference videos together, in seconds. */
	maxSeconds: number;
	maxInputSeconds?: number;
	rates(resolution: string, audio: boolean): Rates;
	/** How many of the usual tokens a draft takes. */
	draftFactor?(audio: boolean): number;
}

const fixed = (usual: number, withVideo?: number) => (): Rates => ({ usual, withVideo });

/** List prices of BytePlus. [doc], those of 2.5 [pub] */
const TARIFFS: Readonly<Record<string, Tariff>> = {
	'seedance-2.5': {
		pixels: PIXELS_25,
		maxSeconds: 30,
		maxInputSeconds: 30,
		rates: (resolution) =>
			resolution === '1080p' ? { usual: 11.7, withVideo: 7 } : { usual: 10.7, withVideo: 6.4 },
	},
	'seedance-2.0': {
		pixels: PIXELS_20,
		maxSeconds: 15,
		maxInputSeconds: 15,
		rates: (resolution) =>
			({ '1080p': { usual: 7.7, withVideo: 4.7 }, '4k': { usual: 4, withVideo: 2.4 } })[
				resolution
			] ?? { usual: 7, withVideo: 4.3 },
	},
	'seedance-2.0-fast': {
		pixels: PIXELS_20,
		maxSeconds: 15,
		maxInputSeconds: 15,
		rates: fixed(5.6, 3.3),
	},
	'seedance-2.0-mini': {
		pixels: PIXELS_20,
		maxSeconds: 15,
		maxInputSeconds: 15,
		rates: fixed(3.5, 2.1),
	},
	'seedance-1.5-pro': {
		pixels: PIXELS_20,
		maxSeconds: 12,
		rates: (_, audio) => ({ usual: audio ? 2.4 : 1.2 }),
		draftFactor: (audio) => (audio ? 0.6 : 0.7),
	},
	'seedance-1.0-pro': { pixels: PIXELS_10, maxSeconds: 12, rates: fixed(2.5) },
	'seedance-1.0-pro-fast': { pixels: PIXELS_10, maxSeconds: 12, rates: fixed(1) },
};

const FLEX_FACTOR = 0.5;
const FRAMES_PER_SECOND = 24;
const LANDSCAPE: Readonly<Record<string, string>> = { '9:16': '16:9', '3:4': '4:3' };

/** The largest picture of the resolution if the ratio is not known. */
function pixelsOf(pixels: Pixels, resolution: string, ratio: string): number {
	const byRatio = pixels[resolution] ?? {};
	return byRatio[LANDSCAPE[ratio] ?? ratio] ?? Math.max(0, ...Object.values(byRatio));
}

/** @param seconds of the output. The formula fits all nine real bills. [pub] */
const tokensOf = (pixels: number, seconds: number): number =>
	Math.floor((pixels * (FRAMES_PER_SECOND * seconds + 1)) / 1024);

/** @param seconds of the reference videos and the output. [doc] */
const tokensWithVideo = (pixels: number, seconds: number): number =>
	Math.floor((pixels * FRAMES_PER_SECOND * seconds) / 1024);

/**
 * The highest price that the request can have: with the longest video and the largest picture where the model decides,
 * and with the longest reference videos.
 *
 * @returns US dollars
 */
export function estimateUsd(model: string, request: PricedRequest): number {
	const tariff = TARIFFS[model];
	if (!tariff) return 0;
	const { resolution = '1080p', aspectRatio = '', audio = true, draft, mode } = request;
	const { duration = MODEL_DECIDES, referenceVideoUrls: videos = [], serviceTier } = request;
	const pixels = pixelsOf(tariff.pixels, resolution, aspectRatio);
	const seconds = duration === MODEL_DECIDES ? tariff.maxSeconds : duration;
	const { usual, withVideo = 0 } = tariff.rates(resolution, audio);
	const plain = tokensOf(pixels, seconds) * usual;
	const longest = tokensWithVideo(pixels, seconds + (tariff.maxInputSeconds ?? 0)) * withVideo;
	const dearest = mode === 'draftToVideo' ? Math.max(plain, longest) : plain;
	const factor =
		(draft ? (tariff.draftFactor?.(audio) ?? 1) : 1) * (serviceTier === 'flex' ? FLEX_FACTOR : 1);
	return ((videos.length > 0 ? longest : dearest) * factor) / 1_000_000;
}

/** What a finished job says about its price. */
export interface Usage {
	tokens: number;
	resolution: string;
	ratio: string;
	seconds: number;
	audio: boolean;
	isFlex: boolean;
	/** Whether a reference was a video; undefined if nobody knows. */
	hadVideo: boolean | undefined;
}

/**
 * The price of a finished job by its tokens. If it is not known whether a reference was a video, the tokens tell: only
 * without a video, they are exactly those of the output.
 *
 * @returns US dollars; null if it cannot be told
 */
export function usdOfUsage(model: string, usage: Usage): number | null {
	const tariff = TARIFFS[model];
	if (!tariff) return null;
	const { tokens, resolution, ratio, seconds, audio, isFlex } = usage;
	const { usual, withVideo } = tariff.rates(resolution, audio);
	const ofOutput = tokensOf(pixelsOf(tariff.pixels, resolution, ratio), seconds);
	const isPlain = withVideo === undefined || usage.hadVideo === false || tokens === ofOutput;
	const rate = isPlain ? usual : usage.hadVideo ? withVideo : undefined;
	if (rate === undefined) return null;
	return Math.round(tokens * rate * (isFlex ? FLEX_FACTOR : 1)) / 1_000_000;
}
