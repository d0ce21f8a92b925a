import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { providers } from './providers';
import { checkStatus } from './operations/checkStatus';
import { jobEndProperties, jobIdProperty, jobModelProperties, timeoutProperty } from './form/jobs';
import { credentialsOf, mainOnly, providerProperty } from './form/common';

export class SeedanceCheckStatus implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance Check Status',
		name: 'seedanceCheckStatus',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["waitUntilFinished"] ? "wait until finished" : "ask once" }}',
		description: 'Look up a video job, or wait until it is finished',
		defaults: { name: 'Check Status' },
		usableAsTool: true,
		inputs: mainOnly,
		outputs: mainOnly,
		credentials: credentialsOf(),
		properties: [
			providerProperty(),
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
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await checkStatus(this)];
	}
}
