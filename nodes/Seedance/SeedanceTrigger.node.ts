import type {
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { credentialsOf, mainOnly } from './form/common';
import { callingBack } from './form/offered';
import { receiveCallback, triggerWebhooks } from './operations/trigger';
import { nodeName } from './form/onlyProvider';
import { triggerProperties } from './form/trigger';

export class SeedanceTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: nodeName('Trigger'),
		name: 'seedanceTrigger',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when a video or image is ready, has failed or was cancelled',
		defaults: { name: 'Seedance Trigger' },
		usableAsTool: undefined,
		inputs: [],
		outputs: mainOnly,
		credentials: credentialsOf(callingBack),
		webhooks: triggerWebhooks,
		properties: triggerProperties(callingBack),
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveCallback(this);
	}
}
