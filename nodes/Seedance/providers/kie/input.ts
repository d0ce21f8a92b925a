import { withoutUndefined } from '../../core/replies';
import type { MediaRequest, Mode } from '../../core/request';

/** The wire names, one for each mode where the modes have their own. [doc] */
const NAMES: Readonly<Record<string, string | Partial<Record<Mode, string>>>> = {
	'seedance-2.5': 'bytedance/seedance-2-5',
	'seedance-2.0': 'bytedance/seedance-2',
	'seedance-2.0-fast': 'bytedance/seedance-2-fast',
	'seedance-2.0-mini': 'bytedance/seedance-2-mini',
	'seedance-1.5-pro': 'bytedance/seedance-1.5-pro',
	'seedance-1.0-pro': {
		textToVideo: 'bytedance/v1-pro-text-to-video',
		imageToVideo: 'bytedance/v1-pro-image-to-video',
	},
	'seedance-1.0-pro-fast': { imageToVideo: 'bytedance/v1-pro-fast-image-to-video' },
	'seedance-1.0-lite': {
		textToVideo: 'bytedance/v1-lite-text-to-video',
		imageToVideo: 'bytedance/v1-lite-image-to-video',
	},
};

type Named = Pick<MediaRequest, 'model' | 'mode' | 'modelId'>;

/** The user's own ID if there is one, otherwise that of the model in this mode. */
export function wireNameOf({ model, mode, modelId }: Named): string {
	const names = NAMES[model] ?? model;
	return modelId ?? (typeof names === 'string' ? names : (names[mode] ?? model));
}

/** @returns undefined for a model that is newer than this package, or not Seedance */
export const modelOf = (wireName: string): string | undefined =>
	Object.entries(NAMES).find(([, names]) =>
		typeof names === 'string' ? names === wireName : Object.values(names).includes(wireName),
	)?.[0];

const listed = (urls: readonly string[] | undefined) => (urls?.length ? urls : undefined);

/** Each version has its own names for the frames. [doc] */
function mediaOf(request: MediaRequest): Record<string, unknown> {
	const { model, imageUrl, endFrameUrl } = request;
	if (model.startsWith('seedance-1.0')) return { image_url: imageUrl, end_image_url: endFrameUrl };
	if (model.startsWith('seedance-1.5')) {
		return { input_urls: listed([imageUrl, endFrameUrl].filter((url) => url !== undefined)) };
	}
	return {
		first_frame_url: imageUrl,
		last_frame_url: endFrameUrl,
		reference_image_urls: listed(request.referenceImageUrls),
		reference_video_urls: listed(request.referenceVideoUrls),
		reference_audio_urls: listed(request.referenceAudioUrls),
	};
}

/** A text with 1.x [doc] ([pub] for 1.5), a whole number with 2.x [doc]. */
function durationOf({ model, duration }: MediaRequest): string | number | undefined {
	return duration !== undefined && model.startsWith('seedance-1.') ? String(duration) : duration;
}

/** The settings and media of a job: only what the model has in this mode. */
export function inputOf(request: MediaRequest): Record<string, unknown> {
	const { model, cameraLock, skipModeration } = request;
	return withoutUndefined({
		prompt: request.prompt,
		...mediaOf(request),
		aspect_ratio: request.aspectRatio,
		resolution: request.resolution,
		duration: durationOf(request),
		generate_audio: request.audio,
		[model.startsWith('seedance-1.5') ? 'fixed_lens' : 'camera_fixed']: cameraLock,
		seed: request.seed,
		enable_safety_checker: skipModeration === undefined ? undefined : !skipModeration,
		// A false is left out: some accounts have had requests refused because of this field. [pub]
		return_last_frame: request.returnLastFrame ? true : undefined,
	});
}
