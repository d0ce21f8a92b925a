import type { MediaRequest } from '../../core/request';
import { MODEL_DECIDES } from '../../core/request';

// What the documents forbid, in one sentence each, so that it is refused before anything is sent.

/** Settings that the server still reads in a text, in the way of its first version. They could raise the price. [doc] */
const SETTING =
	/(?:^|\s)(--(?:rs|resolution|rt|ratio|dur|duration|frames|fps|framespersecond|seed|cf|camerafixed|wm|watermark))\s/i;

export function settingsInPrompt({ prompt = '' }: MediaRequest): string[] {
	const [, setting] = SETTING.exec(prompt) ?? [];
	if (setting === undefined) return [];
	return [
		`Prompt: ModelArk would read "${setting}" as a setting. Remove it and use the field of this node.`,
	];
}

export function draftRules({ draft, resolution, returnLastFrame }: MediaRequest): string[] {
	if (!draft) return [];
	return [
		...(resolution === '480p' ? [] : ['Draft: a draft has 480p. Choose 480p in Resolution.']),
		...(returnLastFrame
			? ['Draft: a draft has no last frame. Turn Return Last Frame and Continue From off.']
			: []),
	];
}

export function taskRules(request: MediaRequest): string[] {
	const { task, referenceVideoUrls = [], aspectRatio, duration } = request;
	if (task !== 'edit' && task !== 'extend') return [];
	const label = task === 'edit' ? 'Edit' : 'Extend';
	return [
		...(referenceVideoUrls.length > 0
			? []
			: [`Task ${label}: it needs a video. Add its address in Reference Video URLs.`]),
		...(aspectRatio === 'adaptive'
			? []
			: [`Task ${label}: the result has the ratio of the video. Choose adaptive in Aspect Ratio.`]),
		...(task === 'extend' || duration === MODEL_DECIDES
			? []
			: [
					`Task Edit: the result is as long as the video. Enter ${MODEL_DECIDES} in Duration (Seconds).`,
				]),
	];
}
