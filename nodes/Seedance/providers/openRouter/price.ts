import type { PricedRequest } from '../../core/model';

// Sources: the prices per token in the list of video models, autumn 2026 [pub], and the pixels that ModelArk documents for
// these models. A finished job says itself what it cost.

/** Width times height by resolution and ratio. A portrait has the pixels of its landscape. */
type Pixels = Readonly<Record<string, Readonly<Record<string, number>>>>;

const PIXELS: Pixels = {
	'480p': { '16:9': 864 * 496, '4:3': 752 * 560, '1:1': 640 * 640, '21:9': 992 * 432 },
	'720p': { '16:9': 1280 * 720, '4:3': 1112 * 834, '1:1': 960 * 960, '21:9': 1470 * 630 },
	'1080p': { '16:9': 1920 * 1080, '4:3': 1664 * 1248, '1:1': 1440 * 1440, '21:9': 2206 * 946 },
	'4k': { '16:9': 3840 * 2160, '4:3': 3326 * 2494, '1:1': 2880 * 2880, '21:9': 4398 * 1886 },
};
/** 2.5 has another 480p. */
const PIXELS_25: Pixels = { ...PIXELS, '480p': { ...PIXELS['480p'], '16:9': 854 * 480 } };

/** US dollars per million tokens, by resolution; `usual` for all that are not named. */
type Rates = Readonly<Record<string, number>> & { usual: number };

interface Tariff {
	pixels: Pixels;
	rates: Rates;
	/** Without sound, if that is cheaper. */
	silent?: Rates;
	/** If a reference is a video, whose seconds then count as well. */
	withVideo?: Rates;
	/** All reference videos together, in seconds. */
	maxInputSeconds?: number;
}

const TARIFFS: Readonly<Record<string, Tariff>> = {
	'seedance-2.5': {
		pixels: PIXELS_25,
		rates: { usual: 10.7 },
		withVideo: { usual: 6.4 },
		maxInputSeconds: 30,
	},
	'seedance-2.0': {
		pixels: PIXELS,
		rates: { usual: 7, '1080p': 7.7, '4k': 4 },
		withVideo: { usual: 4.3, '1080p': 4.7, '4k': 2.4 },
		maxInputSeconds: 15,
	},
	'seedance-2.0-fast': {
		pixels: PIXELS,
		rates: { usual: 4.2 },
		withVideo: { usual: 2.475 },
		maxInputSeconds: 15,
	},
	'seedance-2.0-mini': {
		pixels: PIXELS,
		rates: { usual: 3.5 },
		withVideo: { usual: 2.1 },
		maxInputSeconds: 15,
	},
	// Of spring 2026.
	'seedance-1.5-pro': { pixels: PIXELS, rates: { usual: 2.4 }, silent: { usual: 1.2 } },
};

const FRAMES_PER_SECOND = 24;
const LANDSCAPE: Readonly<Record<string, string>> = {
	'9:16': '16:9',
	'3:4': '4:3',
	'9:21': '21:9',
};

/** The largest picture of the resolution if the ratio is not known, as with a frame. */
function pixelsOf(pixels: Pixels, resolution: string, ratio: string): number {
	const byRatio = pixels[resolution] ?? {};
	return byRatio[LANDSCAPE[ratio] ?? ratio] ?? Math.max(0, ...Object.values(byRatio));
}

/**
 * The highest price that the request can have: with the largest picture if the ratio follows a frame, and with the longest
 * reference videos.
 *
 * @returns US dollars
 */
export function estimateUsd(model: string, request: PricedRequest): number {
	const tariff = TARIFFS[model];
	if (!tariff) return 0;
	const { duration = 0, resolution = '720p', aspectRatio = '', audio = true } = request;
	const hasVideo = (request.referenceVideoUrls ?? []).length > 0;
	const plain = audio ? tariff.rates : (tariff.silent ?? tariff.rates);
	const rates = hasVideo ? (tariff.withVideo ?? plain) : plain;
	const seconds = duration + (hasVideo ? (tariff.maxInputSeconds ?? 0) : 0);
	const pixels = pixelsOf(tariff.pixels, resolution, aspectRatio);
	const tokens = (pixels * FRAMES_PER_SECOND * seconds) / 1024;
	return (tokens * (rates[resolution] ?? rates.usual)) / 1_000_000;
}
