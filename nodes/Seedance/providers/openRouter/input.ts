import { withoutUndefined } from '../../core/replies';
import type { ImageFile, MediaRequest } from '../../core/request';

/** The IDs there: 1.5 Pro [pub], the others [doc]. */
const IDS: Readonly<Record<string, string>> = {
	'seedance-1.5-pro': 'bytedance/seedance-1-5-pro',
};

const wireIdOf = ({ model, modelId }: MediaRequest): string =>
	modelId ?? IDS[model] ?? `bytedance/${model}`;

/** The only resolution with another name there. [doc] */
const RESOLUTIONS: Readonly<Record<string, string>> = { '4k': '4K' };

type Part = Record<string, unknown>;

/** A part of the body with an address, or with a file as a data address. */
function part(kind: 'image' | 'video' | 'audio', source: string | ImageFile): Part {
	const url =
		typeof source === 'string'
			? source
			: `data:${source.mimeType};base64,${source.bytes.toString('base64')}`;
	return { type: `${kind}_url`, [`${kind}_url`]: { url } };
}

const frame = (name: string, source: string | ImageFile | undefined): Part[] =>
	source === undefined ? [] : [{ ...part('image', source), frame_type: name }];

/** An empty list is left out. */
const listOf = (parts: Part[]): Part[] | undefined => (parts.length > 0 ? parts : undefined);

function framesOf({ mode, files = {}, imageUrl, endFrameUrl }: MediaRequest): Part[] {
	if (mode !== 'imageToVideo') return [];
	return [
		...frame('first_frame', files.imageUrl ?? imageUrl),
		...frame('last_frame', files.endFrameUrl ?? endFrameUrl),
	];
}

/** The order is the one in which a prompt counts them: first the addresses of images, then the files. */
function referencesOf({ files = {}, ...request }: MediaRequest): Part[] {
	const { referenceImageUrls: urls = [], referenceVideoUrls, referenceAudioUrls } = request;
	return [
		...[...urls, ...(files.referenceImageUrls ?? [])].map((each) => part('image', each)),
		...(referenceVideoUrls ?? []).map((each) => part('video', each)),
		...(referenceAudioUrls ?? []).map((each) => part('audio', each)),
	];
}

/** The body of a submit. A value that the model does not have is a 400. [doc] */
export function bodyOf(request: MediaRequest): Record<string, unknown> {
	const { resolution } = request;
	return withoutUndefined({
		model: wireIdOf(request),
		prompt: request.prompt,
		duration: request.duration,
		resolution: resolution && (RESOLUTIONS[resolution] ?? resolution),
		aspect_ratio: request.aspectRatio,
		generate_audio: request.audio,
		seed: request.seed,
		frame_images: listOf(framesOf(request)),
		input_references: listOf(referencesOf(request)),
		callback_url: request.callbackUrl,
	});
}
