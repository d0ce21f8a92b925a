/** Nodes and a credential to prove the harness with; nothing of Seedance in them. */
import {
	type IAuthenticateGeneric,
	type ICredentialType,
	type IDataObject,
	type IExecuteFunctions,
	type IHookFunctions,
	type IHttpRequestMethods,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type IWebhookDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
	NodeConnectionTypes,
	NodeOperationError,
} from 'n8n-workflow';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedResponse, WebhookRequest } from './http.ts';
import { describeNode } from './node-types.ts';

const field = (name: string, value: string | number | boolean): INodeProperties => ({
	displayName: name,
	name,
	type: typeof value as 'string' | 'number' | 'boolean',
	default: value,
});

export class DemoApi implements ICredentialType {
	name = 'demoApi';
	displayName = 'Demo API';
	properties: INodeProperties[] = [field('apiKey', ''), field('perMinute', 60)];
	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
	};
}

/** Puts `fields` (expressions allowed) over the json of every item. */
export class SetNode implements INodeType {
	description = describeNode('set', {
		properties: [{ displayName: 'Fields', name: 'fields', type: 'json', default: '{}' }],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData().map((item, index) => {
			const fields = this.getNodeParameter('fields', index) as IDataObject | string;
			const values = typeof fields === 'string' ? (JSON.parse(fields) as IDataObject) : fields;
			return { ...item, json: { ...item.json, ...values }, pairedItem: { item: index } };
		});
		return await Promise.resolve([items]);
	}
}

/** Even numbers to the first output, odd ones to the second. */
export class SplitNode implements INodeType {
	description = describeNode('split', {
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData().map((item, index) => ({
			...item,
			pairedItem: { item: index },
		}));
		const odd = ({ json }: INodeExecutionData) => Number(json['n']) % 2 === 1;
		return await Promise.resolve([items.filter((item) => !odd(item)), items.filter(odd)]);
	}
}

/** Throws for the items whose n is in `failing`, in its first `failures` calls. */
export class FailNode implements INodeType {
	static calls = 0;
	description = describeNode('fail', { properties: [field('failures', 1), field('failing', 1)] });

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		FailNode.calls++;
		const kept = this.getContext('node');
		kept['tries'] = Number(kept['tries'] ?? 0) + 1;
		const items = this.getInputData().map((item, index): INodeExecutionData => {
			const fails = item.json['n'] === this.getNodeParameter('failing', index);
			if (fails && FailNode.calls <= (this.getNodeParameter('failures', index) as number)) {
				const message = `Call ${FailNode.calls} failed`;
				const error = new NodeOperationError(this.getNode(), message, { itemIndex: index });
				if (!this.continueOnFail()) throw error;
				return { json: { error: message }, pairedItem: { item: index } };
			}
			return { json: { ...item.json, tries: Number(kept['tries']) }, pairedItem: { item: index } };
		});
		return await Promise.resolve([items]);
	}
}

/** Asks `url` once per item with the credential; `download` puts the answer into the binary `file`. */
export class RequestNode implements INodeType {
	description = describeNode('request', {
		credentials: [{ name: 'demoApi', required: true }],
		properties: [field('url', ''), field('method', 'GET'), field('download', false)],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items: INodeExecutionData[] = [];
		for (const [index] of this.getInputData().entries()) {
			const url = this.getNodeParameter('url', index) as string;
			const method = this.getNodeParameter('method', index) as IHttpRequestMethods;
			const { perMinute } = await this.getCredentials<{ perMinute: number }>('demoApi');
			const download = this.getNodeParameter('download', index);
			const answer: unknown = await this.helpers.httpRequestWithAuthentication.call(
				this,
				'demoApi',
				{
					url,
					method,
					...(download ? { encoding: 'stream' as const } : { json: true }),
				},
			);
			const pairedItem = { item: index };
			if (!download) {
				items.push({ json: { answer, perMinute } as IDataObject, pairedItem });
				continue;
			}
			const file = await this.helpers.prepareBinaryData(
				answer as Readable,
				'film.mp4',
				'video/mp4',
			);
			items.push({ json: {}, binary: { file }, pairedItem });
		}
		this.logger.info('Requests sent', { count: items.length });
		return [items];
	}
}

/** Works until it is stopped, and says so in `SlowNode.stopped`. */
export class SlowNode implements INodeType {
	static stopped = 0;
	description = describeNode('slow');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const signal = this.getExecutionCancelSignal();
		while (signal?.aborted !== true) await sleep(5);
		SlowNode.stopped++;
		return [this.getInputData()];
	}
}

interface CallbackBody {
	do?: 'resume' | 'stay' | 'busy' | 'throw';
	delay?: number;
}

/** Suspends; what its webhook does is said by the body of the callback. */
export class WaitNode implements INodeType {
	description = describeNode('wait', {
		credentials: [{ name: 'demoApi' }],
		properties: [field('minutes', 60)],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'demo',
				restartWebhook: true,
				responseMode: 'onReceived',
				responseData: '',
			} satisfies IWebhookDescription,
		],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		for (const [index, item] of items.entries()) {
			const resumeUrl = this.evaluateExpression('{{ $execution.resumeUrl }}', index) as string;
			item.json = { ...item.json, status: 'timed_out', resumeUrl };
		}
		const minutes = this.getNodeParameter('minutes', 0) as number;
		await this.putExecutionToWait(new Date(Date.now() + minutes * 60_000));
		return [items];
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const request = this.getRequestObject() as unknown as WebhookRequest;
		const body = this.getBodyData() as CallbackBody;
		if (body.delay !== undefined) await sleep(body.delay);
		if (body.do === 'throw') throw new Error('The webhook method failed');
		if (body.do === 'stay') return { webhookResponse: { state: 'still waiting' } };
		if (body.do === 'busy') {
			const response = this.getResponseObject() as unknown as RecordedResponse;
			response.setHeader('retry-after', 1).status(503).json({ state: 'busy' });
			return { noWebhookResponse: true };
		}
		const waiting = this.evaluateExpression('{{ $input.all() }}', 0) as INodeExecutionData[];
		const seen = {
			rawBody: request.rawBody.toString(),
			contentType: this.getHeaderData()['content-type'],
			query: this.getQueryData() as IDataObject,
			resumeUrl: this.evaluateExpression('{{ $execution.resumeUrl }}', 0),
			minutes: this.getNodeParameter('minutes'),
			credential: await this.getCredentials('demoApi').catch((error: Error) => error.message),
		};
		const items = waiting.map(({ json }) => ({ json: { ...json, status: 'completed', seen } }));
		return {
			workflowData: [items as INodeExecutionData[]],
			webhookResponse: { state: 'resumed' },
		};
	}
}

/** Counts its calls in the workflow's static data. */
export class CountNode implements INodeType {
	description = describeNode('count');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const data = this.getWorkflowStaticData('global');
		data['count'] = Number(data['count'] ?? 0) + 1;
		return await Promise.resolve([[{ json: { count: data['count'] } }]]);
	}
}

/** Starts a workflow with the body of a call; knows by its static data that it was registered. */
export class TriggerNode implements INodeType {
	description = describeNode('trigger', {
		group: ['trigger'],
		inputs: [],
		webhooks: [{ name: 'default', httpMethod: 'POST', path: 'hook', responseMode: 'onReceived' }],
	});

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await Promise.resolve(this.getWorkflowStaticData('node')['url'] !== undefined);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				this.getWorkflowStaticData('node')['url'] = this.getNodeWebhookUrl('default');
				return await Promise.resolve(true);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				delete this.getWorkflowStaticData('node')['url'];
				return await Promise.resolve(true);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { url } = this.getWorkflowStaticData('node');
		return await Promise.resolve({ workflowData: [[{ json: { ...this.getBodyData(), url } }]] });
	}
}
