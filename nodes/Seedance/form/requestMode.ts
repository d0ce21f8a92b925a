import type { INodeProperties } from 'n8n-workflow';
import type { Provider } from '../core/provider';
import type { Mode } from '../core/request';

/** The models that a provider also makes in one blocking call. */
const blockingModelsOf = (provider: Provider): string[] =>
	provider.models
		.filter(({ id, modes }) =>
			(Object.keys(modes) as Mode[]).some(
				(mode) => provider.dialectForRequest({ model: id, mode }).sync,
			),
		)
		.map(({ id }) => id);

/** The option of each provider that has such models. */
export const requestModeOptions = (offered: readonly Provider[]): INodeProperties[] =>
	offered
		.map((provider) => ({ id: provider.id, models: blockingModelsOf(provider) }))
		.filter(({ models }) => models.length > 0)
		.map(({ id, models }) => ({
			displayName: 'Request Mode',
			name: 'requestMode',
			type: 'options',
			options: [
				{
					name: 'Async',
					value: 'async',
					description: 'Submit, then ask until it is done: no job is lost',
				},
				{
					name: 'Sync',
					value: 'sync',
					description: 'One call that returns the file; if it breaks, the file is lost and charged',
				},
			],
			default: 'async',
			description: 'How the request is made. Sync always returns the file, and no address.',
			displayOptions: {
				show: { '/provider': [id], '/model': models, '/afterSubmit': ['wait'] },
			},
		}));
