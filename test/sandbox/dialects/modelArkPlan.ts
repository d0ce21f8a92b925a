import { MODELARK_PICKED_RATIO, MODELARK_PICKED_SECONDS } from '../decisions.ts';
import type { TaskBody } from './modelArkBody.ts';
import type { Input } from './modelArkContent.ts';
import { invalid } from './modelArkError.ts';
import type { OwnField, Ratio, Resolution, VideoModel } from './modelArkModels.ts';
import { isTwoFive, pixelsOf } from './modelArkModels.ts';

/** The top-level fields of a submission, by the rules of its model, and what comes out of them. */

/** All that a task reports of itself, and what its tokens are counted from. */
export interface Plan {
	resolution: Resolution;
	ratio: Ratio;
	seconds: number;
	frames?: number;
	seed?: number;
	audio: boolean;
	watermark: boolean;
	lastFrame: boolean;
	tier: 'default' | 'flex';
	expiresAfter: number;
	draft: boolean;
	draftTask?: string;
	priority: number;
	format: 'mp4' | 'mov';
	tools?: TaskBody['tools'];
	safetyIdentifier?: string;
	inputSeconds: number;
}

const OWN: readonly OwnField[] = [
	'frames',
	'camera_fixed',
	'service_tier',
	'draft',
	'priority',
	'output_format',
	'omni_reference_task_type',
	'tools',
];

/** [pub] The words, and that an inapplicable field is an error whatever its value is. */
export const mustBeEmpty = (field: string, { name }: VideoModel, { task }: Input) =>
	invalid(
		field,
		`the specified parameter \`${field}\` is not supported for model ${name} in ${task}, must be empty`,
	);

export function planOf(model: VideoModel, body: TaskBody, input: Input): Plan {
	const inapplicable = OWN.find(
		(field) => body[field] !== undefined && !model.fields.includes(field),
	);
	if (inapplicable) throw mustBeEmpty(inapplicable, model, input);
	checkDraft(body, input);
	const resolution = resolutionOf(model, body);
	checkTaskType(body, input);
	const ratio = ratioOf(model, body, input, resolution);
	const seconds = secondsOf(model, body, input);
	return {
		resolution,
		ratio,
		seconds: body.frames === undefined ? seconds : Math.floor(body.frames / 24),
		frames: body.frames,
		seed: body.seed,
		audio: model.hasAudio && body.generate_audio,
		watermark: body.watermark,
		lastFrame: body.return_last_frame,
		tier: body.service_tier ?? 'default',
		expiresAfter: body.execution_expires_after,
		draft: body.draft ?? false,
		priority: body.priority ?? 0,
		format: body.output_format ?? 'mp4',
		tools: body.tools,
		safetyIdentifier: body.safety_identifier,
		inputSeconds: input.videos.reduce((sum, each) => sum + each, 0),
	};
}

/** [doc] 480p only, and no last frame. */
function checkDraft(
	{ draft, return_last_frame: lastFrame, resolution }: TaskBody,
	{ task }: Input,
) {
	if (!draft) return;
	if (lastFrame) throw invalid('return_last_frame', 'a draft has no last frame');
	if (resolution !== undefined && resolution !== '480p')
		throw invalid('resolution', 'a draft must be 480p');
	if (task === 'draft') throw invalid('draft', 'it must be empty with draft_task');
}

function resolutionOf(model: VideoModel, { draft, resolution }: TaskBody): Resolution {
	if (resolution === undefined) return draft ? '480p' : model.usualResolution;
	const known = model.resolutions.find((each) => each === resolution);
	if (!known) throw invalid('resolution', `it must be one of ${model.resolutions.join(', ')}`);
	return known;
}

/** [doc] What an explicit edit or extension needs. */
function checkTaskType(body: TaskBody, { task, videos }: Input): void {
	const { omni_reference_task_type: type = 'auto', ratio = 'adaptive', duration = -1 } = body;
	if (type === 'auto') return;
	if (task !== 'r2v') throw invalid('omni_reference_task_type', 'it requires reference media');
	if (type === 'reference') return;
	if (!videos.length) throw invalid('content', `${type} requires a reference_video`);
	if (ratio !== 'adaptive') throw invalid('ratio', `it must be adaptive for ${type}`);
	if (type !== 'edit') return;
	if (duration !== -1) throw invalid('duration', 'it must be -1 for edit');
	if (videos.some((each) => each < 4))
		throw invalid('content', 'edit requires videos of 4 to 30 s');
}

function ratioOf(model: VideoModel, body: TaskBody, input: Input, resolution: Resolution): Ratio {
	const { task, firstSide } = input;
	const usual = model.adaptive || task !== 't2v' ? 'adaptive' : '16:9';
	const ratio = body.ratio ?? usual;
	if (ratio === 'adaptive' && task === 't2v' && !model.adaptive)
		throw invalid('ratio', 'adaptive is not supported without an image');
	if (isTwoFive(model) && task === 'i2v' && ratio !== 'adaptive')
		throw invalid('ratio', 'the output ratio follows the first-frame image');
	if (ratio !== 'adaptive') return ratio;
	if (!firstSide) return MODELARK_PICKED_RATIO;
	return nearest(model, resolution, firstSide.width / firstSide.height);
}

/** The documented ratio that comes closest to that of the image. */
function nearest(model: VideoModel, resolution: Resolution, wanted: number): Ratio {
	const distance = (ratio: Ratio): number => {
		const [width, height] = pixelsOf(model, resolution, ratio);
		return Math.abs(Math.log(width / height / wanted));
	};
	const all: Ratio[] = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'];
	return all.reduce((best, each) => (distance(each) < distance(best) ? each : best));
}

function secondsOf(model: VideoModel, body: TaskBody, { videos }: Input): number {
	const { duration = model.usualSeconds, omni_reference_task_type: type } = body;
	const [least, most] = model.seconds;
	if (duration === -1 && model.picksSeconds)
		return type === 'edit' ? Math.max(...videos) : MODELARK_PICKED_SECONDS;
	if (duration < least || duration > most)
		throw invalid(
			'duration',
			`it must be ${least} to ${most}${model.picksSeconds ? ', or -1' : ''}`,
		);
	return duration;
}

/** [pub] Exact for nine bills: one frame more than 24 per second, unless there is video input. */
export function tokensOf(model: VideoModel, plan: Plan): number {
	const [width, height] = pixelsOf(model, plan.resolution, plan.ratio);
	const frames =
		plan.inputSeconds > 0
			? 24 * (plan.inputSeconds + plan.seconds)
			: (plan.frames ?? 24 * plan.seconds + 1);
	return Math.floor((width * height * frames) / 1024);
}

/** US dollars. [doc] Half of it for `flex`; a draft of 1.5 costs a part. [us] A draft of 2.5 costs what 480p does. */
export function dollarsOf(model: VideoModel, plan: Plan): number {
	const [plain, other] = model.dollars[plan.resolution]!;
	const second = model.references ? plan.inputSeconds > 0 : plan.audio;
	const draft = plan.draft ? model.draftFactor[plan.audio ? 1 : 0] : 1;
	const tier = plan.tier === 'flex' ? 0.5 : 1;
	return (tokensOf(model, plan) * (second ? other : plain) * draft * tier) / 1e6;
}
