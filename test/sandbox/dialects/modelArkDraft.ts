import type { Core } from '../core/core.ts';
import type { TaskBody } from './modelArkBody.ts';
import type { Call } from './dialect.ts';
import { invalid } from './modelArkError.ts';
import type { VideoModel } from './modelArkModels.ts';
import { isTwoFive } from './modelArkModels.ts';
import type { Plan } from './modelArkPlan.ts';
import { isKept, keptOf, NAME } from './modelArkTask.ts';

/** The second step of a draft: the same video in its final resolution. */

/** [doc] What the draft has settled already: an error even where it is the same. */
const SETTLED = [
	'ratio',
	'duration',
	'frames',
	'seed',
	'camera_fixed',
	'generate_audio',
	'draft',
	'omni_reference_task_type',
	'tools',
] as const;

/** @param raw - the body as it was sent, without defaults */
export function planOfDraft(
	core: Core,
	{ account }: Call,
	model: VideoModel,
	body: TaskBody,
	raw: Readonly<Record<string, unknown>>,
	id: string,
): Plan {
	const param = 'content[0].draft_task.id';
	if (!model.fields.includes('draft'))
		throw invalid('content', `draft_task is not supported for model ${model.name}`);
	const job = core.board.get(account, id);
	if (job?.dialect !== NAME || job.request.makes === 'image' || !isKept(core, job))
		throw invalid(param, 'there is no such draft task');
	const { model: draftModel, plan } = keptOf(job);
	if (job.state !== 'completed' || !plan.draft)
		throw invalid(param, 'the task is not a draft that has succeeded');
	if (draftModel !== model) throw invalid('model', 'it must be the model of the draft');
	const again = SETTLED.find((field) => raw[field] !== undefined);
	if (again) throw invalid(again, 'it must be empty with draft_task');
	return {
		...plan,
		resolution: resolutionOf(model, body),
		watermark: body.watermark,
		lastFrame: body.return_last_frame,
		tier: body.service_tier ?? 'default',
		expiresAfter: body.execution_expires_after,
		draft: false,
		draftTask: id,
		priority: body.priority ?? 0,
		format: body.output_format ?? 'mp4',
		safetyIdentifier: body.safety_identifier,
	};
}

/** [doc] 2.5 makes 1080p of a draft; [us] it must be said, and 1.5 makes any of its resolutions, 720p if none is said. */
function resolutionOf(model: VideoModel, { resolution }: TaskBody): Plan['resolution'] {
	if (isTwoFive(model) && resolution !== '1080p')
		throw invalid('resolution', 'it must be 1080p with draft_task');
	const wanted = resolution ?? model.usualResolution;
	const known = model.resolutions.find((each) => each === wanted);
	if (!known) throw invalid('resolution', `it must be one of ${model.resolutions.join(', ')}`);
	return known;
}
