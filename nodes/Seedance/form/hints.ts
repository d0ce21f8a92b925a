import type { NodeHint } from 'n8n-workflow';
import type { Provider } from '../core/provider';

// Hints that n8n shows next to the input or output if a run would work, but probably not as intended.

/**
 * Evaluated in the editor while the user fills in the field. Neither the credential nor n8n's own address is available
 * there.
 */
export const privateCallbackHint: NodeHint = {
	message:
		'Callback URL is an address inside your own network: a provider on the internet cannot call it. Use a public address, or choose "Wait Until It Is Ready" in "After Submit".',
	type: 'warning',
	location: 'outputPane',
	displayCondition:
		'={{ $parameter["afterSubmit"] === "callback" && /^https?:\\/\\/(localhost|\\[::1\\]|(127|10|192\\.168|172\\.(1[6-9]|2\\d|3[01]))\\.[\\d.]+)([:\\/]|$)/i.test($parameter["callbackUrl"]) }}',
};

/** For Wait for Webhook: a hint about items whose provider has no callbacks. */
export const silentProviderHints = (silent: readonly Provider[]): NodeHint[] =>
	silent.map(({ id, name }) => ({
		message: `${name} has no callbacks, so its jobs cannot be waited for here. Use Check Status with "Wait Until Finished" instead.`,
		type: 'warning',
		location: 'inputPane',
		displayCondition: `={{ $json.provider === "${id}" }}`,
	}));
