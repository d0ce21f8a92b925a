import type { Model, PricedRequest } from './model';

/** What the provider will take for the finished job, in whole credits; null where it bills in money. */
export function estimateCredits({ price }: Model, request: PricedRequest): number | null {
	return price.credits?.(request) ?? null;
}

/** Whole seconds of video that a balance pays for; undefined for models that make no video. */
export function affordableSeconds({ price }: Model, balance: number): number | undefined {
	if (price.perSecond === undefined) return undefined;
	// 0.35 / 0.07 is a little less than 5.
	return Math.max(0, Math.floor(balance / price.perSecond + 1e-9));
}

/** A price by the second of video, rounded to the nearest credit. */
export const bySecond = (creditsPerSecond: number) => ({
	credits: ({ duration = 0 }: PricedRequest) => Math.round(duration * creditsPerSecond),
	perSecond: creditsPerSecond,
});
