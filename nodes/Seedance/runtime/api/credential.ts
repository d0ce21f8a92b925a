import { failure, inputFault, success, type Outcome } from '../../core/fault';
import { hostField, type Access, type Region } from '../../core/access';
import { z } from '../../core/zod';

/** The validated content of one of our credentials. */
export interface Settings {
	apiKey: string;
	/** The addresses of the provider's hosts, by name, without a slash at the end. */
	hosts: Readonly<Record<string, string>>;
	/** The ID of the region that the user chose; absent if the provider has no regions. */
	region?: string;
	/** The address of the main host, which identifies the account's API. */
	baseUrl: string;
	/** Empty if the user has not entered one, or if the provider does not sign with a secret. */
	webhookSecret: string;
	requestsPerMinute: number;
	maxConcurrentJobs: number;
}

const limit = (fallback: number) => z.coerce.number().int().min(1).catch(fallback);

/** Without slashes at the end. Empty means the default. */
const address = z
	.string()
	.trim()
	.transform((url) => url.replace(/\/+$/, ''))
	.catch('');

type Where = Pick<Access, 'hosts' | 'aliases' | 'limits' | 'regions'>;

const schemaOf = ({ hosts, limits }: Where) =>
	z.object({
		apiKey: z.string().trim().min(1),
		webhookSecret: z.string().trim().catch(''),
		region: z.string().catch(''),
		requestsPerMinute: limit(limits.requestsPerMinute),
		maxConcurrentJobs: limit(limits.maxConcurrentJobs),
		...Object.fromEntries(Object.keys(hosts).map((host) => [hostField(host).name, address])),
	});

/** Built once for each provider, because a credential is read for every request. */
const schemas = new WeakMap<object, ReturnType<typeof schemaOf>>();

function credentialData(access: Where): ReturnType<typeof schemaOf> {
	const schema = schemas.get(access) ?? schemaOf(access);
	schemas.set(access, schema);
	return schema;
}

/** A region that is not known counts as the default, as in the form. */
const regionOf = ({ regions }: Where, id: string): Region | undefined =>
	regions?.find((region) => region.id === id) ?? regions?.[0];

export function readSettings(data: unknown, access: Where): Outcome<Settings> {
	const read = credentialData(access).safeParse(data);
	if (!read.success) {
		return failure(
			inputFault('The credential has no API Key', 'Open the credential and fill in "API Key".'),
		);
	}
	const { apiKey, webhookSecret, requestsPerMinute, maxConcurrentJobs } = read.data;
	const region = regionOf(access, read.data.region);
	const addresses = new Map<string, unknown>(Object.entries(read.data));
	const hosts: Record<string, string> = {};
	for (const [host, usual] of Object.entries(region?.hosts ?? access.hosts)) {
		const { name, label } = hostField(host);
		const given = addresses.get(name);
		const url = typeof given === 'string' && given !== '' ? given : usual;
		if (!isSafeAddress(url)) return failure(unsafe(label));
		hosts[host] = url;
	}
	for (const [name, { of, address: usual }] of Object.entries(access.aliases ?? {})) {
		const url = hosts[of];
		if (url !== undefined) hosts[name] = url === access.hosts[of] ? usual : url;
	}
	const [baseUrl = ''] = Object.values(hosts);
	const limits = { requestsPerMinute, maxConcurrentJobs };
	return success({ apiKey, webhookSecret, ...limits, hosts, baseUrl, region: region?.id });
}

const unsafe = (label: string) =>
	inputFault(
		`The ${label} in the credential is not safe for an API key`,
		'It must start with https://. Plain http:// is accepted for this machine only (localhost, 127.0.0.1).',
	);

/** Whether a key may be sent there: over https, or to this machine. */
export function isSafeAddress(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname } = new URL(text);
	return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

export function isLoopback(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
