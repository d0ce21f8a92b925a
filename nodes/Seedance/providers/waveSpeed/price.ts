import type { PricedRequest } from '../../core/model';
import { MODEL_DECIDES } from '../../core/request';

// Source: the tables on the models' pages, in US dollars for 5 seconds of the finished video.

interface Tariff {
	/** US dollars for a second in 720p. */
	perSecond: number;
	/** Of the other resolutions, where a price is public. */
	others?: Readonly<Record<string, number>>;
	/** The longest video that the model makes, and all reference videos together, in seconds. */
	maxSeconds: number;
	maxInputSeconds?: number;
}

const TARIFFS: Readonly<Record<string, Tariff>> = {
	// [pub]
	'seedance-2.5': {
		perSecond: 0.36,
		others: { '480p': 0.18 },
		maxSeconds: 30,
		maxInputSeconds: 30,
	},
	// $1.20, $0.80 and half of 2.0. [doc]
	'seedance-2.0': { perSecond: 0.24, maxSeconds: 15, maxInputSeconds: 15 },
	'seedance-2.0-fast': { perSecond: 0.16, maxSeconds: 15, maxInputSeconds: 15 },
	'seedance-2.0-mini': { perSecond: 0.12, maxSeconds: 15, maxInputSeconds: 15 },
	// $0.26, with sound. [pub] Without sound, it may be less.
	'seedance-1.5-pro': { perSecond: 0.052, maxSeconds: 12 },
	// $0.15 in 480p and $0.60 in 1080p. [doc] 720p lies between. [us]
	'seedance-1.0-pro': { perSecond: 0.06, others: { '480p': 0.03, '1080p': 0.12 }, maxSeconds: 10 },
	// $0.08 and $0.16. [doc]
	'seedance-1.0-lite': { perSecond: 0.032, others: { '480p': 0.016 }, maxSeconds: 10 },
};

/** How much of the price of 720p other resolutions cost where no price is public: as with 2.0 Mini. [pub] */
const FACTORS: Readonly<Record<string, number>> = { '480p': 0.5, '720p': 1, '1080p': 2.3625 };
const HIGHEST_FACTOR = Math.max(...Object.values(FACTORS));

/**
 * With a reference video, a page has 55 instead of 70 cents. [doc] Whether its seconds count as well is not documented:
 * they do at the model's own provider. [us]
 */
const WITH_VIDEO_FACTOR = 55 / 70;

/** @returns US dollars for a second with the usual settings, 0 for an unknown model */
export function usualRate(model: string, resolution: string): number {
	const tariff = TARIFFS[model];
	if (!tariff) return 0;
	const factor = FACTORS[resolution] ?? HIGHEST_FACTOR;
	return tariff.others?.[resolution] ?? tariff.perSecond * factor;
}

/**
 * The highest price that the request can have: with the longest video where the model decides, and with the longest
 * reference videos.
 *
 * @returns US dollars
 */
export function estimateUsd(model: string, request: PricedRequest): number {
	const { resolution = '', duration = MODEL_DECIDES, referenceVideoUrls: videos = [] } = request;
	const { maxSeconds = 0, maxInputSeconds = 0 } = TARIFFS[model] ?? {};
	const rate = usualRate(model, resolution);
	const seconds = duration === MODEL_DECIDES ? maxSeconds : duration;
	return videos.length > 0
		? rate * WITH_VIDEO_FACTOR * (seconds + maxInputSeconds)
		: rate * seconds;
}
