import { SeedanceOpenRouterApi } from '../../../credentials/SeedanceOpenRouterApi.credentials';
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

const NAME = 'OpenRouter';
const jobId = 'gen-vid-1759655523-k3v8q2m7x0d5w9b4t6yz';
const model = 'seedance-2.0';
const done: Partial<Job> = { status: 'completed', progress: 100 };
const video: Partial<Job> = {
	...done,
	videoUrl: `https://openrouter.ai/api/v1/videos/${jobId}/content?index=0`,
	videoUrlNote:
		'This address works only with the OpenRouter API key: without it, it answers 401. Use the downloaded file in the binary data of the item. Where there is none, Check Status downloads it.',
	costUsd: 0.756,
};
const failed = (code: string, message: string): Partial<Job> => ({
	status: 'failed',
	failure: { code, message },
	...free,
});
const sensitive = failed(
	'failed',
	'The request failed because the input text may contain sensitive information.',
);
const said = (words: string) => `${NAME} did not accept the request: ${words}`;
const noCredits = {
	code: 'insufficient_credits',
	message:
		'Not enough credits in the OpenRouter account: Insufficient credits. Add more using https://openrouter.ai/settings/credits',
	hint: 'Add credits at openrouter.ai/settings/credits, or raise the limit of the key at openrouter.ai/settings/keys, and run the item again.',
};
const path = '/api/v1/videos';
const statusPath = `${path}/${jobId}`;

export const openRouter: DialectContract = {
	name: NAME,
	folder: 'open-router',
	provider: 'openRouter',
	credentialType: SeedanceOpenRouterApi,
	credential: { baseUrl: 'https://openrouter.ai/api/v1' },
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	model,
	mode: 'textToVideo',
	jobId,
	wire: {
		jobId: 'id',
		status: 'status',
		failure: 'error',
		doneWord: 'completed',
		failedWord: 'failed',
		errors: usualErrors,
		fields: { aspectRatio: 'aspect_ratio', audio: 'generate_audio', seed: 'seed' },
	},
	submits: [
		{
			name: 'nothing but a prompt: all defaults are sent',
			parameters: {},
			path,
			body: 'text-to-video.minimal.request',
		},
		{
			name: 'everything of a text',
			parameters: {
				duration: 15,
				resolution: '4k',
				aspectRatio: '9:21',
				audio: false,
				options: { seed: 0 },
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/hook',
			},
			path,
			body: 'text-to-video.full.request',
		},
		{
			name: 'frames, with a ratio that follows them',
			parameters: {
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/a.png',
				options: { endFrameUrl: 'https://example.com/end.png' },
			},
			path,
			body: 'image-to-video.request',
		},
		{
			name: 'frames as files, which are data addresses',
			parameters: {
				mode: 'imageToVideo',
				imageInput: 'binary',
				options: { endFrameBinaryField: 'other' },
			},
			path,
			body: 'image-to-video.file.request',
			withImage: true,
		},
		{
			name: 'references of all kinds, addresses before files',
			parameters: {
				mode: 'referenceToVideo',
				prompt: '[Image1] beside [Video1]',
				referenceImageUrls: 'https://example.com/1.png\nhttps://example.com/2.png',
				referenceBinaryFields: 'data',
				options: {
					referenceVideoUrls: 'https://example.com/v.mp4',
					referenceAudioUrls: 'https://example.com/a.mp3',
				},
			},
			path,
			body: 'references.request',
			withImage: true,
		},
		{
			name: 'Seedance 2.5, which needs no text with references',
			parameters: {
				model: 'seedance-2.5',
				mode: 'referenceToVideo',
				prompt: '',
				duration: 30,
				resolution: '480p',
				referenceImageUrls: 'https://example.com/1.png',
			},
			path,
			body: 'seedance-2.5.request',
		},
		{
			name: 'Seedance 2.0 Fast',
			parameters: { model: 'seedance-2.0-fast' },
			path,
			body: 'text-to-video.minimal.request',
			changes: { model: 'bytedance/seedance-2.0-fast' },
		},
		{
			name: 'Seedance 2.0 Mini',
			parameters: { model: 'seedance-2.0-mini' },
			path,
			body: 'text-to-video.minimal.request',
			changes: { model: 'bytedance/seedance-2.0-mini' },
		},
		{
			name: 'Seedance 1.5 Pro, whose name is another one there',
			parameters: {
				model: 'seedance-1.5-pro',
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/a.png',
				duration: 4,
				resolution: '1080p',
				options: { seed: 42 },
			},
			path,
			body: 'seedance-1.5-pro.request',
		},
		{
			name: 'a model by its own ID',
			parameters: { options: { modelId: 'bytedance/seedance-3.0' } },
			path,
			body: 'text-to-video.minimal.request',
			changes: { model: 'bytedance/seedance-3.0' },
		},
	],
	duration: ['duration', 4, 4],
	statusPath,
	submitted: [
		{ reply: 'videos.pending.http202', job: { model, status: 'queued' } },
		{
			reply: 'submit.already-completed.http202',
			job: { model, status: 'processing', estimatedSeconds: 0, costUsd: 0.756 },
		},
		{ reply: 'submit.already-failed.http202', job: { model, ...sensitive } },
	],
	statuses: [
		{ reply: 'status.pending', job: { status: 'queued' } },
		{ reply: 'status.processing', job: { status: 'processing' } },
		{ reply: 'status.completed', job: video },
		// Signed, so it works without the key, and nothing has to be said about it.
		{
			reply: 'status.completed-signed',
			job: {
				...done,
				videoUrl: 'https://storage.example.com/videos/k3v8.mp4?signature=abc',
				costUsd: 0.756,
				expiresAt: '2025-10-06T09:12:03Z',
			},
		},
		{ reply: 'status.completed-relative', job: video },
		// The bill of the user's own key is not known.
		{ reply: 'status.completed-byok', job: { ...video, costUsd: null } },
		{ reply: 'status.completed-without-usage', job: { ...video, costUsd: null } },
		{
			reply: 'status.completed-without-url',
			job: { status: 'failed', failure: noAddress('video'), costUsd: 0.756 },
		},
		{ reply: 'status.failed', job: sensitive },
		{
			reply: 'status.failed-charged',
			job: {
				status: 'failed',
				failure: { code: 'failed', message: 'Upstream error' },
				costUsd: 0.1,
			},
		},
		{ reply: 'status.failed-silent', job: { ...failed('', ''), failure: silent } },
		{ reply: 'status.cancelled', job: { status: 'cancelled', ...free } },
		{
			reply: 'status.cancelled-reason',
			job: {
				status: 'cancelled',
				failure: { code: 'failed', message: 'Cancelled by the provider' },
				...free,
			},
		},
		{
			reply: 'status.expired',
			job: failed(
				'expired',
				'The job was not finished in time, and OpenRouter has given it up. Run the item again.',
			),
		},
		{ reply: 'status.expired-reason', job: failed('expired', 'Job expired before completion') },
		{
			reply: 'status.unknown-word',
			job: { status: 'processing', failure: unknownWord('paused') },
		},
	],
	finished: ['status.completed'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400',
			fault: refused({
				message: said(
					'Invalid resolution for model bytedance/seedance-2.0: 2K. Supported: 480p, 720p, 1080p, 4K',
				),
			}),
		},
		{
			call: 'submit',
			reply: 'error.400-provider',
			fault: refused({ message: said('Provider returned error: The image has 200×200 pixels') }),
		},
		{ call: 'submit', reply: 'error.401', fault: wrongKey(NAME) },
		{ call: 'status', reply: 'error.401', fault: wrongKey(NAME) },
		{ call: 'submit', reply: 'error.402', fault: refused({ httpStatus: 402, ...noCredits }) },
		{
			call: 'submit',
			reply: 'error.403',
			fault: refused({
				httpStatus: 403,
				message: 'OpenRouter does not allow this: Key limit exceeded',
				hint: 'Check what the key may do at openrouter.ai/settings/keys. If the moderation has refused the request, change the prompt or the images.',
			}),
		},
		{
			call: 'submit',
			reply: 'error.404-model',
			fault: refused({
				httpStatus: 404,
				message:
					'OpenRouter has no such model for this account: No endpoints found for bytedance/seedance-1-5-pro.',
				hint: 'Choose another model. The models are listed at openrouter.ai/models, and some depend on the privacy settings of the account.',
			}),
		},
		{ call: 'status', reply: 'error.404-job', fault: noSuchJob(NAME) },
		{
			call: 'submit',
			reply: 'error.413',
			fault: refused({
				httpStatus: 413,
				message: 'The request is larger than the 50 MB that OpenRouter accepts',
				hint: 'Make the images smaller, or put them on the web and give their addresses.',
			}),
		},
		{ call: 'submit', reply: 'error.429', fault: tooMany(NAME) },
		{ call: 'status', reply: 'error.429', fault: tooMany(NAME) },
		{ call: 'submit', reply: 'error.500', fault: itsProblem(NAME, 500) },
		{ call: 'status', reply: 'error.502', fault: itsProblem(NAME, 502) },
	],
	refusals: [{ reply: 'error.402', message: noCredits.message, description: noCredits.hint }],
	balance: {
		path: '/api/v1/credits',
		replies: [
			{
				reply: 'credits.balance',
				output: {
					provider: 'openRouter',
					credits: 74.75,
					currency: 'usd',
					tier: null,
					belowMinimum: false,
				},
			},
		],
	},
	callbacks: ['webhook.completed', 'webhook.failed', 'webhook.expired'],
	others: [],
};
