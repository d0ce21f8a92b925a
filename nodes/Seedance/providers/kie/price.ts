import type { Price, PricedRequest } from '../../core/model';
import { MODEL_DECIDES } from '../../core/request';

// Sources: prices in credits for each second of video, as users of kie.ai have published them. [pub]

/** 1 credit = half a cent. [pub] */
export const USD_PER_CREDIT = 0.005;

/** Credits a second, by resolution. */
type Rates = Readonly<Record<string, number>>;

interface Tariff {
	/** The longest video that the model makes, and all reference videos together, in seconds. */
	maxSeconds: number;
	maxInputSeconds?: number;
	rates: Rates;
	/** With sound, if that costs more. */
	withAudio?: Rates;
	/** If a reference is a video, whose seconds then count as well. Where a rate is missing, the usual one applies. [us] */
	withVideo?: Rates;
	defaultResolution: string;
}

/** The rates of 2.0. Those of 2.0 Fast are not known: it is not dearer. [us] */
const SEEDANCE_20 = { '480p': 19, '720p': 41 };
/** The rates of 1.0 Pro. Those of Pro Fast and Lite are not known: they are not dearer. [us] */
const SEEDANCE_10 = { '480p': 2.8, '720p': 6, '1080p': 14 };

const TARIFFS: Readonly<Record<string, Tariff>> = {
	'seedance-2.5': {
		maxSeconds: 30,
		maxInputSeconds: 30,
		rates: { '480p': 28, '720p': 63, '1080p': 158 },
		withVideo: { '480p': 17, '720p': 38, '1080p': 95 },
		defaultResolution: '720p',
	},
	'seedance-2.0': {
		maxSeconds: 15,
		maxInputSeconds: 15,
		rates: { ...SEEDANCE_20, '1080p': 102, '4k': 208 },
		withVideo: { '480p': 11.5, '720p': 25 },
		defaultResolution: '720p',
	},
	'seedance-2.0-fast': {
		maxSeconds: 15,
		maxInputSeconds: 15,
		rates: SEEDANCE_20,
		withVideo: { '480p': 11.5, '720p': 25 },
		defaultResolution: '720p',
	},
	'seedance-2.0-mini': {
		maxSeconds: 15,
		maxInputSeconds: 15,
		rates: { '480p': 9.5, '720p': 20.5 },
		defaultResolution: '720p',
	},
	// 28 credits for 8 s in 720p without sound [pub]. The others are in proportion to the tokens, as at ModelArk. [us]
	'seedance-1.5-pro': {
		maxSeconds: 12,
		rates: { '480p': 1.75, '720p': 3.5, '1080p': 8 },
		withAudio: { '480p': 3.5, '720p': 7, '1080p': 16 },
		defaultResolution: '720p',
	},
	'seedance-1.0-pro': { maxSeconds: 12, rates: SEEDANCE_10, defaultResolution: '720p' },
	'seedance-1.0-pro-fast': { maxSeconds: 10, rates: SEEDANCE_10, defaultResolution: '720p' },
	'seedance-1.0-lite': { maxSeconds: 12, rates: SEEDANCE_10, defaultResolution: '720p' },
};

/**
 * The highest price that the request can have: with the longest video if the model decides, and with the longest
 * reference videos, whose length is not known before.
 *
 * @returns credits, rounded up to a whole number
 */
function estimateCredits(tariff: Tariff, request: PricedRequest): number {
	const { duration = MODEL_DECIDES, resolution = tariff.defaultResolution, audio = true } = request;
	const seconds = duration === MODEL_DECIDES ? tariff.maxSeconds : duration;
	const rates = audio ? (tariff.withAudio ?? tariff.rates) : tariff.rates;
	const rate = rates[resolution] ?? Math.max(...Object.values(rates));
	const hasVideo = (request.referenceVideoUrls ?? []).length > 0;
	const credits = hasVideo
		? (tariff.withVideo?.[resolution] ?? rate) * (seconds + (tariff.maxInputSeconds ?? 0))
		: rate * seconds;
	// In floating point, 2.8 × 5 may be a little more than 14.
	return Math.ceil(credits - 1e-9);
}

/** @throws RangeError for a model without a tariff (a programming error) */
export function priceOf(model: string): Price {
	const tariff = TARIFFS[model];
	if (!tariff) throw new RangeError(`There is no tariff of "${model}"`);
	return {
		credits: (request) => estimateCredits(tariff, request),
		usdPerCredit: USD_PER_CREDIT,
		perSecond: tariff.rates[tariff.defaultResolution],
	};
}
