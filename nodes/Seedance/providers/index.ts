import type { Model } from '../core/model';
import type { Provider } from '../core/provider';
import { fal } from './fal';
import { kie } from './kie';
import { modelArk } from './modelArk';
import { openRouter } from './openRouter';
import { replicate } from './replicate';
import { seedance } from './seedance';
import { seedanceOrg } from './seedanceOrg';
import { segmind } from './segmind';
import { waveSpeed } from './waveSpeed';

/** The only list of providers. */
export const providers: readonly Provider[] = [
	seedance,
	segmind,
	seedanceOrg,
	modelArk,
	replicate,
	fal,
	waveSpeed,
	kie,
	openRouter,
];

/** @throws RangeError for an ID that is not in the list (a programming error: the form offers only the list) */
export function providerById(id: string): Provider {
	const provider = providers.find((candidate) => candidate.id === id);
	if (!provider) throw new RangeError(`There is no provider "${id}"`);
	return provider;
}

export const modelById = (provider: Provider, id: string): Model | undefined =>
	provider.models.find((model) => model.id === id);
