import type { Dialect, Provider } from '../../nodes/Seedance/core/provider';
import type { ImageInput, Mode } from '../../nodes/Seedance/core/request';
import { providers } from '../../nodes/Seedance/providers';
import { table } from './table.ts';

const NONE = '–';

/** What each provider has, from the registry: one row for each. */
export function renderFeatures(): string {
	const rows = providers.map((provider) => [
		provider.name,
		...Object.values(FEATURES).map((of) => of(provider)),
	]);
	return table(['', ...Object.keys(FEATURES)], rows);
}

const FEATURES: Record<string, (provider: Provider) => string> = {
	Images: ({ models }) => (models.some(({ makes }) => makes === 'image') ? 'Seedream' : NONE),
	'Start image': ({ models }) => {
		const inputs = models.flatMap(({ modes }) => modes.imageToVideo?.image?.inputs ?? []);
		return [...new Set(inputs)].map((input) => INPUTS[input]).join(' or ') || NONE;
	},
	Callbacks: ({ callback }) => {
		if (!callback) return NONE;
		if (!callback.signatures) return 'yes, not signed';
		const isOpen = callback.signatures.some(({ leavesBodyOpen }) => leavesBodyOpen);
		return isOpen ? 'yes, signed but for the content' : 'yes, signed';
	},
	'Idempotency keys': forDialects((dialect) => dialect.idempotent && 'yes'),
	'Submit As: Batch': forDialects(({ batch }) => batch && `up to ${batch.maxRequests} in a call`),
	'Cancel Job': forDialects(({ cancel }) => cancel && 'yes'),
	'Get Credits': ({ credits }) => (credits ? 'yes' : NONE),
	References: ({ models }) => (models.some(({ modes }) => modes.referenceToVideo) ? 'yes' : NONE),
	'Finds a job whose answer was lost': forDialects(
		(dialect) =>
			(dialect.idempotent && 'by its key') ||
			(dialect.recent && 'in the list of jobs') ||
			undefined,
	),
	'Estimates and limits': ({ models }) => {
		const prices = models.map(({ price }) => price);
		if (prices.some(({ credits }) => credits)) return 'in credits';
		return prices.some(({ usd }) => usd) ? 'in US dollars' : `${NONE} (bills in US dollars)`;
	},
};

const INPUTS: Record<ImageInput, string> = { url: 'address', binary: 'file' };

/** What all its dialects have; said to hold for some requests only, where not all of them have it. */
function forDialects(featureOf: (dialect: Dialect) => string | undefined) {
	return (provider: Provider): string => {
		const features = dialectsOf(provider).map(featureOf);
		const feature = features.find(Boolean);
		if (!feature) return NONE;
		return features.every(Boolean) ? feature : `${feature}, for some requests`;
	};
}

/** Every way of submitting that the form can lead to. */
function dialectsOf(provider: Provider): Dialect[] {
	const all = provider.models.flatMap(({ id: model, modes }) =>
		(Object.keys(modes) as Mode[]).flatMap((mode) =>
			[undefined, ...(modes[mode]?.image?.inputs ?? [])].map((input) =>
				provider.dialectForRequest({
					model,
					mode,
					imageBinaryField: input === 'binary' ? 'data' : undefined,
				}),
			),
		),
	);
	return [...new Set(all)];
}
