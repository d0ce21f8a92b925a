import type { FieldName } from './request';

/** The label of each field in the form. Error messages use the same labels. */
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
