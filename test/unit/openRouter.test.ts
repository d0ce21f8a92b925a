/** What OpenRouter asks, costs and says: its models' rules, prices by token, and how its jobs end. */
import { createHmac } from 'node:crypto';
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import { newJob, updateJob } from '../../nodes/Seedance/core/job';
import { affordableSeconds, estimateCost } from '../../nodes/Seedance/core/price';
import type { MediaRequest, Mode, RawRequest } from '../../nodes/Seedance/core/request';
import { modelById } from '../../nodes/Seedance/providers';
import { openRouter } from '../../nodes/Seedance/providers/openRouter';

const [dialect] = openRouter.dialects;
const URL_1 = 'https://example.com/1.png';
const modelOf = (id: string) => modelById(openRouter, id)!;
const check = (model: string, mode: Mode, raw: RawRequest = {}) =>
	checkRequest({ prompt: 'A lamp', ...raw }, modelOf(model), mode);
const requestOf = (...args: Parameters<typeof check>): MediaRequest => {
	const checked = check(...args);
	if (!checked.ok) throw new Error(checked.problems.join(' '));
	return checked.request;
};

describe('the price', () => {
	// 1280 × 720 × 24 / 1024 are 21,600 tokens a second.
	it.each<[string, Mode, RawRequest, number]>([
		['seedance-2.5', 'textToVideo', {}, 1.1556],
		['seedance-2.5', 'textToVideo', { duration: 30, resolution: '480p' }, 3.084],
		// 5 s and at most 30 s of the reference.
		['seedance-2.5', 'referenceToVideo', { referenceVideoUrls: [URL_1] }, 4.8384],
		['seedance-2.0', 'textToVideo', {}, 0.756],
		['seedance-2.0', 'textToVideo', { resolution: '1080p' }, 1.8711],
		['seedance-2.0', 'textToVideo', { resolution: '4k' }, 3.888],
		['seedance-2.0', 'textToVideo', { aspectRatio: '9:16' }, 0.756],
		['seedance-2.0', 'textToVideo', { aspectRatio: '9:21' }, 0.7597],
		['seedance-2.0', 'referenceToVideo', { referenceImageUrls: [URL_1] }, 0.756],
		['seedance-2.0', 'referenceToVideo', { referenceVideoUrls: [URL_1] }, 1.8576],
		// The ratio is that of the frame, so it is the largest picture.
		['seedance-2.0', 'imageToVideo', { imageUrl: URL_1 }, 0.7608],
		['seedance-2.0-fast', 'textToVideo', {}, 0.4536],
		['seedance-2.0-mini', 'textToVideo', {}, 0.378],
		['seedance-1.5-pro', 'textToVideo', {}, 0.2592],
		['seedance-1.5-pro', 'textToVideo', { audio: false }, 0.1296],
	])('of %s, %s, %j is US$%p', (model, mode, raw, usd) => {
		const estimate = estimateCost(modelOf(model), requestOf(model, mode, raw));
		expect(estimate).toEqual({ creditsEstimated: null, costUsdEstimated: usd });
	});

	it('of what was not chosen is that of the usual settings, and not less', () => {
		expect(modelOf('seedance-1.5-pro').price.usd!({ duration: 5 })).toBeCloseTo(0.2608, 4);
	});

	it('of a second says how far a balance goes', () => {
		expect(affordableSeconds(modelOf('seedance-2.0'), 1.512)).toBe(10);
	});
});

describe('before anything is sent', () => {
	it.each<[string, Mode, RawRequest, string]>([
		['seedance-2.0', 'textToVideo', { duration: 3 }, 'Duration (Seconds): "3"'],
		['seedance-2.0', 'textToVideo', { duration: 16 }, 'Duration (Seconds): "16"'],
		['seedance-2.0', 'textToVideo', { duration: -1 }, 'Duration (Seconds): "-1"'],
		['seedance-1.5-pro', 'textToVideo', { duration: 13 }, 'Duration (Seconds): "13"'],
		['seedance-2.5', 'textToVideo', { resolution: '1080p' }, 'Resolution: "1080p"'],
		['seedance-2.0', 'textToVideo', { resolution: '4K' }, 'Resolution: "4K"'],
		['seedance-2.5', 'textToVideo', { aspectRatio: '9:21' }, 'Aspect Ratio: "9:21"'],
		['seedance-2.0', 'textToVideo', { aspectRatio: 'adaptive' }, 'Aspect Ratio: "adaptive"'],
		['seedance-2.5', 'textToVideo', { prompt: '' }, 'Prompt: an empty value'],
		['seedance-2.0', 'referenceToVideo', {}, 'there is no reference'],
		['seedance-2.0', 'referenceToVideo', { referenceAudioUrls: [URL_1] }, 'a sound alone'],
		[
			'seedance-2.0',
			'referenceToVideo',
			{ referenceImageUrls: Array(8).fill(URL_1), referenceBinaryFields: ['a', 'b'] },
			'10 are too many. Allowed: up to 9',
		],
		[
			'seedance-2.0',
			'imageToVideo',
			{ imageUrl: URL_1, endFrameUrl: URL_1, endFrameBinaryField: 'data' },
			'not as both',
		],
	])('%s, %s refuses %j', (model, mode, raw, words) => {
		expect(check(model, mode, raw)).toMatchObject({
			ok: false,
			problems: [expect.stringContaining(words)],
		});
	});

	it('a sound alone is enough for Seedance 2.5', () => {
		const raw = { prompt: '', referenceAudioUrls: ['https://e.com/a.mp3'] };
		expect(check('seedance-2.5', 'referenceToVideo', raw).ok).toBe(true);
	});

	it('every mode of every model is called back at https addresses only', () => {
		for (const { id, modes } of openRouter.models) {
			for (const [mode, can] of Object.entries(modes)) {
				const rulesOn = (callbackUrl: string) =>
					can.conflicts?.({
						model: id,
						mode: mode as Mode,
						callbackUrl,
						referenceImageUrls: [URL_1],
					});
				expect([id, mode, rulesOn('http://e.com')]).toEqual([
					id,
					mode,
					[expect.stringContaining('start with https://')],
				]);
				expect(rulesOn('http://localhost:5678/hook')).toEqual([]);
				expect(rulesOn('https://e.com/hook')).toEqual([]);
			}
		}
	});
});

describe('the file', () => {
	const content = (id: string) => `https://openrouter.ai/api/v1/videos/${id}/content?index=0`;

	it.each<[string, string, string | null]>([
		['job-1', content('job-1'), '/videos/job-1/content?index=0'],
		['a/b?c', content('a%2Fb%3Fc'), '/videos/a%2Fb%3Fc/content?index=0'],
		['job-1', content('job-2'), null],
		['job-1', 'https://storage.example.com/v.mp4', null],
		['job-1', 'https://e.com/v.mp4?x=/videos/job-1/content', null],
		['job-1', 'not an address', null],
	])('of %s at %s is read with the key at %p', (jobId, videoUrl, path) => {
		expect(openRouter.file!({ jobId, videoUrl })).toEqual(
			path === null ? undefined : { method: 'GET', path },
		);
	});

	it('of a job without an address is not read', () => {
		expect(openRouter.file!({ jobId: 'job-1', videoUrl: null })).toBeUndefined();
	});

	it('has a note that goes with its address and not with a later one', () => {
		const read = (body: object) =>
			dialect!.status.response(
				{ id: 'job-1', status: 'completed', ...body },
				{ jobId: 'job-1' },
				200,
			);
		const before = updateJob(
			newJob('job-1', 'openRouter'),
			read({ unsigned_urls: [content('job-1')] }),
		);
		expect(before.videoUrlNote).toContain('works only with the OpenRouter API key');
		const urls = ['https://storage.example.com/v.mp4'];
		const after = updateJob(before, read({ unsigned_urls: [content('job-1')], urls }));
		expect(after.videoUrl).toBe(urls[0]);
		expect(after).not.toHaveProperty('videoUrlNote');
		// A reply without an address changes neither.
		const later = updateJob(before, { jobId: 'job-1', status: 'completed' });
		expect(later).toMatchObject({
			videoUrl: content('job-1'),
			videoUrlNote: expect.any(String) as string,
		});
	});

	it('that is said to be nowhere is missing, and the job is read all the same', () => {
		const body = { id: 'job-1', status: 'completed', unsigned_urls: ['//[', 'v.mp4'] };
		expect(dialect!.status.response(body, { jobId: 'job-1' }, 200)).toMatchObject({
			status: 'failed',
			failure: { code: 'no_video_url' },
		});
	});

	it.each<[string, unknown]>([
		['an object', [{ url: 'https://storage.example.com/v.mp4' }]],
		['a path', ['/v.mp4']],
		['no list', 'https://storage.example.com/v.mp4'],
		['nothing', [null]],
	])('is the unsigned one where the signed one is %s', (_, urls) => {
		const body = {
			id: 'job-1',
			status: 'completed',
			urls,
			unsigned_urls: [content('job-1')],
		};
		const { videoUrl } = dialect!.status.response(body, { jobId: 'job-1' }, 200);
		expect(videoUrl).toBe(content('job-1'));
	});
});

describe('a callback', () => {
	const [signature] = openRouter.callback!.signatures!;
	const rawBody = Buffer.from('{"type":"video.generation.completed"}');
	const now = 1_759_655_620;
	const isSigned = (header: string) =>
		signature!.isSigned('secret', { rawBody, header: () => header }, now * 1000);

	it('is signed over time and body with a comma between them, not with a dot', () => {
		const mac = (separator: string) =>
			createHmac('sha256', 'secret').update(`${now}${separator}`).update(rawBody).digest('hex');
		expect(isSigned(`t=${now},v1=${mac(',')}`)).toBe(true);
		expect(isSigned(`t=${now},v1=${mac('.')}`)).toBe(false);
		expect(signature!.headers).toEqual(['x-openrouter-signature']);
	});

	it.each<[object, object]>([
		[
			{ type: 'video.generation.failed', data: { id: 'j', error: 'No' } },
			{ jobId: 'j', status: 'failed', failure: { code: 'failed', message: 'No' } },
		],
		[
			{ type: 'video.generation.cancelled', data: { id: 'j', status: 'cancelled' } },
			{ jobId: 'j', status: 'cancelled' },
		],
		[
			{ type: 'video.generation.expired', data: { id: 7 } },
			{ jobId: '7', status: 'failed' },
		],
		[{ data: { id: 'j', status: 'failed' } }, { jobId: 'j', status: 'failed' }],
		// Without a status, the job is asked for.
		[{ data: { id: 'j' } }, { jobId: 'j', status: 'processing', unknownStatus: '' }],
	])('%j is read as %j', (body, reading) => {
		expect(openRouter.callback!.jobsIn(body)).toMatchObject([reading]);
	});
});

describe('the balance', () => {
	const read = (data: unknown) => openRouter.credits!.response({ data }, undefined, 200);

	it('is what was bought, less what was used', () => {
		expect(read({ total_credits: 0.3, total_usage: 0.1 })).toMatchObject({ credits: 0.2 });
		expect(() => read({ total_credits: 5 })).toThrow();
	});

	it('that only a management key may read says so', () => {
		const body = { error: { code: 403, message: 'Only management keys can perform this' } };
		expect(openRouter.fault(403, body, 'account')).toEqual({
			message:
				'OpenRouter does not tell this key the balance: Only management keys can perform this',
			hint: expect.stringContaining('management keys') as string,
		});
		expect(openRouter.fault(403, body, 'submit').message).toContain('does not allow this');
	});
});

it('a job that was cancelled without a reason has none', () => {
	const body = { id: 'job-1', status: 'cancelled', error: '' };
	const reading = dialect!.status.response(body, { jobId: 'job-1' }, 200);
	expect(reading).toEqual({ jobId: 'job-1', status: 'cancelled' });
});

describe('a refusal', () => {
	const error = { code: 'invalid_request', message: 'No' };
	it.each<[number, 'submit' | 'ask' | 'account', string]>([
		[400, 'submit', 'OpenRouter did not accept the request: No'],
		[400, 'account', 'OpenRouter did not accept the request: No'],
		[400, 'ask', 'OpenRouter did not accept the request: No'],
		[403, 'ask', 'OpenRouter does not allow this: No'],
	])('with HTTP %i of a call of the kind "%s": %s', (status, intent, message) => {
		expect(openRouter.fault(status, { error }, intent)).toMatchObject({
			code: 'invalid_request',
			message,
		});
	});
});

it('a request that is too large says so, whatever the body is', () => {
	expect(openRouter.fault(413, undefined, 'submit').hint).toContain('give their addresses');
});
