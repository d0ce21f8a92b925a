import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { silentProviderHints } from './form/hints';
import { credentialsOf, mainOnly } from './form/common';
import { waitForWebhookProperties } from './form/existingJobs';
import { callingBack } from './form/offered';
import { waitForWebhook } from './operations/waitForWebhook.execute';
import { answerCallback, callbackWebhooks } from './operations/waitForWebhook.webhook';
import { providers } from './providers';

const silent = providers.filter(({ callback }) => !callback);

export class SeedanceWaitForWebhook implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Seedance Wait for Webhook',
		name: 'seedanceWaitForWebhook',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ "up to " + $parameter["limitWaitMinutes"] + " minutes" }}',
		description: 'Sleep until the videos of all items are ready or have failed',
		defaults: { name: 'Wait for Webhook' },
		// An agent cannot be suspended.
		usableAsTool: undefined,
		inputs: mainOnly,
		outputs: mainOnly,
		credentials: credentialsOf(callingBack),
		webhooks: callbackWebhooks,
		hints: silentProviderHints(silent),
		properties: waitForWebhookProperties(),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await waitForWebhook(this)];
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answerCallback(this);
	}
}
