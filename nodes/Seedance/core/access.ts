/** How a provider is reached: what its credential and its dialects both need to know. */
export interface Access {
	/** The credential type that contains its key. */
	credential: string;
	/**
	 * The hosts that get the key, by name, the main one first. The addresses are defaults. The user can change them in
	 * the credential, in the field `<name>Url`.
	 */
	hosts: Readonly<Record<string, string>>;
	/**
	 * Further addresses of hosts, by a name of their own. They have no field in the credential: if the user has changed the
	 * address of the host, that is the address of the alias, too.
	 */
	aliases?: Readonly<Record<string, Alias>>;
	/**
	 * The regions in which the provider runs the same API, each with keys and hosts of its own; the default first. The
	 * user chooses one in the credential, and an empty address means that of the region. `hosts` are those of the first.
	 */
	regions?: readonly [Region, ...Region[]];
	/** The headers that carry the key. */
	authentication(apiKey: string): Record<string, string>;
	/** What an account allows if the credential says nothing else. */
	limits: { requestsPerMinute: number; maxConcurrentJobs: number };
}

/** What a message about a provider contains: its name, and the label of its main host, if the user can change it. */
export interface NamedAccess extends Partial<Pick<Access, 'hosts'>> {
	name: string;
}

export interface Alias {
	/** The name of the host. */
	of: string;
	address: string;
}

export interface Region {
	id: string;
	name: string;
	hosts: Access['hosts'];
}

/** The field of a credential that holds the address of a host. */
export const hostField = (host: string): { name: string; label: string } => ({
	name: `${host}Url`,
	label: `${host === 'api' ? 'API' : host.slice(0, 1).toUpperCase() + host.slice(1)} URL`,
});

/** The label of the field with the address of the main host, for hints. */
export function mainHostLabel({ hosts }: Partial<Pick<Access, 'hosts'>>): string {
	const [main = 'base'] = Object.keys(hosts ?? {});
	return hostField(main).label;
}
