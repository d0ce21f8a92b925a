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

export class SeedanceGenerateVideo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance Generate Video',
		name: 'seedanceGenerateVideo',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf('video'),
		description: 'Make a video from a text or an image',
		defaults: { name: 'Generate Video' },
		usableAsTool: true,
		inputs: mainOnly,
		outputs: mainOnly,
		credentials: credentialsOf(),
		webhooks: callbackWebhooks,
		hints: [privateCallbackHint],
		properties: generateProperties('video'),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await generate(this, 'video')];
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answerGenerated(this, 'video');
	}
}
