import { SegmindApi } from '../../../credentials/SegmindApi.credentials';
import type { Job } from '../../../nodes/Seedance/core/job';
import type { DialectContract } from '../dialect.ts';
import {
	free,
	itsProblem,
	noAddress,
	refused,
	silent,
	tooMany,
	unknownWord,
	usualErrors,
	wrongKey,
} from './common.ts';

const NAME = 'Segmind';
const jobId = 'c1b6f9f0-7a1e-4a53-9f0a-2f6a2d5b8f11';
const model: Partial<Job> = { model: 'seedance-pro' };
const processing: Partial<Job> = { ...model, status: 'processing' };
const bare: Partial<Job> = {
	...model,
	status: 'completed',
	progress: 100,
	videoUrl: 'https://segmind-inference-io.s3.amazonaws.com/out/c1b6f9f0.mp4',
	costUsd: 0.35,
};
const failed = (message: string): Partial<Job> => ({
	...model,
	status: 'failed',
	failure: { code: 'failed', message },
	...free,
});
const expired = {
	httpStatus: 404,
	message: 'Segmind does not know this job any more: a result is kept for 1 hour',
	hint: 'Check the job ID, and "Base URL" in the credential. The video itself is kept for 7 days at the address that was given.',
	transient: false,
	ambiguous: false,
};
const noCredits = {
	code: 'insufficient_credits',
	message: 'Not enough credits in the Segmind account',
	hint: 'Add credits on segmind.com, or choose a shorter video or a lower resolution.',
};
const said = (words: string) => `Segmind did not accept the request: ${words}`;
const pathOf = (slug: string) => `/v2/${slug}`;
const path = pathOf('seedance-pro');
const imageUrl = 'https://example.com/a.png';
const endFrameUrl = 'https://example.com/end.png';
const balance = (credits: number) => ({
	provider: 'segmind',
	credits,
	currency: 'usd',
	tier: null,
	belowMinimum: false,
});

export const segmind: DialectContract = {
	name: 'Segmind, async v2',
	folder: 'segmind',
	provider: 'segmind',
	credentialType: SegmindApi,
	credential: {
		baseUrl: 'https://api.segmind.com',
		uploadUrl: 'https://workflows-api.segmind.com',
	},
	authHeader: (apiKey) => ['x-api-key', apiKey],
	model: 'seedance-pro',
	mode: 'textToVideo',
	jobId,
	wire: {
		jobId: 'request_id',
		status: 'status',
		failure: 'error',
		doneWord: 'COMPLETED',
		failedWord: 'FAILED',
		errors: usualErrors,
		fields: {
			aspectRatio: 'aspect_ratio',
			cameraLock: 'camera_fixed',
			seed: 'seed',
			skipModeration: 'skip_moderation',
		},
	},
	submits: [
		{
			name: "the page's sample",
			parameters: {
				mode: 'imageToVideo',
				imageUrl:
					'https://segmind-resources.s3.amazonaws.com/input/1a5d8acb-e087-4cd9-875f-aad0d6c7e7a5-horse_track.png',
				prompt:
					'A powerful chestnut horse gallops fiercely along a muddy racetrack. [Low-angle shot] Captures several horses with jockeys racing neck and neck, mud spraying from their hooves in the rain. [Overhead shot] The camera slowly pulls upward, revealing the full track curving through a packed stadium under overcast skies.',
				options: { seed: 12345 },
			},
			path,
			body: 'submit.request',
		},
		{
			name: 'everything',
			parameters: {
				mode: 'imageToVideo',
				imageUrl,
				duration: 10,
				resolution: '1080p',
				aspectRatio: '9:16',
				cameraLock: true,
				options: {
					endFrameUrl,
					seed: 999999,
					skipModeration: true,
				},
			},
			path,
			body: 'submit.full.request',
		},
		{
			name: 'nothing but a prompt; trap 7: false is sent',
			parameters: {},
			path,
			body: 'submit.minimal.request',
		},
		{
			name: 'Seedance 2.0 from a text',
			parameters: { model: 'seedance-2.0' },
			path: pathOf('seedance-2.0'),
			body: 'seedance-2.0.request',
		},
		{
			name: 'Seedance 2.0 with frames and all else',
			parameters: {
				model: 'seedance-2.0',
				mode: 'imageToVideo',
				imageUrl,
				duration: 15,
				resolution: '1080p',
				aspectRatio: 'adaptive',
				audio: false,
				options: { endFrameUrl, seed: 42, returnLastFrame: true, skipModeration: true },
			},
			path: pathOf('seedance-2.0'),
			body: 'seedance-2.0.frames.request',
		},
		{
			name: 'Seedance 2.0 with references of all kinds',
			parameters: {
				model: 'seedance-2.0',
				mode: 'referenceToVideo',
				prompt: 'image 1 beside video 1',
				referenceImageUrls: 'https://example.com/1.png\nhttps://example.com/2.png',
				options: {
					referenceVideoUrls: 'https://example.com/v.mp4',
					referenceAudioUrls: 'https://example.com/a.mp3',
				},
			},
			path: pathOf('seedance-2.0'),
			body: 'seedance-2.0.references.request',
		},
		{
			name: 'Seedance 2.0 Fast, which has the fields of 2.0',
			parameters: { model: 'seedance-2.0-fast' },
			path: pathOf('seedance-2.0-fast'),
			body: 'seedance-2.0.request',
		},
		{
			name: "Seedance 2.0 Mini, the page's sample",
			parameters: {
				model: 'seedance-2.0-mini',
				mode: 'imageToVideo',
				imageUrl: 'https://segmind-resources.s3.amazonaws.com/input/seedance-input-frame.jpg',
				options: { seed: 42 },
			},
			path: pathOf('seedance-2.0-mini'),
			body: 'seedance-2.0-mini.request',
		},
		{
			name: 'Seedance 2.5',
			parameters: {
				model: 'seedance-2.5',
				duration: 30,
				resolution: '480p',
				aspectRatio: '21:9',
			},
			path: pathOf('seedance-2.5'),
			body: 'seedance-2.5.request',
		},
		{
			name: 'Seedance 1.5 Pro: skip_moderation is a text',
			parameters: {
				model: 'seedance-1.5-pro',
				mode: 'imageToVideo',
				imageUrl,
				options: { endFrameUrl, seed: 12345 },
			},
			path: pathOf('seedance-1.5-pro'),
			body: 'seedance-1.5-pro.request',
		},
		{
			name: 'Seedance 1.0 Pro Fast, without a text and without a last frame',
			parameters: {
				model: 'seedance-1.0-pro-fast',
				mode: 'imageToVideo',
				prompt: '',
				imageUrl,
				duration: 10,
				resolution: '480p',
				aspectRatio: '9:16',
				cameraLock: true,
				options: { endFrameUrl, skipModeration: true },
			},
			path: pathOf('seedance-1.0-pro-fast'),
			body: 'seedance-1.0-pro-fast.request',
		},
		{
			name: 'Seedance 1.0 Lite from a text',
			parameters: { model: 'seedance-1.0-lite', aspectRatio: '1:1', options: { seed: 1 } },
			path: pathOf('seedance-v1-lite-text-to-video'),
			body: 'seedance-1.0-lite.text.request',
		},
		{
			name: 'Seedance 1.0 Lite with frames, which has another name there and no ratio',
			parameters: {
				model: 'seedance-1.0-lite',
				mode: 'imageToVideo',
				imageUrl,
				duration: 10,
				resolution: '480p',
				options: { endFrameUrl, skipModeration: true },
			},
			path: pathOf('seedance-v1-lite-image-to-video'),
			body: 'seedance-1.0-lite.image.request',
		},
	],
	duration: ['duration', 5, 5],
	statusPath: `/v2/requests/${jobId}/status`,
	resultPath: `/v2/requests/${jobId}`,
	submitted: [
		{ reply: 'submit.submitted', job: { ...model, status: 'queued' } },
		{ reply: 'submit.already-completed', job: { ...processing, estimatedSeconds: 0 } },
		{ reply: 'submit.already-failed', job: failed('Content blocked') },
	],
	statuses: [
		{ reply: 'status.queued', job: { ...model, status: 'queued' } },
		{ reply: 'status.processing', job: processing },
		{ reply: 'status.completed', job: { ...model, status: 'completed', progress: 100 } },
		{ reply: 'status.without-id', job: processing },
		{ reply: 'status.failed.http422', job: failed('duration: 7 is not one of 5, 10') },
		{ reply: 'status.failed-detail.http422', job: failed('Content blocked by moderation') },
		{ reply: 'status.failed-bare.http422', job: failed('Content blocked') },
		{
			reply: 'status.failed-silent.http422',
			job: { ...failed(''), failure: silent },
		},
		{
			reply: 'status.unknown-word',
			job: { ...processing, failure: unknownWord('RENDERING') },
		},
	],
	results: [
		{ reply: 'result.completed', job: { ...bare, seed: 12345, fileSizeBytes: 1843221 } },
		{ reply: 'result.output-text', job: bare },
		{ reply: 'result.output-object', job: bare },
		{ reply: 'result.output-array', job: bare },
		{ reply: 'result.output-array-of-objects', job: bare },
		{
			reply: 'result.without-url',
			job: {
				...model,
				status: 'failed',
				failure: noAddress('video'),
				creditsCharged: null,
				costUsd: 0.35,
			},
		},
		{ reply: 'result.processing', job: processing },
		{ reply: 'result.failed.http422', job: failed('Content blocked') },
	],
	finished: ['status.completed', 'result.completed'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400',
			fault: refused({ message: said('Invalid parameters') }),
		},
		{ call: 'submit', reply: 'error.401', fault: wrongKey(NAME) },
		{ call: 'status', reply: 'error.401', fault: wrongKey(NAME) },
		{
			call: 'submit',
			reply: 'error.403',
			fault: refused({
				httpStatus: 403,
				message: 'Segmind does not allow this API key to use the model',
				hint: 'Check the plan and the permissions of the key on segmind.com.',
			}),
		},
		{
			call: 'submit',
			reply: 'error.404',
			fault: refused({ httpStatus: 404, message: said('Not found') }),
		},
		{ call: 'status', reply: 'error.404', fault: expired },
		{ call: 'result', reply: 'error.404', fault: expired },
		{
			call: 'submit',
			reply: 'error.402',
			fault: refused({ httpStatus: 402, ...noCredits }),
		},
		{
			call: 'submit',
			reply: 'error.406',
			fault: refused({ httpStatus: 406, ...noCredits }),
		},
		{
			call: 'submit',
			reply: 'error.406-content-type',
			fault: refused({ httpStatus: 406, message: said('Invalid content type') }),
		},
		{
			call: 'submit',
			reply: 'error.410',
			fault: refused({
				httpStatus: 410,
				message: 'Segmind does not offer this model any more',
				hint: 'Choose another model in "Model".',
			}),
		},
		{ call: 'submit', reply: 'error.429', fault: tooMany(NAME) },
		...[500, 502, 504].flatMap((status) =>
			(['submit', 'status', 'result'] as const).map((call) => ({
				call,
				reply: `error.${status}`,
				fault: itsProblem(NAME, status),
			})),
		),
	],
	refusals: [
		{
			reply: 'error.406',
			message: noCredits.message,
			description: noCredits.hint,
		},
	],
	balance: {
		path: '/v1/get-user-credits',
		replies: [
			{ reply: 'credits', output: balance(2.518) },
			{ reply: 'credits-free-only', output: balance(0.018) },
			{ reply: 'credits-none.http404', output: balance(0) },
		],
	},
	callbacks: [],
	others: ['upload.request', 'upload.file-urls', 'upload.urls'],
};
