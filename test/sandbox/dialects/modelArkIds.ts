import type { Account } from '../core/account.ts';
import type { Problem } from '../core/answer.ts';
import { refusal } from './modelArkError.ts';
import type { Region } from './modelArkModels.ts';

/** What the `model` of a request means to an account. */

export const regionOf = ({ modelArk }: Account): Region => modelArk.region ?? 'international';

const unknown = (model: string): Problem =>
	refusal(
		'InvalidEndpointOrModel.NotFound',
		`The model or endpoint ${model} does not exist or you do not have access to it.`,
	);

/** The ID of the model that `model` means to this account: one that it may call itself, or the one behind an endpoint. */
function modelIdFor(account: Account, model: string): string {
	const { endpoints = {}, notOpen = [], endpointsOnly = false } = account.modelArk;
	const isEndpoint = model.startsWith('ep-');
	const id = isEndpoint ? endpoints[model] : model;
	if (id === undefined) throw unknown(model);
	if (!isEndpoint && endpointsOnly) throw byIdRefused(model);
	if (notOpen.includes(id)) throw notOpenYet(id);
	return id;
}

const byIdRefused = (model: string): Problem =>
	refusal(
		'InvalidEndpointOrModel.ModelIDAccessDisabled',
		`Your account cannot call the model ${model} by its ID. Use an endpoint ID instead.`,
	);

const notOpenYet = (model: string): Problem =>
	refusal(
		'ModelNotOpen',
		`Your account has not activated the model ${model}. Activate it in the console.`,
	);

/** The row of a list for the ID that the client sent. Throws 404 for an ID that this region does not have. */
export function modelFor<Model>(
	account: Account,
	model: string,
	rows: readonly Model[],
	idOf: (region: Region, row: Model) => string,
): Model {
	const id = modelIdFor(account, model);
	const found = rows.find((each) => idOf(regionOf(account), each) === id);
	if (!found) throw unknown(model);
	return found;
}
