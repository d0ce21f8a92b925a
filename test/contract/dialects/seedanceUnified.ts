import { SeedanceApi } from '../../../credentials/SeedanceApi.credentials';
import type { Job } from '../../../nodes/Seedance/core/job';
import { CREDENTIAL_NAME, type DialectContract } from '../dialect.ts';
import { usualErrors } from './common.ts';

const created: Partial<Job> = { model: 'seedance-2.0', createdAt: '2026-04-10T14:30:00Z' };
const videoUrl = 'https://cdn.seedance.it.com/outputs/task_abc123def456.mp4';
const video: Partial<Job> = {
	...created,
	status: 'completed',
	progress: 100,
	videoUrl,
	durationSeconds: 10,
	resolution: '1280x720',
	hasAudio: true,
	fileSizeBytes: 8542310,
	creditsCharged: 607,
	costUsd: 6.07,
};
const free: Partial<Job> = { creditsCharged: 0, costUsd: 0 };
const refused = { code: 'content_policy_violation', message: 'The prompt was refused.' };
const noAddress = {
	code: 'no_video_url',
	message:
		'The provider says that the video is finished but gives no address for it. Ask its support about this job.',
};

const clear = { transient: false, ambiguous: false };
const checkFields = 'Check the fields of this node and "Base URL" in the credential.';
const noCredits = {
	httpStatus: 402,
	code: 'insufficient_credits',
	hint: 'Buy credits on seedance.it.com, or choose a shorter duration. Nothing was charged for this video.',
	...clear,
};
const wrongKey = {
	message: `Seedance refused the API key of the credential "${CREDENTIAL_NAME}"`,
	hint: 'Open the credential, paste the key again and press "Retry". A key that was revoked must be replaced by a new one.',
};
const tooMany = {
	httpStatus: 429,
	message: 'Seedance is getting too many requests from this account',
	hint: 'Try again in a minute, or lower "Requests per Minute" in the credential if other programs use the same key.',
	transient: true,
	ambiguous: false,
};

export const seedanceUnified: DialectContract = {
	name: 'seedance.it.com, unified API',
	folder: 'seedance-unified',
	provider: 'seedance',
	credentialType: SeedanceApi,
	credential: { baseUrl: 'https://api.seedance.it.com/v1' },
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	idempotencyHeader: 'idempotency-key',
	model: 'seedance-2.0',
	mode: 'textToVideo',
	jobId: 'task_abc123def456',
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
			name: "the guide's text to video",
			parameters: {
				mode: 'textToVideo',
				prompt:
					'Aerial shot of a coastal city at sunset, golden light reflecting off glass skyscrapers, cinematic drone footage',
				duration: 10,
				aspectRatio: '16:9',
				audio: true,
			},
			path: '/v1/generate/text-to-video',
			body: 'text-to-video.request',
		},
		{
			name: 'text to video with everything, audio off',
			parameters: {
				mode: 'textToVideo',
				prompt: ' A lamp ',
				duration: '4',
				aspectRatio: '9:16',
				audio: false,
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/api/seedance/webhook',
				options: { metadata: '{"campaign_id":"summer-2026","variant":"A"}' },
			},
			path: '/v1/generate/text-to-video',
			body: 'text-to-video.full.request',
		},
		{
			name: 'text to video with nothing but a prompt',
			parameters: { prompt: 'A lamp' },
			path: '/v1/generate/text-to-video',
			body: 'text-to-video.minimal.request',
		},
		{
			name: "the guide's image to video by address",
			parameters: {
				mode: 'imageToVideo',
				imageInput: 'url',
				imageUrl: 'https://example.com/photo.jpg',
				prompt: 'The woman turns her head slowly and smiles, wind gently blowing her hair',
			},
			path: '/v1/generate/image-to-video',
			body: 'image-to-video.request',
		},
		{
			name: 'trap 5: image to video with a file, every value a text',
			parameters: { mode: 'imageToVideo', imageInput: 'binary' },
			withImage: true,
			path: '/v1/generate/image-to-video',
			body: 'image-to-video.form',
		},
		{
			name: 'trap 5: image to video with a file and everything, audio off',
			parameters: {
				mode: 'imageToVideo',
				imageInput: 'binary',
				duration: 15,
				aspectRatio: '1:1',
				audio: false,
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/api/seedance/webhook',
				options: { metadata: '{"variant":"A"}' },
			},
			withImage: true,
			path: '/v1/generate/image-to-video',
			body: 'image-to-video.full.form',
		},
		{
			name: '1.0 Pro with a file, which its own API does not take',
			parameters: { model: 'seedance-1.0-pro', mode: 'imageToVideo', imageInput: 'binary' },
			withImage: true,
			path: '/v1/generate/image-to-video',
			body: 'image-to-video.pro.form',
		},
		{
			name: '1.0 Lite from a text',
			parameters: { model: 'seedance-1.0-lite', duration: 2, aspectRatio: '9:16' },
			path: '/v1/generate/text-to-video',
			body: 'text-to-video.lite.request',
		},
	],
	duration: ['duration', 4, 4],
	progress: [
		[65, 65],
		[28.999999999999996, 29],
		[1, 1],
		[0.5, 0.5],
		[0, 0],
		[100, 100],
		[140, 100],
		[-3, 0],
		['65', null],
		[null, null],
		[undefined, null],
	],
	finished: ['status.completed'],
	statusPath: '/v1/tasks/task_abc123def456',
	submitted: [
		{
			reply: 'text-to-video.submitted',
			job: { ...created, status: 'queued', estimatedSeconds: 120 },
		},
		{
			reply: 'submit.already-completed',
			job: {
				...video,
				estimatedSeconds: 0,
				completedAt: '2026-04-10T14:30:00Z',
				expiresAt: '2026-04-11T14:30:00Z',
			},
		},
		{
			reply: 'submit.already-failed',
			job: { ...created, status: 'failed', failure: refused, ...free },
		},
	],
	statuses: [
		{ reply: 'status.queued', job: { ...created, status: 'queued' } },
		{
			reply: 'status.processing',
			job: { ...created, status: 'processing', progress: 65, estimatedSeconds: 90 },
		},
		{
			reply: 'status.completed',
			job: {
				...video,
				completedAt: '2026-04-10T14:31:28Z',
				expiresAt: '2026-04-11T14:31:28Z',
			},
		},
		{ reply: 'status.completed-bare', job: { status: 'completed', progress: 100, videoUrl } },
		{
			reply: 'status.completed-odd',
			job: { status: 'completed', progress: 100, videoUrl, completedAt: 'a while ago' },
		},
		{
			reply: 'status.completed-without-url',
			job: {
				...created,
				status: 'failed',
				failure: noAddress,
				creditsCharged: 607,
				costUsd: 6.07,
				completedAt: '2026-04-10T14:31:28Z',
			},
		},
		{
			reply: 'status.completed-without-result',
			job: { model: 'seedance-2.0', status: 'failed', failure: noAddress, ...free },
		},
		{
			reply: 'status.failed-object',
			job: { ...created, status: 'failed', failure: refused, ...free },
		},
		{
			reply: 'status.failed-text',
			job: {
				status: 'failed',
				failure: { code: 'failed', message: 'The model ran out of memory.' },
				...free,
			},
		},
		{
			reply: 'status.failed-silent',
			job: {
				status: 'failed',
				failure: { code: 'failed', message: 'The provider gives no reason' },
				...free,
			},
		},
		{ reply: 'status.cancelled', job: { ...created, status: 'cancelled', ...free } },
		{
			reply: 'status.unknown-word',
			job: {
				status: 'processing',
				progress: 100,
				failure: {
					code: 'unknown_status',
					message:
						'The provider reports the status "post_processing", which this version of the nodes does not know. Check Status can look the job up again later.',
				},
			},
		},
	],
	faults: [
		{
			call: 'submit',
			reply: 'error.400',
			fault: {
				httpStatus: 400,
				code: 'invalid_request',
				message: 'Seedance did not accept the request: The prompt is longer than 500 characters.',
				hint: checkFields,
				...clear,
			},
		},
		{
			call: 'submit',
			reply: 'error.400-text',
			fault: {
				httpStatus: 400,
				message: 'Seedance did not accept the request: The prompt is longer than 500 characters.',
				hint: checkFields,
				...clear,
			},
		},
		{ call: 'submit', reply: 'error.401', fault: { httpStatus: 401, ...wrongKey, ...clear } },
		{ call: 'status', reply: 'error.401', fault: { httpStatus: 401, ...wrongKey, ...clear } },
		{
			call: 'submit',
			reply: 'error.402',
			fault: {
				...noCredits,
				message: 'Not enough credits: this video needs 607, the account has 150',
			},
		},
		{
			call: 'submit',
			reply: 'error.402-without-numbers',
			fault: { ...noCredits, message: 'Not enough credits' },
		},
		{
			call: 'status',
			reply: 'error.404',
			fault: {
				httpStatus: 404,
				code: 'task_not_found',
				message: 'Seedance knows no job with this ID',
				hint: 'Check the job ID, and that the credential belongs to the account that submitted the job.',
				...clear,
			},
		},
		{
			call: 'submit',
			reply: 'error.404',
			fault: {
				httpStatus: 404,
				code: 'task_not_found',
				message: 'Seedance did not accept the request (HTTP 404)',
				hint: checkFields,
				...clear,
			},
		},
		{
			call: 'submit',
			reply: 'error.429',
			headers: { 'Retry-After': '7' },
			fault: { ...tooMany, retryAfterMs: 7_000 },
		},
		{ call: 'status', reply: 'error.429', fault: { ...tooMany, retryAfterMs: 60_000 } },
		{
			call: 'submit',
			reply: 'error.500',
			fault: {
				httpStatus: 500,
				code: 'internal_error',
				message: 'Seedance had an internal error (HTTP 500)',
				hint: 'Nothing is wrong with your workflow. Try again in a few minutes.',
				transient: true,
				ambiguous: true,
			},
		},
	],
	refusals: [
		{
			reply: 'error.402',
			message: 'Not enough credits: this video needs 607, the account has 150',
			description: noCredits.hint,
		},
		{ reply: 'error.401', message: wrongKey.message, description: wrongKey.hint },
	],
	balance: {
		path: '/v1/account/credits',
		replies: [
			{
				reply: 'credits',
				output: {
					provider: 'seedance',
					credits: 2750,
					currency: 'credits',
					tier: 'popular',
					belowMinimum: false,
				},
			},
		],
	},
	callbacks: ['webhook.completed', 'webhook.failed'],
	others: ['webhook.batch'],
};
