import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { credentialProperties, mainAddress } from '../nodes/Seedance/form/credential';
import { access } from '../nodes/Seedance/providers/seedanceOrg/access';
import { authenticateWith } from '../nodes/Seedance/runtime/api/authenticate';

const message = 'The API key is wrong: copy it again from seedanceapi.org, API Keys';

/** For n8n 2.x, which evaluates the HTTP code. */
const refusedByStatus = [{ type: 'responseCode' as const, properties: { value: 401, message } }];

/**
 * n8n 1.x can only ignore all HTTP codes or none, so there the body must show the result. Its shape is not documented.
 * [us]
 */
const refusedByBody = [
	['code', 'INVALID_API_KEY'],
	['code', 401],
	['error', 'INVALID_API_KEY'],
	['error.code', 'INVALID_API_KEY'],
].map(([key, value]) => ({
	type: 'responseSuccessBody' as const,
	properties: { key: String(key), value, message },
}));

/**
 * A valid key gets a 404 as well, so a wrong address is recognised by the text that web frameworks use for a 404. [us]
 */
const wrongAddress = [
	['detail', 'Not Found'],
	['error', 'Not Found'],
].map(([key, value]) => ({
	type: 'responseSuccessBody' as const,
	properties: {
		key: String(key),
		value,
		message: 'This is not the address of the API. Check "Base URL": https://seedanceapi.org',
	},
}));

export class SeedanceOrgApi implements ICredentialType {
	name = 'seedanceOrgApi';

	displayName = 'SeedanceAPI.org API';

	icon: Icon = { light: 'file:../icons/seedance.svg', dark: 'file:../icons/seedance.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-seedance/n8n-nodes-seedance#credentials';

	properties: INodeProperties[] = credentialProperties(access, {
		keyFrom: 'seedanceapi.org, API Keys',
	});

	authenticate = authenticateWith(access);

	// Costs nothing: requests a task that does not exist, so a valid key gets a 404. There is no call for the balance.
	test: ICredentialTestRequest = {
		request: {
			baseURL: mainAddress(access),
			url: '/v1/status',
			qs: { task_id: 'connection-test' },
			ignoreHttpStatusErrors: {
				ignore: true,
				except: [301, 302, 307, 308, 400, 401, 403, 429, 500, 502, 503, 504],
			},
			disableFollowRedirect: true,
		},
		rules: [
			...refusedByStatus,
			...refusedByBody,
			...wrongAddress,
		] as unknown as ICredentialTestRequest['rules'],
	};
}
