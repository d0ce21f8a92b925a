import type { Capabilities, Model, PricedRequest } from '../../nodes/Seedance/core/model';
import { estimateCost } from '../../nodes/Seedance/core/price';
import { providers } from '../../nodes/Seedance/providers';
import { table } from './table.ts';

export const SECONDS = 5;
export const RESOLUTION = '720p';
const NONE = '–';

/** What a clip of 5 s in 720p costs: one row for each model, one column for each provider. */
export function renderPrices(): string {
	const rows = [...new Set(providers.flatMap(({ models }) => models.filter(isVideo).map(nameOf)))]
		.sort(newestFirst)
		.map((name) => [
			name,
			...providers.map(({ models }) => {
				const model = models.find((each) => isVideo(each) && nameOf(each) === name);
				return model ? priceOf(model) : NONE;
			}),
		]);
	return table([`${SECONDS} s in ${RESOLUTION}`, ...providers.map(({ name }) => name)], rows);
}

const isVideo = ({ makes }: Model) => makes === 'video';

/** Some names say whose the model is, because the provider's own ID does. */
const nameOf = ({ name }: Model) => name.replace(/ \(.*\)$/, '');

/** By version; of one version, the full model before its smaller ones. */
const newestFirst = (one: string, other: string) =>
	versionOf(other) - versionOf(one) || one.length - other.length || one.localeCompare(other);

const versionOf = (name: string) => Number(/\d+\.\d+/.exec(name)?.[0] ?? 0);

export function priceOf(model: Model): string {
	const can = model.modes.textToVideo ?? Object.values(model.modes)[0];
	if (!can) return NONE;
	const usd = offers(can) ? estimateCost(model, requestFor(can)).costUsdEstimated : null;
	return usd === null ? 'yes' : `US$${usd.toFixed(2)}`;
}

/** Whether there is a clip of this length and resolution. A model without a choice of resolutions makes 720p or more. */
function offers({ duration, resolution }: Capabilities): boolean {
	if (resolution && !resolution.values.includes(RESOLUTION)) return false;
	if (!duration) return false;
	return 'values' in duration
		? duration.values.includes(SECONDS)
		: duration.min <= SECONDS && SECONDS <= duration.max;
}

const requestFor = ({ resolution, audio }: Capabilities): PricedRequest => ({
	duration: SECONDS,
	...(resolution ? { resolution: RESOLUTION } : {}),
	...(audio ? { audio: audio.default } : {}),
});
