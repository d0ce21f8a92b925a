import { AwkwardApi } from '../../../credentials/AwkwardApi.credentials';
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

const NAME = 'Awkward Video';
const reference = { application: 'awkward-two' };
/** All that the reply to a submit says. */
const named: Partial<Job> = { model: 'awkward-2', reference };
const created: Partial<Job> = { ...named, createdAt: '2026-08-09T13:18:27Z' };
const ended: Partial<Job> = { ...created, completedAt: '2026-08-09T13:36:04Z' };
const video: Partial<Job> = {
	...ended,
	status: 'completed',
	progress: 100,
	videoUrl: 'https://cdn.awkward.example/aw-000001.mp4',
	durationSeconds: 5,
	resolution: '720p',
	hasAudio: true,
	// 108,900 tokens at $7 a million.
	costUsd: 0.7623,
};
const tooBright = { code: 'too_bright', message: 'The lamp was too bright.' };
const lapsed = { code: 'lapsed', message: 'The job was never begun; nothing is charged' };
const said = (words: string) => `${NAME} did not accept the request: ${words}`;

export const awkward: DialectContract = {
	name: NAME,
	folder: 'awkward',
	provider: 'awkward',
	credentialType: AwkwardApi,
	credential: {
		baseUrl: 'https://jobs.awkward.example/v1',
		filesUrl: 'https://files.awkward.example/api',
	},
	authHeader: (apiKey) => ['x-awkward-key', apiKey],
	model: 'awkward-2',
	mode: 'textToVideo',
	jobId: 'aw-000001',
	reference,
	wire: {
		jobId: 'handle.ticket',
		status: 'phase',
		failure: 'why',
		progress: 'share',
		doneWord: 'done',
		failedWord: 'broken',
		errors: [(text, kind) => ({ problem: { kind, text } })],
		fields: { aspectRatio: 'input.shape', audio: 'input.sound' },
	},
	submits: [
		{
			name: 'everything',
			parameters: {
				mode: 'imageToVideo',
				imageUrl: 'https://example.com/a.png',
				duration: 15,
				resolution: '480p',
				aspectRatio: '9:16',
				audio: false,
				afterSubmit: 'callback',
				callbackUrl: 'https://yourapp.com/hook',
			},
			path: '/v1/apps/awkward-two/jobs',
			body: 'generate.request',
		},
		{
			name: 'nothing but a prompt: all defaults are sent',
			parameters: {},
			path: '/v1/apps/awkward-two/jobs',
			body: 'generate.minimal.request',
		},
		{
			name: 'Awkward 1, which knows no sound',
			parameters: { model: 'awkward-1' },
			path: '/v1/apps/awkward-one/jobs',
			body: 'generate.one.request',
		},
		{
			name: "an endpoint of the user's own",
			parameters: { options: { modelId: 'ep-12345678' } },
			path: '/v1/apps/ep-12345678/jobs',
			body: 'generate.minimal.request',
		},
	],
	duration: ['input.seconds', '4', 4],
	progress: [
		[0.45, 45],
		[0.29, 29],
		[1, 100],
		[0, 0],
		[45, 100],
		[-1, 0],
		['0.45', null],
		[undefined, null],
	],
	statusPath: '/v1/apps/awkward-two/jobs/aw-000001/look',
	statusMethod: 'POST',
	submitted: [
		{ reply: 'generate.submitted.http202', job: { ...named, status: 'queued' } },
		{
			reply: 'submit.already-done.http202',
			job: { ...named, status: 'processing', estimatedSeconds: 0 },
		},
		{
			reply: 'submit.already-broken.http202',
			job: { ...named, status: 'failed', failure: tooBright, ...free },
		},
	],
	statuses: [
		{ reply: 'status.waiting', job: { ...created, status: 'queued', progress: 0 } },
		{ reply: 'status.processing', job: { ...created, status: 'processing', progress: 45 } },
		{ reply: 'status.done', job: video },
		{
			reply: 'status.done-without-clip',
			job: {
				...ended,
				status: 'failed',
				progress: 100,
				failure: noAddress('video'),
				costUsd: video.costUsd,
			},
		},
		{
			reply: 'status.broken',
			job: { ...ended, status: 'failed', progress: 45, failure: tooBright, ...free },
		},
		{
			reply: 'status.broken-silent',
			job: { ...ended, status: 'failed', failure: silent, ...free },
		},
		{ reply: 'status.withdrawn', job: { ...ended, status: 'cancelled', progress: 0, ...free } },
		{
			reply: 'status.lapsed',
			job: { ...ended, status: 'failed', progress: 0, failure: lapsed, ...free },
		},
		{
			reply: 'status.unknown-word',
			job: {
				...created,
				status: 'processing',
				progress: 45,
				failure: unknownWord('rendering'),
			},
		},
	],
	finished: ['status.done'],
	faults: [
		{
			call: 'submit',
			reply: 'error.400',
			fault: refused({ code: 'bad_input', message: said('input.seconds must be a text.') }),
		},
		{ call: 'submit', reply: 'error.401', fault: wrongKey(NAME) },
		{ call: 'status', reply: 'error.401', fault: wrongKey(NAME) },
		{
			call: 'submit',
			reply: 'error.402',
			fault: refused({
				httpStatus: 402,
				code: 'no_money',
				message: 'Not enough money in the Awkward Video account',
				hint: 'Top it up.',
			}),
		},
		{ call: 'status', reply: 'error.404', fault: noSuchJob(NAME, 'no_such_job') },
		{
			call: 'submit',
			reply: 'error.404-application',
			fault: refused({
				httpStatus: 404,
				code: 'no_such_application',
				message: said('There is no such application.'),
			}),
		},
		{ call: 'submit', reply: 'error.429', fault: tooMany(NAME) },
		{ call: 'submit', reply: 'error.500', fault: itsProblem(NAME, 500, 'our_fault') },
		{ call: 'status', reply: 'error.500', fault: itsProblem(NAME, 500, 'our_fault') },
	],
	refusals: [],
	callbacks: ['callback.running', 'callback.done'],
	others: [],
};
