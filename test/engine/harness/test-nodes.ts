/** Nodes and a credential to prove the harness with; nothing of Seedance in them. */
import {
	type IAuthenticateGeneric,
	type ICredentialType,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
} from 'n8n-workflow';
import { describeNode } from './node-types.ts';

export class DemoApi implements ICredentialType {
	name = 'demoApi';
	displayName = 'Demo API';
	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
		},
		{ displayName: 'Per Minute', name: 'perMinute', type: 'number', default: 60 },
	];
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
