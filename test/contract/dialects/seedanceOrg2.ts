import { SeedanceOrgApi } from '../../../credentials/SeedanceOrgApi.credentials';
import type { Job } from '../../../nodes/Seedance/core/job';
import type { DialectContract } from '../dialect.ts';
import {
	free,
	itsProblem,
	noAddress,
	noSuchJob,
	refused,
	unknownWord,
	usualErrors,
	wrongKey,
} from './common.ts';

const NAME = 'SeedanceAPI.org';
const jobId = 'task2abc123def456';
const model: Partial<Job> = { model: 'seedance-2.0' };
const bare: Partial<Job> = {
	status: 'completed',
	progress: 100,
	videoUrl: 'https://cdn.example.com/videos/task2abc123def456.mp4',
	creditsCharged: 240,
	costUsd: 2.4,
};
const created: Partial<Job> = { ...model, createdAt: '2026-10-07T10:30:00Z' };
const video: Partial<Job> = { ...created, ...bare };
const failed: Partial<Job> = {
	status: 'failed',
	failure: { code: 'failed', message: 'The prompt was refused.' },
	...free,
};
const noCredits = {
	code: 'INSUFFICIENT_CREDITS',
	message: 'Not enough credits',
	hint: 'Buy credits on seedanceapi.org, or choose a shorter or cheaper video: Seedance 1.5, with 480p or no audio, or Seedance 2.0 Fast.',
};
const path = '/v2/generate';

export const seedanceOrg2: DialectContract = {
	name: 'seedanceapi.org, 2.0',
	folder: 'seedance-org-2',
	provider: 'seedanceOrg',
	credentialType: SeedanceOrgApi,
	credential: { baseUrl: 'https://seedanceapi.org' },
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	model: 'seedance-2.0',
	mode: 'textToVideo',
	jobId,
	wire: {
		jobId: 'data.task_id',
		status: 'data.status',
		failure: 'data.error_message',
		essential: ['code'],
		bareSubmits: true,
		doneWord: 'SUCCESS',
		failedWord: 'FAILED',
		errors: usualErrors,
		fields: { aspectRatio: 'aspect_ratio' },
	},
	submits: [
		{ name: 'nothing but a prompt', parameters: {}, path, body: 'generate.request' },
		{
			name: 'everything, with 2.0 Fast; what v2 does not have is left out',
			parameters: {
				model: 'seedance-2.0-fast',
				duration: '15',
				aspectRatio: '9:16',
				resolution: '480p',
				audio: true,
				cameraLock: true,
				options: { seed: 1 },
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/hook',
			},
			path,
			body: 'generate.full.request',
		},
		{
			name: 'one image, without a ratio',
			parameters: {
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/my-image.jpg',
				aspectRatio: '9:16',
			},
			path,
			body: 'generate.image.request',
		},
		{
			name: 'four images',
			parameters: {
				mode: 'referenceToVideo',
				duration: 10,
				referenceImageUrls: [1, 2, 3, 4].map((n) => `https://example.com/${n}.jpg`).join('\n'),
			},
			path,
			body: 'generate.images.request',
		},
	],
	duration: ['duration', 5, 5],
	statusPath: `/v2/status?task_id=${jobId}`,
	submitted: [
		{ reply: 'generate.submitted', job: { ...model, status: 'processing' } },
		{ reply: 'submit.already-completed', job: video },
		{ reply: 'submit.already-failed', job: { ...model, ...failed } },
	],
	statuses: [
		{ reply: 'status.processing', job: { status: 'processing' } },
		{ reply: 'status.processing-full', job: { ...created, status: 'processing' } },
		{ reply: 'status.completed', job: video },
		{ reply: 'status.completed-bare', job: bare },
		{
			reply: 'status.completed-without-url',
			job: {
				...created,
				status: 'failed',
				failure: noAddress('video'),
				creditsCharged: 240,
				costUsd: 2.4,
			},
		},
		{ reply: 'status.failed', job: failed },
		{
			reply: 'status.unknown-word',
			job: { status: 'processing', failure: unknownWord('RENDERING') },
		},
	],
	finished: ['status.completed'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400-INVALID_DURATION',
			fault: refused({
				code: 'INVALID_DURATION',
				message: 'SeedanceAPI.org did not accept the duration',
				hint: 'Choose 4, 8 or 12 seconds with Seedance 1.5, and 5, 10 or 15 with Seedance 2.0.',
			}),
		},
		{
			call: 'submit',
			reply: 'error.400-TOO_MANY_IMAGES',
			fault: refused({
				code: 'TOO_MANY_IMAGES',
				message: 'SeedanceAPI.org does not accept so many images for a video',
				hint: 'Seedance 1.5 takes one image, and Seedance 2.0 up to 4.',
			}),
		},
		{ call: 'submit', reply: 'error.401-INVALID_API_KEY', fault: wrongKey(NAME) },
		{ call: 'status', reply: 'error.401-INVALID_API_KEY', fault: wrongKey(NAME) },
		{ call: 'submit', reply: 'error.402', fault: refused({ httpStatus: 402, ...noCredits }) },
		{ call: 'submit', reply: 'disguised.402', fault: refused({ httpStatus: 402, ...noCredits }) },
		{
			call: 'status',
			reply: 'error.404-TASK_NOT_FOUND',
			fault: noSuchJob(NAME, 'TASK_NOT_FOUND'),
		},
		{
			call: 'submit',
			reply: 'error.500-INTERNAL_ERROR',
			fault: itsProblem(NAME, 500, 'INTERNAL_ERROR'),
		},
	],
	refusals: [{ reply: 'error.402', message: noCredits.message, description: noCredits.hint }],
	callbacks: ['callback.like-status'],
	others: [],
};
