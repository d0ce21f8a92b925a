import type { INodeProperties } from 'n8n-workflow';
import { showImageLimits } from '../core/image';
import type { Capabilities } from '../core/model';
import { MODEL_DECIDES, type ImageInput } from '../core/request';
import type { FieldCapabilities, RequestField } from '../core/requestField';
import { requestFields } from '../core/requestFields';
import { asOption, choiceOf, IMAGE_INPUTS, SERVICE_TIERS, TASKS } from './choices';

type Shape = Omit<INodeProperties, 'name' | 'displayName' | 'displayOptions'>;

/** The fields whose shape depends on the model. */
export type ShapedField = Exclude<keyof FieldCapabilities, 'metadata' | 'callbackUrl'>;

const isRatio = (value: string): boolean => /^\d/.test(value);

// No field is marked as required. If the model is an expression, n8n would require fields that do not apply, and its
// message does not name the allowed values. `checkRequest` handles both cases correctly.
/** What n8n shows for each request field, in the order of the form. */
const fieldShapes: {
	readonly [Name in ShapedField]: (capability: FieldCapabilities[Name]) => Shape;
} = {
	prompt: ({ maxLength, optional }) => ({
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'e.g. The sneaker turns slowly on a white table, soft studio light',
		description: `${optional ? 'Optional. What' : 'What'} to show, in up to ${maxLength} characters. A longer text is refused before anything is spent.`,
	}),
	imageInput: ({ inputs }) => ({
		...choiceOf(inputs.map((value) => ({ name: IMAGE_INPUTS[value], value }))),
		description: 'How the first image is given',
	}),
	imageUrl: ({ limits }) => ({
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/sneaker.jpg',
		description: `Public address of a ${showImageLimits(limits)}`,
	}),
	imageBinaryField: ({ limits }) => ({
		type: 'string',
		default: 'data',
		placeholder: 'e.g. data',
		hint: 'The name of the input binary field that holds the image',
		description: `A ${showImageLimits(limits)}`,
	}),
	referenceImageUrls: ({ max, limits }) => ({
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. https://example.com/front.jpg',
		description: `Public addresses of up to ${max} images, one a line, or an array from an expression. In the prompt they are Image 1, Image 2 and so on. Each: ${showImageLimits(limits)}.`,
	}),
	referenceBinaryFields: ({ max }) => ({
		type: 'string',
		default: '',
		placeholder: 'e.g. front, back',
		hint: 'The names of the input binary fields that hold the images, separated by commas',
		description: `Images that are files of the item. They come after those with addresses; together up to ${max}.`,
	}),
	draftJobId: () => ({
		type: 'string',
		default: '={{ $json.jobId }}',
		placeholder: 'e.g. cgt-20260731174311-zmz5s',
		description:
			'The job ID of a finished draft, not older than 7 days. Text, images and length are those of the draft.',
	}),
	duration: (duration) =>
		'values' in duration
			? {
					...choiceOf(duration.values.map(asOption), duration.default),
					description: 'Length of the video in seconds. Longer videos cost more.',
				}
			: {
					type: 'number',
					typeOptions: {
						minValue: duration.orModel ? MODEL_DECIDES : duration.min,
						maxValue: duration.max,
						numberPrecision: 0,
					},
					default: duration.default,
					description: `Length of the video, ${duration.min} to ${duration.max} whole seconds${duration.orModel ? `, or ${MODEL_DECIDES}: the model decides` : ''}. Longer videos cost more.`,
				},
	resolution: (resolution) => ({
		...choiceOf(resolution.values.map(asOption), resolution.default),
		description: 'How large the picture is. A higher resolution can cost more.',
	}),
	aspectRatio: (aspectRatio) => ({
		...choiceOf(aspectRatio.values.map(asOption), aspectRatio.default),
		description: `Width to height: 16:9 is landscape, 9:16 is for phones, 1:1 is square${aspectRatio.values.every(isRatio) ? '' : ', Adaptive follows the input'}`,
	}),
	audio: (audio) => ({
		type: 'boolean',
		default: audio.default,
		description: 'Whether the video comes with sound. With some models that costs more.',
	}),
	cameraLock: (cameraLock) => ({
		type: 'boolean',
		default: cameraLock.default,
		description: 'Whether the camera stands still',
	}),
	endFrameUrl: () => ({
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/last.jpg',
		description: 'Public address of the JPEG, PNG or WebP image that the video ends with',
	}),
	endFrameBinaryField: () => ({
		type: 'string',
		default: '',
		placeholder: 'e.g. lastFrame',
		hint: 'The name of the input binary field that holds the image',
		description: 'The image that the video ends with, as a file of the item',
	}),
	referenceVideoUrls: ({ max }) => ({
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. https://example.com/clip.mp4',
		description: `Public addresses of up to ${max} MP4 or MOV videos, one a line, or an array from an expression. In the prompt they are Video 1, Video 2 and so on.`,
	}),
	referenceAudioUrls: ({ max }) => ({
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. https://example.com/voice.mp3',
		description: `Public addresses of up to ${max} WAV or MP3 files, one a line, or an array from an expression. In the prompt they are Audio 1, Audio 2 and so on.`,
	}),
	task: (task) => ({
		...choiceOf(
			task.values.map((value) => TASKS[value] ?? asOption(value)),
			task.default,
		),
		description: 'What to do with the references',
	}),
	draft: (draft) => ({
		type: 'boolean',
		default: draft.default,
		description:
			'Whether to make a preview in 480p. Its final version is made with the mode "Draft to Final Video", where the model has it. Draft and final version are charged separately.',
	}),
	returnLastFrame: (returnLastFrame) => ({
		type: 'boolean',
		default: returnLastFrame.default,
		description:
			'Whether to get the last frame as an image too, such as for a next video that continues this one. With Download Video it comes as the binary field lastFrame.',
	}),
	watermark: (watermark) => ({
		type: 'boolean',
		default: watermark.default,
		description: 'Whether a corner shows that the content was made by an AI',
	}),
	serviceTier: (serviceTier) => ({
		...choiceOf(
			serviceTier.values.map((value) => SERVICE_TIERS[value]),
			serviceTier.default,
		),
		description:
			'Flex costs half and can take hours. Unless you set Timeout (Minutes), or a Limit Wait (Minutes) other than 60, the node waits for up to 48 hours.',
	}),
	seed: ({ min, max }) => ({
		type: 'number',
		typeOptions: { minValue: min, maxValue: max, numberPrecision: 0 },
		default: 1,
		description: `The same seed gives a similar video again: a whole number from ${min} to ${max}`,
	}),
	skipModeration: (skipModeration) => ({
		type: 'boolean',
		default: skipModeration.default,
		description: "Whether to skip the provider's first content check; its basic rules still apply",
	}),
	modelId: ({ placeholder }) => ({
		type: 'string',
		default: '',
		placeholder,
		description: 'Sent as it is, for a model or endpoint newer than this package',
	}),
};

export const SHAPED_FIELDS = Object.keys(fieldShapes) as ShapedField[];

/** A field as one model has it. */
export interface Variant {
	shape: Shape;
	/** If the field is there only with one kind of image input: that kind. */
	imageInput: ImageInput | undefined;
}

/** @returns undefined if the model does not have the field */
export function variantOf<Name extends ShapedField>(
	name: Name,
	can: Capabilities,
): Variant | undefined {
	const field: RequestField<Name> = requestFields[name];
	const capability = field.of(can);
	if (capability === undefined) return undefined;
	return { shape: fieldShapes[name](capability), imageInput: field.onlyWith?.(capability) };
}
