import type { RawRequest } from './request';

/** What the form calls each field; errors use the same words. */
export const FIELD_LABELS: Record<keyof RawRequest, string> = {
	prompt: 'Prompt',
	imageUrl: 'Image URL',
	duration: 'Duration (Seconds)',
	aspectRatio: 'Aspect Ratio',
	audio: 'Generate Audio',
	metadata: 'Metadata',
	callbackUrl: 'Callback URL',
};
