import type { INodeProperties } from 'n8n-workflow';
import { canContinue } from '../core/films';
import type { Provider } from '../core/provider';

/**
 * The options that make the items of a group continue each other, for the models that can. They are also shown with modes
 * and choices of After Submit that do not allow it: n8n drops what it does not show, and the run would make and charge
 * videos that have nothing to do with each other, where it now refuses. [us]
 */
export const filmOptions = (offered: readonly Provider[]): INodeProperties[] =>
	offered
		.map(({ id, models }) => ({ id, models: models.filter(canContinue) }))
		.filter(({ models }) => models.length > 0)
		.flatMap(({ id, models }) => {
			const displayOptions = {
				show: {
					'/provider': [id],
					'/model': models.map((model) => model.id),
				},
			};
			return [
				{ ...continueFrom, displayOptions },
				{ ...continueGroup, displayOptions },
			];
		});

const continueFrom: INodeProperties = {
	displayName: 'Continue From',
	name: 'continueFrom',
	type: 'options',
	options: [
		{
			name: 'Nothing',
			value: 'none',
			description: 'Each video starts from its own text or image',
		},
		{
			name: 'Previous Item',
			value: 'previousItem',
			description:
				'The first video of a group starts as chosen in Mode, each later one from the last frame of the one before',
		},
	],
	default: 'none',
	description:
		'What a video starts from. With Previous Item, the videos of a group are made one after the other; when one fails, the later ones are not submitted. Needs "Wait Until It Is Ready".',
};

const continueGroup: INodeProperties = {
	displayName: 'Continue Group',
	name: 'continueGroup',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.sku }}',
	description:
		'For "Continue From: Previous Item". Items with the same text are one group, in their order. Without this option, all items are one group.',
};
