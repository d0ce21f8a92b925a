import type { IAuthenticate, IHttpRequestOptions } from 'n8n-workflow';
import type { Access } from '../../core/access';
import { readSettings } from './credential';

/** Older nodes of n8n say `uri`. */
type AnyRequest = Omit<IHttpRequestOptions, 'url'> & { url?: string; uri?: string };

/**
 * A redirect could lead to another host, and n8n would send the key along: its HTTP Request node does below version 4.4.
 * Both of n8n's ways to say it, because both of its HTTP helpers let the credential have the last word.
 */
const NO_REDIRECTS = {
	disableFollowRedirect: true,
	followRedirect: false,
	followAllRedirects: false,
	maxRedirects: 0,
	sendCredentialsOnCrossOriginRedirect: false,
};

/**
 * How a credential puts its key into a request: only where it goes to the credential's own host, and safely. Our nodes see
 * to that before; n8n's connection test and its HTTP Request node, which can use the credential as well, do not.
 *
 * A function, because n8n 2 evaluates each expression of a declared block anew for every request: 2 ms of its time.
 *
 * @throws Error, which n8n shows, where the request may not have the key
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

/** Empty where it is no address. */
function originOf({ url, uri, baseURL }: AnyRequest): string {
	const address = url ?? uri ?? '';
	const base = baseURL === '' ? undefined : baseURL;
	return URL.canParse(address, base) ? new URL(address, base).origin : '';
}
