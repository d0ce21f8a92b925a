import type { INodeProperties } from 'n8n-workflow';
import type { Capabilities, Model, PricedRequest } from '../core/model';
import { estimateCost } from '../core/price';
import type { Provider } from '../core/provider';
import { providers } from '../providers';

/**
 * Shows the cost of an item in the form: one notice for each price of a model, shown if the fields that determine the
 * price have these values. n8n does not evaluate expressions in a notice's text, but in the editor it compares the
 * fields with their resolved expressions. If an expression cannot be resolved yet, there is no notice.
 */
export function costNotices(
	makes: Model['makes'],
	offered: readonly Provider[] = providers,
): INodeProperties[] {
	return offered.flatMap((provider) =>
		provider.models
			.filter((model) => model.makes === makes)
			.flatMap((model) =>
				pricedRequests(model).map((request) => ({
					displayName: costOf(model, request),
					name: 'costNotice',
					type: 'notice' as const,
					default: '',
					displayOptions: {
						show: { provider: [provider.id], model: [model.id], ...valuesOf(request) },
					},
				})),
			),
	);
}

function costOf(model: Model, request: PricedRequest): string {
	const { creditsEstimated, costUsdEstimated } = estimateCost(model, request);
	if (costUsdEstimated !== null) {
		const dollars = `US$${costUsdEstimated.toFixed(2)}`;
		const cost = creditsEstimated === null ? dollars : `${creditsEstimated} credits (${dollars})`;
		return `Estimated cost: ${cost} for each ${model.makes}. Failed jobs cost nothing.`;
	}
	const usd = (model.price.perSecond ?? 0) * (request.duration ?? 0);
	return `Estimated cost: about US$${usd.toFixed(2)} for each ${model.makes} at the default resolution. There is no public price list: the job says what was charged.`;
}

/** Every duration, combined with each of the other fields only if it changes the price. */
function pricedRequests(model: Model): PricedRequest[] {
	// The price depends on the same fields in all modes of a model.
	const can: Partial<Capabilities> = Object.values(model.modes)[0] ?? {};
	const values: Record<keyof PricedRequest, readonly unknown[] | undefined> = {
		duration: lengthsOf(can),
		resolution: can.resolution?.values,
		aspectRatio: can.aspectRatio?.values,
		audio: can.audio && [false, true],
	};
	const all = combinationsOf(values);
	const setsPrice = (field: string) => {
		const costs = new Map<string, string>();
		return all.some((request) => {
			const others = JSON.stringify({ ...request, [field]: null });
			const cost = costOf(model, request);
			if (!costs.has(others)) costs.set(others, cost);
			return costs.get(others) !== cost;
		});
	};
	const fields = Object.entries(values).filter(
		([field]) => field === 'duration' || setsPrice(field),
	);
	return combinationsOf(Object.fromEntries(fields));
}

const combinationsOf = (values: Record<string, readonly unknown[] | undefined>): PricedRequest[] =>
	Object.entries(values).reduce<PricedRequest[]>(
		(requests, [field, choices]) =>
			choices
				? requests.flatMap((each) => choices.map((value) => ({ ...each, [field]: value })))
				: requests,
		[{}],
	);

function lengthsOf({ duration }: Partial<Capabilities>): readonly number[] | undefined {
	if (!duration || 'values' in duration) return duration?.values;
	const { min, max } = duration;
	return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}

const valuesOf = (request: PricedRequest) =>
	Object.fromEntries(Object.entries(request).map(([field, value]) => [field, [value]]));
