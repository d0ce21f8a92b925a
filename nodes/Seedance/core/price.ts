import type { Model } from './model';
import type { VideoRequest } from './request';

/** What the provider will take for the finished video, in whole credits, by its price list. */
export function estimateCredits(
	{ price }: Model,
	{ duration }: Pick<VideoRequest, 'duration'>,
): number {
	return Math.round(duration * price.creditsPerSecond);
}

/** Whole seconds of video that a balance pays for. */
export function affordableSeconds({ price }: Model, credits: number): number {
	return Math.max(0, Math.floor(credits / price.creditsPerSecond));
}
