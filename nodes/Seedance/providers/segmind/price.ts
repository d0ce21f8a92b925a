import type { PricedRequest } from '../../core/model';

// Sources: the prices on the pages of the models, as others quote them [pub]. A price is by tokens: width × height ×
// frames / 1024, with 24 frames a second and one more. The figures a second for 2.0 and 2.5 fit the pictures that the
// models make elsewhere.

/** The largest picture of each resolution, of all ratios, in pixels: what the estimate takes, because it is an upper limit. */
const MAX_PIXELS: Readonly<Record<string, number>> = {
	'480p': 992 * 432,
	'720p': 1112 * 834,
	'1080p': 2206 * 946,
	'4k': 4398 * 1886,
};
const FRAMES_PER_SECOND = 24;

const tokensOf = (resolution: string, seconds: number): number =>
	((MAX_PIXELS[resolution] ?? 0) * (FRAMES_PER_SECOND * seconds + 1)) / 1024;

interface Tariff {
	/** US dollars per million tokens. */
	usual(request: { resolution: string; audio: boolean }): number;
	/** If a reference is a video, whose seconds then count as well. Absent if the model takes none. */
	withVideo?: number;
	/** All reference videos together, in seconds: those of the model elsewhere. [us] */
	maxInputSeconds?: number;
}

const TARIFFS: Readonly<Record<string, Tariff>> = {
	// The figure for 1080p, $0.5876 a second, is dearer tokens.
	'seedance-2.5': {
		usual: ({ resolution }) => (resolution === '1080p' ? 11.99 : 10.97),
		withVideo: 6.56,
		maxInputSeconds: 30,
	},
	// $0.152 a second in 720p, $0.34 in 1080p; with a video, about 61 % of it. 4k at the same rate. [us]
	'seedance-2.0': { usual: () => 7, withVideo: 4.3, maxInputSeconds: 15 },
	// About $0.73 for 5 s in 720p. With a video, as much less as with 2.0. [us]
	'seedance-2.0-fast': { usual: () => 6.75, withVideo: 4.15, maxInputSeconds: 15 },
	'seedance-1.5-pro': { usual: ({ audio }) => (audio ? 2.4 : 1.2) },
};

/**
 * 1.0 Lite, in US dollars a second. The page says $0.091 to $0.450 [doc]: the ends are 5 s in 480p and 10 s in 720p, and
 * a price grows with the seconds. [us]
 */
const LITE_PER_SECOND: Readonly<Record<string, number>> = { '480p': 0.0182, '720p': 0.045 };
const LITE = 'seedance-1.0-lite';

/** No price is public for 2.0 Mini and 1.0 Pro Fast. */
export const isPriced = (model: string): boolean => model === LITE || model in TARIFFS;

/**
 * The highest price that the request can have: with the largest picture, and with the longest reference videos.
 *
 * @returns US dollars
 */
export function estimateUsd(model: string, request: PricedRequest): number {
	const { resolution = '720p', duration = 0, audio = true } = request;
	if (model === LITE) return (LITE_PER_SECOND[resolution] ?? 0) * duration;
	const tariff = TARIFFS[model];
	if (!tariff) return 0;
	const usual = tariff.usual({ resolution, audio });
	const hasVideo = (request.referenceVideoUrls ?? []).length > 0;
	const seconds = hasVideo ? duration + (tariff.maxInputSeconds ?? 0) : duration;
	const rate = hasVideo ? (tariff.withVideo ?? usual) : usual;
	return (tokensOf(resolution, seconds) * rate) / 1_000_000;
}

const EXAMPLE_SECONDS = 5;

/** US dollars a second with the default settings; undefined if no price is public. */
export const usdPerSecond = (model: string): number | undefined =>
	isPriced(model) ? estimateUsd(model, { duration: EXAMPLE_SECONDS }) / EXAMPLE_SECONDS : undefined;
