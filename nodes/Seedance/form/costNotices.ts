import type { INodeProperties } from 'n8n-workflow';
import { USD_PER_CREDIT } from '../core/job';
import type { Capabilities, Model, PricedRequest } from '../core/model';
import { estimateCredits } from '../core/price';
import { providers } from '../providers';

/**
 * What an item will cost, in the form: one notice for each price of a model, shown where the fields that set the price
 * have these values. n8n evaluates no expression in a notice's text, but in the editor it compares the fields with their
 * expressions resolved; where one cannot be resolved yet, there is no notice.
 */
export function costNotices(makes: Model['makes']): INodeProperties[] {
	return providers.flatMap((provider) =>
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
	const credits = estimateCredits(model, request);
	if (credits !== null) {
		return `Estimated cost: ${credits} credits (US$${(credits * USD_PER_CREDIT).toFixed(2)}) for each ${model.makes}. Failed jobs cost nothing.`;
	}
	const usd = (model.price.perSecond ?? 0) * (request.duration ?? 0);
	return `Estimated cost: about US$${usd.toFixed(2)} for each ${model.makes} at the default resolution. There is no public price list: the job says what was charged.`;
}

/** Every length; with the other fields only where they change its price. */
function pricedRequests(model: Model): PricedRequest[] {
	// What sets the price is the same in all its modes.
	const can: Partial<Capabilities> = Object.values(model.modes)[0] ?? {};
	return lengthsOf(can).flatMap((length) => {
		const all = settingsOf(can).map((settings) => ({ ...length, ...settings }));
		const costs = new Set(all.map((request) => costOf(model, request)));
		return costs.size === 1 ? [length] : all;
	});
}

function lengthsOf({ duration }: Partial<Capabilities>): PricedRequest[] {
	if (!duration) return [{}];
	if ('values' in duration) return duration.values.map((value) => ({ duration: value }));
	const { min, max } = duration;
	return Array.from({ length: max - min + 1 }, (_, index) => ({ duration: min + index }));
}

function settingsOf({ resolution, audio }: Partial<Capabilities>): PricedRequest[] {
	const sounds = audio ? [{ audio: false }, { audio: true }] : [{}];
	const sizes = resolution?.values.map((value) => ({ resolution: value })) ?? [{}];
	return sizes.flatMap((size) => sounds.map((sound) => ({ ...size, ...sound })));
}

const valuesOf = (request: PricedRequest) =>
	Object.fromEntries(Object.entries(request).map(([field, value]) => [field, [value]]));
