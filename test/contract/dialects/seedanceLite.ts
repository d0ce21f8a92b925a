import { SeedanceApi } from '../../../credentials/SeedanceApi.credentials';
import type { Job } from '../../../nodes/Seedance/core/job';
import type { DialectContract } from '../dialect.ts';
import { free, noAddress, refused, silent, unknownWord, usualErrors } from './common.ts';
import { dedicatedFaults } from './seedancePro.ts';

const model: Partial<Job> = { model: 'seedance-1.0-lite' };
const created: Partial<Job> = { ...model, createdAt: '2026-04-10T12:00:00Z' };
const charged: Partial<Job> = {
	creditsCharged: 42,
	costUsd: 0.42,
	completedAt: '2026-04-10T12:00:45Z',
};
const video: Partial<Job> = {
	...model,
	...charged,
	status: 'completed',
	progress: 100,
	videoUrl: 'https://cdn.seedance.it.com/...',
	durationSeconds: 6,
	resolution: '1080p',
};
const failed: Partial<Job> = {
	...model,
	status: 'failed',
	failure: { code: 'failed', message: 'The image shows a person' },
	...free,
};

export const seedanceLite: DialectContract = {
	name: 'seedance.it.com, 1.0 Lite',
	folder: 'seedance-lite',
	provider: 'seedance',
	credentialType: SeedanceApi,
	credential: { baseUrl: 'https://api.seedance.it.com/v1' },
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	idempotencyHeader: 'idempotency-key',
	model: 'seedance-1.0-lite',
	mode: 'imageToVideo',
	parameters: { imageUrl: 'https://example.com/a.png' },
	jobId: 'sd1lite_abc123xyz',
	wire: {
		jobId: 'job_id',
		status: 'status',
		failure: 'error',
		doneWord: 'completed',
		failedWord: 'failed',
		errors: usualErrors,
		fields: { aspectRatio: 'aspect_ratio', cameraLock: 'camera_lock', seed: 'seed' },
	},
	submits: [
		{
			name: "the guide's request",
			parameters: {
				imageUrl: 'https://example.com/product.jpg',
				prompt:
					'Product rotates smoothly, highlights catch across the surface, camera completely locked',
				duration: 6,
				resolution: '1080p',
				aspectRatio: '1:1',
				cameraLock: true,
			},
			path: '/v1/seedance-1-lite/generate',
			body: 'generate.request',
		},
		{
			name: 'everything; trap 7: seed 0 and a camera that is not locked',
			parameters: {
				imageUrl: 'https://example.com/product.jpg',
				duration: 2,
				resolution: '720p',
				aspectRatio: '9:16',
				cameraLock: false,
				afterSubmit: 'callback',
				callbackUrl: 'https://your-app.com/webhooks/seedance',
				options: { seed: 0 },
			},
			path: '/v1/seedance-1-lite/generate',
			body: 'generate.full.request',
		},
		{
			name: 'nothing but a prompt and an image; trap 4: the camera lock is sent all the same',
			parameters: {},
			path: '/v1/seedance-1-lite/generate',
			body: 'generate.minimal.request',
		},
		{
			name: 'a file, as base64',
			parameters: { imageInput: 'binary' },
			withImage: true,
			path: '/v1/seedance-1-lite/generate',
			body: 'generate.file.request',
		},
	],
	duration: ['duration', 2, 2],
	statusPath: '/v1/jobs/sd1lite_abc123xyz',
	submitted: [
		{
			reply: 'generate.submitted',
			job: { ...created, status: 'processing', estimatedSeconds: 45 },
		},
		{ reply: 'submit.already-completed', job: video },
		{ reply: 'submit.already-failed', job: failed },
	],
	statuses: [
		{ reply: 'status.queued', job: { ...model, status: 'queued' } },
		{
			reply: 'status.processing',
			job: { ...created, status: 'processing', estimatedSeconds: 45 },
		},
		{ reply: 'status.completed', job: video },
		{
			reply: 'status.completed-without-url',
			job: { ...model, ...charged, status: 'failed', failure: noAddress('video') },
		},
		{ reply: 'status.failed', job: failed },
		{ reply: 'status.failed-silent', job: { ...failed, failure: silent } },
		{ reply: 'status.cancelled', job: { ...model, status: 'cancelled', ...free } },
		{
			reply: 'status.unknown-word',
			job: { ...model, status: 'processing', failure: unknownWord('rendering') },
		},
	],
	finished: ['status.completed'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400',
			fault: refused({
				code: 'invalid_request',
				message: 'Seedance did not accept the request: duration must be between 2 and 12',
			}),
		},
		...dedicatedFaults,
	],
	refusals: [],
	callbacks: ['webhook.completed', 'webhook.failed'],
	others: [],
};
