import type { MediaRequest } from '../../core/request';

// What the documents forbid, in one sentence each, so that it is refused before anything is sent.

export function oneEndFrame({ endFrameUrl, endFrameBinaryField }: MediaRequest): string[] {
	return endFrameUrl && endFrameBinaryField
		? ['End Frame: give it as an address or as a file, not as both.']
		: [];
}

/** The most references of a model. */
export interface MostReferences {
	/** By address and as files together. */
	images: number;
	/** Of all kinds together. */
	files: number;
	/** A sound needs no image or video beside it. */
	audioAlone: boolean;
}

export const referenceRules =
	(most: MostReferences) =>
	(request: MediaRequest): string[] => {
		const images =
			(request.referenceImageUrls ?? []).length + (request.referenceBinaryFields ?? []).length;
		const videos = (request.referenceVideoUrls ?? []).length;
		const sounds = (request.referenceAudioUrls ?? []).length;
		const all = images + videos + sounds;
		if (all === 0) {
			return [
				'References to Video: there is no reference. Enter the address of an image, or the name of a binary field.',
			];
		}
		return [
			...(images > most.images
				? [
						`Reference images: ${images} are too many. Allowed: up to ${most.images}, addresses and files together.`,
					]
				: []),
			...(all > most.files
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

export function taskRules({ task, referenceVideoUrls = [], aspectRatio }: MediaRequest): string[] {
	if (task !== 'edit' && task !== 'extend') return [];
	return [
		...(referenceVideoUrls.length > 0
			? []
			: [
					`Task ${task === 'edit' ? 'Edit' : 'Extend'}: it needs a video. Add its address in Reference Video URLs.`,
				]),
		...(task === 'extend' || aspectRatio === 'adaptive'
			? []
			: ['Task Edit: the result has the ratio of the video. Choose adaptive in Aspect Ratio.']),
	];
}

/** All rules together. */
export const rules =
	(...each: Array<(request: MediaRequest) => string[]>) =>
	(request: MediaRequest): string[] =>
		each.flatMap((rule) => rule(request));
