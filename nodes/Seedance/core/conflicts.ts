import type { MediaRequest } from './request';

// Rules between fields that several providers have. Each is one sentence, so that it is refused before anything is sent.

/** The rules that a request breaks. */
export type Rule = (request: MediaRequest) => string[];

export function oneEndFrame({ endFrameUrl, endFrameBinaryField }: MediaRequest): string[] {
	return endFrameUrl && endFrameBinaryField
		? ['End Frame: give it as an address or as a file, not as both.']
		: [];
}

/** The most references of a model. */
export interface MostReferences {
	/** By address and as files together. */
	images: number;
	/** Of all kinds together, if that is limited as well. */
	files?: number;
	/** A sound needs no image or video beside it. */
	audioAlone?: boolean;
	/** The provider takes only addresses. */
	addressesOnly?: boolean;
}

export const referenceRules =
	(most: MostReferences): Rule =>
	(request) => {
		const images =
			(request.referenceImageUrls ?? []).length + (request.referenceBinaryFields ?? []).length;
		const videos = (request.referenceVideoUrls ?? []).length;
		const sounds = (request.referenceAudioUrls ?? []).length;
		const all = images + videos + sounds;
		if (all === 0) {
			const orFile = most.addressesOnly ? '' : ', or the name of a binary field';
			return [
				`References to Video: there is no reference. Enter the address of an image${orFile}.`,
			];
		}
		return [
			...(images > most.images
				? [
						`Reference images: ${images} are too many. Allowed: up to ${most.images}, addresses and files together.`,
					]
				: []),
			...(most.files !== undefined && all > most.files
				? [
						`References: ${all} files are too many. Allowed: up to ${most.files}, images, videos and sounds together.`,
					]
				: []),
			...(images + videos === 0 && !most.audioAlone
				? [
						'Reference Audio URLs: a sound alone is not possible with this model. Add an image or a video.',
					]
				: []),
		];
	};

/** All rules together. */
export const rules =
	(...each: Rule[]): Rule =>
	(request) =>
		each.flatMap((rule) => rule(request));
