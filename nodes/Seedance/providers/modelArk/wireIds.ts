import type { MediaRequest } from '../../core/request';

/** The IDs of the models on the wire, which differ by region. [doc] */
const WIRE_IDS: Readonly<Record<string, { international: string; china: string }>> = {
	'seedance-2.5': {
		international: 'dreamina-seedance-2-5-260628',
		china: 'doubao-seedance-2-5-260628',
	},
	'seedance-2.0': {
		international: 'dreamina-seedance-2-0-260128',
		china: 'doubao-seedance-2-0-260128',
	},
	'seedance-2.0-fast': {
		international: 'dreamina-seedance-2-0-fast-260128',
		china: 'doubao-seedance-2-0-fast-260128',
	},
	'seedance-2.0-mini': {
		international: 'dreamina-seedance-2-0-mini-260615',
		china: 'doubao-seedance-2-0-mini-260615',
	},
	'seedance-1.5-pro': {
		international: 'seedance-1-5-pro-251215',
		china: 'doubao-seedance-1-5-pro-251215',
	},
	'seedance-1.0-pro': {
		international: 'seedance-1-0-pro-250528',
		china: 'doubao-seedance-1-0-pro-250528',
	},
	'seedance-1.0-pro-fast': {
		international: 'seedance-1-0-pro-fast-251015',
		china: 'doubao-seedance-1-0-pro-fast-251015',
	},
	'seedream-5.0-pro': {
		international: 'dola-seedream-5-0-pro-260628',
		china: 'doubao-seedream-5-0-pro-260628',
	},
	'seedream-5.0-lite': {
		international: 'seedream-5-0-260128',
		china: 'doubao-seedream-5-0-260128',
	},
	// The documents give the IDs of these two for BytePlus only. Those for China follow the pattern of the others. [us]
	'seedream-4.5': { international: 'seedream-4-5-251128', china: 'doubao-seedream-4-5-251128' },
	'seedream-4.0': { international: 'seedream-4-0-250828', china: 'doubao-seedream-4-0-250828' },
};

/** The user's own ID if there is one, otherwise that of the model in the region. */
export function wireIdOf(
	{ model, modelId }: Pick<MediaRequest, 'model' | 'modelId'>,
	region: string | undefined,
): string {
	const ids = WIRE_IDS[model];
	return modelId ?? ids?.[region === 'china' ? 'china' : 'international'] ?? model;
}

/** @returns undefined for the ID of an endpoint or of a model that is newer than this package */
export const modelOf = (wireId: string): string | undefined =>
	Object.entries(WIRE_IDS).find(([, ids]) => Object.values(ids).includes(wireId))?.[0];
