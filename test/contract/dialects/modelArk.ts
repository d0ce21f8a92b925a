import type { INodeParameters } from 'n8n-workflow';
import { SeedanceModelArkApi } from '../../../credentials/SeedanceModelArkApi.credentials';
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
	wrongKey,
} from './common.ts';

const NAME = 'BytePlus ModelArk';
const reference = { videoInput: 'no' };
const model: Partial<Job> = { model: 'seedance-2.5' };
const created: Partial<Job> = { ...model, createdAt: '2026-08-09T13:18:27Z' };
const ended: Partial<Job> = { ...created, completedAt: '2026-08-09T13:36:04Z' };
const files =
	'https://ark-acg-ap-southeast-1.tos-ap-southeast-1.bytepluses.example/dreamina-seedance-2-5/0217862815';
const video: Partial<Job> = {
	...ended,
	status: 'completed',
	progress: 100,
	videoUrl: `${files}.mp4?X-Tos-Expires=86400&X-Tos-Signature=0a`,
	durationSeconds: 30,
	seed: 99588,
	resolution: '720p',
	hasAudio: true,
	expiresAt: '2026-08-10T13:36:04Z',
	// 1,296,900 tokens at $10.70 a million.
	costUsd: 13.87683,
};
const submitted: Partial<Job> = { model: 'seedance-1.5-pro', status: 'queued', reference };

/** A failed task: its code, what we say first, and what ModelArk says. */
function failed(
	name: string,
	code: string,
	words: string,
	said: string,
): DialectContract['statuses'][number] {
	const message = words === '' ? said : `${words} (${said})`;
	return {
		reply: `status.failed-${name}`,
		job: { ...created, status: 'failed', failure: { code, message }, ...free },
	};
}
const refusedThis = (words: string) => `The moderation of ModelArk refused this: ${words}`;
const mayBeSensitive = (what: string) =>
	`The request failed because the ${what} may contain sensitive information.`;
const REAL_PERSON = refusedThis(
	'it shows a real person, which Seedance 2.x refuses. Use an image or video without a recognisable face.',
);
const COPYRIGHT = refusedThis('it may violate a copyright. Change the text or the images.');
const SOUND = refusedThis(
	'the sound of the finished video may be sensitive. Turn Generate Audio off, or change the text.',
);
const TEXT = refusedThis('the text may be sensitive. Change the text.');
const CONTENT = refusedThis('the content may be sensitive. Change the text or the images.');
const VIDEO = refusedThis('the finished video may be sensitive. Change the text or the images.');
const CONSTRAINT =
	'The model took this for an edit or a continuation of the video. Both need adaptive in Aspect Ratio, and an edit needs -1 in Duration. Otherwise choose Reference in Task.';
const INTERNAL = 'The service encountered an unexpected internal error.';

const REQUEST_ID = 'Request id: 021790230012345678901234567890';
const said = (words: string) => `${NAME} did not accept the request: ${words} ${REQUEST_ID}`;
const quoted = (words: string) => `${words} ${REQUEST_ID}`;
const activate = {
	message: 'This model is not activated in the ModelArk account',
	hint: 'Activate it in the ModelArk console, under Model Activation. Seedance 2.0 and 2.5 need a balance of more than US$30 (China: more than CNY 200), a savings plan or a resource pack.',
};
const arrears = {
	message: 'The ModelArk account has unpaid bills',
	hint: 'Pay them in the billing console. The account works again a few minutes later.',
};
const ofAnotherRegion = {
	...wrongKey(NAME),
	code: 'AuthenticationError',
	hint: 'Check "Region" in the credential: a key works only in the region where it was made. If it is right, paste the key again; keys are in the ModelArk console, under API Keys.',
};
const noSuchTask = refused({
	httpStatus: 404,
	code: 'ResourceNotFound',
	message: 'ModelArk knows no job with this ID',
	hint: 'It keeps jobs for 7 days, and each only for the account and the region that made it. Images have no job: their address is only in the output of Generate Image.',
});

const path = '/api/v3/contents/generations/tasks';
const statusPath = `${path}/cgt-20260809211822-9lklw`;
const china = {
	credential: { region: 'china', baseUrl: '' },
	origin: 'https://ark.cn-beijing.volces.com',
};

/** The IDs of each model on the wire, by region, and the body of its smallest request. */
const wireIds: ReadonlyArray<[model: string, international: string, china: string, body: string]> =
	[
		[
			'seedance-2.5',
			'dreamina-seedance-2-5-260628',
			'doubao-seedance-2-5-260628',
			'create.2x.request',
		],
		[
			'seedance-2.0',
			'dreamina-seedance-2-0-260128',
			'doubao-seedance-2-0-260128',
			'create.2x.request',
		],
		[
			'seedance-2.0-fast',
			'dreamina-seedance-2-0-fast-260128',
			'doubao-seedance-2-0-fast-260128',
			'create.2x.request',
		],
		[
			'seedance-2.0-mini',
			'dreamina-seedance-2-0-mini-260615',
			'doubao-seedance-2-0-mini-260615',
			'create.2x.request',
		],
		[
			'seedance-1.5-pro',
			'seedance-1-5-pro-251215',
			'doubao-seedance-1-5-pro-251215',
			'create.1-5.request',
		],
		[
			'seedance-1.0-pro',
			'seedance-1-0-pro-250528',
			'doubao-seedance-1-0-pro-250528',
			'create.1-0.request',
		],
		[
			'seedance-1.0-pro-fast',
			'seedance-1-0-pro-fast-251015',
			'doubao-seedance-1-0-pro-fast-251015',
			'create.1-0.request',
		],
	];

type Submit = DialectContract['submits'][number];
const smallest = wireIds.flatMap(([id, international, inChina, body]): Submit[] => [
	{
		name: `${id}: nothing but a prompt; what it has not is not sent`,
		parameters: { model: id },
		path,
		body,
		changes: { model: international },
	},
	{
		name: `${id} in China: the same with another ID, at another host`,
		parameters: { model: id },
		path,
		body,
		changes: { model: inChina },
		elsewhere: china,
	},
]);

const callingBack: INodeParameters = {
	afterSubmit: 'callback',
	callbackUrl: 'https://yourapp.com/hook',
};
const a = 'https://example.com/a.png';
const b = 'https://example.com/b.png';
const v = 'https://example.com/v.mp4';
const s = 'https://example.com/s.mp3';
const fromImage: INodeParameters = { mode: 'imageToVideo', imageUrl: a };
const fromFile: INodeParameters = { mode: 'imageToVideo', imageInput: 'binary' };
const fromReferences: INodeParameters = { mode: 'referenceToVideo' };

export const modelArk: DialectContract = {
	name: 'BytePlus ModelArk, Seedance',
	folder: 'model-ark',
	provider: 'modelArk',
	credentialType: SeedanceModelArkApi,
	credential: {
		region: 'international',
		baseUrl: 'https://ark.ap-southeast.bytepluses.com/api/v3',
	},
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	// The one with all switches.
	model: 'seedance-1.5-pro',
	mode: 'textToVideo',
	jobId: 'cgt-20260809211822-9lklw',
	reference,
	wire: {
		jobId: 'id',
		status: 'status',
		failure: 'error',
		doneWord: 'succeeded',
		failedWord: 'failed',
		errors: [(message, code) => ({ error: { code, message } })],
		fields: {
			aspectRatio: 'ratio',
			audio: 'generate_audio',
			cameraLock: 'camera_fixed',
			seed: 'seed',
		},
		tag: { place: 'safety_identifier', form: /^n8n-[0-9a-f]{40}$/ },
	},
	submits: [
		...smallest,
		{
			name: 'an address in the credential counts, the region still names the model',
			parameters: { model: 'seedance-2.5' },
			path: `/ark${path}`,
			body: 'create.2x.request',
			changes: { model: 'doubao-seedance-2-5-260628' },
			elsewhere: {
				credential: { region: 'china', baseUrl: 'https://proxy.example/ark/api/v3/' },
				origin: 'https://proxy.example',
			},
		},
		{
			name: '2.5 with everything; the model decides how long it is',
			parameters: {
				model: 'seedance-2.5',
				duration: -1,
				resolution: '1080p',
				aspectRatio: '21:9',
				audio: false,
				// Left over from another model.
				cameraLock: true,
				options: { watermark: true, returnLastFrame: true, seed: 7, serviceTier: 'flex' },
				...callingBack,
			},
			path,
			body: 'create.2-5.full.request',
		},
		{
			name: '2.0 with everything, in 4k',
			parameters: {
				model: 'seedance-2.0',
				duration: '15',
				resolution: '4k',
				aspectRatio: '9:16',
				audio: false,
				options: { watermark: true, returnLastFrame: true, draft: true },
				...callingBack,
			},
			path,
			body: 'create.2-0.full.request',
		},
		{
			name: '1.5 Pro with everything, in the cheap tier',
			parameters: {
				duration: 12,
				resolution: '1080p',
				aspectRatio: '3:4',
				audio: false,
				cameraLock: true,
				options: { seed: 42, watermark: true, returnLastFrame: true, serviceTier: 'flex' },
				...callingBack,
			},
			path,
			body: 'create.1-5.full.request',
		},
		...['seedance-1.0-pro', 'seedance-1.0-pro-fast'].map((id): Submit => {
			return {
				name: `${id} with everything, which knows no sound`,
				parameters: {
					model: id,
					duration: 2,
					resolution: '480p',
					aspectRatio: '1:1',
					audio: true,
					cameraLock: true,
					options: { seed: 0, watermark: true, returnLastFrame: true, serviceTier: 'flex' },
					...callingBack,
				},
				path,
				body: 'create.1-0.full.request',
				changes: {
					model:
						id === 'seedance-1.0-pro' ? 'seedance-1-0-pro-250528' : 'seedance-1-0-pro-fast-251015',
				},
			};
		}),
		{
			name: 'a first frame by its address',
			parameters: { model: 'seedance-2.0', ...fromImage },
			path,
			body: 'create.first-frame.request',
		},
		{
			name: 'a first frame and no text',
			parameters: { model: 'seedance-2.0', ...fromImage, prompt: '' },
			path,
			body: 'create.first-frame-alone.request',
		},
		{
			name: '2.5, a first frame as a file: the ratio is that of the frame, and none is sent',
			parameters: { model: 'seedance-2.5', ...fromFile, aspectRatio: '9:16' },
			withImage: true,
			path,
			body: 'create.2-5.first-frame-file.request',
		},
		{
			name: '2.5, first and last frame',
			parameters: { model: 'seedance-2.5', ...fromImage, options: { endFrameUrl: b } },
			path,
			body: 'create.2-5.frames.request',
		},
		{
			name: 'first and last frame by their addresses; 1.0 Pro follows the frame where nothing is chosen',
			parameters: { model: 'seedance-1.0-pro', ...fromImage, options: { endFrameUrl: b } },
			path,
			body: 'create.frames.request',
		},
		{
			name: 'first and last frame as files',
			parameters: { ...fromFile, options: { endFrameBinaryField: 'other' } },
			withImage: true,
			path,
			body: 'create.frames-files.request',
		},
		{
			name: 'a first frame by its address and a last one as a file',
			parameters: {
				model: 'seedance-2.0',
				...fromImage,
				options: { endFrameBinaryField: 'other' },
			},
			withImage: true,
			path,
			body: 'create.frames-mixed.request',
		},
		{
			name: '1.0 Pro Fast takes no last frame',
			parameters: {
				model: 'seedance-1.0-pro-fast',
				...fromImage,
				options: { endFrameUrl: b, endFrameBinaryField: 'other' },
			},
			path,
			body: 'create.first-frame-only.request',
		},
		{
			name: 'references of all kinds, the files after the addresses',
			parameters: {
				model: 'seedance-2.0',
				...fromReferences,
				referenceImageUrls: `${a}\n${b}`,
				referenceBinaryFields: 'other, data',
				options: {
					referenceVideoUrls: `${v}\nhttps://example.com/w.mp4`,
					referenceAudioUrls: s,
				},
			},
			withImage: true,
			path,
			body: 'create.references.request',
		},
		{
			name: 'a reference and no text',
			parameters: {
				model: 'seedance-2.0',
				...fromReferences,
				prompt: '',
				referenceBinaryFields: 'data',
			},
			withImage: true,
			path,
			body: 'create.references-alone.request',
		},
		{
			name: '2.5 takes a sound alone',
			parameters: {
				model: 'seedance-2.5',
				...fromReferences,
				options: { referenceAudioUrls: s },
			},
			path,
			body: 'create.2-5.sound-alone.request',
		},
		{
			name: '2.5, an edit',
			parameters: {
				model: 'seedance-2.5',
				...fromReferences,
				prompt: 'Remove the lamp',
				referenceImageUrls: a,
				duration: -1,
				options: { referenceVideoUrls: v, task: 'edit' },
			},
			path,
			body: 'create.2-5.edit.request',
		},
		{
			name: '2.5, a continuation',
			parameters: {
				model: 'seedance-2.5',
				...fromReferences,
				prompt: 'Continue',
				duration: 8,
				options: { referenceVideoUrls: v, task: 'extend' },
			},
			path,
			body: 'create.2-5.extend.request',
		},
		{
			name: '2.5, the task "Reference", with a ratio',
			parameters: {
				model: 'seedance-2.5',
				...fromReferences,
				aspectRatio: '9:16',
				options: { referenceVideoUrls: v, task: 'reference' },
			},
			path,
			body: 'create.2-5.reference.request',
		},
		{
			name: '2.5, a draft, which has no last frame',
			parameters: { model: 'seedance-2.5', resolution: '480p', options: { draft: true } },
			path,
			body: 'create.2-5.draft.request',
		},
		{
			name: '1.5 Pro, a draft',
			parameters: { resolution: '480p', options: { draft: true } },
			path,
			body: 'create.1-5.draft.request',
		},
		{
			name: 'the final version of a draft: nothing that the draft has is sent again',
			parameters: {
				model: 'seedance-2.5',
				mode: 'draftToVideo',
				draftJobId: 'cgt-20260809211822-9lklw',
				// Left over from another mode.
				aspectRatio: '9:16',
				imageUrl: a,
				options: { draft: true, task: 'edit', referenceVideoUrls: v },
			},
			path,
			body: 'create.2-5.final.request',
		},
		{
			name: 'the final version of a draft with everything',
			parameters: {
				model: 'seedance-2.5',
				mode: 'draftToVideo',
				draftJobId: 'cgt-20260809211822-9lklw',
				options: { watermark: true, returnLastFrame: true },
				...callingBack,
			},
			path,
			body: 'create.2-5.final.full.request',
		},
		...[undefined, china].map((elsewhere): Submit => {
			return {
				name: `an endpoint of the user's own${elsewhere ? ', in China' : ''}`,
				parameters: {
					model: 'seedance-2.0',
					options: { modelId: 'ep-20260101120000-abcde' },
				},
				path,
				body: 'create.2x.request',
				changes: { model: 'ep-20260101120000-abcde' },
				elsewhere,
			};
		}),
	],
	duration: ['duration', 4, 4],
	statusPath,
	submitted: [
		{ reply: 'create.submitted', job: submitted },
		{ reply: 'create.submitted-tag', job: submitted },
	],
	statuses: [
		{ reply: 'status.queued', job: { ...created, status: 'queued' } },
		{ reply: 'status.processing', job: { ...created, status: 'processing' } },
		{ reply: 'status.succeeded', job: video },
		{
			reply: 'status.succeeded-last-frame',
			job: { ...video, lastFrameUrl: `${files}.png?X-Tos-Expires=86400&X-Tos-Signature=0b` },
		},
		{
			// 245,025 tokens at $11.70 a million.
			reply: 'status.succeeded-hevc',
			job: { ...video, resolution: '1080p', durationSeconds: 5, costUsd: 2.866793 },
		},
		{
			reply: 'status.succeeded-texts',
			job: { ...video, durationSeconds: 5, costUsd: 1.16523 },
		},
		{
			// 108,900 tokens at $1.20 a million.
			reply: 'status.succeeded-silent',
			job: {
				...video,
				model: 'seedance-1.5-pro',
				durationSeconds: 5,
				hasAudio: false,
				costUsd: 0.13068,
			},
		},
		{
			// 246,840 tokens at half of $2.50 a million.
			reply: 'status.succeeded-flex',
			job: {
				...video,
				model: 'seedance-1.0-pro',
				durationSeconds: 5,
				resolution: '1080p',
				costUsd: 0.30855,
			},
		},
		{ reply: 'status.succeeded-new-model', job: { ...video, model: null, costUsd: null } },
		{
			reply: 'status.succeeded-without-url',
			job: {
				...ended,
				status: 'failed',
				failure: noAddress('video'),
				costUsd: video.costUsd,
			},
		},
		{ reply: 'status.cancelled', job: { ...created, status: 'cancelled', ...free } },
		{
			reply: 'status.expired',
			job: {
				...created,
				status: 'failed',
				failure: {
					code: 'expired',
					message:
						'ModelArk did not begin the job in time, because too many were waiting. Nothing is charged.',
				},
				...free,
			},
		},
		failed('text', 'InputTextSensitiveContentDetected', TEXT, mayBeSensitive('input text')),
		failed(
			'image',
			'InputImageSensitiveContentDetected',
			refusedThis('an image may be sensitive. Use another image.'),
			mayBeSensitive('input image'),
		),
		failed(
			'video',
			'InputVideoSensitiveContentDetected',
			refusedThis('a reference video may be sensitive. Use another video.'),
			mayBeSensitive('input video'),
		),
		failed(
			'audio',
			'InputAudioSensitiveContentDetected',
			refusedThis('a reference sound may be sensitive. Use another sound.'),
			mayBeSensitive('input audio'),
		),
		failed(
			'person',
			'InputImageSensitiveContentDetected.PrivacyInformation',
			REAL_PERSON,
			'The request failed because the input image may contain real person.',
		),
		failed(
			'person-in-video',
			'InputVideoSensitiveContentDetected.PrivacyInformation',
			REAL_PERSON,
			'The request failed because the input video may contain real person.',
		),
		failed(
			'copyright',
			'InputTextSensitiveContentDetected.PolicyViolation',
			COPYRIGHT,
			'The request failed because the input text may be related to copyright restrictions.',
		),
		failed('output', 'OutputVideoSensitiveContentDetected', VIDEO, mayBeSensitive('output video')),
		failed(
			'output-copyright',
			'OutputVideoSensitiveContentDetected.PolicyViolation',
			COPYRIGHT,
			'The request failed because the output video may be related to copyright restrictions.',
		),
		failed(
			'output-audio',
			'OutputAudioSensitiveContentDetected',
			SOUND,
			mayBeSensitive('output audio'),
		),
		failed(
			'output-audio-in-words',
			'OutputVideoSensitiveContentDetected',
			SOUND,
			mayBeSensitive('output audio'),
		),
		failed('severe', 'SensitiveContentDetected.SevereViolation', CONTENT, mayBeSensitive('input')),
		failed('risk', 'InputTextRiskDetection', TEXT, mayBeSensitive('input text')),
		failed('check', 'ContentSecurityDetectionError', CONTENT, 'The content could not be checked.'),
		failed(
			'task',
			'InvalidParameter.TaskTypeConstraint',
			CONSTRAINT,
			'The task type edit requires ratio adaptive and duration -1.',
		),
		failed(
			'other-task',
			'InvalidParameter.TaskTypeMismatch',
			'The model took the text for another task than the one in Task. Change the text, or choose Automatic.',
			'The task type of the prompt is edit and not extend.',
		),
		failed('internal', 'InternalServiceError', '', INTERNAL),
		failed('reason', 'InternalServiceError', '', INTERNAL),
		{
			reply: 'status.failed-silent',
			job: { ...created, status: 'failed', failure: silent, ...free },
		},
		{
			reply: 'status.unknown-word',
			job: { ...created, status: 'processing', failure: unknownWord('rendering') },
		},
	],
	finished: ['status.succeeded'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400-InvalidParameter',
			fault: refused({
				code: 'InvalidParameter',
				message: said(
					'The parameter `content[0].image_url.url` specified in the request is not valid: the image could not be downloaded.',
				),
			}),
		},
		{
			call: 'submit',
			reply: 'error.400-InvalidParameter.UnsupportedParameter',
			fault: refused({
				code: 'InvalidParameter.UnsupportedParameter',
				message: said(
					'the specified parameter `draft` is not supported for model seedance-1-0-pro in t2v, must be empty',
				),
			}),
		},
		{
			call: 'submit',
			reply: 'error.400-MissingParameter',
			fault: refused({
				code: 'MissingParameter',
				message: said('The request failed because it is missing `content`.'),
			}),
		},
		{
			call: 'submit',
			reply: 'error.400-InputTextSensitiveContentDetected',
			fault: refused({
				code: 'InputTextSensitiveContentDetected',
				message: TEXT,
				hint: `ModelArk says: ${quoted(mayBeSensitive('input text'))}`,
			}),
		},
		{
			call: 'submit',
			reply: 'error.400-InputImageSensitiveContentDetected.PrivacyInformation',
			fault: refused({
				code: 'InputImageSensitiveContentDetected.PrivacyInformation',
				message: REAL_PERSON,
				hint: `ModelArk says: ${quoted('The request failed because the input image may contain real person.')}`,
			}),
		},
		{
			call: 'submit',
			reply: 'error.400-InvalidParameter.TaskTypeConstraint',
			fault: refused({
				code: 'InvalidParameter.TaskTypeConstraint',
				message: CONSTRAINT,
				hint: `ModelArk says: ${quoted('The task type edit requires ratio adaptive and duration -1.')}`,
			}),
		},
		{ call: 'submit', reply: 'error.401-AuthenticationError', fault: ofAnotherRegion },
		{ call: 'status', reply: 'error.401-AuthenticationError', fault: ofAnotherRegion },
		{
			call: 'submit',
			reply: 'error.401-InvalidAccountStatus',
			fault: refused({
				httpStatus: 401,
				code: 'InvalidAccountStatus',
				message: 'The ModelArk account is locked or not verified',
				hint: 'Look at the messages in the console of BytePlus or Volcengine.',
			}),
		},
		...['AccountOverdueError', 'OperationDenied.ServiceOverdue'].map((code) => {
			return {
				call: 'submit' as const,
				reply: `error.403-${code}`,
				fault: refused({ httpStatus: 403, code, ...arrears }),
			};
		}),
		{
			call: 'submit',
			reply: 'error.403-OperationDenied.ServiceNotOpen',
			fault: refused({ httpStatus: 403, code: 'OperationDenied.ServiceNotOpen', ...activate }),
		},
		{
			call: 'submit',
			reply: 'error.403-AccessDenied',
			fault: refused({
				httpStatus: 403,
				code: 'AccessDenied',
				message: `ModelArk does not allow this: ${quoted('The request failed because you do not have access to the requested resource.')}`,
				hint: 'Check the permissions of the API key in the ModelArk console.',
			}),
		},
		{
			call: 'submit',
			reply: 'error.404-ModelNotOpen',
			fault: refused({ httpStatus: 404, code: 'ModelNotOpen', ...activate }),
		},
		{
			call: 'submit',
			reply: 'error.404-InvalidEndpointOrModel.NotFound',
			fault: refused({
				httpStatus: 404,
				code: 'InvalidEndpointOrModel.NotFound',
				message: 'ModelArk does not know this model or endpoint in the region of the credential',
				hint: 'Check the option "Model ID", and "Region" in the credential. Models are retired, and not every region has every model.',
			}),
		},
		{
			call: 'submit',
			reply: 'error.404-InvalidEndpointOrModel.ModelIDAccessDisabled',
			fault: refused({
				httpStatus: 404,
				code: 'InvalidEndpointOrModel.ModelIDAccessDisabled',
				message: 'This account may not use models by their own ID',
				hint: 'Create an endpoint for the model in the ModelArk console, and enter its ID (ep-…) in the option "Model ID".',
			}),
		},
		{ call: 'status', reply: 'error.404-ResourceNotFound', fault: noSuchTask },
		{ call: 'cancel', reply: 'error.404-ResourceNotFound', fault: noSuchTask },
		{
			call: 'cancel',
			reply: 'error.409-InvalidAction.RunningTaskDeletion',
			fault: refused({
				httpStatus: 409,
				code: 'InvalidAction.RunningTaskDeletion',
				message: 'The job is running and cannot be cancelled any more, so it will be charged',
				hint: 'It continues. Get its result with Check Status.',
			}),
		},
		...['ModelAccountRpmRateLimitExceeded', 'ServerOverloaded'].map((code) => {
			return {
				call: 'submit' as const,
				reply: `error.429-${code}`,
				fault: { ...tooMany(NAME), code },
			};
		}),
		{
			call: 'submit',
			reply: 'error.429-QuotaExceeded',
			fault: refused({
				httpStatus: 429,
				code: 'QuotaExceeded',
				message: `The ModelArk account has reached a quota: ${quoted('Your account has used up its free trial of the model.')}`,
				hint: 'Either the free trial is used up, or too many jobs wait in the queue of the account. Activate the model for payment, or wait until jobs have ended.',
			}),
		},
		{
			call: 'submit',
			reply: 'error.429-SetLimitExceeded',
			fault: refused({
				httpStatus: 429,
				code: 'SetLimitExceeded',
				message: `The ModelArk account has reached the limit that was set for it in the console: ${quoted('Your account has reached the limit that was set for the model.')}`,
				hint: 'Raise the limit of the safe experience mode in the console, or turn it off.',
			}),
		},
		...(['submit', 'status', 'cancel'] as const).map((call) => {
			return {
				call,
				reply: 'error.500-InternalServiceError',
				fault: itsProblem(NAME, 500, 'InternalServiceError'),
			};
		}),
	],
	refusals: [
		{
			reply: 'error.404-ModelNotOpen',
			message: activate.message,
			description: activate.hint,
		},
		{
			reply: 'error.403-AccountOverdueError',
			message: arrears.message,
			description: arrears.hint,
		},
		{
			reply: 'error.400-InputImageSensitiveContentDetected.PrivacyInformation',
			message: REAL_PERSON,
			description: `ModelArk says: ${quoted('The request failed because the input image may contain real person.')}`,
		},
	],
	callbacks: [
		'callback.queued',
		'callback.running',
		'callback.succeeded',
		'callback.failed',
		'callback.expired',
	],
	others: [],
};
