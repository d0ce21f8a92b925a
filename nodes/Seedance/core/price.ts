import type { Model, PricedRequest } from './model';

/** 1 credit = 1 US cent, unless the price of the model says otherwise (price lists of seedance.it.com). */
const USD_PER_CREDIT = 0.01;

/** @returns US dollars, to a hundredth of a cent */
export const creditsToUsd = (credits: number, usdPerCredit = USD_PER_CREDIT): number =>
	Math.round(credits * usdPerCredit * 10_000) / 10_000;

/** The estimated charge of a finished job, as fields of the job. */
export interface Estimate {
	/** Whole credits; null if the provider bills in money. */
	creditsEstimated: number | null;
	/** US dollars, to a hundredth of a cent; null if no price is public. */
	costUsdEstimated: number | null;
}

export function estimateCost({ price }: Model, request: PricedRequest): Estimate {
	const credits = price.credits?.(request) ?? null;
	if (credits !== null)
		return {
			creditsEstimated: credits,
			costUsdEstimated: creditsToUsd(credits, price.usdPerCredit),
		};
	const usd = price.usd?.(request) ?? null;
	return { creditsEstimated: null, costUsdEstimated: usd && Math.round(usd * 10_000) / 10_000 };
}

/** Whole seconds of video that a balance pays for; undefined for models that do not make videos. */
export function affordableSeconds({ price }: Model, balance: number): number | undefined {
	if (price.perSecond === undefined) return undefined;
	// In floating point, 0.35 / 0.07 is a little less than 5.
	return Math.max(0, Math.floor(balance / price.perSecond + 1e-9));
}

/** A price per second of video, rounded to the nearest credit. */
export const bySecond = (creditsPerSecond: number) => ({
	credits: ({ duration = 0 }: PricedRequest) => Math.round(duration * creditsPerSecond),
	perSecond: creditsPerSecond,
});
