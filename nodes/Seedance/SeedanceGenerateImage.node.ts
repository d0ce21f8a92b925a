import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { answerGenerated, generate } from './operations/generate';
import { callbackWebhooks } from './operations/waitForWebhook.webhook';
import { generateProperties } from './form/generate';
import { privateCallbackHint } from './form/hints';
import { credentialsOf, mainOnly, subtitleOf } from './form/common';
import { makersOf } from './form/offered';

export class SeedanceGenerateImage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance Generate Image',
		name: 'seedanceGenerateImage',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf('image'),
		description: 'Make an image from a text or another image with Seedream',
		defaults: { name: 'Generate Image' },
		usableAsTool: true,
		inputs: mainOnly,
		outputs: mainOnly,
		credentials: credentialsOf(makersOf('image')),
		webhooks: callbackWebhooks,
		hints: [privateCallbackHint],
		properties: generateProperties('image'),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await generate(this, 'image')];
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answerGenerated(this, 'image');
	}
}
