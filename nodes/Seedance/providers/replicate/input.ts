import { withoutUndefined } from '../../core/replies';
import type { ImageFile, MediaRequest } from '../../core/request';

const OWNER = 'bytedance';

/** The names of the models there. */
const NAMES: Readonly<Record<string, string>> = {
	'seedance-2.5': 'seedance-2.5',
	'seedance-2.0': 'seedance-2.0',
	'seedance-2.0-fast': 'seedance-2.0-fast',
	'seedance-2.0-mini': 'seedance-2.0-mini',
	'seedance-1.5-pro': 'seedance-1.5-pro',
	'seedance-1.0-pro': 'seedance-1-pro',
	'seedance-1.0-pro-fast': 'seedance-1-pro-fast',
	'seedance-1.0-lite': 'seedance-1-lite',
};

/** Owner and name. */
export const wireNameOf = (model: string): string => `${OWNER}/${NAMES[model] ?? model}`;

/** @returns undefined for a model that is newer than this package, or not Seedance */
export const modelOf = (wireName: string): string | undefined =>
	Object.keys(NAMES).find((model) => wireNameOf(model) === wireName);

const takesAdaptive = (model: string): boolean => model.startsWith('seedance-2');

const dataAddress = ({ bytes, mimeType }: ImageFile): string =>
	`data:${mimeType};base64,${bytes.toString('base64')}`;

const mediaOf = (file: ImageFile | undefined, address: string | undefined): string | undefined =>
	file ? dataAddress(file) : address;

/** An empty list is left out. */
function listOf(
	addresses: readonly string[] = [],
	files: readonly ImageFile[] = [],
): string[] | undefined {
	const all = [...addresses, ...files.map(dataAddress)];
	return all.length > 0 ? all : undefined;
}

/** The settings of a job: only what the model has, because an unknown field may be an error. [pub] */
export const settingsOf = (request: MediaRequest): Record<string, unknown> =>
	withoutUndefined({
		prompt: request.prompt,
		// A whole number. [doc]
		duration: request.duration,
		resolution: request.resolution,
		aspect_ratio:
			request.mode === 'imageToVideo' && takesAdaptive(request.model)
				? 'adaptive'
				: request.aspectRatio,
		generate_audio: request.audio,
		camera_fixed: request.cameraLock,
		seed: request.seed,
		watermark: request.watermark,
	});

/** The order of the references is the one in which a prompt counts them: [Image1], [Video1], [Audio1]. [doc] */
export function inputOf(request: MediaRequest): Record<string, unknown> {
	const { mode, files = {} } = request;
	if (mode === 'imageToVideo') {
		return withoutUndefined({
			...settingsOf(request),
			image: mediaOf(files.imageUrl, request.imageUrl),
			last_frame_image: mediaOf(files.endFrameUrl, request.endFrameUrl),
		});
	}
	return withoutUndefined({
		...settingsOf(request),
		reference_images: listOf(request.referenceImageUrls, files.referenceImageUrls),
		reference_videos: listOf(request.referenceVideoUrls),
		reference_audios: listOf(request.referenceAudioUrls),
	});
}
