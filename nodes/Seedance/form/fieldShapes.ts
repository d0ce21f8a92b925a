import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { showImageLimits } from '../core/image';
import type { Capabilities } from '../core/model';
import type { ImageInput } from '../core/request';
import { requestFields, type FieldCapabilities, type RequestField } from '../core/requestFields';

type Shape = Omit<INodeProperties, 'name' | 'displayName' | 'displayOptions'>;

/** The fields whose shape depends on the model. */
export type ShapedField = Exclude<keyof FieldCapabilities, 'metadata' | 'callbackUrl'>;

/** A dropdown. Without a given default, the first entry is the default. */
export function choiceOf(
	options: INodePropertyOptions[],
	value = options[0]?.value ?? '',
): Pick<INodeProperties, 'type' | 'options' | 'default'> {
	return { type: 'options', options, default: value };
}

const asOption = (value: string | number): INodePropertyOptions => ({ name: String(value), value });

const IMAGE_INPUTS: Record<ImageInput, string> = { url: 'URL', binary: 'File of the Item' };

// No field is marked as required. If the model is an expression, n8n would require fields that do not apply, and its
// message does not name the allowed values. `checkRequest` handles both cases correctly.
/** What n8n shows for each request field, in the order of the form. */
const fieldShapes: {
	readonly [Name in ShapedField]: (capability: FieldCapabilities[Name]) => Shape;
} = {
	prompt: ({ maxLength }) => ({
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'e.g. The sneaker turns slowly on a white table, soft studio light',
		description: `What to show, in up to ${maxLength} characters. A longer text is refused before anything is spent.`,
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
	duration: (duration) =>
		'values' in duration
			? {
					...choiceOf(duration.values.map(asOption), duration.default),
					description: 'Length of the video in seconds. Longer videos cost more.',
				}
			: {
					type: 'number',
					typeOptions: { minValue: duration.min, maxValue: duration.max, numberPrecision: 0 },
					default: duration.default,
					description: `Length of the video, ${duration.min} to ${duration.max} whole seconds. Longer videos cost more.`,
				},
	resolution: (resolution) => ({
		...choiceOf(resolution.values.map(asOption), resolution.default),
		description: 'Height of the video in pixels. A higher resolution can cost more.',
	}),
	aspectRatio: (aspectRatio) => ({
		...choiceOf(aspectRatio.values.map(asOption), aspectRatio.default),
		description: 'Width to height: 16:9 is landscape, 9:16 is for phones, 1:1 is square',
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
