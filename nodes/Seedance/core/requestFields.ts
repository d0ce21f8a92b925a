import type { Capabilities } from './model';
import {
	jsonObject,
	numberOf,
	oneOf,
	text,
	trueOrFalse,
	webAddress,
	wholeNumber,
	type Reader,
} from './parameters';
import { inputFields } from './inputFields';
import { MODEL_DECIDES, type FieldName, type FieldValues, type ImageInput } from './request';
import type { Image, RequestField } from './requestField';

/**
 * The fields of a request. The check, the reading of the form's values and the form itself are derived from these rows.
 * The rows are checked in this order, and `contentKeyOf` hashes the values in it: a change of the order would make, and
 * charge, finished jobs again.
 */
export const requestFields: { readonly [Name in FieldName]: RequestField<Name> } = {
	imageInput: {
		label: 'Image Input',
		section: 'form',
		of: ({ image }) => image,
		reader: imageInputOf,
	},
	prompt: {
		label: 'Prompt',
		section: 'form',
		of: ({ prompt }) => prompt,
		reader: ({ maxLength, optional }) => text(maxLength, optional && 'optional'),
	},
	duration: {
		label: 'Duration (Seconds)',
		section: 'form',
		of: ({ duration }) => duration,
		reader: (duration) =>
			'values' in duration
				? numberOf(duration, ' seconds')
				: wholeNumber(
						duration,
						' of seconds',
						duration.default,
						duration.orModel && { value: MODEL_DECIDES, meaning: '(the model decides)' },
					),
	},
	resolution: {
		label: 'Resolution',
		section: 'form',
		of: ({ resolution }) => resolution,
		reader: oneOf,
	},
	aspectRatio: {
		label: 'Aspect Ratio',
		section: 'form',
		of: ({ aspectRatio }) => aspectRatio,
		reader: oneOf,
		onlyWith: ({ imageInput }) => imageInput,
	},
	audio: {
		label: 'Generate Audio',
		section: 'form',
		of: ({ audio }) => audio,
		reader: (audio) => trueOrFalse(audio.default),
	},
	cameraLock: {
		label: 'Lock Camera',
		section: 'form',
		of: ({ cameraLock }) => cameraLock,
		reader: (cameraLock) => trueOrFalse(cameraLock.default),
		onlyWith: ({ imageInput }) => imageInput,
	},
	seed: {
		label: 'Seed',
		section: 'options',
		of: ({ seed }) => seed,
		reader: (range) => wholeNumber(range, ''),
	},
	imageUrl: {
		label: 'Image URL',
		section: 'form',
		of: ({ image }) => takes(image, 'url'),
		reader: () => webAddress('required'),
		onlyWith: () => 'url',
	},
	imageBinaryField: {
		label: 'Input Binary Field',
		section: 'form',
		of: ({ image }) => takes(image, 'binary'),
		reader: () => text(200),
		onlyWith: () => 'binary',
	},
	endFrameUrl: {
		label: 'End Frame URL',
		section: 'options',
		of: ({ endFrameUrl }) => endFrameUrl,
		reader: () => webAddress('optional'),
		onlyWith: ({ imageInput }) => imageInput,
	},
	skipModeration: {
		label: 'Skip Moderation',
		section: 'options',
		of: ({ skipModeration }) => skipModeration,
		reader: (skipModeration) => trueOrFalse(skipModeration.default),
	},
	...inputFields,
	modelId: {
		label: 'Model ID',
		section: 'options',
		of: ({ modelId }) => modelId,
		reader: () => text(200, 'optional'),
	},
	metadata: {
		label: 'Metadata',
		section: 'options',
		of: () => true,
		reader: () => jsonObject,
	},
	callbackUrl: {
		label: 'Callback URL',
		section: 'afterSubmit',
		of: () => true,
		reader: () => webAddress('optional'),
	},
};

export const FIELD_NAMES = Object.keys(requestFields) as FieldName[];

/** @returns undefined if the model does not have the field, or not with this kind of image input */
export function readerOf<Name extends FieldName>(
	name: Name,
	can: Capabilities,
	imageInput: ImageInput | undefined,
): Reader<FieldValues[Name]> | undefined {
	const field: RequestField<Name> = requestFields[name];
	const capability = field.of(can);
	if (capability === undefined) return undefined;
	const only = field.onlyWith?.(capability);
	return only === undefined || only === imageInput ? field.reader(capability) : undefined;
}

const takes = (image: Image | undefined, input: ImageInput) =>
	image?.inputs.includes(input) ? image : undefined;

function imageInputOf({ inputs }: Image): Reader<ImageInput> {
	const reader = oneOf({ values: inputs, default: inputs[0] });
	return (raw) => {
		const outcome = reader(raw);
		const fileRefused = 'allowed' in outcome && !inputs.includes('binary');
		return fileRefused ? { allowed: `${outcome.allowed}${NO_FILES}` } : outcome;
	};
}

const NO_FILES =
	' (this provider accepts only the address of an image: put the file on the web first, such as in your shop or a bucket, and enter its public address in Image URL)';
