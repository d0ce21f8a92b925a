import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { credentialProperties, mainAddress } from '../nodes/Seedance/form/credential';
import { access } from '../nodes/Seedance/providers/modelArk/access';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

export class SeedanceModelArkApi implements ICredentialType {
	name = 'seedanceModelArkApi';

	displayName = 'BytePlus ModelArk API';

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = credentialProperties(access, {
		keyFrom: 'the ModelArk console, API Keys',
	});

	authenticate = authenticateWith(access);

	// Lists the models, which costs nothing. ModelArk's answer is the same for a wrong key and for one of another region.
	test: ICredentialTestRequest = {
		request: {
			baseURL: mainAddress(access),
			url: '/models',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'ModelArk does not know this key in this region. Check "Region": International is for keys of BytePlus, China for keys of Volcengine. If it is right, copy the key again from the ModelArk console, API Keys',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message:
						'Nothing was found at this address. Leave "Base URL" empty to use the address of the region',
				},
			},
		],
	};
}
