import type { Provider } from '../../core/provider';
import { providerById, providers } from '../../providers';
import type { Caller } from '../api/send';
import { firstParameter } from './options';

/** The provider that the node asks. A package for one provider has no field for it. */
export function chosenProvider(ctx: Caller): Provider {
	const [only] = providers;
	return providerById(firstParameter(ctx, 'provider', only?.id) as string);
}
