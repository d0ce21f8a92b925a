import { showImageLimits } from '../core/image';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { Capabilities } from '../core/model';
import type { FieldName, ImageInput } from '../core/request';

export type Shape = Omit<INodeProperties, 'name' | 'displayName' | 'displayOptions'>;

/** A field of the form, derived from the capabilities of a model in one mode. */
export interface RequestField {
	name: FieldName;
	/** Whether it is in the form itself or under Options. */
	section: 'form' | 'options';
	/** Undefined if the model does not support the field. */
	shapeOf: (can: Capabilities) => Shape | undefined;
	/** If the model supports the field only for one kind of image input: that kind. */
	imageInputOf?: (can: Capabilities) => ImageInput | undefined;
}

/** A dropdown. Without a given default, the first entry is the default. */
export function choiceOf(
	options: INodePropertyOptions[],
	value = options[0]?.value ?? '',
): Pick<INodeProperties, 'type' | 'options' | 'default'> {
	return { type: 'options', options, default: value };
}

const asOption = (value: string | number): INodePropertyOptions => ({ name: String(value), value });

const IMAGE_INPUTS: Record<ImageInput, string> = { url: 'URL', binary: 'File of the Item' };

const address = (placeholder: string, description: string): Shape => ({
	type: 'string',
	default: '',
	placeholder,
	description,
});

function durationShape(duration: Capabilities['duration']): Shape | undefined {
	if (!duration) return undefined;
	const description = 'Length of the video in seconds. Longer videos cost more.';
	if ('values' in duration) {
		return { ...choiceOf(duration.values.map(asOption), duration.default), description };
	}
	const { min, max } = duration;
	return {
		type: 'number',
		typeOptions: { minValue: min, maxValue: max, numberPrecision: 0 },
		default: duration.default,
		description: `Length of the video, ${min} to ${max} whole seconds. Longer videos cost more.`,
	};
}

const has = (inputs: readonly ImageInput[] | undefined, input: ImageInput) =>
	inputs?.includes(input) === true;

// No field is marked as required. If the model is an expression, n8n would require fields that do not apply, and its
// message does not name the allowed values. `checkRequest` handles both cases correctly.
export const requestFields: readonly RequestField[] = [
	{
		name: 'prompt',
		section: 'form',
		shapeOf: ({ prompt }) => ({
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder: 'e.g. The sneaker turns slowly on a white table, soft studio light',
			description: `What is to be seen, in up to ${prompt.maxLength} characters. A longer text is refused before anything is spent.`,
		}),
	},
	{
		name: 'imageInput',
		section: 'form',
		shapeOf: ({ image }) =>
			image && {
				...choiceOf(image.inputs.map((value) => ({ name: IMAGE_INPUTS[value], value }))),
				description: 'How the image to start from comes in',
			},
	},
	{
		name: 'imageUrl',
		section: 'form',
		shapeOf: ({ image }) =>
			has(image?.inputs, 'url')
				? address(
						'e.g. https://example.com/sneaker.jpg',
						`Public address of a ${showImageLimits(image?.limits)}`,
					)
				: undefined,
		imageInputOf: () => 'url',
	},
	{
		name: 'imageBinaryField',
		section: 'form',
		shapeOf: ({ image }) =>
			has(image?.inputs, 'binary')
				? {
						type: 'string',
						default: 'data',
						placeholder: 'e.g. data',
						hint: 'The name of the input binary field that holds the image',
						description: `A ${showImageLimits(image?.limits)}`,
					}
				: undefined,
		imageInputOf: () => 'binary',
	},
	{ name: 'duration', section: 'form', shapeOf: ({ duration }) => durationShape(duration) },
	{
		name: 'resolution',
		section: 'form',
		shapeOf: ({ resolution }) =>
			resolution && {
				...choiceOf(resolution.values.map(asOption), resolution.default),
				description: 'Height of the video in pixels. More of them can cost more.',
			},
	},
	{
		name: 'aspectRatio',
		section: 'form',
		shapeOf: ({ aspectRatio }) =>
			aspectRatio && {
				...choiceOf(aspectRatio.values.map(asOption), aspectRatio.default),
				description: 'Width to height: 16:9 is landscape, 9:16 is for phones, 1:1 is square',
			},
		imageInputOf: ({ aspectRatio }) => aspectRatio?.imageInput,
	},
	{
		name: 'audio',
		section: 'form',
		shapeOf: ({ audio }) =>
			audio && {
				type: 'boolean',
				default: audio.default,
				description: 'Whether the video comes with sound. With some models that costs more.',
			},
	},
	{
		name: 'cameraLock',
		section: 'form',
		shapeOf: ({ cameraLock }) =>
			cameraLock && {
				type: 'boolean',
				default: cameraLock.default,
				description: 'Whether the camera stands still',
			},
		imageInputOf: ({ cameraLock }) => cameraLock?.imageInput,
	},
	{
		name: 'endFrameUrl',
		section: 'options',
		shapeOf: ({ endFrameUrl }) =>
			endFrameUrl &&
			address(
				'e.g. https://example.com/last.jpg',
				'Public address of the JPEG, PNG or WebP image that the video ends with',
			),
		imageInputOf: ({ endFrameUrl }) => endFrameUrl?.imageInput,
	},
	{
		name: 'seed',
		section: 'options',
		shapeOf: ({ seed }) =>
			seed && {
				type: 'number',
				typeOptions: { minValue: seed.min, maxValue: seed.max, numberPrecision: 0 },
				default: 1,
				description: `The same seed gives a similar video again: a whole number from ${seed.min} to ${seed.max}`,
			},
	},
	{
		name: 'skipModeration',
		section: 'options',
		shapeOf: ({ skipModeration }) =>
			skipModeration && {
				type: 'boolean',
				default: skipModeration.default,
				description:
					"Whether to skip the provider's first content check; its basic rules still apply",
			},
	},
];
