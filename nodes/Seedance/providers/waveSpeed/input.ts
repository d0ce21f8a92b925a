import { withoutUndefined } from '../../core/replies';
import type { MediaRequest } from '../../core/request';
import { namesResolution } from './ids';

/** An empty list would be no reference. */
const listed = (urls: readonly string[] | undefined) => (urls?.length ? urls : undefined);

/**
 * `adaptive` is a value of 1.5 only. [doc] 2.x follow the frame if the field is left out. [doc]
 *
 * @returns undefined to leave it out
 */
function ratioOf({ model, aspectRatio }: MediaRequest): string | undefined {
	const isWord = model === 'seedance-1.5-pro';
	return aspectRatio === 'adaptive' && !isWord ? undefined : aspectRatio;
}

/** The settings of a job, without its media. Only documented fields are sent. */
export const settingsOf = (request: MediaRequest): Record<string, unknown> =>
	withoutUndefined({
		prompt: request.prompt,
		// A whole number. [doc]
		duration: request.duration,
		// A model of the user's own has no resolution in its ID that we know of.
		resolution:
			namesResolution(request.model) && request.modelId === undefined
				? undefined
				: request.resolution,
		aspect_ratio: ratioOf(request),
		generate_audio: request.audio,
		camera_fixed: request.cameraLock,
		seed: request.seed,
	});

/** The body of a submit: the model's input itself. */
export const inputOf = (request: MediaRequest): Record<string, unknown> =>
	withoutUndefined({
		...settingsOf(request),
		image: request.imageUrl,
		last_image: request.endFrameUrl,
		reference_images: listed(request.referenceImageUrls),
		reference_videos: listed(request.referenceVideoUrls),
		reference_audios: listed(request.referenceAudioUrls),
	});
