import type { Model } from '../core/model';
import type { Provider } from '../core/provider';
import { providers } from './registry';

export { providers };

/** @throws RangeError for an ID that is not in the list (a programming error: the form offers only the list) */
export function providerById(id: string): Provider {
	const provider = providers.find((candidate) => candidate.id === id);
	if (!provider) throw new RangeError(`There is no provider "${id}"`);
	return provider;
}

export const modelById = (provider: Provider, id: string): Model | undefined =>
	provider.models.find((model) => model.id === id);
