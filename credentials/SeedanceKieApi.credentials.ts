import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { credentialProperties, mainAddress } from '../nodes/Seedance/form/credential';
import { access } from '../nodes/Seedance/providers/kie/access';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

/** As kie.ai writes itself. The names of all credentials of further providers end like this. */
const NAME = 'kie.ai API (Seedance)';

const message =
	'kie.ai does not know this key. Copy it again from kie.ai/api-key, and look there whether it allows the IP address of this n8n';

export class SeedanceKieApi implements ICredentialType {
	name = 'seedanceKieApi';

	displayName = NAME;

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = credentialProperties(access, {
		keyFrom: 'kie.ai/api-key',
		hosts: {
			upload: 'The address for uploading images to kie.ai. Used only for images that are files.',
		},
		webhookSecret: true,
	});

	authenticate = authenticateWith(access);

	// Reads the balance, which costs nothing. A wrong key may get an HTTP 200 with the code in its body.
	test: ICredentialTestRequest = {
		request: {
			baseURL: mainAddress(access),
			url: '/api/v1/chat/credit',
			disableFollowRedirect: true,
		},
		rules: [
			{ type: 'responseCode', properties: { value: 401, message } },
			{ type: 'responseSuccessBody', properties: { key: 'code', value: 401, message } },
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'Nothing was found at this address. Check "Base URL": https://api.kie.ai',
				},
			},
		] as unknown as ICredentialTestRequest['rules'],
	};
}
