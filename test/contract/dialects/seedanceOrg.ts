import { SeedanceOrgApi } from '../../../credentials/SeedanceOrgApi.credentials';
import type { Job } from '../../../nodes/Seedance/core/job';
import type { DialectContract } from '../dialect.ts';
import {
	free,
	itsProblem,
	noAddress,
	noSuchJob,
	refused,
	silent,
	tooMany,
	unknownWord,
	usualErrors,
	wrongKey,
} from './common.ts';

const NAME = 'SeedanceAPI.org';
const model: Partial<Job> = { model: 'seedance-1.5' };
const created: Partial<Job> = { ...model, createdAt: '2026-02-07T10:30:00Z' };
const video: Partial<Job> = {
	...created,
	status: 'completed',
	progress: 100,
	videoUrl: 'https://cdn.example.com/videos/seed15abc123def456pro.mp4',
	creditsCharged: 28,
	costUsd: 0.28,
};
const failed: Partial<Job> = {
	...model,
	status: 'failed',
	failure: { code: 'failed', message: 'The prompt was refused.' },
	...free,
};
const noCredits = {
	code: 'INSUFFICIENT_CREDITS',
	message: 'Not enough credits',
	hint: 'Buy credits on seedanceapi.org, or choose a shorter or cheaper video: Seedance 1.5, with 480p or no audio, or Seedance 2.0 Fast.',
};
const badPrompt = {
	code: 'INVALID_PROMPT',
	message: 'SeedanceAPI.org did not accept the prompt',
	hint: 'Describe the video in 1 to 2000 characters.',
};
const badDuration = {
	code: 'INVALID_DURATION',
	message: 'SeedanceAPI.org did not accept the duration',
	hint: 'Choose 4, 8 or 12 seconds with Seedance 1.5, and 5, 10 or 15 with Seedance 2.0.',
};
const path = '/v1/generate';
const imageUrl = 'https://example.com/my-image.jpg';

export const seedanceOrg: DialectContract = {
	name: 'seedanceapi.org, 1.5',
	folder: 'seedance-org',
	provider: 'seedanceOrg',
	credentialType: SeedanceOrgApi,
	credential: { baseUrl: 'https://seedanceapi.org' },
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	model: 'seedance-1.5',
	mode: 'textToVideo',
	jobId: 'seed15abc123def456pro',
	wire: {
		jobId: 'data.task_id',
		status: 'data.status',
		failure: 'data.error_message',
		essential: ['code'],
		bareSubmits: true,
		doneWord: 'SUCCESS',
		failedWord: 'FAILED',
		errors: usualErrors,
		fields: { aspectRatio: 'aspect_ratio', audio: 'generate_audio', cameraLock: 'fixed_lens' },
	},
	submits: [
		{
			name: "the document's text to video",
			parameters: {
				prompt: 'A majestic eagle soaring through golden sunset clouds over ocean waves',
				aspectRatio: '16:9',
				resolution: '720p',
				duration: 8,
			},
			path,
			body: 'generate.request',
		},
		{
			name: "the document's image to video",
			parameters: {
				mode: 'imageToVideo',
				prompt: 'The character slowly turns and smiles at the camera',
				imageUrl,
				aspectRatio: '16:9',
				duration: 4,
			},
			path,
			body: 'generate.image.request',
		},
		{
			name: "the document's video with audio",
			parameters: {
				prompt: 'A peaceful river flowing through a forest with birds singing',
				aspectRatio: '16:9',
				audio: true,
				cameraLock: true,
			},
			path,
			body: 'generate.audio.request',
		},
		{
			name: 'nothing but a prompt; trap 5: audio is off; trap 6: 1:1 is said, not left to the provider',
			parameters: {},
			path,
			body: 'generate.minimal.request',
		},
		{
			name: 'everything',
			parameters: {
				mode: 'imageToVideo',
				imageUrl,
				aspectRatio: '9:21',
				resolution: '480p',
				duration: '12',
				audio: true,
				cameraLock: true,
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/hook',
			},
			path,
			body: 'generate.full.request',
		},
	],
	duration: ['duration', '4', 4],
	statusPath: '/v1/status?task_id=seed15abc123def456pro',
	submitted: [
		{ reply: 'generate.submitted', job: { ...model, status: 'processing' } },
		{ reply: 'submit.already-completed', job: video },
		{ reply: 'submit.already-failed', job: failed },
	],
	statuses: [
		{ reply: 'status.processing', job: { ...model, status: 'processing' } },
		{ reply: 'status.processing-full', job: { ...created, status: 'processing' } },
		{ reply: 'status.completed', job: video },
		{ reply: 'status.completed-null-first', job: video },
		{
			reply: 'status.completed-without-url',
			job: {
				...created,
				status: 'failed',
				failure: noAddress('video'),
				creditsCharged: 28,
				costUsd: 0.28,
			},
		},
		{ reply: 'status.failed', job: failed },
		{ reply: 'status.failed-silent', job: { ...failed, failure: silent } },
		{
			reply: 'status.unknown-word',
			job: { ...model, status: 'processing', failure: unknownWord('RENDERING') },
		},
	],
	finished: ['status.completed'],
	faults: [
		{ call: 'submit', reply: 'error.400-INVALID_PROMPT', fault: refused(badPrompt) },
		{
			call: 'submit',
			reply: 'error.400-INVALID_ASPECT_RATIO',
			fault: refused({
				code: 'INVALID_ASPECT_RATIO',
				message: 'SeedanceAPI.org did not accept the aspect ratio',
				hint: 'Choose one of the values in the field "Aspect Ratio".',
			}),
		},
		{
			call: 'submit',
			reply: 'error.400-INVALID_RESOLUTION',
			fault: refused({
				code: 'INVALID_RESOLUTION',
				message: 'SeedanceAPI.org did not accept the resolution',
				hint: 'Choose 480p or 720p.',
			}),
		},
		{ call: 'submit', reply: 'error.400-INVALID_DURATION', fault: refused(badDuration) },
		{ call: 'submit', reply: 'error.400-nested', fault: refused(badDuration) },
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
		{
			call: 'submit',
			reply: 'error.402-INSUFFICIENT_CREDITS',
			fault: refused({ httpStatus: 402, ...noCredits }),
		},
		{
			call: 'status',
			reply: 'error.404-TASK_NOT_FOUND',
			fault: noSuchJob(NAME, 'TASK_NOT_FOUND'),
		},
		{ call: 'submit', reply: 'error.429', fault: tooMany(NAME) },
		{
			call: 'submit',
			reply: 'error.500-INTERNAL_ERROR',
			fault: itsProblem(NAME, 500, 'INTERNAL_ERROR'),
		},
		// HTTP 200, and the body says something else.
		{
			call: 'submit',
			reply: 'disguised.402',
			fault: refused({ httpStatus: 402, ...noCredits }),
		},
		{ call: 'submit', reply: 'disguised.word', fault: refused(badPrompt) },
		{ call: 'status', reply: 'disguised.401', fault: wrongKey(NAME) },
		{ call: 'status', reply: 'disguised.404', fault: noSuchJob(NAME) },
		{ call: 'submit', reply: 'disguised.500', fault: itsProblem(NAME, 500) },
		{ call: 'submit', reply: 'disguised.odd', fault: itsProblem(NAME, 500) },
	],
	refusals: [
		{
			reply: 'error.402-INSUFFICIENT_CREDITS',
			message: noCredits.message,
			description: noCredits.hint,
		},
	],
	callbacks: ['callback.like-status', 'callback.flat'],
	others: [],
};
