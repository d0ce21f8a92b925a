import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

export class SegmindApi implements ICredentialType {
	name = 'segmindApi';

	displayName = 'Segmind API';

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'From segmind.com, API Keys',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'https://api.segmind.com',
			placeholder: 'e.g. https://api.segmind.com',
			description:
				'Leave it as it is. To test without spending, enter the address that the sandbox prints.',
		},
		{
			displayName: 'Upload URL',
			name: 'uploadUrl',
			type: 'string',
			default: 'https://workflows-api.segmind.com',
			placeholder: 'e.g. https://workflows-api.segmind.com',
			description: 'Where Segmind takes image files. Used only when an image comes in as a file.',
		},
		{
			displayName: 'Requests per Minute',
			name: 'requestsPerMinute',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: 60,
			description: 'What your account allows. All nodes that use this key keep to it together.',
		},
		{
			displayName: 'Max Concurrent Jobs',
			name: 'maxConcurrentJobs',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: 5,
			description: 'What your account allows. All nodes that use this key keep to it together.',
		},
	];

	authenticate = authenticateWith((apiKey) => ({ 'x-api-key': apiKey }));

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.replace(/\\/+$/, "")}}',
			url: '/v1/get-user-credits',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'The API key is wrong: copy it again from segmind.com, API Keys',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					// Segmind's answer for an account without a balance, and also any other host's answer to an unknown
					// path.
					message:
						'Nothing is known at this address. Check "Base URL": https://api.segmind.com. If it is that, the account has no balance yet: add credits on segmind.com',
				},
			},
		],
	};
}
