import { isWebAddress, listOf, oneOf, text, trueOrFalse } from './parameters';
import type { FieldName } from './request';
import type { RequestField } from './requestField';

type InputField = Extract<
	FieldName,
	| 'endFrameBinaryField'
	| 'referenceImageUrls'
	| 'referenceBinaryFields'
	| 'referenceVideoUrls'
	| 'referenceAudioUrls'
	| 'task'
	| 'draftJobId'
	| 'draft'
	| 'returnLastFrame'
	| 'watermark'
	| 'serviceTier'
>;

/** Rows of `requestFields`: the files and references that only some providers take, and what is made of them. */
export const inputFields: { readonly [Name in InputField]: RequestField<Name> } = {
	endFrameBinaryField: {
		label: 'End Frame Binary Field',
		section: 'options',
		of: ({ endFrameBinaryField }) => endFrameBinaryField,
		reader: () => text(200, 'optional'),
		onlyWith: ({ imageInput }) => imageInput,
	},
	referenceImageUrls: {
		label: 'Reference Image URLs',
		section: 'form',
		of: ({ referenceImageUrls }) => referenceImageUrls,
		reader: ({ max }) => addresses(max),
	},
	referenceBinaryFields: {
		label: 'Reference Binary Fields',
		section: 'form',
		of: ({ referenceBinaryFields }) => referenceBinaryFields,
		reader: ({ max }) =>
			listOf(max, 'names of binary fields, separated by commas', /[,\n]/, () => true),
	},
	referenceVideoUrls: {
		label: 'Reference Video URLs',
		section: 'options',
		of: ({ referenceVideoUrls }) => referenceVideoUrls,
		reader: ({ max }) => addresses(max),
	},
	referenceAudioUrls: {
		label: 'Reference Audio URLs',
		section: 'options',
		of: ({ referenceAudioUrls }) => referenceAudioUrls,
		reader: ({ max }) => addresses(max),
	},
	task: {
		label: 'Task',
		section: 'options',
		of: ({ task }) => task,
		reader: oneOf,
	},
	draftJobId: {
		label: 'Draft Job ID',
		section: 'form',
		of: ({ draftJobId }) => draftJobId,
		reader: () => text(200),
	},
	draft: {
		label: 'Draft',
		section: 'options',
		of: ({ draft }) => draft,
		reader: (draft) => trueOrFalse(draft.default),
	},
	returnLastFrame: {
		label: 'Return Last Frame',
		section: 'options',
		of: ({ returnLastFrame }) => returnLastFrame,
		reader: (returnLastFrame) => trueOrFalse(returnLastFrame.default),
	},
	watermark: {
		label: 'Watermark',
		section: 'options',
		of: ({ watermark }) => watermark,
		reader: (watermark) => trueOrFalse(watermark.default),
	},
	serviceTier: {
		label: 'Service Tier',
		section: 'options',
		of: ({ serviceTier }) => serviceTier,
		reader: oneOf,
	},
};

const addresses = (max: number) =>
	listOf(max, 'addresses that start with https:// or http://, one a line', /\n/, isWebAddress);
