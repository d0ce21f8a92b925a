import type { NodeHint } from 'n8n-workflow';
import type { Provider } from '../core/provider';

// What n8n shows beside the input or output, where a run would go on but hardly as it was meant.

/** Evaluated in the editor, while the field is filled in: there no credential and no own address can be looked at. */
export const privateCallbackHint: NodeHint = {
	message:
		'Callback URL is an address inside your own network: a provider on the internet cannot call it. Use a public address, or choose "Wait Until It Is Ready" in "After Submit".',
	type: 'warning',
	location: 'outputPane',
	displayCondition:
		'={{ $parameter["afterSubmit"] === "callback" && /^https?:\\/\\/(localhost|\\[::1\\]|(127|10|192\\.168|172\\.(1[6-9]|2\\d|3[01]))\\.[\\d.]+)([:\\/]|$)/i.test($parameter["callbackUrl"]) }}',
};

/** For Wait for Webhook, about items whose provider cannot call. */
export const silentProviderHints = (silent: readonly Provider[]): NodeHint[] =>
	silent.map(({ id, name }) => ({
		message: `${name} has no callbacks, so its jobs cannot be waited for here. Use Check Status with "Wait Until Finished" instead.`,
		type: 'warning',
		location: 'inputPane',
		displayCondition: `={{ $json.provider === "${id}" }}`,
	}));
