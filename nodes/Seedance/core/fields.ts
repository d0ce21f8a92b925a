import type { FieldName } from './request';

/** What the form calls each field; errors use the same words. */
export const FIELD_LABELS: Record<FieldName, string> = {
	prompt: 'Prompt',
	imageInput: 'Image Input',
	imageUrl: 'Image URL',
	imageBinaryField: 'Input Binary Field',
	duration: 'Duration (Seconds)',
	resolution: 'Resolution',
	aspectRatio: 'Aspect Ratio',
	audio: 'Generate Audio',
	cameraLock: 'Lock Camera',
	seed: 'Seed',
	endFrameUrl: 'End Frame URL',
	skipModeration: 'Skip Moderation',
	metadata: 'Metadata',
	callbackUrl: 'Callback URL',
};
