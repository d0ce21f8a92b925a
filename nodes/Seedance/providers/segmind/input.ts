import { withoutUndefined } from '../../core/replies';
import type { MediaRequest, Mode } from '../../core/request';

// Source: the pages of the models (segmind.com/models/…/api) [doc].

/** What the fields of a model are called, where models differ. */
interface Wire {
	/** The name of the model in the path; of 1.0 Lite, another one with an image. */
	slug: string;
	slugWithImage?: string;
	firstFrame: 'image_url' | 'first_frame_url';
	/** `skip_moderation` is the text "true" or "false". Otherwise, it is a boolean. */
	moderationAsText?: true;
}

const WIRES: Readonly<Record<string, Wire>> = {
	'seedance-pro': { slug: 'seedance-pro', firstFrame: 'image_url' },
	'seedance-1.0-lite': {
		slug: 'seedance-v1-lite-text-to-video',
		slugWithImage: 'seedance-v1-lite-image-to-video',
		firstFrame: 'first_frame_url',
	},
	'seedance-1.0-pro-fast': {
		slug: 'seedance-1.0-pro-fast',
		firstFrame: 'image_url',
		moderationAsText: true,
	},
	'seedance-1.5-pro': {
		slug: 'seedance-1.5-pro',
		firstFrame: 'first_frame_url',
		moderationAsText: true,
	},
};

/** From 2.0 on, a model has its own name there, too. */
const wireOf = (model: string): Wire =>
	WIRES[model] ?? { slug: model, firstFrame: 'first_frame_url' };

export function slugOf({ model, mode }: { model: string; mode: Mode }): string {
	const { slug, slugWithImage = slug } = wireOf(model);
	return mode === 'imageToVideo' ? slugWithImage : slug;
}

/** An empty list is left out. */
const listed = (urls: readonly string[] | undefined) => (urls?.length ? urls : undefined);

/** The order of the references is the one in which a prompt counts them. [doc] */
export function bodyOf(request: MediaRequest): Record<string, unknown> {
	const { firstFrame, moderationAsText } = wireOf(request.model);
	const { skipModeration } = request;
	const asText = moderationAsText && skipModeration !== undefined;
	return withoutUndefined({
		prompt: request.prompt,
		duration: request.duration,
		resolution: request.resolution,
		aspect_ratio: request.aspectRatio,
		generate_audio: request.audio,
		camera_fixed: request.cameraLock,
		[firstFrame]: request.imageUrl,
		last_frame_url: request.endFrameUrl,
		reference_images: listed(request.referenceImageUrls),
		reference_videos: listed(request.referenceVideoUrls),
		reference_audios: listed(request.referenceAudioUrls),
		seed: request.seed,
		return_last_frame: request.returnLastFrame,
		skip_moderation: asText ? String(skipModeration) : skipModeration,
	});
}
