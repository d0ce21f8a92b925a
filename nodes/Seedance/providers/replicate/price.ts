import type { PricedRequest } from '../../core/model';
import { MODEL_DECIDES } from '../../core/request';

// Source: the prices on the models' pages, for each second of the finished video. [pub]

/** US dollars a second, by resolution. */
type Rates = Readonly<Record<string, number>>;

interface Tariff {
	/** The longest video that the model makes, in seconds. */
	maxSeconds: number;
	rates: Rates;
	/** Without sound, if that is cheaper. */
	silent?: Rates;
	/** If a reference is a video. Empty if no price is public; absent if the model takes no videos. */
	withVideo?: Rates;
}

/** The only resolution of 1.5 Pro that we ask for, see `models.ts`. */
const USUAL_RESOLUTION = '720p';

const TARIFFS: Readonly<Record<string, Tariff>> = {
	'seedance-2.5': {
		maxSeconds: 30,
		rates: { '480p': 0.1028, '720p': 0.2312 },
		withVideo: { '480p': 0.4304, '720p': 0.9676 },
	},
	'seedance-2.0': {
		maxSeconds: 15,
		rates: { '480p': 0.08, '720p': 0.18, '1080p': 0.45, '4k': 1 },
		withVideo: { '480p': 0.1, '720p': 0.22, '1080p': 0.55, '4k': 1.25 },
	},
	'seedance-2.0-fast': { maxSeconds: 15, rates: { '480p': 0.07, '720p': 0.15 }, withVideo: {} },
	'seedance-2.0-mini': { maxSeconds: 15, rates: { '480p': 0.04, '720p': 0.09 }, withVideo: {} },
	'seedance-1.5-pro': { maxSeconds: 12, rates: { '720p': 0.052 }, silent: { '720p': 0.026 } },
	// The prices of 480p and 720p are not known.
	'seedance-1.0-pro': { maxSeconds: 12, rates: { '1080p': 0.15 } },
	'seedance-1.0-pro-fast': {
		maxSeconds: 12,
		rates: { '480p': 0.015, '720p': 0.025, '1080p': 0.06 },
	},
	'seedance-1.0-lite': { maxSeconds: 12, rates: { '480p': 0.018, '720p': 0.036, '1080p': 0.072 } },
};

/** Where the price with a reference video is not known: as much dearer as with 2.0. [us] */
const VIDEO_FACTOR = 1.25;

/**
 * The highest price that the request can have: with the longest video where the model decides, and at the model's
 * highest known rate where that of the resolution is not known. [us]
 *
 * @returns US dollars
 */
export function estimateUsd(model: string, request: PricedRequest): number {
	const tariff = TARIFFS[model];
	if (!tariff) return 0;
	const { resolution = USUAL_RESOLUTION, audio = true, duration = MODEL_DECIDES } = request;
	const hadVideo = (request.referenceVideoUrls ?? []).length > 0;
	const seconds = duration === MODEL_DECIDES ? tariff.maxSeconds : duration;
	const known = rateOf(tariff, { resolution, audio, hadVideo });
	const highest = Math.max(...Object.values(tariff.rates));
	const assumed = (tariff.rates[resolution] ?? highest) * (hadVideo ? VIDEO_FACTOR : 1);
	return seconds * (known ?? assumed);
}

/** What the price of a finished job depends on. What is undefined is not known any more. */
export interface Usage {
	seconds: number;
	resolution: string | undefined;
	audio: boolean | undefined;
	hadVideo: boolean | undefined;
}

/** @returns US dollars; null if it cannot be told */
export function usdOfUsage(model: string, { seconds, ...usage }: Usage): number | null {
	const tariff = TARIFFS[model];
	const rate = tariff && rateOf(tariff, usage);
	return rate === undefined ? null : Math.round(seconds * rate * 1e6) / 1e6;
}

function rateOf(
	{ rates, silent, withVideo }: Tariff,
	{ resolution = USUAL_RESOLUTION, audio, hadVideo }: Omit<Usage, 'seconds'>,
): number | undefined {
	const isUnclear = (silent && audio === undefined) || (withVideo && hadVideo === undefined);
	if (isUnclear) return undefined;
	if (withVideo && hadVideo) return withVideo[resolution];
	return (silent && !audio ? silent : rates)[resolution];
}
