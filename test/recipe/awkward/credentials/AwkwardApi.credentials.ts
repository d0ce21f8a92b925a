import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { credentialProperties, mainAddress } from '../nodes/Seedance/form/credential';
import { access } from '../nodes/Seedance/providers/awkward/access';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

export class AwkwardApi implements ICredentialType {
	name = 'awkwardApi';

	displayName = 'Awkward Video API';

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = credentialProperties(access, {
		keyFrom: 'awkward.example, Keys',
		hosts: { files: 'Where frames are uploaded, and where the keys for signatures are published' },
		webhookSecret: true,
	});

	authenticate = authenticateWith(access);

	test: ICredentialTestRequest = {
		request: {
			baseURL: mainAddress(access),
			url: '/jobs',
			qs: { newest: 1 },
			disableFollowRedirect: true,
		},
	};
}
