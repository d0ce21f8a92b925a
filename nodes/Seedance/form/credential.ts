import type { INodeProperties } from 'n8n-workflow';
import { hostField, type Access } from '../core/access';

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
	{ hosts, limits }: Access,
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
		...Object.entries(hosts).map(([host, address]) =>
			hostProperty(host, address, host === mainHost ? undefined : words.hosts?.[host]),
		),
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

/** For the connection test of a credential: the address of the main host, the provider's own if the field is empty. */
export function mainAddress({ hosts }: Pick<Access, 'hosts'>): string {
	const [[host, usual] = ['base', '']] = Object.entries(hosts);
	const field = `$credentials.${hostField(host).name}`;
	return `={{(${field} || ${JSON.stringify(usual)}).trim().replace(/\\/+$/, "")}}`;
}
