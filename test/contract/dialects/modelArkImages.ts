import { SeedanceModelArkApi } from '../../../credentials/SeedanceModelArkApi.credentials';
import type { Job } from '../../../nodes/Seedance/core/job';
import type { DialectContract } from '../dialect.ts';
import { free, itsProblem, noAddress, refused, silent } from './common.ts';

const NAME = 'BytePlus ModelArk';
const model: Partial<Job> = { model: 'seedream-5.0-lite' };
const created: Partial<Job> = { ...model, createdAt: '2026-08-09T13:18:27Z' };
const image: Partial<Job> = {
	...created,
	status: 'completed',
	progress: 100,
	imageUrl:
		'https://ark-content-generation-ap-southeast-1.tos.example/seedream-5-0/0217862815_0.jpeg?X-Tos-Expires=86400&X-Tos-Signature=0c',
	resolution: '2848x1600',
	completedAt: '2026-08-09T13:18:27Z',
	expiresAt: '2026-08-10T13:18:27Z',
	costUsd: 0.035,
};
const SENSITIVE =
	'The moderation of ModelArk refused this: the finished image may be sensitive. Change the text or the images.';
const SAID = 'The request failed because the output image may contain sensitive information.';
const REQUEST_ID = 'Request id: 021790230012345678901234567890';
const activate = {
	message: 'This model is not activated in the ModelArk account',
	hint: 'Activate it in the ModelArk console, under Model Activation. Seedance 2.0 and 2.5 need a balance of more than US$30 (China: more than CNY 200), a savings plan or a resource pack.',
};

const path = '/api/v3/images/generations';
const china = {
	credential: { region: 'china', baseUrl: '' },
	origin: 'https://ark.cn-beijing.volces.com',
};
const wireIds: ReadonlyArray<[model: string, international: string, china: string]> = [
	['seedream-5.0-lite', 'seedream-5-0-260128', 'doubao-seedream-5-0-260128'],
	['seedream-5.0-pro', 'dola-seedream-5-0-pro-260628', 'doubao-seedream-5-0-pro-260628'],
	['seedream-4.5', 'seedream-4-5-251128', 'doubao-seedream-4-5-251128'],
	['seedream-4.0', 'seedream-4-0-250828', 'doubao-seedream-4-0-250828'],
];

type Submit = DialectContract['submits'][number];
const smallest = wireIds.flatMap(([id, international, inChina]): Submit[] => [
	{
		name: `${id}: nothing but a prompt; the mark "AI generated" is off`,
		parameters: { model: id },
		path,
		body: 'generate.request',
		changes: { model: international },
	},
	{
		name: `${id} in China`,
		parameters: { model: id },
		path,
		body: 'generate.request',
		changes: { model: inChina },
		elsewhere: china,
	},
]);

export const modelArkImages: DialectContract = {
	name: 'BytePlus ModelArk, Seedream',
	folder: 'model-ark-images',
	provider: 'modelArk',
	credentialType: SeedanceModelArkApi,
	credential: {
		region: 'international',
		baseUrl: 'https://ark.ap-southeast.bytepluses.com/api/v3',
	},
	authHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
	model: 'seedream-5.0-lite',
	mode: 'textToVideo',
	makes: 'image',
	isSynchronous: true,
	// Made from the reply, which has none.
	jobId: 'image-15baea102d662a37',
	wire: {
		jobId: 'id',
		status: 'status',
		failure: 'error',
		doneWord: 'succeeded',
		failedWord: 'failed',
		errors: [(message, code) => ({ error: { code, message } })],
		fields: { aspectRatio: 'size' },
		defaultRatio: '2K',
	},
	submits: [
		...smallest,
		{
			name: 'a ratio is said in pixels; with the mark',
			parameters: {
				model: 'seedream-4.5',
				resolution: '4K',
				aspectRatio: '16:9',
				options: { watermark: true },
			},
			path,
			body: 'generate.ratio.request',
		},
		{
			name: 'the smallest square',
			parameters: { model: 'seedream-5.0-pro', resolution: '1K', aspectRatio: '1:1' },
			path,
			body: 'generate.small.request',
		},
		{
			name: 'an image by its address',
			parameters: { mode: 'imageToVideo', imageUrl: 'https://example.com/a.png' },
			path,
			body: 'generate.image.request',
		},
		{
			name: 'an image as a file',
			parameters: { mode: 'imageToVideo', imageInput: 'binary' },
			withImage: true,
			path,
			body: 'generate.image-file.request',
		},
		{
			name: 'references, the files after the addresses',
			parameters: {
				model: 'seedream-4.0',
				mode: 'referenceToVideo',
				resolution: '4K',
				referenceImageUrls: 'https://example.com/a.png\nhttps://example.com/b.png',
				referenceBinaryFields: 'other, data',
			},
			withImage: true,
			path,
			body: 'generate.references.request',
		},
		{
			name: 'one reference',
			parameters: {
				mode: 'referenceToVideo',
				referenceImageUrls: 'https://example.com/a.png',
			},
			path,
			body: 'generate.one-reference.request',
		},
		{
			name: "an endpoint of the user's own",
			parameters: { options: { modelId: 'ep-20260101120000-abcde' } },
			path,
			body: 'generate.request',
			changes: { model: 'ep-20260101120000-abcde' },
		},
	],
	statusPath: '/api/v3/contents/generations/tasks/image-15baea102d662a37',
	submitted: [
		{ reply: 'generated', job: image },
		{
			reply: 'generated.without-time',
			job: {
				...image,
				jobId: 'image-66295e1d6d42ad89',
				createdAt: null,
				completedAt: null,
				expiresAt: null,
			},
		},
		{
			reply: 'generated.failed',
			job: {
				...created,
				jobId: 'image-6dd4fc25eec29b93',
				status: 'failed',
				imageUrl: null,
				failure: {
					code: 'OutputImageSensitiveContentDetected',
					message: `${SENSITIVE} (${SAID})`,
				},
				...free,
			},
		},
		{
			reply: 'generated.failed-silent',
			job: {
				...created,
				jobId: 'image-11c3f29448952510',
				status: 'failed',
				imageUrl: null,
				failure: silent,
				...free,
			},
		},
		{
			reply: 'generated.without-url',
			job: {
				...created,
				jobId: 'image-5f2613919a9cb497',
				status: 'failed',
				imageUrl: null,
				failure: noAddress('image'),
				costUsd: 0.035,
			},
		},
	],
	statuses: [],
	finished: [],
	faults: [
		{
			call: 'submit',
			reply: 'error.400-OutputImageSensitiveContentDetected',
			fault: refused({
				code: 'OutputImageSensitiveContentDetected',
				message: SENSITIVE,
				hint: `ModelArk says: ${SAID} ${REQUEST_ID}`,
			}),
		},
		{
			call: 'submit',
			reply: 'error.400-InvalidParameter',
			fault: refused({
				code: 'InvalidParameter',
				message: `${NAME} did not accept the request: The parameter \`size\` specified in the request is not valid: image size must be at least 3686400 pixels. ${REQUEST_ID}`,
			}),
		},
		{
			call: 'submit',
			reply: 'error.404-ModelNotOpen',
			fault: refused({ httpStatus: 404, code: 'ModelNotOpen', ...activate }),
		},
		{
			call: 'submit',
			reply: 'error.429-SetLimitExceeded',
			fault: refused({
				httpStatus: 429,
				code: 'SetLimitExceeded',
				message: `The ModelArk account has reached the limit that was set for it in the console: Your account has reached the limit that was set for the model. ${REQUEST_ID}`,
				hint: 'Raise the limit of the safe experience mode in the console, or turn it off.',
			}),
		},
		{
			call: 'submit',
			reply: 'error.500-InternalServiceError',
			fault: itsProblem(NAME, 500, 'InternalServiceError'),
		},
	],
	refusals: [
		{
			reply: 'error.400-OutputImageSensitiveContentDetected',
			message: SENSITIVE,
			description: `ModelArk says: ${SAID} ${REQUEST_ID}`,
		},
	],
	callbacks: [],
	others: [],
};
