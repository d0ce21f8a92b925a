import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import type { Provider } from '../../core/provider';
import { providerById, providers } from '../../providers';

/** The provider that the node asks. A package for one provider has no field for it. */
export function chosenProvider(ctx: IExecuteFunctions | IWebhookFunctions): Provider {
	const [only] = providers;
	const chosen =
		'getInputData' in ctx
			? ctx.getNodeParameter('provider', 0, only?.id)
			: ctx.getNodeParameter('provider', only?.id);
	return providerById(chosen as string);
}
