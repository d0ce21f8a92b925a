import type { IAuthenticate, IHttpRequestOptions } from 'n8n-workflow';
import type { Access } from '../../core/access';
import { readSettings } from './credential';

/** Older nodes of n8n use `uri`. */
type AnyRequest = Omit<IHttpRequestOptions, 'url'> & { url?: string; uri?: string };

/**
 * A redirect could lead to another host, and n8n would send the key there: its HTTP Request node does so below version
 * 4.4. Both of n8n's HTTP helpers give the credential the last word, so we set the options of both.
 */
const NO_REDIRECTS = {
	disableFollowRedirect: true,
	followRedirect: false,
	followAllRedirects: false,
	maxRedirects: 0,
	sendCredentialsOnCrossOriginRedirect: false,
};

/**
 * Adds the key to a request, but only if the request goes to the credential's own host in a safe way. Our nodes make
 * sure of that themselves. n8n's connection test and its HTTP Request node, which can use the credential as well, do
 * not.
 *
 * A function, because n8n 2 evaluates each expression of a declared block again for every request, which takes 2 ms.
 *
 * @throws Error, which n8n shows, if the request must not have the key
 */
export const authenticateWith =
	(access: Access): IAuthenticate =>
	(credential, request) => {
		const settings = readSettings(credential, access);
		if (!settings.ok) throw new Error(`${settings.fault.message}. ${settings.fault.hint ?? ''}`);
		const { apiKey, hosts } = settings.value;
		const origin = originOf(request);
		const own = [...new Set(Object.values(hosts).map((url) => new URL(url).origin))];
		if (!own.includes(origin)) {
			throw new Error(`The API key of this credential is for ${own.join(' and ')} only`);
		}
		return Promise.resolve({
			...request,
			...NO_REDIRECTS,
			headers: { ...request.headers, ...access.authentication(apiKey) },
		});
	};

/** Empty if it is not an address. */
function originOf({ url, uri, baseURL }: AnyRequest): string {
	const address = url ?? uri ?? '';
	const base = baseURL === '' ? undefined : baseURL;
	return URL.canParse(address, base) ? new URL(address, base).origin : '';
}
