import { SeedanceWaveSpeedApi } from '../../../credentials/SeedanceWaveSpeedApi.credentials';
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
	wrongKey,
} from './common.ts';

const NAME = 'WaveSpeedAI';
const jobId = '9f3c1c6f0d5e4a0f8f5b7a4c2e1d6b83';
const created: Partial<Job> = {
	model: 'seedance-2.0',
	createdAt: '2026-10-05T09:12:03.214948268Z',
};
const video: Partial<Job> = {
	...created,
	status: 'completed',
	progress: 100,
	videoUrl: `https://d1q70pf5vjeyhc.cloudfront.net/predictions/${jobId}/1.mp4`,
	expiresAt: '2026-10-12T09:12:03.214Z',
};
const failed = (message: string, code = 'failed'): Partial<Job> => ({
	...created,
	status: 'failed',
	failure: { code, message },
	...free,
});
const notRendered = failed('The prompt could not be rendered');
const said = (words: string) => `${NAME} did not accept the request: ${words}`;
const badDuration = said('duration must be between 4 and 15');
const wrong = {
	...wrongKey(NAME),
	hint: 'Open the credential and paste the key again. A key that was made before the first top-up of the account does not work: make a new one at wavespeed.ai/accesskey.',
};
const noCredit = {
	code: 'insufficient_credits',
	message: 'Not enough credit in the WaveSpeedAI account',
	hint: 'Top it up at wavespeed.ai/top-up, and run the item again. Nothing was charged for this video.',
};
const pathOf = (id: string) => `/api/v3/bytedance/${id}`;
const path = pathOf('seedance-2.0/text-to-video');
const imageUrl = 'https://example.com/a.png';
const endFrameUrl = 'https://example.com/end.png';

export const waveSpeed: DialectContract = {
	name: NAME,
	folder: 'wave-speed',
	provider: 'waveSpeed',
	credentialType: SeedanceWaveSpeedApi,
	credential: { baseUrl: 'https://api.wavespeed.ai/api/v3' },
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	model: 'seedance-2.0',
	mode: 'textToVideo',
	jobId,
	wire: {
		jobId: 'data.id',
		status: 'data.status',
		failure: 'data.error',
		essential: ['code'],
		bareSubmits: true,
		doneWord: 'completed',
		failedWord: 'failed',
		errors: [(message) => ({ message }), (message, code) => ({ code, message, data: null })],
		fields: {
			aspectRatio: 'aspect_ratio',
			audio: 'generate_audio',
			seed: 'seed',
		},
	},
	submits: [
		{
			name: 'nothing but a prompt: all defaults are sent, with the model in the path',
			parameters: {},
			path,
			body: 'text-to-video.minimal.request',
		},
		{
			name: 'everything of a text, and a callback as a parameter of the address',
			parameters: {
				duration: 15,
				resolution: '1080p',
				aspectRatio: '21:9',
				audio: false,
				options: { seed: 0 },
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/hook?a=1&b=2',
			},
			path: `${path}?webhook=https%3A%2F%2Fyourapp.com%2Fhook%3Fa%3D1%26b%3D2`,
			body: 'text-to-video.full.request',
		},
		{
			name: 'frames, whose ratio the video takes',
			parameters: { mode: 'imageToVideo', imageUrl, options: { endFrameUrl } },
			path: pathOf('seedance-2.0/image-to-video'),
			body: 'image-to-video.request',
		},
		{
			name: 'references of all kinds, which are fields of text-to-video',
			parameters: {
				mode: 'referenceToVideo',
				referenceImageUrls: 'https://example.com/1.png\nhttps://example.com/2.png',
				options: {
					referenceVideoUrls: 'https://example.com/v.mp4',
					referenceAudioUrls: 'https://example.com/a.mp3',
				},
			},
			path,
			body: 'references.request',
		},
		{
			name: 'Seedance 2.5 with a frame and a ratio of its own',
			parameters: {
				model: 'seedance-2.5',
				mode: 'imageToVideo',
				imageUrl,
				duration: 30,
				resolution: '480p',
				aspectRatio: '9:16',
			},
			path: pathOf('seedance-2.5/image-to-video'),
			body: 'image-to-video.ratio.request',
		},
		{
			name: 'Seedance 2.0 Fast',
			parameters: { model: 'seedance-2.0-fast' },
			path: pathOf('seedance-2.0-fast/text-to-video'),
			body: 'text-to-video.minimal.request',
		},
		{
			name: 'Seedance 2.0 Mini',
			parameters: { model: 'seedance-2.0-mini' },
			path: pathOf('seedance-2.0-mini/text-to-video'),
			body: 'text-to-video.minimal.request',
		},
		{
			name: 'Seedance 1.5 Pro, which has a word for a ratio that follows the frame',
			parameters: {
				model: 'seedance-1.5-pro',
				mode: 'imageToVideo',
				imageUrl,
				duration: -1,
				audio: false,
				cameraLock: true,
				options: { endFrameUrl, seed: 42 },
			},
			path: pathOf('seedance-v1.5-pro/image-to-video'),
			body: 'seedance-1.5-pro.request',
		},
		{
			name: 'Seedance 1.0 Pro, with the resolution in its ID',
			parameters: { model: 'seedance-1.0-pro', resolution: '480p' },
			path: pathOf('seedance-v1-pro-t2v-480p'),
			body: 'seedance-1-pro.request',
		},
		{
			name: 'Seedance 1.0 Lite with frames',
			parameters: {
				model: 'seedance-1.0-lite',
				mode: 'imageToVideo',
				imageUrl,
				duration: 10,
				resolution: '1080p',
				cameraLock: true,
				options: { endFrameUrl },
			},
			path: pathOf('seedance-v1-lite-i2v-1080p'),
			body: 'seedance-1-lite.request',
		},
		{
			name: 'an ID of the user’s own',
			parameters: { options: { modelId: 'bytedance/seedance-2.0/text-to-video-turbo' } },
			path: pathOf('seedance-2.0/text-to-video-turbo'),
			body: 'text-to-video.minimal.request',
		},
	],
	duration: ['duration', 4, 4],
	statusPath: `/api/v3/predictions/${jobId}/result`,
	submitted: [
		{ reply: 'submit.created', job: { ...created, status: 'queued' } },
		{ reply: 'submit.already-completed', job: video },
		{ reply: 'submit.already-failed', job: notRendered },
	],
	statuses: [
		{ reply: 'status.created', job: { ...created, status: 'queued' } },
		{ reply: 'status.processing', job: { ...created, status: 'processing' } },
		{ reply: 'status.completed', job: video },
		{ reply: 'status.completed-object', job: video },
		{
			reply: 'status.completed-1-pro',
			job: { ...video, model: 'seedance-1.0-pro', resolution: '480p' },
		},
		{ reply: 'status.completed-other-model', job: { ...video, model: null } },
		{
			reply: 'status.completed-short',
			job: { status: 'completed', progress: 100, videoUrl: video.videoUrl },
		},
		{
			reply: 'status.without-outputs',
			job: { ...created, status: 'failed', failure: noAddress('video') },
		},
		{ reply: 'status.failed', job: notRendered },
		{
			reply: 'status.failed-sensitive',
			job: failed(
				'The moderation refused this: the text, an image or the finished video may be sensitive. Change the text or the images. WaveSpeedAI says: The input or output was flagged as sensitive',
			),
		},
		{ reply: 'status.failed-silent', job: { ...failed(''), failure: silent } },
		{ reply: 'status.timeout', job: failed('The task took too long', 'timeout') },
		{ reply: 'status.cancelled', job: { ...created, status: 'cancelled' } },
		{
			reply: 'status.unknown-word',
			job: { ...created, status: 'processing', failure: unknownWord('paused') },
		},
	],
	finished: ['status.completed'],
	faults: [
		{ call: 'submit', reply: 'error.400', fault: refused({ message: badDuration }) },
		{ call: 'submit', reply: 'error.400-credits', fault: refused(noCredit) },
		{ call: 'submit', reply: 'error.401', fault: wrong },
		{ call: 'status', reply: 'error.401', fault: wrong },
		{ call: 'submit', reply: 'error.402', fault: refused({ httpStatus: 402, ...noCredit }) },
		{
			call: 'submit',
			reply: 'error.403',
			fault: refused({
				httpStatus: 403,
				message: said('This model is not available for trial credit'),
			}),
		},
		{
			call: 'submit',
			reply: 'error.404-model',
			fault: refused({
				httpStatus: 404,
				message: 'WaveSpeedAI knows no model with this ID: model not found',
				hint: 'Check the option "Model ID". It is the end of the address of the model\'s page, such as bytedance/seedance-2.0/text-to-video-turbo.',
			}),
		},
		{ call: 'status', reply: 'error.404', fault: noSuchJob(NAME) },
		{
			call: 'submit',
			reply: 'error.429',
			fault: {
				...tooMany(NAME),
				hint: 'A new account may submit 5 videos a minute and run 3 at a time. Set "Max Concurrent Jobs" in the credential to what your account allows, or raise its level with a top-up.',
			},
		},
		{ call: 'status', reply: 'error.429', fault: tooMany(NAME) },
		{ call: 'submit', reply: 'error.500', fault: itsProblem(NAME, 500) },
		{ call: 'status', reply: 'error.500', fault: itsProblem(NAME, 500) },
		// HTTP 200, and the body says something else.
		{ call: 'submit', reply: 'disguised.400', fault: refused({ message: badDuration }) },
		{ call: 'submit', reply: 'disguised.401', fault: wrong },
		{ call: 'status', reply: 'disguised.404', fault: noSuchJob(NAME) },
		{ call: 'submit', reply: 'disguised.500', fault: itsProblem(NAME, 500) },
		{ call: 'submit', reply: 'disguised.odd', fault: itsProblem(NAME, 500) },
	],
	refusals: [{ reply: 'error.402', message: noCredit.message, description: noCredit.hint }],
	balance: {
		path: '/api/v3/balance',
		replies: [
			{
				reply: 'balance',
				output: {
					provider: 'waveSpeed',
					credits: 156.78,
					currency: 'usd',
					tier: null,
					belowMinimum: false,
				},
			},
			{
				reply: 'balance.currency',
				output: {
					provider: 'waveSpeed',
					credits: 0,
					currency: 'usd',
					tier: null,
					belowMinimum: false,
				},
			},
		],
	},
	callbacks: ['callback.completed', 'callback.failed'],
	others: ['upload.uploaded', 'webhook.secret', 'list.predictions'],
};
