import type { INodeProperties } from 'n8n-workflow';
import type { Provider } from '../core/provider';
import { providers } from '../providers';
import { alphabetical, choiceOf } from './choices';

// Fields that several nodes share.

export const jobIdProperty: INodeProperties = {
	displayName: 'Job ID',
	name: 'jobId',
	type: 'string',
	required: true,
	default: '={{ $json.jobId }}',
	placeholder: 'e.g. task_abc123def456',
	description: 'The ID that Generate Video or Generate Image gave for the job',
};

/** Whether a job is asked for in another way if its model is another one. */
function modelMatters(provider: Provider): boolean {
	const { models, dialects } = provider;
	const ways = models.map(({ id }) => {
		const address = { jobId: 'id', model: id };
		const [dialect] = provider.dialectsForJob(address);
		return JSON.stringify([dialects.indexOf(dialect), dialect.status.request(address)]);
	});
	return new Set(ways).size > 1;
}

/** The model of a job whose ID does not determine the API. */
export function jobModelProperties(offered: readonly Provider[]): INodeProperties[] {
	return offered.filter(modelMatters).map(({ id, models }) => ({
		displayName: 'Model',
		name: 'model',
		displayOptions: { show: { provider: [id] } },
		...choiceOf([
			{ name: 'Automatic', value: '' },
			...models.map((model) => ({ name: model.name, value: model.id })),
		]),
		description:
			'The model that made the job. Usually the item or the ID shows it; choose it only for IDs of an unknown form.',
	}));
}

/** What the providers' dialects say about a cancel, each shown with its provider. */
export function cancelNotices(offered: readonly Provider[]): INodeProperties[] {
	return offered.flatMap(({ id, dialects }) =>
		[...new Set(dialects.flatMap(({ cancel }) => cancel?.notice ?? []))].map((notice) => ({
			displayName: notice,
			name: 'cancelNotice',
			type: 'notice' as const,
			default: '',
			displayOptions: { show: { provider: [id] } },
		})),
	);
}

const downloadVideoProperty: INodeProperties = {
	displayName: 'Download Video',
	name: 'downloadVideo',
	type: 'boolean',
	default: false,
	description:
		'Whether to download the finished video into the item. Its address at the provider works only for a limited time.',
};

/**
 * The field for each default: on for providers whose files should be fetched at once, with the reason.
 *
 * @param show other conditions
 */
export function downloadVideoProperties(
	offered: readonly Provider[],
	show: Record<string, string[]> = {},
): INodeProperties[] {
	const hasConditions = Object.keys(show).length > 0;
	const urgent = offered.filter(({ downloadReason }) => downloadReason !== undefined);
	const hide = urgent.length > 0 ? { hide: { provider: urgent.map(({ id }) => id) } } : undefined;
	const usual = { ...(hasConditions ? { show } : {}), ...hide };
	return [
		{
			...downloadVideoProperty,
			...(Object.keys(usual).length > 0 ? { displayOptions: usual } : {}),
		},
		...urgent.map(({ id, downloadReason }) => ({
			...downloadVideoProperty,
			default: true,
			hint: downloadReason,
			displayOptions: { show: { ...show, provider: [id] } },
		})),
	];
}

export const timeoutProperty: INodeProperties = {
	displayName: 'Timeout (Minutes)',
	name: 'timeoutMinutes',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 20,
	description:
		'How long to wait for each video or image, from the moment the provider has accepted the job. Time in the queue for Max Concurrent Jobs does not count, so a run of many items can take longer. A job that takes longer is not lost: Check Status can look it up later.',
};

export const binaryFieldOption: INodeProperties = {
	displayName: 'Put File in Field',
	name: 'binaryField',
	type: 'string',
	default: 'video',
	placeholder: 'e.g. video',
	hint: 'The name of the output binary field to put the file in',
};

export const includeInputFieldsOption: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: false,
	description: "Whether to keep the input item's fields and files next to those of the job",
};

export const includeRawResponseOption: INodeProperties = {
	displayName: 'Include Raw Response',
	name: 'includeRawResponse',
	type: 'boolean',
	default: false,
	description: "Whether to add the provider's last answer, unchanged, in the field raw",
};

/** @param value the behaviour if the user does not add the option */
export function onJobFailureOption(value: 'error' | 'return'): INodeProperties {
	return {
		displayName: 'On Job Failure',
		name: 'onJobFailure',
		type: 'options',
		options: [
			{ name: 'Return the Job', value: 'return', description: 'The item says what happened' },
			{
				name: 'Throw an Error',
				value: 'error',
				description: 'As the node\'s setting "On Error" says',
			},
		],
		default: value,
		description: 'What to do when a job fails, is cancelled or is not ready in time',
	};
}

export const limitWaitProperty: INodeProperties = {
	displayName: 'Limit Wait (Minutes)',
	name: 'limitWaitMinutes',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 60,
	description:
		'When the time is up, the execution goes on and each unfinished job has the status timed_out. It may still finish: Check Status can look it up.',
};

/** The options collection at the end of every node. */
export function optionsProperty(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: alphabetical(options, ({ displayName }) => displayName),
	};
}

/** For a node that sleeps: at Limit Wait n8n passes on the stored output, and the node cannot fail any more. */
export const onJobFailureAfterSleep: INodeProperties = {
	...onJobFailureOption('return'),
	description:
		'What to do when a job fails or is cancelled, or its file cannot be fetched. After a callback, an error is an item with the field error, because n8n cannot fail the node then. A job that is not ready at Limit Wait always comes out as timed_out.',
};

/** What Check Status does when a job has ended, and what it outputs. */
export const jobEndProperties: INodeProperties[] = [
	...downloadVideoProperties(providers),
	{ ...binaryFieldOption, displayOptions: { show: { downloadVideo: [true] } } },
	onJobFailureOption('return'),
	optionsProperty([includeInputFieldsOption, includeRawResponseOption]),
];

/** The same for Wait for Webhook, which sleeps until then. */
export const jobEndPropertiesAfterSleep: INodeProperties[] = jobEndProperties.map((property) =>
	property.name === 'onJobFailure' ? onJobFailureAfterSleep : property,
);
