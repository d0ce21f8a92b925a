import { exactly } from '../core/money.ts';
import {
	FAL_AUTO_SECONDS,
	FAL_DOLLARS_PER_THOUSAND,
	FAL_OTHER_DOLLARS,
	FAL_VIDEO_REFERENCE,
} from '../decisions.ts';
import type { FalInput } from './falInput.ts';

/** [us] Pixels of a picture in 16:9; the documents give the formula, but no sizes. */
const PIXELS: Record<string, number> = {
	'480p': 854 * 480,
	'720p': 1280 * 720,
	'1080p': 1920 * 1080,
	'4k': 3840 * 2160,
};

export const secondsOf = ({ duration }: FalInput): number =>
	duration === 'auto' ? FAL_AUTO_SECONDS : Number(duration);

function dollarsPerThousand(endpoint: string, input: FalInput): number {
	const { resolution, generate_audio: sound } = input;
	if (endpoint.includes('seedance-2.5') && resolution === '1080p')
		return FAL_OTHER_DOLLARS['2.5 1080p'];
	if (resolution === '4k') return FAL_OTHER_DOLLARS['2.0 4k'];
	if (endpoint.includes('v1.5') && sound === false) return FAL_OTHER_DOLLARS['1.5 silent'];
	const root = endpoint.replace(/\/us(?=\/)/, '').replace(/\/[\w-]+-to-video$/, '');
	const found = Object.entries(FAL_DOLLARS_PER_THOUSAND).find(([end]) => root.endsWith(`/${end}`));
	return found![1];
}

/** [doc] Tokens are height × width × (seconds of the input videos + seconds of the output) × 24 / 1024. */
export function falPrice(endpoint: string, input: FalInput): number {
	const videos = input.video_urls?.length ?? 0;
	const seconds = secondsOf(input) + videos * FAL_VIDEO_REFERENCE.seconds;
	const tokens = (PIXELS[input.resolution]! * seconds * 24) / 1024;
	const factor = videos > 0 ? FAL_VIDEO_REFERENCE.factor : 1;
	return exactly((tokens / 1000) * dollarsPerThousand(endpoint, input) * factor);
}
