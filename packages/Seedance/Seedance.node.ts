import {
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { providers } from '../../nodes/Seedance/providers';
import { cancelJobs } from '../../nodes/Seedance/operations/cancelJob';
import { checkStatus } from '../../nodes/Seedance/operations/checkStatus';
import { answerGenerated, generate } from '../../nodes/Seedance/operations/generate';
import { getCredits } from '../../nodes/Seedance/operations/getCredits';
import { waitForWebhook } from '../../nodes/Seedance/operations/waitForWebhook.execute';
import {
	answerCallback,
	callbackWebhooks,
} from '../../nodes/Seedance/operations/waitForWebhook.webhook';
import { creditsProperties } from '../../nodes/Seedance/form/account';
import { credentialsOf, mainOnly } from '../../nodes/Seedance/form/common';
import {
	cancelProperties,
	checkStatusProperties,
	waitForWebhookProperties,
} from '../../nodes/Seedance/form/existingJobs';
import { generateProperties } from '../../nodes/Seedance/form/generate';
import { privateCallbackHint } from '../../nodes/Seedance/form/hints';
import { joinProperties } from '../../nodes/Seedance/form/join';
import {
	callingBack,
	cancelling,
	makersOf,
	tellingBalance,
} from '../../nodes/Seedance/form/offered';
import { nodeName } from '../../nodes/Seedance/form/onlyProvider';
import { resourceProperties, type ResourceOperation } from '../../nodes/Seedance/form/resources';

interface Operation extends Omit<ResourceOperation, 'properties'> {
	/** The providers that have it. */
	offered: typeof providers;
	properties: () => INodeProperties[];
	execute: (ctx: IExecuteFunctions) => Promise<INodeExecutionData[]>;
	webhook?: (ctx: IWebhookFunctions) => Promise<IWebhookResponseData>;
}

const all: Operation[] = [
	{
		resource: 'video',
		operation: 'generate',
		name: 'Generate',
		action: 'Generate a video',
		description: 'Make a video from a text or an image',
		offered: makersOf('video'),
		properties: () => generateProperties('video'),
		execute: (ctx) => generate(ctx, 'video'),
		webhook: (ctx) => answerGenerated(ctx, 'video'),
	},
	{
		resource: 'video',
		operation: 'get',
		name: 'Check Status',
		action: 'Check the status of a video',
		description: 'Look up a job, or wait until it is finished',
		offered: providers,
		properties: checkStatusProperties,
		execute: checkStatus,
	},
	{
		resource: 'video',
		operation: 'wait',
		name: 'Wait for Webhook',
		action: 'Wait for a video',
		description: 'Sleep until the videos of all items are ready or have failed',
		offered: callingBack,
		properties: waitForWebhookProperties,
		execute: waitForWebhook,
		webhook: (ctx) => answerCallback(ctx),
	},
	{
		resource: 'video',
		operation: 'cancel',
		name: 'Cancel Job',
		action: 'Cancel a video',
		description: 'Cancel a job that is not finished yet',
		offered: cancelling,
		properties: cancelProperties,
		execute: cancelJobs,
	},
	{
		resource: 'video',
		operation: 'join',
		name: 'Join Videos',
		action: 'Join videos into one',
		description: 'Join the clips of the items into one MP4, without encoding them again',
		offered: makersOf('video'),
		properties: () => joinProperties,
		execute: async (ctx) => {
			// Loaded when it is first needed, because it comes with a library of its own.
			const { joinVideos } = await import('../../nodes/Seedance/operations/joinVideos');
			return await joinVideos(ctx);
		},
	},
	{
		resource: 'image',
		operation: 'generate',
		name: 'Generate',
		action: 'Generate an image',
		description: 'Make an image from a text or another image with Seedream',
		offered: makersOf('image'),
		properties: () => generateProperties('image'),
		execute: (ctx) => generate(ctx, 'image'),
		webhook: (ctx) => answerGenerated(ctx, 'image'),
	},
	{
		resource: 'account',
		operation: 'getCredits',
		name: 'Get Credits',
		action: 'Get the credits of the account',
		description: 'Read the balance of the account, and how much video it pays for',
		offered: tellingBalance,
		properties: creditsProperties,
		execute: getCredits,
	},
];
const operations = all.filter(({ offered }) => offered.length > 0);

const operationOf = (resource: unknown, operation: unknown): Operation | undefined =>
	operations.find((each) => each.resource === resource && each.operation === operation);

/** The one node of a package for one provider: what the other nodes do, as its operations. */
export class Seedance implements INodeType {
	description: INodeTypeDescription = {
		displayName: nodeName(''),
		name: 'seedance',
		icon: { light: 'file:../../icons/seedance.svg', dark: 'file:../../icons/seedance.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Make AI videos with Seedance, wait for them and download them',
		defaults: { name: 'Seedance' },
		usableAsTool: true,
		inputs: mainOnly,
		outputs: mainOnly,
		credentials: credentialsOf(),
		webhooks: callingBack.length > 0 ? callbackWebhooks : undefined,
		hints: callingBack.length > 0 ? [privateCallbackHint] : [],
		properties: resourceProperties(
			operations.map((each) => ({ ...each, properties: each.properties() })),
		),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0);
		const operation = this.getNodeParameter('operation', 0);
		const found = operationOf(resource, operation);
		if (found) return [await found.execute(this)];
		throw new NodeOperationError(
			this.getNode(),
			`There is no operation "${operation}" for the resource "${resource}"`,
			{ description: 'Choose one of the list in "Operation". Nothing was done.' },
		);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const found = operationOf(
			this.getNodeParameter('resource'),
			this.getNodeParameter('operation'),
		);
		// n8n calls a node only while it sleeps, which the other operations do not.
		return found?.webhook ? await found.webhook(this) : { noWebhookResponse: true };
	}
}
