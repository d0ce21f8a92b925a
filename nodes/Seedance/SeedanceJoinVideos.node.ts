import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { mainOnly } from './form/common';
import { joinProperties } from './form/join';

export class SeedanceJoinVideos implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance Join Videos',
		name: 'seedanceJoinVideos',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["groupBy"] ? "one video for each group" : "one video of all items" }}',
		description: 'Join the clips of the items into one MP4, without encoding them again',
		defaults: { name: 'Join Videos' },
		// An agent has no files to pass on.
		usableAsTool: undefined,
		inputs: mainOnly,
		outputs: mainOnly,
		properties: joinProperties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// Loaded when it is first needed, because it comes with a library of its own.
		const { joinVideos } = await import('./operations/joinVideos');
		return [await joinVideos(this)];
	}
}
