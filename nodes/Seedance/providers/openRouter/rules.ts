import type { MediaRequest } from '../../core/request';

// What the documents forbid, in one sentence each, so that it is refused before anything is sent.

/** OpenRouter itself is on the internet. An address on this machine can only be meant for a test beside it. */
const HTTP_ELSEWHERE = /^http:\/\/(?!(localhost|127\.[\d.]+|\[::1\])([:/]|$))/i;

/** "Must be HTTPS" [doc]. */
export function httpsCallback({ callbackUrl = '' }: MediaRequest): string[] {
	return HTTP_ELSEWHERE.test(callbackUrl)
		? [
				'Callback URL: OpenRouter calls only addresses that start with https://. Enter such an address; for that of n8n itself, set WEBHOOK_URL of n8n.',
			]
		: [];
}

export function oneEndFrame({ endFrameUrl, endFrameBinaryField }: MediaRequest): string[] {
	return endFrameUrl && endFrameBinaryField
		? ['End Frame: give it as an address or as a file, not as both.']
		: [];
}

/**
 * @param max images, by address and as files together
 * @param audioAlone whether a sound may be the only reference
 */
export const referenceRules =
	(max: number, audioAlone: boolean) =>
	(request: MediaRequest): string[] => {
		const images =
			(request.referenceImageUrls ?? []).length + (request.referenceBinaryFields ?? []).length;
		const videos = (request.referenceVideoUrls ?? []).length;
		const sounds = (request.referenceAudioUrls ?? []).length;
		if (images > max) {
			return [
				`Reference images: ${images} are too many. Allowed: up to ${max}, addresses and files together.`,
			];
		}
		if (images + videos + sounds === 0) {
			return [
				'References to Video: there is no reference. Enter the address of an image, or the name of a binary field.',
			];
		}
		return images + videos === 0 && !audioAlone
			? [
					'Reference Audio URLs: a sound alone is not possible with this model. Add an image or a video.',
				]
			: [];
	};

/** All rules together. */
export const rules =
	(...each: Array<(request: MediaRequest) => string[]>) =>
	(request: MediaRequest): string[] =>
		each.flatMap((rule) => rule(request));
