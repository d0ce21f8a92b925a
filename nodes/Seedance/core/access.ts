/** How a provider is reached: what its credential and its dialects both need to know. */
export interface Access {
	/** The credential type that contains its key. */
	credential: string;
	/**
	 * The hosts that get the key, by name, the main one first. The addresses are defaults. The user can change them in
	 * the credential, in the field `<name>Url`.
	 */
	hosts: Readonly<Record<string, string>>;
	/** The headers that carry the key. */
	authentication(apiKey: string): Record<string, string>;
	/** What an account allows if the credential says nothing else. */
	limits: { requestsPerMinute: number; maxConcurrentJobs: number };
}

/** The field of a credential that holds the address of a host. */
export const hostField = (host: string): { name: string; label: string } => ({
	name: `${host}Url`,
	label: `${host.slice(0, 1).toUpperCase()}${host.slice(1)} URL`,
});
