import { SixthApi } from '../../../credentials/SixthApi.credentials';
import type { Job } from '../../../nodes/Seedance/core/job';
import type { DialectContract } from '../dialect.ts';
import { free, noSuchJob, refused, silent, unknownWord, usualErrors, wrongKey } from './common.ts';

const NAME = 'Sixth';
const model: Partial<Job> = { model: 'sixth-one' };
const finished: Partial<Job> = {
	...model,
	status: 'completed',
	progress: 100,
	videoUrl: 'https://cdn.example.com/6.mp4',
	creditsCharged: 50,
	costUsd: 0.5,
};
const failed: Partial<Job> = {
	...model,
	status: 'failed',
	failure: { code: 'failed', message: 'The lamp was too bright.' },
	...free,
};

export const sixth: DialectContract = {
	name: 'Sixth',
	folder: 'sixth',
	provider: 'sixth',
	credentialType: SixthApi,
	credential: { baseUrl: 'https://api.sixth.example' },
	authHeader: (apiKey) => ['x-sixth-key', apiKey],
	model: 'sixth-one',
	mode: 'textToVideo',
	jobId: 'six_1',
	wire: {
		jobId: 'task_id',
		status: 'status',
		failure: 'error',
		progress: 'progress',
		doneWord: 'completed',
		failedWord: 'failed',
		errors: usualErrors,
		fields: { aspectRatio: 'aspect_ratio' },
	},
	submits: [
		{
			name: 'everything',
			parameters: { mode: 'imageToVideo', imageUrl: 'https://example.com/a.jpg', duration: 3 },
			path: '/videos',
			body: 'generate.request',
		},
	],
	duration: ['seconds', 3, 3],
	progress: [
		[0, 0],
		[40, 40],
		[undefined, null],
	],
	statusPath: '/videos/six_1',
	submitted: [
		{ reply: 'generate.submitted', job: { ...model, status: 'queued' } },
		{ reply: 'status.completed', job: finished },
		{ reply: 'status.failed', job: failed },
	],
	statuses: [
		{ reply: 'status.processing', job: { ...model, status: 'processing', progress: 40 } },
		{ reply: 'status.completed', job: finished },
		{ reply: 'status.failed', job: failed },
		{ reply: 'status.failed-silent', job: { ...failed, failure: silent } },
		{
			reply: 'status.unknown-word',
			job: { ...model, status: 'processing', failure: unknownWord('rendering') },
		},
	],
	finished: ['status.completed'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400',
			fault: refused({ message: 'Sixth did not accept the request: The text is empty.' }),
		},
		{ call: 'submit', reply: 'error.401', fault: wrongKey(NAME) },
		{ call: 'status', reply: 'error.404', fault: noSuchJob(NAME) },
	],
	refusals: [],
	callbacks: [],
	others: [],
};
