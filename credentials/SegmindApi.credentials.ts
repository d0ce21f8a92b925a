import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { credentialProperties, mainAddress } from '../nodes/Seedance/form/credential';
import { access } from '../nodes/Seedance/providers/segmind/access';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

export class SegmindApi implements ICredentialType {
	name = 'segmindApi';

	displayName = 'Segmind API';

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = credentialProperties(access, {
		keyFrom: 'segmind.com, API Keys',
		hosts: {
			upload: 'The address for uploading images to Segmind. Used only for images that are files.',
		},
	});

	authenticate = authenticateWith(access);

	test: ICredentialTestRequest = {
		request: {
			baseURL: mainAddress(access),
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
						'Nothing was found at this address. Check "Base URL": https://api.segmind.com. If it is right, the account has no balance yet: add credits on segmind.com',
				},
			},
		],
	};
}
