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
	});

	it('does not call a request without an end finished', () => {
		const [item] = said('history.completed').items as object[];
		const body = { items: [{ ...item, status_code: null, ended_at: null, json_output: null }] };
		expect(fal.archive!.response(body, { jobId }, 200)).toMatchObject({ status: 'processing' });
	});

	it('is asked about the endpoint, or about all that may have made the job', () => {
		const asked = (job: Parameters<typeof fal.dialectsForJob>[0]) => {
			const { host, path } = fal.archive!.request(job);
			const query = new URLSearchParams(path.split('?')[1]);
			expect([host, query.get('request_id'), query.get('expand')]).toEqual([
				'api',
				jobId,
				'payloads',
			]);
			return query.get('endpoint_id')!.split(',');
		};
		expect(asked({ jobId, reference })).toEqual([`${app}/text-to-video`]);
		expect(asked({ jobId, model: 'seedance-2.0-fast' })).toContain(`${app}/fast/image-to-video`);
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
		const path = new URLSearchParams(recent!.request(submission()).path.split('?')[1]);
		expect(path.get('endpoint_id')).toBe(`${app}/text-to-video`);
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

	it('without the result make us ask for it', () => {
		const [reading] = told('callback.payload-error');
		expect(reading).toMatchObject({ jobId, status: 'processing' });
		expect(reading!.unknownStatus).toContain('not JSON serializable');
	});

	it('about an error of fal itself have only a text', () => {
		const body = {
			request_id: jobId,
			status: 'ERROR',
			error: 'Invalid status code: 504',
			payload: {},
		};
		const [reading] = fal.callback!.jobsIn(body);
		expect(reading).toMatchObject({ failure: { message: 'Invalid status code: 504' } });
		expect(updateJob(newJob(jobId, 'fal'), reading!)).toMatchObject({ costUsd: 0 });
	});

	it('have keys at two addresses of the credential', () => {
		const [signature] = fal.callback!.signatures!;
		expect(signature!.keys!.response(said('jwks'), undefined, 200)).toHaveLength(1);
		const hosts = [signature!.keys, signature!.otherKeys].map((keys) => keys!.request().host!);
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
	[504, { detail: 'No' }, false],
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
