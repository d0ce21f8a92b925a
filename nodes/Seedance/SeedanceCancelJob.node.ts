import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { providers } from './providers';
import { cancelJobs } from './operations/cancelJob';
import {
	cancelNotices,
	includeInputFieldsOption,
	includeRawResponseOption,
	jobIdProperty,
	jobModelProperties,
	optionsProperty,
} from './form/jobs';
import { credentialsOf, mainOnly, providerProperty, providerSubtitle } from './form/common';

const cancelling = providers.filter(({ dialects }) => dialects.some((each) => each.cancel));

export class SeedanceCancelJob implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance Cancel Job',
		name: 'seedanceCancelJob',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: providerSubtitle(cancelling),
		description: 'Cancel a job that is not finished yet',
		defaults: { name: 'Cancel Job' },
		usableAsTool: true,
		inputs: mainOnly,
		outputs: mainOnly,
		credentials: credentialsOf(cancelling),
		properties: [
			providerProperty(cancelling),
			...cancelNotices(cancelling),
			jobIdProperty,
			...jobModelProperties(cancelling),
			optionsProperty([includeInputFieldsOption, includeRawResponseOption]),
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await cancelJobs(this)];
	}
}
