import { inPath } from '../../core/replies';
import type { MediaRequest } from '../../core/request';

// A model has one ID for each mode; those of 1.0 also one for each resolution. [doc]

const OWNER = 'bytedance';

/** References are fields of text-to-video. [doc] */
const modeOf = (mode: MediaRequest['mode']): 'text-to-video' | 'image-to-video' =>
	mode === 'imageToVideo' ? 'image-to-video' : 'text-to-video';

/** The beginnings of the IDs, which the mode follows. */
const FAMILIES: Readonly<Record<string, string>> = {
	'seedance-2.5': 'seedance-2.5',
	'seedance-2.0': 'seedance-2.0',
	'seedance-2.0-fast': 'seedance-2.0-fast',
	'seedance-2.0-mini': 'seedance-2.0-mini',
	'seedance-1.5-pro': 'seedance-v1.5-pro',
};

/** The beginnings of the IDs that name the resolution. */
const BY_RESOLUTION: Readonly<Record<string, string>> = {
	'seedance-1.0-pro': 'seedance-v1-pro',
	'seedance-1.0-lite': 'seedance-v1-lite',
};

/** Whether the resolution is in the ID, and not in the body. */
export const namesResolution = (model: string): boolean => Object.hasOwn(BY_RESOLUTION, model);

/** The user's own ID if there is one, otherwise that of the model in this mode. */
export function wireIdOf(
	request: Pick<MediaRequest, 'model' | 'mode' | 'modelId' | 'resolution'>,
): string {
	const { model, mode, modelId, resolution = '720p' } = request;
	// A slash at either end comes from an address that was copied.
	if (modelId !== undefined) return modelId.replace(/^\/+|\/+$/g, '');
	const short = BY_RESOLUTION[model];
	if (short === undefined) return `${OWNER}/${FAMILIES[model] ?? model}/${modeOf(mode)}`;
	return `${OWNER}/${short}-${mode === 'imageToVideo' ? 'i2v' : 't2v'}-${resolution}`;
}

/** An ID as a path. */
export const pathOf = (wireId: string): string => `/${wireId.split('/').map(inPath).join('/')}`;

const keyOf = (names: Readonly<Record<string, string>>, name: string) =>
	Object.keys(names).find((key) => names[key] === name);

/**
 * What an ID says.
 *
 * @returns nothing for a model that is newer than this package, or a variant with a price of its own, such as `…-turbo`
 */
export function readWireId(wireId: string): { model?: string; resolution?: string } {
	const [, family = ''] = /^bytedance\/([^/]+)\/(?:text|image)-to-video$/.exec(wireId) ?? [];
	const [, short = '', resolution] = /^bytedance\/(.+)-[ti]2v-(\d+p)$/.exec(wireId) ?? [];
	const model = keyOf(FAMILIES, family) ?? keyOf(BY_RESOLUTION, short);
	return model === undefined ? {} : { model, ...(resolution ? { resolution } : {}) };
}
