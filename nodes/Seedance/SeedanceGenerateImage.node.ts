import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { generate } from './runtime/generate';
import { generateProperties, imageMakers } from './runtime/generateProperties';
import { credentialsOf, mainOnly } from './runtime/properties';

export class SeedanceGenerateImage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance Generate Image',
		name: 'seedanceGenerateImage',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["model"] }}',
		description: 'Make an image from a text or another image with Seedream',
		defaults: { name: 'Generate Image' },
		usableAsTool: true,
		inputs: mainOnly,
		outputs: mainOnly,
		credentials: credentialsOf(imageMakers),
		properties: generateProperties('image'),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await generate(this, 'image')];
	}
}
