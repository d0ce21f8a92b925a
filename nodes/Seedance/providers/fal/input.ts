import type { MediaRequest } from '../../core/request';
import { withoutUndefined } from '../../core/replies';
import { MODEL_DECIDES } from '../../core/request';

/** What the model decides, or takes from the input. */
const AUTO = 'auto';

/** The names of our tasks. `auto` is no task: the field is left out. */
const TASKS: Readonly<Record<string, string>> = {
	reference: 'reference',
	edit: 'editing',
	extend: 'extension',
};

function durationOf({ duration }: MediaRequest): string | undefined {
	if (duration === undefined) return undefined;
	return duration === MODEL_DECIDES ? AUTO : String(duration);
}

/** An empty list would be no reference. */
const listed = (urls: readonly string[] | undefined) => (urls?.length ? urls : undefined);

/** The body of a submit: the model's input itself. A duration is a text in all models. [doc] */
export function inputOf(request: MediaRequest): Record<string, unknown> {
	const { aspectRatio, skipModeration } = request;
	return withoutUndefined({
		prompt: request.prompt,
		duration: durationOf(request),
		resolution: request.resolution,
		aspect_ratio: aspectRatio === 'adaptive' ? AUTO : aspectRatio,
		generate_audio: request.audio,
		camera_fixed: request.cameraLock,
		seed: request.seed,
		enable_safety_checker: skipModeration === undefined ? undefined : !skipModeration,
		image_url: request.imageUrl,
		end_image_url: request.endFrameUrl,
		image_urls: listed(request.referenceImageUrls),
		video_urls: listed(request.referenceVideoUrls),
		audio_urls: listed(request.referenceAudioUrls),
		task: request.task === undefined ? undefined : TASKS[request.task],
	});
}
