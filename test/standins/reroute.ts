// Loaded into n8n before it starts (`--import`): what its nodes send to a host of the internet reaches a stand-in on this
// machine instead. For nodes whose address is fixed, such as n8n's own Google Sheets node.
import http from 'node:http';
import https from 'node:https';
import { pathToFileURL, urlToHttpOptions } from 'node:url';

const HOSTS = 'SEEDANCE_REROUTED_HOSTS';

/** What to set for an n8n whose requests to this host shall reach the stand-in at `url`. */
export const rerouted = (host: string, url: string): NodeJS.ProcessEnv =>
	reroutedAll({ [host]: url });

/** The same for several hosts, each with the address of its stand-in. */
export const reroutedAll = (urls: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
	NODE_OPTIONS: `--import=${pathToFileURL(import.meta.filename).href}`,
	[HOSTS]: JSON.stringify(urls),
});

const { [HOSTS]: hosts } = process.env;
if (hosts) {
	const urls = JSON.parse(hosts) as Record<string, string>;
	const original = https.request;
	const request = (...args: Parameters<typeof http.request>): http.ClientRequest => {
		const [target, ...others] = args as unknown as [
			string | URL | https.RequestOptions,
			() => void,
		];
		const options =
			typeof target === 'string' || target instanceof URL
				? urlToHttpOptions(new URL(target))
				: target;
		const url = urls[options.hostname ?? options.host ?? ''];
		if (url === undefined) {
			return original(...(args as unknown as Parameters<typeof https.request>));
		}
		const { hostname, port } = new URL(url);
		const here = { protocol: 'http:', host: hostname, hostname, port, agent: undefined };
		return http.request({ ...options, ...here }, ...others);
	};
	// Node gives the same object to everybody who imports or requires the module.
	https.request = request as typeof https.request;
}
