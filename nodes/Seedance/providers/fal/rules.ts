import type { MediaRequest } from '../../core/request';

// What the documents forbid, in one sentence each, so that it is refused before anything is sent.

export function taskRules({ task, referenceVideoUrls = [], aspectRatio }: MediaRequest): string[] {
	if (task !== 'edit' && task !== 'extend') return [];
	return [
		...(referenceVideoUrls.length > 0
			? []
			: [
					`Task ${task === 'edit' ? 'Edit' : 'Extend'}: it needs a video. Add its address in Reference Video URLs.`,
				]),
		...(task === 'extend' || aspectRatio === 'adaptive'
			? []
			: ['Task Edit: the result has the ratio of the video. Choose adaptive in Aspect Ratio.']),
	];
}
