import { SeedanceReplicateApi } from '../../../credentials/SeedanceReplicateApi.credentials';
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

const NAME = 'Replicate';
const jobId = 'rp7xk2m9qhrme0cs4y8b5tn3fg';
const created: Partial<Job> = { model: 'seedance-2.0', createdAt: '2026-10-05T09:12:03.214Z' };
const processing: Partial<Job> = { ...created, status: 'processing' };
const ended: Partial<Job> = { ...created, completedAt: '2026-10-05T09:13:35.411Z' };
const bare: Partial<Job> = {
	...ended,
	status: 'completed',
	progress: 100,
	videoUrl: `https://replicate.delivery/xezq/${jobId}-out/tmp.mp4`,
	expiresAt: '2026-10-05T10:13:35.411Z',
};
const video: Partial<Job> = {
	...bare,
	durationSeconds: 5,
	resolution: '720p',
	hasAudio: true,
	seed: 1234567,
	// 5 s at $0.18.
	costUsd: 0.9,
};
const failed = (code: string, message: string): Partial<Job> => ({
	...created,
	status: 'failed',
	failure: { code, message },
	...free,
});
const sensitive = failed(
	'E005',
	'The moderation refused this: the text, an image or the finished video may be sensitive. Change the text or the images. Replicate says: The input or output was flagged as sensitive. Please try again with different inputs. (E005)',
);
const cancelled: Partial<Job> = { ...ended, status: 'cancelled' };
const CHARGED =
	'Replicate charges what the job had run until then, and does not say how much: see replicate.com/account/billing.';
const TIME_IS_UP = 'The time in "Timeout (Minutes)" was up. ';
const said = (words: string) => `${NAME} did not accept the request: ${words}`;
const noCredit = {
	code: 'insufficient_credit',
	message: 'Not enough credit in the Replicate account',
	hint: 'Buy credit at replicate.com/account/billing, wait a few minutes, and run the item again.',
};
const pathOf = (name: string) => `/v1/models/bytedance/${name}/predictions`;
const path = pathOf('seedance-2.0');

export const replicate: DialectContract = {
	name: NAME,
	folder: 'replicate',
	provider: 'replicate',
	credentialType: SeedanceReplicateApi,
	credential: { baseUrl: 'https://api.replicate.com/v1' },
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	model: 'seedance-2.0',
	mode: 'textToVideo',
	jobId,
	wire: {
		jobId: 'id',
		status: 'status',
		failure: 'error',
		doneWord: 'succeeded',
		failedWord: 'failed',
		errors: [
			(detail) => ({ detail }),
			(detail, title) => ({ type: 'about:blank', title, status: 400, detail }),
		],
		fields: {
			aspectRatio: 'input.aspect_ratio',
			audio: 'input.generate_audio',
			seed: 'input.seed',
		},
	},
	submits: [
		{
			name: 'nothing but a prompt: all defaults are sent',
			parameters: {},
			path,
			body: 'text-to-video.minimal.request',
		},
		{
			name: 'everything of a text, and a callback only at the end',
			parameters: {
				duration: -1,
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
			name: 'a small file, as a data address',
			parameters: { mode: 'imageToVideo', imageInput: 'binary' },
			path,
			body: 'image-to-video.file.request',
			withImage: true,
		},
		{
			name: 'references of all kinds',
			parameters: {
				mode: 'referenceToVideo',
				prompt: '[Image1] beside [Video1]',
				aspectRatio: '16:9',
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
			name: 'Seedance 2.5, which needs no text with references',
			parameters: {
				model: 'seedance-2.5',
				mode: 'referenceToVideo',
				prompt: '',
				duration: 30,
				resolution: '480p',
				referenceImageUrls: 'https://example.com/1.png',
				options: { watermark: true },
			},
			path: pathOf('seedance-2.5'),
			body: 'seedance-2.5.request',
		},
		{
			name: 'Seedance 2.0 Fast',
			parameters: { model: 'seedance-2.0-fast' },
			path: pathOf('seedance-2.0-fast'),
			body: 'text-to-video.minimal.request',
		},
		{
			name: 'Seedance 2.0 Mini',
			parameters: { model: 'seedance-2.0-mini' },
			path: pathOf('seedance-2.0-mini'),
			body: 'text-to-video.minimal.request',
		},
		{
			name: 'Seedance 1.5 Pro: no resolution, and no ratio with a frame',
			parameters: {
				model: 'seedance-1.5-pro',
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/a.png',
				cameraLock: true,
				options: { endFrameUrl: 'https://example.com/end.png', seed: 42 },
			},
			path: pathOf('seedance-1.5-pro'),
			body: 'seedance-1.5-pro.request',
		},
		{
			name: 'Seedance 1.0 Pro, whose name is another one there',
			parameters: { model: 'seedance-1.0-pro' },
			path: pathOf('seedance-1-pro'),
			body: 'seedance-1-pro.request',
		},
		{
			name: 'Seedance 1.0 Pro Fast, which knows no last frame',
			parameters: {
				model: 'seedance-1.0-pro-fast',
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/a.png',
				duration: 2,
				options: { endFrameUrl: 'https://example.com/end.png' },
			},
			path: pathOf('seedance-1-pro-fast'),
			body: 'seedance-1-pro-fast.request',
		},
		{
			name: 'Seedance 1.0 Lite with references',
			parameters: {
				model: 'seedance-1.0-lite',
				mode: 'referenceToVideo',
				resolution: '480p',
				aspectRatio: '1:1',
				referenceImageUrls: 'https://example.com/1.png',
			},
			path: pathOf('seedance-1-lite'),
			body: 'seedance-1-lite.request',
		},
	],
	duration: ['input.duration', 4, 4],
	statusPath: `/v1/predictions/${jobId}`,
	submitted: [
		{ reply: 'predict.submitted.http201', job: { ...created, status: 'queued' } },
		{
			reply: 'submit.already-succeeded.http201',
			job: { ...ended, status: 'processing', estimatedSeconds: 0, costUsd: 0.9 },
		},
		{ reply: 'submit.already-failed.http201', job: sensitive },
	],
	statuses: [
		{ reply: 'status.starting', job: { ...created, status: 'queued' } },
		{ reply: 'status.processing', job: processing },
		{ reply: 'status.succeeded', job: video },
		{ reply: 'status.succeeded-list', job: { ...video, seed: 7 } },
		// 5 s at $0.22.
		{ reply: 'status.succeeded-video-reference', job: { ...video, costUsd: 1.1 } },
		{
			reply: 'status.succeeded-without-metrics',
			job: {
				...bare,
				durationSeconds: 4,
				resolution: '480p',
				hasAudio: false,
				costUsd: 0.32,
			},
		},
		// Nobody says how long it is, so what it costs is not known.
		{
			reply: 'status.succeeded-own-length',
			job: { ...bare, resolution: '720p', hasAudio: true },
		},
		{
			reply: 'status.succeeded-1-lite',
			job: {
				...bare,
				model: 'seedance-1.0-lite',
				durationSeconds: 10,
				resolution: '1080p',
				costUsd: 0.72,
			},
		},
		{
			reply: 'status.succeeded-other-model',
			job: { ...bare, model: null, durationSeconds: 5, resolution: '720p', hasAudio: true },
		},
		{
			reply: 'status.removed',
			job: {
				...ended,
				status: 'failed',
				failure: {
					code: 'result_removed',
					message:
						'The video was finished, but Replicate keeps results for one hour only and has removed this one. Download each video as soon as it is finished. To have this one, it must be made, and paid, again.',
				},
			},
		},
		{
			reply: 'status.without-output',
			job: { ...ended, status: 'failed', failure: noAddress('video'), costUsd: 0.9 },
		},
		{ reply: 'status.failed-sensitive', job: sensitive },
		{
			reply: 'status.failed-inputs',
			job: failed(
				'E006',
				'The model does not take these inputs together. Change the fields of this node. Replicate says: Reference media cannot be used with a first frame (E006)',
			),
		},
		{
			reply: 'status.failed',
			job: failed('failed', 'Duration must be between 4 and 15 seconds, or -1'),
		},
		{ reply: 'status.failed-silent', job: { ...failed('', ''), failure: silent } },
		{
			reply: 'status.canceled',
			job: { ...cancelled, failure: { code: 'cancelled_while_running', message: CHARGED } },
		},
		{ reply: 'status.canceled-before', job: { ...cancelled, ...free } },
		{
			reply: 'status.canceled-deadline',
			job: {
				...cancelled,
				failure: { code: 'timed_out_at_provider', message: TIME_IS_UP + CHARGED },
			},
		},
		{
			reply: 'status.aborted',
			job: {
				...cancelled,
				failure: {
					code: 'timed_out_at_provider',
					message: `${TIME_IS_UP}The job had not begun, so Replicate does not charge it.`,
				},
				...free,
			},
		},
		{
			reply: 'status.unknown-word',
			job: { ...processing, failure: unknownWord('paused') },
		},
	],
	finished: ['status.succeeded'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400',
			fault: refused({ message: said('The request body is not valid JSON') }),
		},
		{ call: 'submit', reply: 'error.401', fault: wrongKey(NAME) },
		{ call: 'status', reply: 'error.401', fault: wrongKey(NAME) },
		{ call: 'submit', reply: 'error.402', fault: refused({ httpStatus: 402, ...noCredit }) },
		{
			call: 'submit',
			reply: 'error.404',
			fault: refused({
				httpStatus: 404,
				message: said('The requested resource could not be found.'),
			}),
		},
		{ call: 'status', reply: 'error.404', fault: noSuchJob(NAME) },
		{
			call: 'submit',
			reply: 'error.422-required',
			fault: refused({ httpStatus: 422, code: 'required', message: said('prompt is required') }),
		},
		{
			call: 'submit',
			reply: 'error.422-fields',
			fault: refused({
				httpStatus: 422,
				code: 'enum',
				message: said(
					'aspect_ratio: must be one of the following; duration: Must be less than or equal to 15',
				),
			}),
		},
		{
			call: 'submit',
			reply: 'error.422-version',
			fault: refused({
				httpStatus: 422,
				message:
					"Replicate does not let this account use the model: The specified version does not exist (or perhaps you don't have permission to use it?)",
				hint: 'Open the page of the model at replicate.com/bytedance with this account. Some models are not open to everybody.',
			}),
		},
		{
			call: 'submit',
			reply: 'error.422-title',
			fault: refused({ httpStatus: 422, message: said('Webhook must be an HTTPS URL') }),
		},
		{
			call: 'submit',
			reply: 'error.429',
			fault: {
				...tooMany(NAME),
				hint: 'An account with granted credit and no card may submit only 6 jobs a minute, and one that runs out of credit fewer than usual. Add a card or credit at replicate.com/account/billing, or set "Requests per Minute" in the credential to what your account allows.',
			},
		},
		{ call: 'status', reply: 'error.429', fault: tooMany(NAME) },
		{ call: 'submit', reply: 'error.500', fault: itsProblem(NAME, 500) },
		{ call: 'status', reply: 'error.500', fault: itsProblem(NAME, 500) },
	],
	refusals: [{ reply: 'error.402', message: noCredit.message, description: noCredit.hint }],
	callbacks: ['webhook.succeeded', 'webhook.failed'],
	others: ['upload.created.http201', 'error.413', 'list.predictions', 'webhooks.secret'],
};
