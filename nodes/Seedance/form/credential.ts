import type { INodeProperties } from 'n8n-workflow';
import { hostField, type Access, type Region } from '../core/access';
import { choiceOf } from './choices';

/** What a credential's form says beyond the provider's facts. */
interface Words {
	/** Where the user finds the key. */
	keyFrom: string;
	/** What each further host is for, by its name. */
	hosts?: Readonly<Record<string, string>>;
	/** Whether callbacks are signed with a secret that the user enters. */
	webhookSecret?: boolean;
}

/** The fields of a credential: the key, the addresses that get it, and the limits of the account. */
export function credentialProperties(
	{ hosts, regions, limits }: Access,
	{ keyFrom, webhookSecret = false, ...words }: Words,
): INodeProperties[] {
	const [mainHost] = Object.keys(hosts);
	return [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: `From ${keyFrom}`,
		},
		...(regions ? [regionProperty(regions)] : []),
		...Object.entries(hosts).map(([host, address]) => {
			const purpose = host === mainHost ? undefined : words.hosts?.[host];
			return regions ? ownHostProperty(host, address) : hostProperty(host, address, purpose);
		}),
		...(webhookSecret ? [webhookSecretProperty] : []),
		limitProperty('Requests per Minute', 'requestsPerMinute', limits.requestsPerMinute),
		limitProperty('Max Concurrent Jobs', 'maxConcurrentJobs', limits.maxConcurrentJobs),
	];
}

const hostProperty = (host: string, address: string, purpose?: string): INodeProperties => ({
	displayName: hostField(host).label,
	name: hostField(host).name,
	type: 'string',
	required: purpose === undefined,
	default: address,
	placeholder: `e.g. ${address}`,
	description:
		purpose ??
		'Leave it as it is. To test without spending, enter the address that the sandbox prints.',
});

const regionProperty = (regions: readonly Region[]): INodeProperties => ({
	displayName: 'Region',
	name: 'region',
	...choiceOf(regions.map(({ id, name }) => ({ name, value: id }))),
	description: 'Where the key was made. It works in that region only.',
});

/** For a provider with regions. */
const ownHostProperty = (host: string, address: string): INodeProperties => ({
	displayName: hostField(host).label,
	name: hostField(host).name,
	type: 'string',
	default: '',
	placeholder: `e.g. ${address}`,
	description:
		'Leave it empty for the address of the region. To test without spending, enter the address that the sandbox prints.',
});

const webhookSecretProperty: INodeProperties = {
	displayName: 'Webhook Secret',
	name: 'webhookSecret',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description: 'Optional. When it is filled in, callbacks without the right signature are refused.',
};

const limitProperty = (displayName: string, name: string, usual: number): INodeProperties => ({
	displayName,
	name,
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: usual,
	description: 'What your account allows. All nodes that use this key share this limit.',
});

/** For the connection test of a credential: the address of the main host. */
export const mainAddress = (access: Pick<Access, 'hosts' | 'regions'>): string =>
	addressOfHost(access);

/**
 * For the connection test of a credential: the address of a host, the provider's own if the field is empty.
 *
 * @param host the main host if left out
 */
export function addressOfHost(
	{ hosts, regions }: Pick<Access, 'hosts' | 'regions'>,
	host = Object.keys(hosts)[0] ?? 'base',
): string {
	const usual = hosts[host] ?? '';
	const field = `$credentials.${hostField(host).name}`;
	const byRegion = regions?.map((region) => [region.id, region.hosts[host]]);
	const ofRegion = byRegion
		? `(${JSON.stringify(Object.fromEntries(byRegion))})[$credentials.region] || `
		: '';
	return `={{((${field} || "").trim() || ${ofRegion}${JSON.stringify(usual)}).replace(/\\/+$/, "")}}`;
}
