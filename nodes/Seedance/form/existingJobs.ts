import type { INodeProperties } from 'n8n-workflow';
import { providers } from '../providers';
import {
	cancelNotices,
	includeInputFieldsOption,
	includeRawResponseOption,
	jobEndProperties,
	jobEndPropertiesAfterSleep,
	jobIdProperty,
	jobModelProperties,
	limitWaitProperty,
	optionsProperty,
	timeoutProperty,
} from './jobs';
import { callingBack, cancelling } from './offered';
import { withProvider } from './onlyProvider';

// The forms of the nodes that work on existing jobs.

/** All fields of Check Status. */
export const checkStatusProperties = (): INodeProperties[] =>
	withProvider(providers, [
		jobIdProperty,
		...jobModelProperties(providers),
		{
			displayName: 'Wait Until Finished',
			name: 'waitUntilFinished',
			type: 'boolean',
			default: false,
			description: 'Whether to keep asking until the job has ended, instead of once',
		},
		{ ...timeoutProperty, displayOptions: { show: { waitUntilFinished: [true] } } },
		...jobEndProperties,
	]);

/** All fields of Wait for Webhook. */
export const waitForWebhookProperties = (): INodeProperties[] => [
	{
		displayName:
			'In the Generate Video node before this one, choose "Let Wait for Webhook Take Over" in "After Submit". The execution sleeps here, without using a worker, until all jobs have ended.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	...withProvider(callingBack, [
		jobIdProperty,
		...jobModelProperties(callingBack),
		limitWaitProperty,
		...jobEndPropertiesAfterSleep,
	]),
];

/** All fields of Cancel Job. */
export const cancelProperties = (): INodeProperties[] =>
	withProvider(cancelling, [
		...cancelNotices(cancelling),
		jobIdProperty,
		...jobModelProperties(cancelling),
		optionsProperty([includeInputFieldsOption, includeRawResponseOption]),
	]);
