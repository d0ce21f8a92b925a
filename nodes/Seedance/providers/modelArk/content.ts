import type { ImageFile, MediaRequest } from '../../core/request';
import { withoutUndefined } from '../../core/replies';
import { wireIdOf } from './wireIds';

/** A file becomes "data:image/<format in lower case>;base64,…". [doc] */
const addressOf = (source: string | ImageFile): string =>
	typeof source === 'string'
		? source
		: `data:${source.mimeType};base64,${source.bytes.toString('base64')}`;

/** A frame: its address, or the file as one. */
export function frameOf(
	request: MediaRequest,
	frame: 'imageUrl' | 'endFrameUrl',
): string | undefined {
	const source = request.files?.[frame] ?? request[frame];
	return source && addressOf(source);
}

/** The images among the references, in the order in which a prompt counts them. [doc] */
export const referenceImagesOf = ({ referenceImageUrls = [], files }: MediaRequest): string[] =>
	[...referenceImageUrls, ...(files?.referenceImageUrls ?? [])].map(addressOf);

type Element = Record<string, unknown>;

/** An element for each address. */
const media = (
	type: 'image_url' | 'video_url' | 'audio_url',
	role: string,
	...addresses: Array<string | undefined>
): Element[] =>
	addresses.filter((url) => url !== undefined).map((url) => ({ type, [type]: { url }, role }));

/** What the video is made from. */
function contentOf(request: MediaRequest): Element[] {
	const { mode, prompt, draftJobId } = request;
	if (mode === 'draftToVideo') return [{ type: 'draft_task', draft_task: { id: draftJobId } }];
	const text = prompt === undefined ? [] : [{ type: 'text', text: prompt }];
	if (mode === 'imageToVideo') {
		return [
			...text,
			...media('image_url', 'first_frame', frameOf(request, 'imageUrl')),
			...media('image_url', 'last_frame', frameOf(request, 'endFrameUrl')),
		];
	}
	return [
		...text,
		...media('image_url', 'reference_image', ...referenceImagesOf(request)),
		...media('video_url', 'reference_video', ...(request.referenceVideoUrls ?? [])),
		...media('audio_url', 'reference_audio', ...(request.referenceAudioUrls ?? [])),
	];
}

/**
 * The body of a new task. Only what the model has in this mode is in the request: a field that does not apply is a 400,
 * and an unknown one is ignored without a word. [doc]
 *
 * @param tag identifies the submit. It comes back in the list of tasks.
 */
export function taskBody(request: MediaRequest, region: string | undefined, tag: string): Element {
	const usualTier = request.serviceTier === 'default';
	const usualTask = request.task === 'auto';
	return withoutUndefined({
		model: wireIdOf(request, region),
		content: contentOf(request),
		resolution: request.resolution,
		ratio: request.aspectRatio,
		duration: request.duration,
		generate_audio: request.audio,
		camera_fixed: request.cameraLock,
		seed: request.seed,
		watermark: request.watermark,
		return_last_frame: request.draft ? undefined : request.returnLastFrame,
		service_tier: usualTier ? undefined : request.serviceTier,
		draft: request.draft ? true : undefined,
		omni_reference_task_type: usualTask ? undefined : request.task,
		callback_url: request.callbackUrl,
		safety_identifier: tag,
	});
}
