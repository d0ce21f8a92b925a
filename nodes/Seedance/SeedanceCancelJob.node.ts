import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { cancelJobs } from './operations/cancelJob';
import { credentialsOf, mainOnly, providerSubtitle } from './form/common';
import { cancelProperties } from './form/existingJobs';
import { cancelling } from './form/offered';

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
		properties: cancelProperties(),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await cancelJobs(this)];
	}
}
