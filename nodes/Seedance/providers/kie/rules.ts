import type { MediaRequest } from '../../core/request';

// What the documents forbid, in one sentence each, so that it is refused before anything is sent.

/** "3 to 20,000 characters" (2.x). [doc] */
const MIN_PROMPT = 3;

export const longEnough = ({ prompt }: MediaRequest): string[] =>
	prompt !== undefined && [...prompt].length < MIN_PROMPT
		? [`Prompt: "${prompt}" is too short. Allowed: at least ${MIN_PROMPT} characters.`]
		: [];

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
