import type { IAuthenticate, ICredentialType, IHttpRequestOptions } from 'n8n-workflow';
import { SegmindApi } from '../../credentials/SegmindApi.credentials';
import { contracts } from '../contract/dialects/index.ts';

const apiKey = 'sk-live/1+secret';
const BASE = 'https://api.example.com/v1';

type Authenticate = Exclude<IAuthenticate, { type: 'generic' }>;
type Request = Partial<IHttpRequestOptions> & { uri?: string };

/** The field with the address of the main host, which is the first one. */
const mainHost = ({ properties }: ICredentialType): string =>
	properties.find(({ name }) => name.endsWith('Url'))!.name;

/** What leaves for the wire when n8n lets the credential put its key into this request; header names in lower case. */
async function authenticated(
	type: ICredentialType,
	request: Request,
	credential: Record<string, string> = {},
) {
	const { authenticate } = type;
	const data = { apiKey, [mainHost(type)]: BASE, ...credential };
	const sent = await (authenticate as Authenticate)(data, request as IHttpRequestOptions);
	const headers = Object.entries(sent.headers ?? {}).map(([name, value]): [string, unknown] => [
		name.toLowerCase(),
		value,
	]);
	return { ...sent, headers: Object.fromEntries(headers) };
}

/** In the words of both of n8n's HTTP helpers. */
const noRedirects = {
	disableFollowRedirect: true,
	maxRedirects: 0,
	followRedirect: false,
	followAllRedirects: false,
	sendCredentialsOnCrossOriginRedirect: false,
};

const credentials = new Map(contracts.map((each) => [each.credentialType, each.authHeader]));

describe.each(
	[...credentials].map(([Type, authHeader]) => ({
		type: new Type(),
		header: Object.fromEntries([authHeader(apiKey)]),
	})),
)('$type.name', ({ type, header }) => {
	it.each<[string, Request]>([
		['an address', { url: `${BASE}/tasks` }],
		['another path of the host', { url: 'https://api.example.com/v2/x' }],
		['the host in other letters', { url: 'HTTPS://API.Example.COM/v1' }],
		['its port spelt out', { url: 'https://api.example.com:443/v1' }],
		["the connection test's two parts", { baseURL: BASE, url: '/account/credits' }],
		["an older node's words", { uri: `${BASE}/tasks` }],
	])('goes along with %s', async (_, request) => {
		const headers = { accept: 'x' };
		expect(await authenticated(type, { ...request, headers })).toEqual({
			...request,
			headers: { ...headers, ...header },
			...noRedirects,
		});
	});

	it('does not let the request follow redirects, whatever it asks for', async () => {
		const wish = {
			url: `${BASE}/tasks`,
			disableFollowRedirect: false,
			maxRedirects: 21,
			followRedirect: true,
			followAllRedirects: true,
			sendCredentialsOnCrossOriginRedirect: true,
		};
		expect(await authenticated(type, wish)).toMatchObject(noRedirects);
	});

	it.each<[string, Request]>([
		['another host', { url: 'https://evil.example/v1/tasks' }],
		['a host that begins so', { url: 'https://api.example.com.evil.example/v1' }],
		['a host that ends so', { url: 'https://evilapi.example.com/v1' }],
		['the host with a dot behind it', { url: 'https://api.example.com./v1' }],
		['the host as a user name', { url: 'https://api.example.com@evil.example/v1' }],
		[
			'the host as a user name, by a backslash',
			{ url: 'https:\\\\evil.example\\@api.example.com' },
		],
		['a host above it', { url: 'https://example.com/v1' }],
		['another port', { url: 'https://api.example.com:8443/v1' }],
		['plain http', { url: 'http://api.example.com/v1' }],
		['an address that leaves the base', { baseURL: BASE, url: 'https://evil.example/' }],
		['one without a protocol', { baseURL: BASE, url: '//evil.example/' }],
		['one in backslashes', { baseURL: BASE, url: '\\\\evil.example/' }],
		["another host in an older node's words", { uri: 'https://evil.example/' }],
		['a file', { url: 'file:///etc/passwd' }],
		['no address', { url: '' }],
		['nothing', {}],
	])('does not go along with %s', async (_, request) => {
		const attempt = async () => await authenticated(type, request);
		await expect(attempt()).rejects.toThrow(/for https:\/\/api\.example\.com( and \S+)* only/);
		await expect(attempt()).rejects.not.toThrow(apiKey);
	});

	it.each([
		'http://api.example.com/v1',
		'http://127.0.0.1.evil.example',
		'http://localhost@evil.example',
		'http:\\\\evil.example',
	])('does not go to the credential\'s own "%s"', async (address) => {
		const own = { [mainHost(type)]: address };
		const attempt = async () => await authenticated(type, { url: `${address}/x` }, own);
		await expect(attempt()).rejects.toThrow(/not safe for an API key\. It must start with https/);
	});

	it('goes to this machine over plain http', async () => {
		const address = 'http://127.0.0.1:3000/v1';
		const own = { [mainHost(type)]: address };
		const sent = await authenticated(type, { url: `${address}/tasks` }, own);
		expect(sent.headers).toEqual(header);
	});
});

describe("Segmind's second host", () => {
	const uploadUrl = 'https://uploads.example.com';
	const url = `${uploadUrl}/upload-asset`;

	it('gets the key for uploads', async () => {
		const { headers } = await authenticated(new SegmindApi(), { url }, { uploadUrl });
		expect(headers).toEqual({ 'x-api-key': apiKey });
	});

	it("is the provider's own where the credential names none, and no other", async () => {
		const attempt = async () => await authenticated(new SegmindApi(), { url }, { uploadUrl: '' });
		const [base, upload] = [/https:\/\/api\.example\.com/, /workflows-api\.segmind\.com/];
		await expect(attempt()).rejects.toThrow(
			new RegExp(`${base.source} and .*${upload.source} only`),
		);
		const own = { url: 'https://workflows-api.segmind.com/upload-asset' };
		const { headers } = await authenticated(new SegmindApi(), own, { uploadUrl: '' });
		expect(headers).toEqual({ 'x-api-key': apiKey });
	});

	it('does not over plain http', async () => {
		const plain = { uploadUrl: 'http://uploads.example.com' };
		const attempt = async () => await authenticated(new SegmindApi(), { url: `${BASE}/x` }, plain);
		await expect(attempt()).rejects.toThrow(/not safe for an API key/);
	});
});
