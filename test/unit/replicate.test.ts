/** What Replicate asks, costs and says: its models' rules, prices by second, and how its jobs end. */
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import { newJob, updateJob } from '../../nodes/Seedance/core/job';
import { estimateCost } from '../../nodes/Seedance/core/price';
import type { LostSubmission, Submission } from '../../nodes/Seedance/core/provider';
import type { MediaRequest, Mode, RawRequest } from '../../nodes/Seedance/core/request';
import { modelById } from '../../nodes/Seedance/providers';
import { replicate } from '../../nodes/Seedance/providers/replicate';
import { estimateUsd, usdOfUsage } from '../../nodes/Seedance/providers/replicate/price';

const [dialect] = replicate.dialects;
const URL_1 = 'https://example.com/1.png';
const modelOf = (id: string) => modelById(replicate, id)!;
const check = (model: string, mode: Mode, raw: RawRequest = {}) =>
	checkRequest({ prompt: 'A lamp', ...raw }, modelOf(model), mode);
const requestOf = (...args: Parameters<typeof check>): MediaRequest => {
	const checked = check(...args);
	if (!checked.ok) throw new Error(checked.problems.join(' '));
	return checked.request;
};

describe('the price', () => {
	it.each<[string, Mode, RawRequest, number]>([
		['seedance-2.5', 'textToVideo', {}, 1.156],
		['seedance-2.5', 'textToVideo', { duration: -1, resolution: '480p' }, 3.084],
		[
			'seedance-2.5',
			'referenceToVideo',
			{ referenceVideoUrls: [URL_1], resolution: '720p' },
			4.838,
		],
		['seedance-2.0', 'textToVideo', { duration: 15, resolution: '4k' }, 15],
		['seedance-2.0', 'referenceToVideo', { referenceImageUrls: [URL_1] }, 0.9],
		['seedance-2.0', 'referenceToVideo', { referenceVideoUrls: [URL_1] }, 1.1],
		// Not public with a reference video: a quarter more.
		['seedance-2.0-fast', 'referenceToVideo', { referenceVideoUrls: [URL_1] }, 0.9375],
		['seedance-2.0-mini', 'textToVideo', { duration: 4, resolution: '480p' }, 0.16],
		['seedance-1.5-pro', 'textToVideo', { audio: true }, 0.26],
		['seedance-1.5-pro', 'textToVideo', {}, 0.13],
		['seedance-1.0-pro', 'textToVideo', {}, 0.75],
		// Not public: not above that of 1080p.
		['seedance-1.0-pro', 'textToVideo', { resolution: '480p' }, 0.75],
		['seedance-1.0-pro-fast', 'imageToVideo', { imageUrl: URL_1, resolution: '720p' }, 0.125],
		['seedance-1.0-lite', 'textToVideo', { duration: 12, resolution: '1080p' }, 0.864],
	])('of %s, %s, %j is US$%p', (model, mode, raw, usd) => {
		const estimate = estimateCost(modelOf(model), requestOf(model, mode, raw));
		expect(estimate).toEqual({ creditsEstimated: null, costUsdEstimated: usd });
	});

	it('of what was not chosen, or is not known, is the highest', () => {
		expect(estimateUsd('seedance-1.5-pro', { duration: 5 })).toBeCloseTo(0.26);
		expect(estimateUsd('seedance-2.0', { duration: 1, resolution: '8k' })).toBe(1);
	});

	const usage = { seconds: 5, resolution: '720p', audio: true, hadVideo: false };
	it.each<[string, Partial<typeof usage> | Record<string, undefined>, number | null]>([
		['seedance-2.0', {}, 0.9],
		['seedance-2.0', { hadVideo: true }, 1.1],
		['seedance-2.0', { hadVideo: undefined }, null],
		['seedance-2.0', { resolution: '8k' }, null],
		['seedance-2.0-fast', { hadVideo: true }, null],
		['seedance-1.5-pro', { audio: false, resolution: undefined }, 0.13],
		['seedance-1.5-pro', { audio: undefined }, null],
		['seedance-1.5-pro', { hadVideo: undefined }, 0.26],
		['seedance-1.0-pro', {}, null],
		['another', {}, null],
	])('of a finished job of %s, %j is %p', (model, more, usd) => {
		expect(usdOfUsage(model, { ...usage, ...more })).toBe(usd);
	});
});

describe('before anything is sent', () => {
	it.each<[string, Mode, RawRequest, string]>([
		['seedance-2.0', 'textToVideo', { duration: 3 }, 'Duration (Seconds): "3"'],
		['seedance-2.0', 'textToVideo', { duration: 16 }, 'Duration (Seconds): "16"'],
		['seedance-1.5-pro', 'textToVideo', { duration: -1 }, 'Duration (Seconds): "-1"'],
		['seedance-2.5', 'textToVideo', { resolution: '1080p' }, 'Resolution: "1080p"'],
		['seedance-2.5', 'textToVideo', { aspectRatio: '9:21' }, 'Aspect Ratio: "9:21"'],
		['seedance-1.0-pro', 'textToVideo', { aspectRatio: 'adaptive' }, 'Aspect Ratio: "adaptive"'],
		['seedance-2.0', 'textToVideo', { prompt: 'x'.repeat(4001) }, 'Prompt:'],
		['seedance-2.5', 'textToVideo', { prompt: '' }, 'Prompt: an empty value'],
		['seedance-1.0-lite', 'referenceToVideo', { resolution: '1080p' }, 'Resolution: "1080p"'],
		['seedance-2.0', 'referenceToVideo', {}, 'there is no reference'],
		['seedance-2.0', 'referenceToVideo', { referenceAudioUrls: [URL_1] }, 'a sound alone'],
		[
			'seedance-1.0-lite',
			'referenceToVideo',
			{ referenceImageUrls: Array(3).fill(URL_1), referenceBinaryFields: ['a', 'b'] },
			'5 are too many. Allowed: up to 4',
		],
		[
			'seedance-2.0',
			'imageToVideo',
			{ imageUrl: URL_1, endFrameUrl: URL_1, endFrameBinaryField: 'data' },
			'not as both',
		],
		[
			'seedance-2.0',
			'textToVideo',
			{ callbackUrl: 'http://localhost.example.com/' },
			'start with https://',
		],
		[
			'seedance-2.0',
			'referenceToVideo',
			{ referenceImageUrls: [URL_1], callbackUrl: 'http://e.com' },
			'start with https://',
		],
	])('%s, %s refuses %j', (model, mode, raw, words) => {
		expect(check(model, mode, raw)).toMatchObject({
			ok: false,
			problems: [expect.stringContaining(words)],
		});
	});

	it.each([
		'https://e.com/hook',
		'http://localhost:5678/hook',
		'http://127.0.0.1:5678/hook',
		'http://[::1]:5678/hook',
	])('%s may be called back', (callbackUrl) => {
		expect(check('seedance-2.0', 'textToVideo', { callbackUrl }).ok).toBe(true);
	});

	it('every mode of every model has the rule about callbacks', () => {
		for (const { id, modes } of replicate.models) {
			for (const [mode, can] of Object.entries(modes)) {
				const broken = can.conflicts?.({
					model: id,
					mode: mode as Mode,
					callbackUrl: 'http://e.com',
					referenceImageUrls: [URL_1],
				});
				expect([id, mode, broken?.length]).toEqual([id, mode, 1]);
			}
		}
	});

	it('a sound alone is enough for Seedance 2.5', () => {
		const raw = { prompt: '', referenceAudioUrls: ['https://e.com/a.mp3'] };
		expect(check('seedance-2.5', 'referenceToVideo', raw).ok).toBe(true);
	});
});

describe('the request', () => {
	const sent = (unwantedAfterMs?: number) => {
		const request = requestOf('seedance-2.0', 'textToVideo');
		const submission: Submission = { request, idempotencyKey: 'key', unwantedAfterMs };
		return dialect!.generate.request(submission);
	};

	it.each([
		[1, '5s'],
		[5000, '5s'],
		[5001, '6s'],
		[1_200_000, '1200s'],
	])('is to be ended after %i ms: %s', (ms, text) => {
		expect(sent(ms).headers).toEqual({ 'cancel-after': text });
	});

	it('has no end where nobody knows one', () => {
		expect(sent().headers).toBeUndefined();
	});

	it('has references in their order: addresses, then files', () => {
		const file = { bytes: Buffer.from('x'), mimeType: 'image/png', fileName: 'a.png' } as const;
		const request: MediaRequest = {
			...requestOf('seedance-2.0', 'referenceToVideo', { referenceImageUrls: [URL_1] }),
			files: { referenceImageUrls: [file] },
		};
		const { body } = dialect!.generate.request({ request, idempotencyKey: 'key' });
		expect(body!.input).toMatchObject({
			aspect_ratio: '16:9',
			reference_images: [URL_1, 'data:image/png;base64,eA=='],
		});
	});
});

describe('a cancel', () => {
	it('is a POST, whose answer is the job', () => {
		const { cancel } = dialect!;
		const job = { jobId: 'p/1' };
		expect(cancel!.request(job)).toEqual({ method: 'POST', path: '/predictions/p%2F1/cancel' });
		const answered = (id: string) => cancel!.response!({ id, status: 'canceled' }, job, 200);
		expect(answered('p/1')).toMatchObject({ jobId: 'p/1', status: 'cancelled' });
		expect(() => answered('p2')).toThrow();
	});

	it('of a job that nobody knows has the common words, as a question has', () => {
		const detail = 'Not found.';
		expect(replicate.fault(404, { detail }, 'cancel')).toEqual({});
		expect(replicate.fault(404, { detail }, 'ask')).toEqual({});
		expect(replicate.fault(422, { detail }, 'ask').message).toContain(detail);
	});
});

describe('the list of recent jobs', () => {
	const request = requestOf('seedance-2.0', 'imageToVideo', { imageUrl: URL_1 });
	const lost: LostSubmission = { request, idempotencyKey: 'key', sentAt: Date.UTC(2026, 9, 5, 9) };
	const listed = (more: object, input: object = {}) => ({
		id: 'p1',
		status: 'processing',
		model: 'bytedance/seedance-2.0',
		created_at: '2026-10-05T09:00:00Z',
		input: { prompt: 'A lamp', duration: 5, image: 'https://replicate.delivery/x', ...input },
		...more,
	});
	const found = (...results: unknown[]) =>
		dialect!.recent!.response({ results }, lost, 200).map(({ jobId }) => jobId);

	it('is asked for since a little before the submit', () => {
		expect(dialect!.recent!.request(lost).path).toBe(
			'/predictions?created_after=2026-10-05T08%3A59%3A50.000Z',
		);
	});

	it.each<[string, unknown, boolean]>([
		['of the same settings, with defaults that were filled in', listed({}, { fps: 24 }), true],
		['of which the input is not shown', listed({ input: undefined }), true],
		['of which the model is not shown', listed({ model: null }), true],
		['of another model', listed({ model: 'bytedance/seedance-2.5' }), false],
		['of another text', listed({}, { prompt: 'A vase' }), false],
		['of another length', listed({}, { duration: 6 }), false],
		['that cannot be read', { status: 'processing' }, false],
	])('may show a job %s', (_, job, isLike) => {
		expect(found(job)).toStrictEqual(isLike ? ['p1'] : []);
	});

	it('may show the job among others', () => {
		expect(found(listed({ id: 'p2' }, { prompt: 'x' }), listed({}), listed({ id: 'p3' }))).toEqual([
			'p1',
			'p3',
		]);
	});

	it('is unreadable without results', () => {
		expect(() => dialect!.recent!.response({}, lost, 200)).toThrow();
	});
});

describe('the end of a job', () => {
	const read = (body: object) =>
		dialect!.status.response({ id: 'p1', ...body }, { jobId: 'p1' }, 200);

	it('keeps the price that was known when its result has been removed', () => {
		const model = 'bytedance/seedance-2.0';
		const input = { duration: 5, resolution: '720p' };
		const done = { status: 'succeeded', model, input, output: URL_1 };
		const finished = updateJob(newJob('p1', 'replicate'), read(done));
		const removed = updateJob(finished, read({ ...done, input: {}, data_removed: true }));
		expect(finished).toMatchObject({ costUsd: 0.9, status: 'completed' });
		expect(removed).toMatchObject({ costUsd: 0.9, creditsCharged: null, status: 'failed' });
	});

	const shown = { duration: 5, resolution: '720p', generate_audio: true };
	const metrics = { video_output_duration_seconds: 5 };
	it.each<[string, object, number | null, object]>([
		['seedance-2.0', { input: shown }, 0.9, { durationSeconds: 5, hasAudio: true }],
		// The input is not shown, or not any more, so nobody knows whether a reference was a video.
		['seedance-2.0', { input: null, metrics }, null, { status: 'completed', seed: null }],
		['seedance-2.0', { input: shown, metrics, data_removed: true }, null, { status: 'failed' }],
		['seedance-1.5-pro', { input: shown }, 0.26, {}],
		['seedance-1.5-pro', { input: { ...shown, generate_audio: false } }, 0.13, {}],
		['seedance-1.5-pro', { input: { duration: 5 } }, null, { hasAudio: null }],
		['seedance-2.0', { input: { ...shown, duration: 0 } }, null, { durationSeconds: null }],
	])('of %s with %j costs %p', (model, more, costUsd, job) => {
		const body = { status: 'succeeded', model: `bytedance/${model}`, output: URL_1, ...more };
		const reading = read(body);
		expect(updateJob(newJob('p1', 'replicate'), reading)).toMatchObject({ costUsd, ...job });
	});

	it('is the deadline itself, if it ends there', () => {
		const time = '2026-10-05T09:00:00Z';
		const body = { status: 'canceled', started_at: time, completed_at: time, deadline: time };
		expect(read(body).failure?.code).toBe('timed_out_at_provider');
	});

	it.each<[object, string, boolean | undefined]>([
		[{ status: 'canceled', started_at: null }, '', undefined],
		[{ status: 'canceled', started_at: '2026-10-05T09:00:00Z' }, 'charges', true],
		[{ status: 'aborted' }, 'does not charge', undefined],
		[
			{
				status: 'canceled',
				completed_at: '2026-10-05T09:00:01Z',
				deadline: '2026-10-05T09:00:00Z',
			},
			'does not charge',
			undefined,
		],
	])('%j says whether it costs anything', (body, words, isCostUnknown) => {
		const { status, failure, ...reading } = read(body);
		expect(status).toBe('cancelled');
		expect(failure?.message ?? '').toContain(words);
		expect(reading.isCostUnknown).toBe(isCostUnknown);
	});

	it.each([
		['E005', 'E005', 'The moderation refused this'],
		['Your input was flagged as sensitive', 'failed', 'The moderation refused this'],
		['Wrong inputs (E006) (abc)', 'E006', 'does not take these inputs together'],
		['Something else (E9999)', 'failed', 'Something else (E9999)'],
	])('for the reason "%s" is %s', (error, code, words) => {
		const { failure } = read({ status: 'failed', error });
		expect(failure).toMatchObject({ code, message: expect.stringContaining(words) as string });
		expect(failure?.message).toContain(error);
	});
});

describe('a callback', () => {
	const [signature] = replicate.callback!.signatures!;

	it('is signed with a secret that is fetched', () => {
		expect(signature!.keys!.request()).toEqual({ method: 'GET', path: '/webhooks/default/secret' });
		expect(signature!.keys!.response({ key: 'whsec_eA==' }, undefined, 200)).toEqual([
			'whsec_eA==',
		]);
		for (const body of [{}, { key: '' }, { keys: ['whsec_eA=='] }]) {
			expect(() => signature!.keys!.response(body, undefined, 200)).toThrow();
		}
	});
});

describe('an upload', () => {
	it('gives the address of the file', () => {
		const urls = { get: 'https://api.replicate.com/v1/files/f1' };
		const file = { bytes: Buffer.from('x'), mimeType: 'image/png', fileName: 'a.png' } as const;
		expect(dialect!.upload!.response({ id: 'f1', urls }, file, 201)).toEqual({ url: urls.get });
		expect(dialect!.upload!.request(file)).toMatchObject({
			method: 'POST',
			path: '/files',
			form: { fields: {}, file: { name: 'content', content: file } },
		});
		expect(() => dialect!.upload!.response({ id: 'f1' }, file, 201)).toThrow();
	});

	it('that is too large says so', () => {
		const body = { detail: 'Files must be less than 100MB in size' };
		expect(replicate.fault(413, body, 'upload').message).toBe(
			'Replicate did not accept the request: Files must be less than 100MB in size',
		);
	});
});
