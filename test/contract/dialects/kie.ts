import { SeedanceKieApi } from '../../../credentials/SeedanceKieApi.credentials';
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

const NAME = 'kie.ai';
const jobId = 'task_bytedance_12345678';
const created: Partial<Job> = { model: 'seedance-2.0', createdAt: '2025-10-09T08:53:20Z' };
const ended: Partial<Job> = { ...created, completedAt: '2025-10-09T08:54:55.123Z' };
const cost: Partial<Job> = { creditsCharged: 205, costUsd: 1.025 };
const uncounted: Partial<Job> = {
	...ended,
	status: 'completed',
	progress: 100,
	videoUrl: 'https://tempfile.aiquickdraw.com/f/12345678.mp4',
	durationSeconds: 5,
	resolution: '720p',
	hasAudio: true,
	expiresAt: '2025-10-10T08:54:55.123Z',
};
const video: Partial<Job> = { ...uncounted, ...cost };
const lastFrameUrl = 'https://tempfile.aiquickdraw.com/f/last.png';
const failed = (code: string, message: string): Partial<Job> => ({
	...ended,
	status: 'failed',
	failure: { code, message },
	...free,
});
const moderated = failed(
	'422',
	'The moderation refused this: the text, an image or the finished video may be sensitive. Change the text or the images. kie.ai says: Invalid prompt: prompt contains prohibited content',
);
const withoutUrl: Partial<Job> = {
	...created,
	status: 'failed',
	failure: noAddress('video'),
	...cost,
};
const said = (words: string) => `${NAME} did not accept the request: ${words}`;
const key = {
	...wrongKey(NAME),
	code: '401',
	hint: 'Paste the key again; keys are at kie.ai/api-key. If it is right, look there whether the key allows the IP address of this n8n.',
};
const noCredits = {
	code: 'insufficient_credits',
	message: 'Not enough credits in the kie.ai account',
	hint: 'Buy credits at kie.ai/pricing, or choose a shorter video or a lower resolution.',
};
const path = '/api/v1/jobs/createTask';
const imageUrl = 'https://example.com/a.png';
const frames = { mode: 'imageToVideo', imageUrl };
const endFrameUrl = 'https://example.com/end.png';

export const kie: DialectContract = {
	name: NAME,
	folder: 'kie',
	provider: 'kie',
	credentialType: SeedanceKieApi,
	credential: { baseUrl: 'https://api.kie.ai', uploadUrl: 'https://kieai.redpandaai.co' },
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	model: 'seedance-2.0',
	mode: 'textToVideo',
	jobId,
	wire: {
		jobId: 'data.taskId',
		status: 'data.state',
		failure: 'data.failMsg',
		essential: ['code'],
		doneWord: 'success',
		failedWord: 'fail',
		errors: [(message) => ({ message }), (msg, code) => ({ code, msg, data: null })],
		fields: { aspectRatio: 'input.aspect_ratio', audio: 'input.generate_audio' },
	},
	submits: [
		{
			name: 'nothing but a prompt: all defaults are sent',
			parameters: {},
			path,
			body: 'text.minimal.request',
		},
		{
			name: 'everything of a text, with a callback beside the input',
			parameters: {
				duration: 15,
				resolution: '4k',
				aspectRatio: '21:9',
				audio: false,
				options: { returnLastFrame: true },
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/hook',
			},
			path,
			body: 'text.full.request',
		},
		{
			name: 'frames, with a ratio that follows them',
			parameters: { ...frames, options: { endFrameUrl } },
			path,
			body: 'frames.request',
		},
		{
			name: 'references of all kinds',
			parameters: {
				mode: 'referenceToVideo',
				prompt: '@image1 beside @video1',
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
			name: 'Seedance 2.5, whose model decides about the length',
			parameters: {
				model: 'seedance-2.5',
				duration: -1,
				resolution: '1080p',
				aspectRatio: 'adaptive',
			},
			path,
			body: 'seedance-2.5.request',
		},
		{
			name: 'Seedance 2.0 Fast',
			parameters: { model: 'seedance-2.0-fast' },
			path,
			body: 'text.fast.request',
		},
		{
			name: 'Seedance 2.0 Mini, which has no last frame to return',
			parameters: { model: 'seedance-2.0-mini', options: { returnLastFrame: true } },
			path,
			body: 'text.mini.request',
		},
		{
			name: 'a model that is newer than this package',
			parameters: { options: { modelId: 'bytedance/seedance-3' } },
			path,
			body: 'text.own-id.request',
		},
		{
			name: 'Seedance 1.5 Pro: the frames in one list, the length as a text',
			parameters: {
				...frames,
				model: 'seedance-1.5-pro',
				duration: 12,
				cameraLock: true,
				options: { endFrameUrl },
			},
			path,
			body: 'seedance-1.5-pro.request',
		},
		{
			name: 'Seedance 1.5 Pro with sound',
			parameters: { model: 'seedance-1.5-pro', audio: true },
			path,
			body: 'seedance-1.5-pro.text.request',
		},
		{
			name: 'Seedance 1.0 Pro: a name for each mode, the length as a text, the seed 0',
			parameters: {
				model: 'seedance-1.0-pro',
				duration: 3,
				resolution: '1080p',
				aspectRatio: '9:16',
				cameraLock: true,
				options: { seed: 0, skipModeration: true },
			},
			path,
			body: 'v1-pro.text.request',
		},
		{
			name: 'Seedance 1.0 Pro with a frame, which knows neither a ratio nor a last frame',
			parameters: {
				...frames,
				model: 'seedance-1.0-pro',
				aspectRatio: '9:16',
				options: { endFrameUrl },
			},
			path,
			body: 'v1-pro.image.request',
		},
		{
			name: 'Seedance 1.0 Pro Fast, which knows little',
			parameters: {
				...frames,
				model: 'seedance-1.0-pro-fast',
				duration: 10,
				cameraLock: true,
				options: { seed: 7, skipModeration: true },
			},
			path,
			body: 'v1-pro-fast.request',
		},
		{
			name: 'Seedance 1.0 Lite',
			parameters: { model: 'seedance-1.0-lite' },
			path,
			body: 'v1-lite.text.request',
		},
		{
			name: 'Seedance 1.0 Lite with both frames',
			parameters: { ...frames, model: 'seedance-1.0-lite', options: { endFrameUrl } },
			path,
			body: 'v1-lite.image.request',
		},
	],
	duration: ['input.duration', 4, 4],
	statusPath: `/api/v1/jobs/recordInfo?taskId=${jobId}`,
	submitted: [
		{ reply: 'create.submitted', job: { model: 'seedance-2.0', status: 'queued' } },
		{ reply: 'submit.already-success', job: video },
		{ reply: 'submit.already-failed', job: moderated },
		{ reply: 'create.message', job: { model: 'seedance-2.0', status: 'queued' } },
	],
	statuses: [
		{ reply: 'status.waiting', job: { ...created, status: 'queued' } },
		{ reply: 'status.processing', job: { ...created, status: 'processing' } },
		{ reply: 'status.completed', job: video },
		{ reply: 'status.queuing', job: { ...created, status: 'queued' } },
		{ reply: 'status.completed-as-documented', job: uncounted },
		{
			reply: 'status.completed-1-lite',
			job: {
				...video,
				model: 'seedance-1.0-lite',
				durationSeconds: 10,
				resolution: '1080p',
				hasAudio: null,
				seed: 7,
				creditsCharged: 9.5,
				costUsd: 0.0475,
			},
		},
		{ reply: 'status.completed-last-frame', job: { ...video, lastFrameUrl } },
		{ reply: 'status.completed-named-last-frame', job: { ...video, lastFrameUrl } },
		{ reply: 'status.completed-object', job: video },
		{
			reply: 'status.completed-own-length',
			job: { ...video, model: null, durationSeconds: null },
		},
		{ reply: 'status.without-url', job: withoutUrl },
		{ reply: 'status.broken-result', job: withoutUrl },
		{ reply: 'status.failed', job: moderated },
		{
			reply: 'status.failed-charged',
			job: { ...failed('500', 'Internal error'), creditsCharged: 41, costUsd: 0.205 },
		},
		{
			reply: 'status.failed-real-person',
			job: failed(
				'422',
				'The moderation refused this: an image or video may show a real person, which Seedance 2.x refuses. Use one without a recognisable face. kie.ai says: The input image may contain a real person',
			),
		},
		{ reply: 'status.failed-silent', job: { ...failed('', ''), failure: silent } },
		{ reply: 'status.failed-501', job: moderated },
		{
			reply: 'status.unknown-word',
			job: { ...created, status: 'processing', failure: unknownWord('moderating') },
		},
	],
	finished: ['status.completed'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400-message',
			fault: refused({ code: '400', message: said('model is required') }),
		},
		{ call: 'submit', reply: 'error.401', fault: key },
		{ call: 'status', reply: 'error.401', fault: key },
		{ call: 'submit', reply: 'error.402', fault: refused({ httpStatus: 402, ...noCredits }) },
		{ call: 'status', reply: 'error.404', fault: noSuchJob(NAME, '404') },
		{
			call: 'submit',
			reply: 'error.422',
			fault: refused({
				httpStatus: 422,
				code: '422',
				message: said('duration is not within the range of allowed options'),
			}),
		},
		{ call: 'submit', reply: 'error.429', fault: { ...tooMany(NAME), code: '429' } },
		{ call: 'submit', reply: 'error.500', fault: itsProblem(NAME, 500, '500') },
		// HTTP 200, and the body says something else.
		{ call: 'submit', reply: 'disguised.401', fault: key },
		{ call: 'status', reply: 'disguised.401', fault: key },
		{ call: 'submit', reply: 'disguised.402', fault: refused({ httpStatus: 402, ...noCredits }) },
		{ call: 'status', reply: 'disguised.404', fault: noSuchJob(NAME, '404') },
		{ call: 'status', reply: 'disguised.unknown-job', fault: noSuchJob(NAME, '422') },
		{
			call: 'submit',
			reply: 'disguised.422',
			fault: refused({
				httpStatus: 422,
				code: '422',
				message: said('The model name you specified is not supported.'),
			}),
		},
		{ call: 'submit', reply: 'disguised.429', fault: { ...tooMany(NAME), code: '429' } },
		{
			call: 'submit',
			reply: 'disguised.433',
			fault: refused({
				httpStatus: 433,
				code: '433',
				message: 'The API key of kie.ai has reached the limit that was set for it',
				hint: 'Raise the hourly, daily or total limit of the key at kie.ai/api-key, or use another key.',
			}),
		},
		{
			call: 'submit',
			reply: 'disguised.455',
			fault: {
				httpStatus: 455,
				code: '455',
				message: 'kie.ai is down for maintenance',
				hint: 'Nothing is wrong with your workflow. Try again in a few minutes.',
				transient: true,
				ambiguous: false,
			},
		},
		{ call: 'submit', reply: 'disguised.500', fault: itsProblem(NAME, 500, '500') },
		{ call: 'submit', reply: 'disguised.501', fault: itsProblem(NAME, 501, '501') },
		{
			call: 'submit',
			reply: 'disguised.505',
			fault: refused({
				httpStatus: 403,
				code: '505',
				message: 'kie.ai has switched this model off',
				hint: 'Choose another model, or ask the support of kie.ai when it will be back.',
			}),
		},
		{ call: 'submit', reply: 'disguised.odd', fault: itsProblem(NAME, 500, '1001') },
		{ call: 'submit', reply: 'disguised.upload', fault: itsProblem(NAME, 500) },
	],
	refusals: [{ reply: 'error.402', message: noCredits.message, description: noCredits.hint }],
	balance: {
		path: '/api/v1/chat/credit',
		replies: [
			{
				reply: 'credits',
				output: {
					provider: 'kie',
					credits: 100,
					currency: 'credits',
					tier: null,
					belowMinimum: false,
				},
			},
			{
				reply: 'credits.fraction',
				output: {
					provider: 'kie',
					credits: 47.5,
					currency: 'credits',
					tier: null,
					belowMinimum: false,
				},
			},
		],
	},
	callbacks: ['callback.success', 'callback.fail', 'callback.older'],
	others: ['upload.reply'],
};
