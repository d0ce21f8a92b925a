import { newJob, updateJob, type JobReading } from '../../nodes/Seedance/core/job';
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import { estimateCost, type Estimate } from '../../nodes/Seedance/core/price';
import type { PricedRequest } from '../../nodes/Seedance/core/model';
import type { LostSubmission } from '../../nodes/Seedance/core/provider';
import type { MediaRequest, Mode, RawRequest } from '../../nodes/Seedance/core/request';
import { modelById } from '../../nodes/Seedance/providers';
import { fal } from '../../nodes/Seedance/providers/fal';
import { readSettings } from '../../nodes/Seedance/runtime/api/credential';
import { fal as contract } from '../contract/dialects/fal.ts';
import { fixture, statusOf } from '../contract/dialect.ts';

const { jobId, reference } = contract;
const said = (name: string) => fixture(contract, name);
const [queue] = fal.dialectsForJob({ jobId, reference });
const app = 'bytedance/seedance-2.0';

describe('prices', () => {
	const usd = (model: string, request: PricedRequest): Estimate['costUsdEstimated'] =>
		estimateCost(modelById(fal, model)!, request).costUsdEstimated;

	it.each<[string, PricedRequest, number | null]>([
		// A second on the page of the endpoint.
		['seedance-2.5', { duration: 1, resolution: '480p' }, 0.2205],
		['seedance-2.5', { duration: 1, resolution: '720p' }, 0.473],
		['seedance-2.5-flash', { duration: 10, resolution: '720p' }, 3.094],
		['seedance-2.0', { duration: 5, resolution: '720p' }, 1.517],
		['seedance-2.0', { duration: 5, resolution: '720p', audio: false }, 1.517],
		// 3840 × 2160 × 24 / 1024 tokens at $0.008 for a thousand.
		['seedance-2.0', { duration: 1, resolution: '4k' }, 1.5552],
		['seedance-2.0-fast', { duration: 4, resolution: '720p' }, 0.9676],
		['seedance-2.0-mini', { duration: 4, resolution: '480p' }, 0.2884],
		['seedance-1.5-pro', { duration: 5, resolution: '720p', audio: true }, 0.259],
		['seedance-1.5-pro', { duration: 5, resolution: '720p', audio: false }, 0.1295],
		['seedance-1.0-pro-fast', { duration: 5, resolution: '1080p' }, 0.245],
		// The highest rate, where the resolution is not known.
		['seedance-2.0', { duration: 1 }, 1.5552],
		// Nobody publishes one.
		['seedance-1.0-pro', { duration: 5, resolution: '1080p' }, null],
	])('%s, %p: %p', (model, request, expected) => {
		expect(usd(model, request)).toBe(expected);
	});

	it('are the highest that are possible, where the model decides or a reference is a video', () => {
		expect(usd('seedance-2.0', { duration: -1, resolution: '720p' })).toBe(4.551);
		const referenceVideoUrls = ['https://e.com/a.mp4'];
		// Twenty seconds, 15 of them of the reference, at 0.6 of the price.
		expect(usd('seedance-2.0', { duration: 5, resolution: '720p', referenceVideoUrls })).toBe(
			3.6408,
		);
	});
});

describe('rules', () => {
	const problems = (model: string, mode: Mode, raw: RawRequest) => {
		const row = modelById(fal, model)!;
		const checked = checkRequest({ prompt: 'A lamp', ...raw }, row, mode);
		return checked.ok ? [] : checked.problems;
	};
	const urls = (count: number) =>
		Array.from({ length: count }, (_, index) => `https://e.com/${index}`);
	const to = 'referenceToVideo';

	it.each<[string, string, Mode, RawRequest, string | undefined]>([
		['no reference', 'seedance-2.0', to, {}, 'there is no reference'],
		['a sound alone', 'seedance-2.0', to, { referenceAudioUrls: urls(1) }, 'a sound alone'],
		['a sound alone, 2.5', 'seedance-2.5', to, { referenceAudioUrls: urls(1) }, undefined],
		[
			'13 files',
			'seedance-2.0',
			to,
			{ referenceImageUrls: urls(9), referenceVideoUrls: urls(2), referenceAudioUrls: urls(2) },
			'13 files are too many. Allowed: up to 12',
		],
		[
			'images by address and as files',
			'seedance-2.0',
			to,
			{ referenceImageUrls: urls(5), referenceBinaryFields: 'a,b,c,d,e' },
			'10 are too many. Allowed: up to 9',
		],
		[
			'an edit without a video',
			'seedance-2.5',
			to,
			{ referenceImageUrls: urls(1), task: 'edit' },
			'Task Edit: it needs a video',
		],
		[
			'an edit with a ratio',
			'seedance-2.5',
			to,
			{ referenceVideoUrls: urls(1), task: 'edit', aspectRatio: '1:1' },
			'Choose adaptive in Aspect Ratio',
		],
		[
			'an extension with a ratio',
			'seedance-2.5',
			to,
			{ referenceVideoUrls: urls(1), task: 'extend', aspectRatio: '1:1' },
			undefined,
		],
		[
			'an extension without a video',
			'seedance-2.5',
			to,
			{ referenceImageUrls: urls(1), task: 'extend' },
			'Task Extend: it needs a video',
		],
		[
			'two last frames',
			'seedance-2.0',
			'imageToVideo',
			{ imageUrl: urls(1)[0], endFrameUrl: urls(1)[0], endFrameBinaryField: 'data' },
			'End Frame: give it as an address or as a file',
		],
		['flash with a frame', 'seedance-2.5-flash', 'imageToVideo', {}, 'Mode'],
		[
			'1.0 with adaptive',
			'seedance-1.0-pro',
			'textToVideo',
			{ aspectRatio: 'adaptive' },
			'adaptive',
		],
		['2.0 fast in 1080p', 'seedance-2.0-fast', 'textToVideo', { resolution: '1080p' }, '1080p'],
		['1.5 with a free length', 'seedance-1.5-pro', 'textToVideo', { duration: -1 }, 'Duration'],
	])('%s', (_, model, mode, raw, problem) => {
		const found = problems(model, mode, raw).join(' ');
		if (problem === undefined) expect(found).toBe('');
		else expect(found).toContain(problem);
	});
});

describe('where a job is', () => {
	const paths = (job: Parameters<typeof fal.dialectsForJob>[0]) =>
		fal.dialectsForJob(job).map((dialect) => dialect.status.request(job).path);

	it('follows from what was kept, then from the model, and otherwise every application is asked', () => {
		expect(paths({ jobId: 'a', reference: { app: 'x/y' }, model: 'seedance-2.5' })).toEqual([
			'/x/y/requests/a/status',
		]);
		for (const model of ['seedance-1.5-pro', 'seedance-1.0-pro-fast'])
			expect(paths({ jobId: 'a', model })).toEqual(['/fal-ai/bytedance/requests/a/status']);
		for (const job of [{ jobId: 'a' }, { jobId: 'a', model: 'no-such-model' }])
			expect(paths(job)).toEqual([
				'/bytedance/seedance-2.5/requests/a/status',
				'/bytedance/seedance-2.0/requests/a/status',
				'/fal-ai/bytedance/requests/a/status',
			]);
	});

	it('is kept with a job that was found by its ID alone', () => {
		const [, second] = fal.dialectsForJob({ jobId });
		const found = second!.status.response(said('status.processing'), { jobId }, 200);
		expect(found.reference).toEqual({ app });
	});

	it('stays within its place, whatever an item says', () => {
		const [{ status }] = fal.dialectsForJob({ jobId: 'a', reference: { app: 'x?y=z/#' } });
		expect(status.request({ jobId: 'a', reference: { app: 'x?y=z/#' } }).path).toBe(
			'/x%3Fy%3Dz/%23/requests/a/status',
		);
	});

	it('is never an address from a reply', () => {
		const reply = { ...said('submit.submitted'), status_url: 'https://evil.example/x' };
		const request: MediaRequest = { model: 'seedance-2.0', mode: 'textToVideo', prompt: 'A' };
		const submission = { request, idempotencyKey: 'k' };
		expect(JSON.stringify(queue.generate.response(reply, submission, 200))).not.toContain('evil');
	});
});

it.each<[string, boolean | undefined]>([
	['status.failed-by-model', true],
	// fal has said why.
	['status.failed', undefined],
])('%s: the result says why: %p', (name, expected) => {
	const reading = queue.status.response(said(name), { jobId, reference }, 200);
	expect(reading.reasonInResult).toBe(expected);
});

it('a job that is still running has not failed, whatever is beside its status', () => {
	const body = { ...said('status.processing'), error: 'Runner restarted' };
	const reading = queue.status.response(body, { jobId, reference }, 200);
	expect(reading).toEqual({ jobId, status: 'processing' });
});

it.each([
	['User is locked', 'The fal account is locked: No reason is given'],
	['User is locked.\nReason:\n Admin lock ', 'The fal account is locked: Admin lock'],
	['User is locked Reason: abuse', 'The fal account is locked: abuse'],
])('HTTP 403 with %j: %s', (detail, message) => {
	expect(fal.fault(403, { detail }, 'submit')).toMatchObject({ code: 'account_locked', message });
});

describe('a cancel', () => {
	const answered = (name: string) => queue.cancel!.response!(said(name), { jobId }, statusOf(name));

	it('is a PUT without a body', () => {
		expect(queue.cancel!.request({ jobId, reference })).toEqual({
			method: 'PUT',
			path: `/${app}/requests/${jobId}/cancel`,
		});
	});

	it('has four words', () => {
		expect(answered('cancel.ok')).toEqual({ jobId, status: 'cancelled' });
		expect(answered('cancel.requested.http202')).toBeUndefined();
		expect(() => queue.cancel!.response!({ status: 'MAYBE' }, { jobId }, 200)).toThrow();
		expect(fal.fault(400, said('cancel.already-completed.http400'), 'cancel')).toMatchObject({
			message: 'The job has already ended and cannot be cancelled any more',
		});
		expect(fal.fault(404, said('cancel.not-found.http404'), 'cancel')).toEqual({});
		expect(fal.fault(400, said('cancel.already-completed.http400'), 'submit')).toEqual({});
	});
});

describe('the history', () => {
	const request = {
		model: 'seedance-2.0',
		mode: 'textToVideo',
		prompt: 'A lamp',
		duration: 5,
		resolution: '720p',
		aspectRatio: 'adaptive',
		audio: true,
	} as const;
	const submission = (changes: Partial<MediaRequest> = {}): LostSubmission => ({
		request: { ...request, ...changes },
		idempotencyKey: 'k',
		sentAt: Date.parse('2026-11-20T10:00:00Z'),
	});
	const { recent } = queue;
	const queryOf = (path: string) => Object.fromEntries(new URLSearchParams(path.split('?')[1]));
	const kept = (name: string): JobReading | undefined =>
		fal.archive!.response(said(name), { jobId }, 200);

	it('knows a job that the queue has forgotten', () => {
		expect(kept('history.completed')).toMatchObject({
			jobId,
			model: 'seedance-2.0',
			reference,
			status: 'completed',
			videoUrl: 'https://v3b.fal.media/files/b/koala/seedance.mp4',
			createdAt: '2026-11-20T10:00:00Z',
			completedAt: '2026-11-20T10:01:05Z',
		});
		expect(kept('history.failed')).toMatchObject({
			status: 'failed',
			failure: { code: 'content_policy_violation' },
			isCostUnknown: true,
		});
		expect(kept('history.without-payload')).toMatchObject({
			status: 'failed',
			failure: { code: 'no_video_url' },
		});
		expect(kept('history.none')).toBeUndefined();
		expect(
			fal.archive!.response(said('history.completed'), { jobId: 'another' }, 200),
		).toBeUndefined();
	});

	it.each<[string, object, Partial<JobReading>]>([
		// The payload has been deleted.
		['HTTP 422', { status_code: 422 }, { status: 'failed', isCostUnknown: true }],
		['HTTP 500', { status_code: 500 }, { status: 'failed', isCostUnknown: undefined }],
		[
			"the user's own endpoint",
			{ status_code: 200, endpoint_id: `${app}/us/text-to-video` },
			{ model: undefined, reference: { app, endpoint: `${app}/us/text-to-video` } },
		],
		['no endpoint', { status_code: 200, endpoint_id: null }, { reference: undefined }],
		['no times', { sent_at: null, ended_at: 'soon' }, { createdAt: null, completedAt: null }],
	])('knows a job without a payload: %s', (_, changes, expected) => {
		const [item] = said('history.completed').items as object[];
		const body = { items: [{}, 'odd', { ...item, json_output: null, ...changes }] };
		const reading = fal.archive!.response(body, { jobId }, 200)!;
		expect({ ...reading, ...expected }).toEqual(reading);
	});

	it('does not call a request without an end finished', () => {
		const [item] = said('history.completed').items as object[];
		const body = { items: [{ ...item, status_code: null, ended_at: null, json_output: null }] };
		expect(fal.archive!.response(body, { jobId }, 200)).toMatchObject({ status: 'processing' });
	});

	it('is asked about the endpoint, or about all that may have made the job', () => {
		const asked = (job: Parameters<typeof fal.dialectsForJob>[0]) => {
			const { host, path } = fal.archive!.request(job);
			const { endpoint_id: endpoints, ...query } = queryOf(path);
			expect([host, query]).toEqual(['api', { request_id: jobId, expand: 'payloads', limit: '2' }]);
			return endpoints!.split(',');
		};
		expect(asked({ jobId, reference })).toEqual([`${app}/text-to-video`]);
		expect(asked({ jobId, model: 'seedance-2.0-fast' })).toEqual([
			`${app}/fast/text-to-video`,
			`${app}/fast/image-to-video`,
			`${app}/fast/reference-to-video`,
		]);
		const ofApp = asked({ jobId, reference: { app } });
		expect(ofApp).toContain(`${app}/mini/text-to-video`);
		expect(ofApp.filter((each) => !each.startsWith(`${app}/`))).toEqual([]);
		const all = asked({ jobId });
		expect(all).toContain('fal-ai/bytedance/seedance/v1/pro/text-to-video');
		// More are not possible in one request.
		expect(all.length).toBeLessThanOrEqual(50);
	});

	it('has the job of a submit whose answer was lost, by all that was sent', () => {
		const found = (changes?: Partial<MediaRequest>) =>
			recent!.response(said('history.completed'), submission(changes), 200);
		expect(found()).toMatchObject([{ jobId, createdAt: '2026-11-20T10:00:00Z' }]);
		for (const changes of [{ prompt: 'A lamp.' }, { duration: 6 }, { audio: false }])
			expect(found(changes)).toEqual([]);
		expect(queryOf(recent!.request(submission()).path)).toEqual({
			endpoint_id: `${app}/text-to-video`,
			expand: 'payloads',
			limit: '100',
		});
	});

	it('passes over jobs of which it does not show the input', () => {
		const [item] = said('history.completed').items as object[];
		const items = [{ ...item, json_input: null }, {}, null, item];
		expect(recent!.response({ items }, submission(), 200)).toMatchObject([{ jobId }]);
	});
});

describe('callbacks', () => {
	const told = (name: string) => fal.callback!.jobsIn(said(name));

	it('say how a job has ended', () => {
		expect(told('callback.ok')).toMatchObject([{ jobId, status: 'completed', seed: 42 }]);
		expect(told('callback.error')).toMatchObject([
			{ jobId, status: 'failed', failure: { message: 'prompt: field required' } },
		]);
	});

	it.each<[string, object, string]>([
		['no payload', { payload: undefined }, 'OK'],
		['a payload of null', { payload: null }, 'OK'],
		['an error of null', { payload: null, status: 'ERROR', error: 'Status code: 422' }, 'ERROR'],
		['an error in sending it', { payload_error: 'Not serializable' }, 'Not serializable'],
	])('without the result make us ask for it: %s', (_, changes, unknownStatus) => {
		const body = { ...said('callback.ok'), ...changes };
		expect(fal.callback!.jobsIn(body)).toEqual([{ jobId, status: 'processing', unknownStatus }]);
	});

	const SILENT = 'The provider gives no reason';
	it.each<[unknown, unknown, string, number | null]>([
		// The text beside the payload, which ends with the HTTP code: 5xx is never charged, 422 may be.
		[{}, 'Invalid status code: 504', 'Invalid status code: 504', 0],
		[{}, 'Invalid status code: 422', 'Invalid status code: 422', null],
		[{}, 'Lost after 600 s: 422\n', 'Lost after 600 s: 422', null],
		[{}, 'Lost after 422 s: 504\n', 'Lost after 422 s: 504', 0],
		['Bad gateway', 'Invalid status code: 502', 'Invalid status code: 502', 0],
		// Without a code, a charge is not excluded.
		[{}, 'Timed out', 'Timed out', null],
		[{}, undefined, SILENT, null],
	])('with the error %j, %j: %j, cost %p', (payload, error, message, costUsd) => {
		const [reading] = fal.callback!.jobsIn({
			request_id: jobId,
			status: 'ERROR',
			error,
			payload,
		});
		expect(reading).toMatchObject({ status: 'failed', failure: { message } });
		expect(updateJob(newJob(jobId, 'fal'), reading!)).toMatchObject({ costUsd });
	});

	it('have keys at two addresses of the credential', () => {
		const [signature] = fal.callback!.signatures!;
		const [{ x }] = said('jwks').keys as [{ x: string }];
		expect(signature!.keys!.response(said('jwks'), undefined, 200)).toEqual([x]);
		const calls = [signature!.keys, signature!.otherKeys].map((keys) => keys!.request());
		const path = '/.well-known/jwks.json';
		expect(calls).toMatchObject([
			{ method: 'GET', path },
			{ method: 'GET', path },
		]);
		const hosts = calls.map(({ host }) => host!);
		const addresses = (data: object) => {
			const settings = readSettings({ apiKey: 'key', ...data }, fal);
			if (!settings.ok) throw new Error(settings.fault.message);
			return hosts.map((host) => settings.value.hosts[host]);
		};
		expect(addresses({})).toEqual(['https://rest.fal.ai', 'https://rest.alpha.fal.ai']);
		const storageUrl = 'https://proxy.example';
		expect(addresses({ storageUrl })).toEqual([storageUrl, storageUrl]);
	});
});

it('a file is uploaded to a place that is asked for first', () => {
	const { upload } = queue;
	const file = { bytes: Buffer.from('x'), mimeType: 'image/png', fileName: 'photo.png' } as const;
	expect(upload!.request(file)).toEqual({
		method: 'POST',
		host: 'storage',
		path: '/storage/upload/initiate?storage_type=fal-cdn-v3',
		body: said('upload.request'),
	});
	const { file_url: url, upload_url: putTo } = said('upload.reply');
	expect(upload!.response(said('upload.reply'), file, 200)).toEqual({ url, putTo });
});

it.each<[number, unknown, boolean]>([
	[422, { detail: 'No' }, true],
	[400, { detail: 'No' }, true],
	[504, { detail: 'No', error_type: 'request_timeout' }, true],
	[500, { detail: 'No' }, false],
	[504, { detail: 'No' }, false],
	[302, { detail: 'No' }, false],
	[422, 'No', false],
	...[401, 403, 404, 429].map((code): [number, unknown, boolean] => [
		code,
		{ detail: 'No' },
		false,
	]),
])('HTTP %i with %j is the result of a job: %p', (code, body, expected) => {
	const { answers } = queue.result!;
	expect(typeof answers === 'function' && answers(code, body)).toBe(expected);
});
