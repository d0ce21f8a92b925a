import type { JobAddress } from '../../core/provider';
import type { MediaRequest, Mode } from '../../core/request';
import { inPath } from '../../core/replies';

// Source: the map of endpoints of fal-js. A model has one endpoint for each mode.

/** The last part of an endpoint's ID. */
const MODES: Partial<Record<Mode, string>> = {
	textToVideo: 'text-to-video',
	imageToVideo: 'image-to-video',
	referenceToVideo: 'reference-to-video',
};

/** IDs of 1.x begin with `fal-ai/`, those of 2.x do not. With a wrong beginning, a job is queued and then 404. [doc] */
const MODELS: Readonly<Record<string, string>> = {
	'seedance-2.5': 'bytedance/seedance-2.5',
	'seedance-2.5-flash': 'bytedance/seedance-2.5/flash',
	'seedance-2.0': 'bytedance/seedance-2.0',
	'seedance-2.0-fast': 'bytedance/seedance-2.0/fast',
	'seedance-2.0-mini': 'bytedance/seedance-2.0/mini',
	'seedance-1.5-pro': 'fal-ai/bytedance/seedance/v1.5/pro',
	'seedance-1.0-pro': 'fal-ai/bytedance/seedance/v1/pro',
	'seedance-1.0-pro-fast': 'fal-ai/bytedance/seedance/v1/pro/fast',
};

/** The application of an endpoint: `owner/app`. Jobs are asked for and cancelled under it alone. [doc] */
export const appOf = (endpoint: string): string => endpoint.split('/').slice(0, 2).join('/');

/** All applications that run Seedance. */
export const APPS: readonly string[] = [...new Set(Object.values(MODELS).map(appOf))];

/** The user's own ID if there is one, otherwise that of the model in this mode. */
export function endpointOf({
	model,
	mode,
	modelId,
}: Pick<MediaRequest, 'model' | 'mode' | 'modelId'>): string {
	// A slash at either end comes from an address that was copied.
	if (modelId !== undefined) return modelId.replace(/^\/+|\/+$/g, '');
	return `${MODELS[model] ?? model}/${MODES[mode] ?? mode}`;
}

/** @returns undefined for an endpoint that is newer than this package */
export function modelOf(endpoint: string): string | undefined {
	const root = endpoint.split('/').slice(0, -1).join('/');
	return Object.entries(MODELS).find(([, id]) => id === root)?.[0];
}

/** The application that has the job, as far as it is known. */
export function appOfJob({ reference, model }: JobAddress): string | undefined {
	const id = MODELS[model ?? ''];
	return reference?.app ?? (id === undefined ? undefined : appOf(id));
}

/** The endpoints that may have made the job: all of the application if nothing more is known. */
export function endpointsOfJob(job: JobAddress): string[] {
	const { reference, model } = job;
	if (reference?.endpoint) return [reference.endpoint];
	const id = MODELS[model ?? ''];
	const app = appOfJob(job);
	const roots = id ? [id] : Object.values(MODELS).filter((each) => !app || appOf(each) === app);
	return roots.flatMap((root) => Object.values(MODES).map((mode) => `${root}/${mode}`));
}

/** An ID as a path. */
export const pathOf = (id: string): string => `/${id.split('/').map(inPath).join('/')}`;
