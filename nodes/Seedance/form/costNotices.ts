import type { INodeProperties } from 'n8n-workflow';
import type { Capabilities, Model, PricedRequest } from '../core/model';
import { creditsToUsd, estimateCost } from '../core/price';
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
				noticesOf(model).map(({ text, fields }) => ({
					displayName: text,
					name: 'costNotice',
					type: 'notice' as const,
					default: '',
					displayOptions: {
						show: { provider: [provider.id], model: [model.id], ...valuesOf(fields) },
					},
				})),
			),
	);
}

interface Notice {
	text: string;
	/** The values of the fields that determine the price. */
	fields: PricedRequest;
}

/**
 * A price in credits mostly depends on few values, so each combination has its own amount. A price in dollars is by
 * token, so by every pixel, and some prices in credits are by resolution and second: there the form shows the rate,
 * because hundreds of amounts would make it slow.
 */
function noticesOf(model: Model): Notice[] {
	const can: Partial<Capabilities> = Object.values(model.modes)[0] ?? {};
	const byToken = model.price.usd && !model.price.credits && can.duration;
	return byToken || isBySecond(model, can)
		? pricedRequests(model, rateOf, { ...can, duration: undefined, aspectRatio: undefined })
		: pricedRequests(model, costOf, can);
}

const FREE_IF_FAILED = 'Failed jobs cost nothing.';

function costOf(model: Model, request: PricedRequest): string {
	const { creditsEstimated, costUsdEstimated } = estimateCost(model, request);
	if (costUsdEstimated !== null) {
		const dollars = `US$${shown(costUsdEstimated)}`;
		const cost = creditsEstimated === null ? dollars : `${creditsEstimated} credits (${dollars})`;
		return `Estimated cost: ${cost} for each ${model.makes}. ${FREE_IF_FAILED}`;
	}
	const { perSecond } = model.price;
	if (perSecond === undefined)
		return 'No price of this model is public. Look it up at the provider.';
	const usd = perSecond * (request.duration ?? 0);
	return `Estimated cost: about US$${usd.toFixed(2)} for each ${model.makes} at the default resolution. There is no public price list: the job says what was charged.`;
}

/** The length in the example of a rate, in seconds. */
const EXAMPLE_SECONDS = 5;

/** Whether a price in credits is for any number of seconds, at a rate for each resolution. */
const isBySecond = ({ price }: Model, { duration, resolution }: Partial<Capabilities>): boolean =>
	price.credits !== undefined &&
	duration !== undefined &&
	!('values' in duration) &&
	(resolution?.values.length ?? 0) > 1;

function rateOf(model: Model, request: PricedRequest): string {
	const credits = model.price.credits?.({ ...request, duration: EXAMPLE_SECONDS });
	if (credits !== undefined) return creditRateOf(credits, model);
	const usd = model.price.usd?.({ ...request, duration: EXAMPLE_SECONDS }) ?? 0;
	return `Estimated cost at list price: up to US$${(usd / EXAMPLE_SECONDS).toFixed(3)} for each second of video, so US$${shown(usd)} for ${EXAMPLE_SECONDS} seconds. ${FREE_IF_FAILED}`;
}

/** @param credits of the example */
function creditRateOf(credits: number, { price: { usdPerCredit } }: Model): string {
	const cost = (amount: number) =>
		`${Math.round(amount * 100) / 100} credits (US$${shown(creditsToUsd(amount, usdPerCredit))})`;
	return `Estimated cost: up to ${cost(credits / EXAMPLE_SECONDS)} for each second of video, so ${cost(credits)} for ${EXAMPLE_SECONDS} seconds. ${FREE_IF_FAILED}`;
}

/** To the cent, or to a tenth of it if that is more exact. */
const shown = (usd: number): string => usd.toFixed(3).replace(/0$/, '');

/** Every value of each field that changes the text. The price depends on the same fields in all modes of a model. */
function pricedRequests(
	model: Model,
	textOf: (model: Model, request: PricedRequest) => string,
	can: Partial<Capabilities>,
): Notice[] {
	const values = {
		duration: lengthsOf(can),
		resolution: can.resolution?.values,
		aspectRatio: can.aspectRatio?.values,
		audio: can.audio && [false, true],
	} satisfies { [Field in keyof PricedRequest]: readonly unknown[] | undefined };
	const all = combinationsOf(values).map((request) => ({ request, text: textOf(model, request) }));
	const setsPrice = (field: string) => {
		const texts = new Map<string, string>();
		return all.some(({ request, text }) => {
			// The fields of all requests are in one order, and this is quick: there are thousands of requests.
			const others = Object.values({ ...request, [field]: '' }).join();
			if (!texts.has(others)) texts.set(others, text);
			return texts.get(others) !== text;
		});
	};
	const fields = Object.entries(values).filter(
		([field]) => field === 'duration' || setsPrice(field),
	);
	return combinationsOf(Object.fromEntries(fields)).map((request) => ({
		text: textOf(model, request),
		fields: request,
	}));
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
