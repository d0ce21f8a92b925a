import type { Model } from '../core/model';
import { providers } from '../providers';

const providersOf = ({ id }: Model): number =>
	providers.filter(({ models }) => models.some((model) => model.id === id)).length;

/**
 * The default of a provider's models: the first of those that most providers have. When the provider is changed, n8n's
 * editor replaces a value that is the default by the default of the new provider, so the model stays only if both have the
 * same one. [us]
 */
export const usualModelOf = (models: readonly Model[]): Model | undefined =>
	models.reduce<Model | undefined>(
		(usual, model) => (usual && providersOf(usual) >= providersOf(model) ? usual : model),
		undefined,
	);
