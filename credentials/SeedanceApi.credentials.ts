import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { credentialProperties, mainAddress } from '../nodes/Seedance/form/credential';
import { access } from '../nodes/Seedance/providers/seedance/access';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

export class SeedanceApi implements ICredentialType {
	name = 'seedanceApi';

	displayName = 'Seedance API';

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = credentialProperties(access, {
		keyFrom: 'seedance.it.com, Settings, API Keys',
		webhookSecret: true,
	});

	authenticate = authenticateWith(access);

	test: ICredentialTestRequest = {
		request: {
			baseURL: mainAddress(access),
			url: '/account/credits',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'The API key is wrong: copy it again from seedance.it.com, Settings, API Keys',
				},
			},
		],
	};
}
