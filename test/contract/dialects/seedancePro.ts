import { SeedanceApi } from '../../../credentials/SeedanceApi.credentials';
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

const model: Partial<Job> = { model: 'seedance-1.0-pro' };
const created: Partial<Job> = { ...model, createdAt: '2026-04-10T12:00:00Z' };
const video: Partial<Job> = {
	...model,
	status: 'completed',
	progress: 100,
	videoUrl: 'https://seedance.it.com/videos/abc123xyz.mp4',
	durationSeconds: 6,
	resolution: '1920x1080',
	creditsCharged: 144,
	costUsd: 1.44,
};
const unreachable = {
	code: 'source_image_unreachable',
	message: 'Source image URL could not be fetched',
};
const hint =
	'Buy credits on seedance.it.com, or choose a shorter duration. Nothing was charged for this video.';
const imageUrl = 'https://example.com/a.png';

/** The part that both dedicated dialects of seedance.it.com share. */
export const dedicatedFaults: DialectContract['faults'] = [
	{ call: 'submit', reply: 'error.401', fault: wrongKey('Seedance') },
	{ call: 'status', reply: 'error.401', fault: wrongKey('Seedance') },
	{
		call: 'submit',
		reply: 'error.402',
		fault: refused({
			httpStatus: 402,
			code: 'insufficient_credits',
			message: 'Not enough credits',
			hint,
		}),
	},
	{ call: 'status', reply: 'error.404', fault: noSuchJob('Seedance', 'job_not_found') },
	{ call: 'status', reply: 'error.429', fault: tooMany('Seedance') },
	{ call: 'submit', reply: 'error.429', fault: tooMany('Seedance') },
	{ call: 'submit', reply: 'error.500', fault: itsProblem('Seedance', 500, 'internal_error') },
	{ call: 'status', reply: 'error.500', fault: itsProblem('Seedance', 500, 'internal_error') },
];

export const seedancePro: DialectContract = {
	name: 'seedance.it.com, 1.0 Pro',
	folder: 'seedance-pro',
	provider: 'seedance',
	credentialType: SeedanceApi,
	credential: { baseUrl: 'https://api.seedance.it.com/v1' },
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	idempotencyHeader: 'idempotency-key',
	model: 'seedance-1.0-pro',
	mode: 'imageToVideo',
	parameters: { imageUrl },
	jobId: 'job_abc123xyz',
	wire: {
		jobId: 'job_id',
		status: 'status',
		failure: 'error',
		progress: 'progress',
		doneWord: 'completed',
		failedWord: 'failed',
		errors: usualErrors,
		fields: { aspectRatio: 'aspect_ratio', cameraLock: 'camera_lock' },
	},
	submits: [
		{
			name: "the guide's request",
			parameters: {
				imageUrl: 'https://your-cdn.com/source.jpg',
				prompt:
					'Slow camera push-in on the subject, warm golden hour light, shallow depth of field',
				duration: 6,
				cameraLock: false,
			},
			path: '/v1/seedance-1-pro/generate',
			body: 'generate.request',
		},
		{
			name: 'everything, camera locked',
			parameters: {
				imageUrl: 'https://example.com/product.jpg',
				prompt: 'Slow camera orbit around the product, studio lighting, 6 seconds',
				duration: 12,
				cameraLock: true,
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/hook',
				options: { endFrameUrl: 'https://example.com/end.jpg' },
			},
			path: '/v1/seedance-1-pro/generate',
			body: 'generate.full.request',
		},
		{
			name: 'nothing but a prompt and an image; trap 4: the camera lock is sent all the same',
			parameters: {},
			path: '/v1/seedance-1-pro/generate',
			body: 'generate.minimal.request',
		},
	],
	duration: ['duration_seconds', 2, 2],
	progress: [
		[0.45, 45],
		[0.29, 29],
		[0.07, 7],
		[1, 100],
		[0, 0],
		[0.005, 0.5],
		[45, 100],
		[-1, 0],
		['0.45', null],
		[null, null],
		[undefined, null],
	],
	statusPath: '/v1/seedance-1-pro/status/job_abc123xyz',
	submitted: [
		{ reply: 'generate.submitted', job: { ...created, status: 'queued', estimatedSeconds: 90 } },
		{ reply: 'submit.already-completed', job: { ...video, ...created } },
		{
			reply: 'submit.already-failed',
			job: { ...model, status: 'failed', failure: unreachable, ...free },
		},
	],
	statuses: [
		{ reply: 'status.queued', job: { ...created, status: 'queued' } },
		{ reply: 'status.processing', job: { ...created, status: 'processing', progress: 45 } },
		{ reply: 'status.completed', job: video },
		{
			reply: 'status.completed-odd',
			job: {
				...video,
				durationSeconds: null,
				resolution: null,
				creditsCharged: null,
				costUsd: null,
			},
		},
		{
			reply: 'status.completed-without-url',
			job: {
				...model,
				status: 'failed',
				failure: noAddress('video'),
				creditsCharged: 144,
				costUsd: 1.44,
			},
		},
		{
			reply: 'status.completed-page',
			job: {
				...model,
				status: 'failed',
				failure: noAddress('video'),
				creditsCharged: 144,
				costUsd: 1.44,
			},
		},
		{
			reply: 'status.failed',
			job: { ...model, status: 'failed', failure: unreachable, ...free },
		},
		{
			reply: 'status.failed-object',
			job: {
				...model,
				status: 'failed',
				failure: { code: 'generation_failed', message: 'The model ran out of memory.' },
				...free,
			},
		},
		{
			reply: 'status.failed-silent',
			job: { ...model, status: 'failed', failure: silent, ...free },
		},
		{
			reply: 'status.cancelled',
			job: { ...created, status: 'cancelled', creditsCharged: 0, costUsd: 0 },
		},
		{
			reply: 'status.unknown-word',
			job: {
				...model,
				status: 'processing',
				progress: 100,
				failure: unknownWord('rendering'),
			},
		},
	],
	finished: ['status.completed'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400',
			fault: refused({
				code: unreachable.code,
				message: `Seedance did not accept the request: ${unreachable.message}`,
				hint: 'The image must be at a public address: not behind a login, not on this machine, not a page that shows it. Open the address in a private browser window, or choose "File of the Item" in "Image Input".',
			}),
		},
		{
			call: 'submit',
			reply: 'error.400-other',
			fault: refused({
				code: 'invalid_request',
				message: 'Seedance did not accept the request: duration_seconds must be between 2 and 12',
			}),
		},
		...dedicatedFaults,
	],
	refusals: [{ reply: 'error.402', message: 'Not enough credits', description: hint }],
	callbacks: ['webhook.completed'],
	others: [],
};
