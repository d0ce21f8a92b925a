import { SeedanceFalApi } from '../../../credentials/SeedanceFalApi.credentials';
import type { Job } from '../../../nodes/Seedance/core/job';
import type { DialectContract } from '../dialect.ts';
import {
	free,
	itsProblem,
	noAddress,
	noSuchJob,
	refused,
	tooMany,
	unknownWord,
	wrongKey,
} from './common.ts';

const NAME = 'fal';
const FIELDS = 'Check the fields of this node and "Queue URL" in the credential.';
const jobId = '024ca5b1-45d3-4afd-883e-ad3abe2a1c4d';
const app = 'bytedance/seedance-2.0';
const endpoint = `${app}/text-to-video`;
const reference = { app, endpoint };
/** What Generate Video knows of a job beside the reply. */
const submitted: Partial<Job> = { model: 'seedance-2.0', reference };
/** A charge is not excluded, so nothing is said of it. */
const perhapsCharged: Partial<Job> = { creditsCharged: null, costUsd: null };
const videoUrl = 'https://v3b.fal.media/files/b/koala/seedance.mp4';
const done: Partial<Job> = { status: 'completed', progress: 100, videoUrl };
const TIMED_OUT = {
	code: 'request_timeout',
	message:
		'fal could not begin the job in time. Nothing is charged. Try again later. (Request timed out)',
};
const FACE =
	'The moderation of fal refused this: an image or video may show a real person, which Seedance 2.x refuses. Use one without a recognisable face. (image_url: The images or videos provided may contain likenesses of real people)';
const failed = (code: string, message: string): Partial<Job> => ({
	status: 'failed',
	failure: { code, message },
});
const moderated = (words: string) =>
	failed('content_policy_violation', `The moderation of fal refused this: ${words}`);
const said = (words: string) => `fal did not accept the request: ${words}`;
const refusal = (fault: Parameters<typeof refused>[0]) => refused({ hint: FIELDS, ...fault });
const BALANCE = {
	code: 'account_locked',
	message: 'The fal account is locked, because its balance is used up',
	hint: 'Top it up at fal.ai/dashboard/billing, and run the workflow again. Jobs that were submitted before can still be read.',
};

export const fal: DialectContract = {
	name: NAME,
	folder: NAME,
	provider: NAME,
	credentialType: SeedanceFalApi,
	credential: {
		queueUrl: 'https://queue.fal.run',
		apiUrl: 'https://api.fal.ai/v1',
		storageUrl: 'https://rest.fal.ai',
	},
	authHeader: (apiKey) => ['authorization', `Key ${apiKey}`],
	submitHeaders: {
		'x-fal-no-retry': '1',
		'x-fal-object-lifecycle-preference': '{"expiration_duration_seconds":2592000}',
	},
	model: 'seedance-2.0',
	mode: 'textToVideo',
	jobId,
	reference,
	wire: {
		jobId: 'request_id',
		status: 'status',
		failure: 'error',
		doneWord: 'COMPLETED',
		failedWord: 'ERROR',
		errors: [
			(message) => ({ detail: message }),
			(message, code) => ({ error: { type: code, message } }),
			(message, code) => ({ detail: [{ loc: ['body'], msg: message, type: code }] }),
		],
		fields: { aspectRatio: 'aspect_ratio', audio: 'generate_audio' },
		defaultRatio: 'auto',
	},
	submits: [
		{
			name: 'nothing but a prompt: all defaults are sent',
			parameters: {},
			path: `/${endpoint}`,
			body: 'submit.minimal.request',
		},
		{
			name: 'both frames, a length that the model chooses, and a callback',
			parameters: {
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/a.png',
				duration: -1,
				resolution: '480p',
				aspectRatio: '9:16',
				audio: false,
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/hook?a=1&b=2',
				options: { endFrameUrl: 'https://example.com/end.png' },
			},
			path: `/${app}/image-to-video?fal_webhook=https%3A%2F%2Fyourapp.com%2Fhook%3Fa%3D1%26b%3D2`,
			body: 'submit.request',
		},
		...(['', '/fast', '/mini'] as const).map((version) => ({
			name: `references, 2.0${version}`,
			parameters: {
				model: `seedance-2.0${version.replace('/', '-')}`,
				mode: 'referenceToVideo',
				referenceImageUrls: 'https://example.com/a.png\nhttps://example.com/b.png',
				options: {
					referenceVideoUrls: 'https://example.com/c.mp4',
					referenceAudioUrls: 'https://example.com/d.mp3',
				},
			},
			path: `/${app}${version}/reference-to-video`,
			body: 'submit.references.request',
		})),
		...(['', '/flash'] as const).map((version) => ({
			name: `an edit, 2.5${version}`,
			parameters: {
				model: `seedance-2.5${version.replace('/', '-')}`,
				mode: 'referenceToVideo',
				options: { referenceVideoUrls: 'https://example.com/c.mp4', task: 'edit', seed: 0 },
			},
			path: `/bytedance/seedance-2.5${version}/reference-to-video`,
			body: 'submit.edit.request',
		})),
		{
			name: 'a frame with 2.5, which has its own ratio',
			parameters: {
				model: 'seedance-2.5',
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/a.png',
			},
			path: '/bytedance/seedance-2.5/image-to-video',
			body: 'submit.frame-25.request',
		},
		...(['', '/fast'] as const).map((version) => ({
			name: `1.0 Pro${version}, whose ID begins with another word`,
			parameters: {
				model: `seedance-1.0-pro${version.replace('/', '-')}`,
				duration: 12,
				aspectRatio: '21:9',
				cameraLock: true,
				options: { seed: 7, skipModeration: true },
			},
			path: `/fal-ai/bytedance/seedance/v1/pro${version}/text-to-video`,
			body: 'submit.first-version.request',
		})),
		{
			name: '1.5 Pro',
			parameters: {
				model: 'seedance-1.5-pro',
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/a.png',
			},
			path: '/fal-ai/bytedance/seedance/v1.5/pro/image-to-video',
			body: 'submit.one-five.request',
		},
		{
			name: "an endpoint of the user's choice, with the slashes around it in its address",
			parameters: { options: { modelId: '//bytedance/seedance-2.0/us/text-to-video//' } },
			path: '/bytedance/seedance-2.0/us/text-to-video',
			body: 'submit.minimal.request',
		},
	],
	duration: ['duration', '4', 4],
	statusPath: `/${app}/requests/${jobId}/status`,
	resultPath: `/${app}/requests/${jobId}`,
	submitted: [
		{ reply: 'submit.submitted', job: { ...submitted, status: 'queued' } },
		{
			reply: 'submit.already-completed',
			job: { ...submitted, status: 'processing', estimatedSeconds: 0 },
		},
		{
			reply: 'submit.already-failed',
			job: { ...submitted, status: 'failed', failure: TIMED_OUT, ...free },
		},
	],
	statuses: [
		{ reply: 'status.queued.http202', job: { status: 'queued' } },
		{ reply: 'status.processing', job: { status: 'processing' } },
		{ reply: 'status.completed', job: { status: 'completed', progress: 100 } },
		{
			reply: 'status.failed',
			job: {
				...failed(
					'runner_disconnected',
					'The machine that ran the job at fal has failed. Nothing is charged. Try again later. (The runner has disconnected)',
				),
				...free,
			},
		},
		{
			reply: 'status.failed-by-model',
			job: { ...failed('failed', 'Invalid status code: 422'), ...perhapsCharged },
		},
		{
			reply: 'status.failed-at-fal',
			job: { ...failed('failed', 'Invalid status code: 500'), ...free },
		},
		{ reply: 'status.cancelled', job: { status: 'cancelled', ...free } },
		{
			reply: 'status.unknown-word',
			job: { status: 'processing', failure: unknownWord('RENDERING') },
		},
	],
	results: [
		{ reply: 'result.completed', job: { ...done, fileSizeBytes: 1843221, seed: 42 } },
		{ reply: 'result.bare', job: done },
		{
			reply: 'result.without-url',
			job: { status: 'failed', failure: noAddress('video'), seed: 42, ...perhapsCharged },
		},
		{ reply: 'result.in-progress.http400', job: { status: 'processing' } },
		{
			reply: 'result.moderated.http422',
			job: { ...failed('content_policy_violation', FACE), ...perhapsCharged },
		},
		{
			reply: 'result.moderated-text.http422',
			job: {
				...moderated(
					'the content may be sensitive. Change the text or the images. (prompt: The text may be sensitive)',
				),
				...perhapsCharged,
			},
		},
		{
			reply: 'result.moderated-output.http422',
			job: {
				...moderated(
					'the finished video may be sensitive. Change the text or the images. (Output video has sensitive content)',
				),
				...perhapsCharged,
			},
		},
		{
			reply: 'result.moderated-audio.http422',
			job: {
				...moderated(
					'the sound of the finished video may be sensitive. Turn Generate Audio off, or change the text. (Output audio has sensitive content)',
				),
				...perhapsCharged,
			},
		},
		{
			reply: 'result.invalid.http422',
			job: {
				...failed(
					'image_too_large',
					'image_url: The image is larger than 30 MB; duration: Not one of the durations',
				),
				...perhapsCharged,
			},
		},
		{
			reply: 'result.invalid-text.http422',
			job: { ...failed('failed', 'The prompt is too long'), ...perhapsCharged },
		},
		{
			reply: 'result.timeout.http504',
			job: { status: 'failed', failure: TIMED_OUT, ...free },
		},
		{ reply: 'result.cancelled.http499', job: { status: 'cancelled', ...free } },
	],
	finished: ['status.completed', 'result.completed'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400',
			fault: refusal({ message: said('The request is not valid') }),
		},
		...(['submit', 'status', 'result', 'cancel'] as const).map((call) => ({
			call,
			reply: 'error.401',
			fault: {
				...wrongKey(NAME),
				hint: 'Open the credential and paste the key again, both of its parts with the colon between them. Keys are at fal.ai/dashboard/keys.',
			},
		})),
		...(['submit', 'status', 'result'] as const).map((call) => ({
			call,
			reply: 'error.403',
			fault: refusal({ httpStatus: 403, ...BALANCE }),
		})),
		{
			call: 'submit',
			reply: 'error.403-top-up',
			fault: refusal({ httpStatus: 403, ...BALANCE }),
		},
		{
			call: 'submit',
			reply: 'error.403-admin',
			fault: refusal({
				httpStatus: 403,
				code: 'account_locked',
				message: 'The fal account is locked: Admin lock. Please contact support@fal.ai',
				hint: 'Look at fal.ai/dashboard/billing, or write to support@fal.ai.',
			}),
		},
		{
			call: 'submit',
			reply: 'error.403-other',
			fault: refusal({
				httpStatus: 403,
				message: 'fal does not allow this: This key may not run models',
				hint: 'Check the permissions of the API key at fal.ai/dashboard/keys.',
			}),
		},
		{
			call: 'submit',
			reply: 'error.404-model',
			fault: refusal({
				httpStatus: 404,
				message: "fal knows no model with this ID: Application 'seedance-9' not found",
				hint: 'Check the option "Model ID". It is the last part of the address of the model\'s page, such as bytedance/seedance-2.0/text-to-video.',
			}),
		},
		{ call: 'status', reply: 'error.404', fault: noSuchJob(NAME) },
		{ call: 'result', reply: 'error.404', fault: noSuchJob(NAME) },
		{
			call: 'submit',
			reply: 'error.422',
			fault: refusal({ httpStatus: 422, code: 'content_policy_violation', message: FACE }),
		},
		{
			call: 'submit',
			reply: 'error.422-list',
			fault: refusal({
				httpStatus: 422,
				code: 'value_error.missing',
				message: said('prompt: field required; image_urls.0: not an address'),
			}),
		},
		{
			call: 'submit',
			reply: 'error.422-text',
			fault: refusal({ httpStatus: 422, message: said('The body is not JSON') }),
		},
		{ call: 'submit', reply: 'error.429', fault: tooMany(NAME) },
		...(['submit', 'status'] as const).map((call) => ({
			call,
			reply: 'error.500',
			fault: itsProblem(NAME, 500, 'internal_error'),
		})),
		{
			call: 'result',
			reply: 'error.500-platform',
			fault: itsProblem(NAME, 500, 'server_error'),
		},
	],
	refusals: [{ reply: 'error.403', message: BALANCE.message, description: BALANCE.hint }],
	callbacks: ['callback.ok', 'callback.error', 'callback.payload-error'],
	others: [
		'cancel.ok',
		'cancel.requested.http202',
		'cancel.already-completed.http400',
		'cancel.not-found.http404',
		'history.completed',
		'history.failed',
		'history.without-payload',
		'history.none',
		'jwks',
		'upload.request',
		'upload.reply',
	],
};
