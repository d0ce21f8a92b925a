import type { INodeProperties } from 'n8n-workflow';
import { FIELD_LABELS } from '../core/fields';
import { providers } from '../providers';
import {
	binaryFieldOption,
	downloadVideoProperty,
	includeInputFieldsOption,
	onJobFailureOption,
	timeoutProperty,
} from './jobProperties';
import { providerProperty, requestOptions, requestProperties } from './properties';

const callsBack = providers.filter(({ callback }) => callback).map(({ id }) => id);
const pollsOnly = providers.filter(({ callback }) => !callback).map(({ id }) => id);

const waitChoices = [
	{
		name: 'Wait Until the Video Is Ready',
		value: 'wait',
		description: 'The simplest way: the item goes on with the finished video',
	},
	{
		name: 'Return the Job at Once',
		value: 'return',
		description: 'For Check Status later, or another workflow',
	},
];
const callbackChoices = [
	{
		name: 'Let Wait for Webhook Take Over',
		value: 'resume',
		description: 'A Seedance Wait for Webhook node further on sleeps until the provider calls',
	},
	{
		name: 'Call a URL',
		value: 'callback',
		description: 'The provider calls an address of yours when the job is settled',
	},
];

/** Offered only where the provider can do it. */
const afterSubmitProperties: INodeProperties[] = [
	{ show: callsBack, options: [...waitChoices, ...callbackChoices] },
	{ show: pollsOnly, options: waitChoices },
]
	.filter(({ show }) => show.length > 0)
	.map(({ show, options }) => ({
		displayName: 'After Submit',
		name: 'afterSubmit',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { provider: show } },
		options,
		default: 'wait',
		description: 'What to do once the provider has accepted the job',
	}));

const waitOnly = { show: { '/afterSubmit': ['wait'] } };

export const generateVideoProperties: INodeProperties[] = [
	providerProperty(),
	...requestProperties('video'),
	...afterSubmitProperties,
	{
		displayName: FIELD_LABELS.callbackUrl,
		name: 'callbackUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://example.com/webhook/video-ready',
		description: 'Public address that the provider calls when the job is settled',
		displayOptions: { show: { afterSubmit: ['callback'] } },
	},
	{ ...downloadVideoProperty, displayOptions: { show: { afterSubmit: ['wait'] } } },
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			includeInputFieldsOption,
			{
				displayName: 'Max Concurrent Jobs',
				name: 'maxConcurrentJobs',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 5,
				description: "Only to go below the credential's own limit",
				displayOptions: waitOnly,
			},
			{
				displayName: FIELD_LABELS.metadata,
				name: 'metadata',
				type: 'json',
				default: '{}',
				description: 'Your own data about the job, such as a SKU. It comes back with the job.',
			},
			{ ...onJobFailureOption('error'), displayOptions: waitOnly },
			{ ...binaryFieldOption, displayOptions: waitOnly },
			...requestOptions('video'),
			timeoutProperty,
		],
	},
];
