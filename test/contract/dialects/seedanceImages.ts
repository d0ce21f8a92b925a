import { SeedanceApi } from '../../../credentials/SeedanceApi.credentials';
import type { Job } from '../../../nodes/Seedance/core/job';
import type { DialectContract } from '../dialect.ts';
import { free, noAddress, unknownWord, usualErrors } from './common.ts';

const model: Partial<Job> = { model: 'seedream-v5' };
const image: Partial<Job> = {
	...model,
	status: 'completed',
	progress: 100,
	imageUrl: 'https://cdn.seedance.it.com/outputs/task_img123.png',
	creditsCharged: 8,
	costUsd: 0.08,
	createdAt: '2026-04-10T14:30:00Z',
	completedAt: '2026-04-10T14:30:08Z',
	expiresAt: '2026-04-11T14:30:08Z',
};
const textToImage = '/v1/generate/text-to-video';
const imageToImage = '/v1/generate/image-to-video';

export const seedanceImages: DialectContract = {
	name: 'seedance.it.com, Seedream through the unified API',
	folder: 'seedance-images',
	provider: 'seedance',
	credentialType: SeedanceApi,
	credential: { baseUrl: 'https://api.seedance.it.com/v1' },
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	idempotencyHeader: 'idempotency-key',
	model: 'seedream-v5',
	mode: 'textToVideo',
	makes: 'image',
	jobId: 'task_img123',
	wire: {
		jobId: 'task_id',
		status: 'status',
		failure: 'error',
		progress: 'progress',
		doneWord: 'completed',
		failedWord: 'failed',
		errors: usualErrors,
		batch: (tasks) => ({ tasks }),
		fields: { aspectRatio: 'aspect_ratio', audio: 'audio' },
	},
	submits: [
		{
			name: 'nothing but a prompt: no duration, no audio',
			parameters: {},
			path: textToImage,
			body: 'text-to-image.request',
		},
		{
			name: 'a text with everything',
			parameters: {
				model: 'seedream-v4.5',
				aspectRatio: '1:1',
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/hook',
				options: { metadata: '{"sku":"A-1"}' },
			},
			path: textToImage,
			body: 'text-to-image.full.request',
		},
		{
			name: 'an image by its address',
			parameters: {
				model: 'seedream-v3',
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/photo.jpg',
				aspectRatio: '9:16',
			},
			path: imageToImage,
			body: 'image-to-image.request',
		},
		{
			name: 'an image as a file',
			parameters: { mode: 'imageToVideo', imageInput: 'binary' },
			withImage: true,
			path: imageToImage,
			body: 'image-to-image.form',
		},
	],
	statusPath: '/v1/tasks/task_img123',
	progress: [
		[65, 65],
		[1, 1],
	],
	submitted: [
		{
			reply: 'generate.submitted',
			job: {
				...model,
				status: 'queued',
				imageUrl: null,
				estimatedSeconds: 10,
				createdAt: '2026-04-10T14:30:00Z',
			},
		},
		{ reply: 'submit.already-completed', job: image },
		{
			reply: 'submit.already-failed',
			job: {
				...model,
				status: 'failed',
				imageUrl: null,
				failure: { code: 'content_policy_violation', message: 'The prompt was refused.' },
				...free,
			},
		},
	],
	statuses: [
		{ reply: 'status.queued', job: { ...model, status: 'queued', imageUrl: null } },
		{
			reply: 'status.processing',
			job: { ...model, status: 'processing', progress: 65, imageUrl: null },
		},
		{ reply: 'status.completed', job: image },
		{ reply: 'status.completed-image-urls', job: image },
		{ reply: 'status.completed-url', job: image },
		{ reply: 'status.completed-video-url', job: image },
		{
			reply: 'status.completed-without-url',
			job: {
				...image,
				status: 'failed',
				progress: null,
				imageUrl: null,
				expiresAt: null,
				failure: noAddress('image'),
			},
		},
		{
			reply: 'status.cancelled',
			job: { ...model, status: 'cancelled', imageUrl: null, ...free },
		},
		{
			reply: 'status.unknown-word',
			job: {
				...model,
				status: 'processing',
				imageUrl: null,
				failure: unknownWord('rendering'),
			},
		},
	],
	finished: ['status.completed'],
	faults: [],
	refusals: [],
	callbacks: ['webhook.completed'],
	others: [],
};
