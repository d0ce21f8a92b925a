import type { PricedRequest } from '../../core/model';
import { MODEL_DECIDES } from '../../core/request';

// Source: the price on the page of each endpoint, in its llms.txt. A price is by tokens: width × height × 24 × seconds /
// 1024. The pages also give it by the second, and these are the figures here. Where a page has none for a resolution, it
// is computed from the tokens: those of 1280×720, 1920×1080 and 3840×2160, or what the other figures of the model say.

interface Tariff {
	/** US dollars for a second of video, by resolution. */
	perSecond: Readonly<Record<string, number>>;
	/** The longest video that the model makes, and all reference videos together, in seconds. */
	maxSeconds: number;
	maxInputSeconds?: number;
	/** The part of the price that a silent video costs. */
	silentFactor?: number;
}

/** 720p [doc]; 480p and 1080p computed. 1280×720 have 21.6 thousand tokens a second. */
const TARIFFS: Readonly<Record<string, Tariff>> = {
	// 1080p [pub]: $0.0234 for a thousand tokens, with the pixels that the other two figures say.
	'seedance-2.5': {
		perSecond: { '480p': 0.2205, '720p': 0.473, '1080p': 1.1634 },
		maxSeconds: 30,
		maxInputSeconds: 30.2,
	},
	'seedance-2.5-flash': {
		perSecond: { '480p': 0.1442, '720p': 0.3094 },
		maxSeconds: 30,
		maxInputSeconds: 30.2,
	},
	// 1080p [pub]. 480p has the price of flash, whose tokens cost the same. 4k: $0.008 for a thousand tokens [pub].
	'seedance-2.0': {
		perSecond: { '480p': 0.1442, '720p': 0.3034, '1080p': 0.682, '4k': 1.5552 },
		maxSeconds: 15,
		maxInputSeconds: 15,
	},
	'seedance-2.0-fast': {
		perSecond: { '480p': 0.1154, '720p': 0.2419 },
		maxSeconds: 15,
		maxInputSeconds: 15,
	},
	'seedance-2.0-mini': {
		perSecond: { '480p': 0.0721, '720p': 0.1547 },
		maxSeconds: 15,
		maxInputSeconds: 15,
	},
	// $0.0024 for a thousand tokens with sound, half of it without.
	'seedance-1.5-pro': {
		perSecond: { '480p': 0.0233, '720p': 0.0518, '1080p': 0.1175 },
		maxSeconds: 12,
		silentFactor: 0.5,
	},
	// $0.001 for a thousand tokens: 5 s in 1080p are about $0.245.
	'seedance-1.0-pro-fast': {
		perSecond: { '480p': 0.0097, '720p': 0.0206, '1080p': 0.049 },
		maxSeconds: 12,
	},
};

/** With reference videos, a second costs less, but their seconds count, too. [pub] */
const WITH_VIDEO_FACTOR = 0.6;

/**
 * The highest price that the request can have: with the longest video if the model decides, and with the longest
 * reference videos.
 *
 * @returns US dollars
 */
export function estimateUsd(model: string, request: PricedRequest): number {
	const tariff = TARIFFS[model];
	if (!tariff) return 0;
	const { duration = MODEL_DECIDES, referenceVideoUrls: videos = [], resolution = '' } = request;
	const { perSecond, maxSeconds, maxInputSeconds = 0, silentFactor = 1 } = tariff;
	const rate = perSecond[resolution] ?? Math.max(...Object.values(perSecond));
	const seconds = duration === MODEL_DECIDES ? maxSeconds : duration;
	const withSound = request.audio === false ? rate * silentFactor : rate;
	return videos.length > 0
		? withSound * WITH_VIDEO_FACTOR * (seconds + maxInputSeconds)
		: withSound * seconds;
}

/** None is public for 1.0 Pro. */
export const isPriced = (model: string): boolean => model in TARIFFS;
