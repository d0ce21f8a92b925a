import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { addressOfHost, credentialProperties } from '../nodes/Seedance/form/credential';
import { access } from '../nodes/Seedance/providers/fal/access';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

/** As fal writes itself. The names of all credentials of further providers end like this. */
const NAME = 'fal API (Seedance)';

export class SeedanceFalApi implements ICredentialType {
	name = 'seedanceFalApi';

	displayName = NAME;

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = credentialProperties(access, {
		keyFrom: 'fal.ai/dashboard/keys: both parts, with the colon between them',
		hosts: {
			api: 'Where prices and earlier jobs are looked up',
			storage: 'Where files are uploaded, and where the keys for signatures are published',
		},
	});

	authenticate = authenticateWith(access);

	// Asks for a price, which costs nothing. Other calls of this API also answer to a wrong key.
	test: ICredentialTestRequest = {
		request: {
			baseURL: addressOfHost(access, 'api'),
			url: '/models/pricing',
			qs: { endpoint_id: 'bytedance/seedance-2.0/text-to-video' },
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'fal does not know this key. Copy both of its parts again, with the colon between them, from fal.ai/dashboard/keys',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'Nothing was found at this address. Check "API URL": https://api.fal.ai/v1',
				},
			},
		],
	};
}
