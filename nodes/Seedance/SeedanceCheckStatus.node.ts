import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { checkStatus } from './operations/checkStatus';
import { credentialsOf, mainOnly } from './form/common';
import { checkStatusProperties } from './form/existingJobs';

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
		properties: checkStatusProperties(),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await checkStatus(this)];
	}
}
