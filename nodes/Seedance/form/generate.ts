import type { INodeProperties } from 'n8n-workflow';
import type { Model } from '../core/model';
import type { Provider } from '../core/provider';
import { requestFields } from '../core/requestFields';
import {
	binaryFieldOption,
	downloadVideoProperties,
	includeInputFieldsOption,
	includeRawResponseOption,
	limitWaitProperty,
	onJobFailureAfterSleep,
	onJobFailureOption,
	optionsProperty,
	timeoutProperty,
} from './jobs';
import { filmOptions } from './films';
import { moneyOptions } from './money';
import { costNotices } from './costNotices';
import { requestOptions, requestProperties } from './common';
import { choiceOf } from './choices';
import { makersOf } from './offered';
import { withProvider } from './onlyProvider';
import { requestModeOptions } from './requestMode';

const waitChoices = [
	{
		name: 'Wait Until It Is Ready',
		value: 'wait',
		description: 'The simplest way: the workflow continues with the finished result',
	},
	{
		name: 'Return the Job at Once',
		value: 'return',
		description: 'For Check Status later, or another workflow',
	},
];
const callbackChoices = [
	{
		name: 'Sleep Until It Is Ready',
		value: 'sleep',
		description:
			'For many or long jobs: the execution sleeps, without using a worker, until the provider calls. n8n needs a public address.',
	},
	{
		name: 'Let Wait for Webhook Take Over',
		value: 'resume',
		description: 'A Wait for Webhook later in the workflow sleeps until the provider calls',
	},
	{
		name: 'Call a URL',
		value: 'callback',
		description: 'The provider calls an address of yours when the job has ended',
	},
];

const hintOf = (those: readonly Provider[], why: string) =>
	`${those.map(({ name }) => name).join(' and ')} ${why}, so the execution cannot sleep meanwhile`;

/** Callbacks are offered only if the provider supports them. */
function afterSubmitProperties(
	offered: readonly Provider[],
	makes: Model['makes'],
): INodeProperties[] {
	const synchronous = offered.filter(({ models }) =>
		models.every((model) => model.makes !== makes || model.isSynchronous),
	);
	const withJobs = offered.filter((provider) => !synchronous.includes(provider));
	const callsBack = withJobs.filter(({ callback }) => callback);
	const pollsOnly = withJobs.filter(({ callback }) => !callback);
	return [
		{ show: callsBack, options: [...waitChoices, ...callbackChoices] },
		{ show: pollsOnly, options: waitChoices, why: 'cannot call back' },
		{ show: synchronous, options: waitChoices, why: 'returns the result at once' },
	]
		.filter(({ show }) => show.length > 0)
		.map(({ show, options, why }) => ({
			displayName: 'After Submit',
			name: 'afterSubmit',
			noDataExpression: true,
			displayOptions: { show: { provider: show.map(({ id }) => id) } },
			...choiceOf(options),
			...(why ? { hint: hintOf(show, why) } : {}),
			description: 'What to do once the provider has accepted the job',
		}));
}

const takesBatches = (offered: readonly Provider[]) =>
	offered.filter(({ dialects }) => dialects.some((each) => each.batch)).map(({ id }) => id);

const downloadImageProperty: INodeProperties = {
	displayName: 'Download Image',
	name: 'downloadImage',
	type: 'boolean',
	default: false,
	description:
		'Whether to download the finished image into the item. Its address at the provider works only for a limited time.',
};

const binaryImageOption: INodeProperties = {
	displayName: 'Put File in Field',
	name: 'binaryField',
	type: 'string',
	default: 'image',
	placeholder: 'e.g. image',
	hint: 'The name of the output binary field to put the file in',
};

/** The choices of After Submit with which this node itself outputs the finished job. */
const WAITING = ['wait', 'sleep'];
const waitOnly = { show: { '/afterSubmit': ['wait'] } };

/** All fields of Generate Video and Generate Image. */
export function generateProperties(makes: Model['makes']): INodeProperties[] {
	const offered = makersOf(makes);
	const isVideo = makes === 'video';
	return withProvider(offered, [
		...requestProperties(makes),
		...costNotices(makes),
		...afterSubmitProperties(offered, makes),
		{
			displayName: requestFields.callbackUrl.label,
			name: 'callbackUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. https://example.com/webhook/video-ready',
			description: 'Public address that the provider calls when the job has ended',
			displayOptions: { show: { afterSubmit: ['callback'] } },
		},
		...(isVideo
			? downloadVideoProperties(offered, { afterSubmit: WAITING })
			: [
					{
						...downloadImageProperty,
						displayOptions: { show: { afterSubmit: WAITING } },
					},
				]),
		{ ...limitWaitProperty, displayOptions: { show: { afterSubmit: ['sleep'] } } },
		optionsProperty([
			...moneyOptions(offered),
			...requestOptions(makes),
			...(isVideo ? filmOptions(offered) : []),
			includeInputFieldsOption,
			includeRawResponseOption,
			{
				displayName: 'Max Concurrent Jobs',
				name: 'maxConcurrentJobs',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 5,
				description:
					'How many jobs of this node run at a time. It can only lower the limit in the credential.',
				displayOptions: waitOnly,
			},
			{
				displayName: requestFields.metadata.label,
				name: 'metadata',
				type: 'json',
				default: '{}',
				placeholder: 'e.g. { "sku": "A-1001" }',
				description: 'Your own data about the job, such as a SKU. It comes back with the job.',
			},
			{ ...onJobFailureOption('error'), displayOptions: waitOnly },
			...requestModeOptions(offered),
			{ ...onJobFailureAfterSleep, displayOptions: { show: { '/afterSubmit': ['sleep'] } } },
			{
				displayName: 'Submit As',
				name: 'submitAs',
				type: 'options',
				options: [
					{
						name: 'Batch',
						value: 'batch',
						description: 'Many items in one call to the provider',
					},
					{ name: 'Jobs', value: 'jobs', description: 'One call for each item' },
				],
				default: 'jobs',
				description:
					'How the items are sent. A batch saves requests; items that cannot go into one are sent alone: those with a file, and all with "Once per Content" or "My Own Key".',
				displayOptions: { show: { '/provider': takesBatches(offered) } },
			},
			{
				...(isVideo ? binaryFieldOption : binaryImageOption),
				displayOptions: { show: { '/afterSubmit': WAITING } },
			},
			timeoutProperty,
		]),
	]);
}
