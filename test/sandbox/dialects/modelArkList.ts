import { z } from 'zod';
import type { Answer } from '../core/answer.ts';
import type { Core } from '../core/core.ts';
import type { Job } from '../core/job.ts';
import { MODELARK_PAGE } from '../decisions.ts';
import type { Call } from './dialect.ts';
import { inForm } from './modelArkBody.ts';
import { ok, refusal } from './modelArkError.ts';
import { regionOf } from './modelArkIds.ts';
import { SEEDREAM_MODELS, seedreamId } from './modelArkImageModels.ts';
import type { VideoModel } from './modelArkModels.ts';
import { idIn, VIDEO_MODELS } from './modelArkModels.ts';
import { isKept, keptOf, NAME, viewOf, wordOf } from './modelArkTask.ts';

/** Tasks of the last 7 days, and the models that a key sees. */

const number = z.coerce.number().int().min(1);
const querySchema = z.object({
	page_num: number.default(1),
	page_size: number.max(MODELARK_PAGE.most).default(MODELARK_PAGE.usual),
	// [doc] Not `expired`.
	'filter.status': z.enum(['queued', 'running', 'cancelled', 'succeeded', 'failed']).optional(),
	'filter.task_ids': z.union([z.string().transform((id) => [id]), z.array(z.string())]).optional(),
	'filter.model': z.string().optional(),
	// [doc] Without it, `flex` tasks are not listed.
	'filter.service_tier': z.enum(['default', 'flex']).default('default'),
});

/** [us] The latest first, and every item as in the answer to the question for its task. */
export function listTasks(core: Core, { account, query }: Call): Answer {
	const asked = inForm(querySchema, query);
	const { page_num: page, page_size: size, 'filter.model': model } = asked;
	const { customKey = false, endpoints = {} } = account.modelArk;
	if (customKey && model === undefined)
		throw refusal(
			'OperationDenied.PermissionDenied',
			'A key with the permission Custom must give filter.model.',
			'filter.model',
		);
	const modelId = model === undefined ? undefined : (endpoints[model] ?? model);
	const { 'filter.status': status, 'filter.task_ids': ids } = asked;
	const fits = (job: Job): boolean =>
		job.account === account &&
		job.dialect === NAME &&
		job.request.makes !== 'image' &&
		isKept(core, job) &&
		keptOf(job).plan.tier === asked['filter.service_tier'] &&
		(status === undefined || wordOf(job) === status) &&
		(ids === undefined || ids.includes(job.id)) &&
		(modelId === undefined || job.request.model === modelId);
	const all = core.board.list().filter(fits).reverse();
	const items = all.slice((page - 1) * size, page * size).map((job) => viewOf(core, job));
	return ok({ items, total: all.length });
}

/** [pub] A model that is not activated is listed, too, and one that was shut down. [us] The envelope. */
export function listModels({ account }: Call): Answer {
	const region = regionOf(account);
	const prefix = region === 'china' ? 'doubao-' : '';
	const videos = VIDEO_MODELS.map((model) =>
		rowOf(idIn(region, model), 'VideoGeneration', tasksOf(model)),
	);
	const images = SEEDREAM_MODELS.map((model) =>
		rowOf(seedreamId(region, model), 'ImageGeneration', ['TextToImage', 'ImageToImage']),
	);
	const gone = (['t2v', 'i2v'] as const).map((kind) => ({
		...rowOf(`${prefix}seedance-1-0-lite-${kind}-250428`, 'VideoGeneration', [
			kind === 't2v' ? 'TextToVideo' : 'ImageToVideo',
		]),
		status: 'Shutdown',
	}));
	const chat = rowOf(`${prefix}seed-2-0-lite-260428`, 'VLM', ['VisualQuestionAnswering']);
	return ok({ object: 'list', data: [...videos, ...images, ...gone, chat] });
}

/** `created` is the date at the end of the ID. */
const rowOf = (id: string, domain: string, tasks: readonly string[]) => ({
	id,
	name: id.replace(/-\d+$/, ''),
	created:
		Date.UTC(2000 + Number(id.slice(-6, -4)), Number(id.slice(-4, -2)) - 1, Number(id.slice(-2))) /
		1000,
	domain,
	task_type: tasks,
	modalities: {},
	token_limits: {},
});

const tasksOf = ({ references }: VideoModel): string[] => [
	'TextToVideo',
	'ImageToVideo',
	...(references ? ['MultimodalToVideo', 'VideoEditing'] : []),
];
