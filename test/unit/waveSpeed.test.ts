/** What WaveSpeedAI asks, costs and says: its models' rules and IDs, prices by second, and how its jobs end. */
import { SeedanceWaveSpeedApi } from '../../credentials/SeedanceWaveSpeedApi.credentials';
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import { newJob, updateJob } from '../../nodes/Seedance/core/job';
import { affordableSeconds, estimateCost } from '../../nodes/Seedance/core/price';
import type { LostSubmission } from '../../nodes/Seedance/core/provider';
import type { MediaRequest, Mode, RawRequest } from '../../nodes/Seedance/core/request';
import { modelById } from '../../nodes/Seedance/providers';
import { waveSpeed } from '../../nodes/Seedance/providers/waveSpeed';
import { readWireId } from '../../nodes/Seedance/providers/waveSpeed/ids';
import { estimateUsd, usualRate } from '../../nodes/Seedance/providers/waveSpeed/price';

const dialect = waveSpeed.dialects[0]!;
const URL_1 = 'https://example.com/1.png';
const modelOf = (id: string) => modelById(waveSpeed, id)!;
const check = (model: string, mode: Mode, raw: RawRequest = {}) =>
	checkRequest({ prompt: 'A lamp', ...raw }, modelOf(model), mode);
const requestOf = (...args: Parameters<typeof check>): MediaRequest => {
	const checked = check(...args);
	if (!checked.ok) throw new Error(checked.problems.join(' '));
	return checked.request;
};
const sent = (...args: Parameters<typeof check>) =>
	dialect.generate.request({ request: requestOf(...args), idempotencyKey: 'key' });

describe('the price', () => {
	it.each<[string, Mode, RawRequest, number]>([
		['seedance-2.5', 'textToVideo', {}, 1.8],
		['seedance-2.5', 'textToVideo', { resolution: '480p', duration: 30 }, 5.4],
		// Not public: as much dearer as with 2.0 Mini.
		['seedance-2.5', 'imageToVideo', { imageUrl: URL_1, resolution: '1080p' }, 4.2525],
		['seedance-2.0', 'textToVideo', {}, 1.2],
		['seedance-2.0', 'textToVideo', { resolution: '480p' }, 0.6],
		['seedance-2.0', 'referenceToVideo', { referenceImageUrls: [URL_1] }, 1.2],
		// With the longest videos: 5 s and 15 s, at 55 of 70 parts of $0.24.
		['seedance-2.0', 'referenceToVideo', { referenceVideoUrls: [URL_1] }, 3.7714],
		['seedance-2.0-fast', 'textToVideo', { duration: 10 }, 1.6],
		['seedance-2.0-mini', 'textToVideo', { duration: 4 }, 0.48],
		['seedance-1.5-pro', 'textToVideo', { audio: false }, 0.26],
		// The model decides: up to 12 s.
		['seedance-1.5-pro', 'textToVideo', { duration: -1 }, 0.624],
		['seedance-1.0-pro', 'textToVideo', {}, 0.6],
		['seedance-1.0-pro', 'textToVideo', { resolution: '480p', duration: 10 }, 0.3],
		['seedance-1.0-lite', 'imageToVideo', { imageUrl: URL_1 }, 0.16],
	])('of %s, %s, %j is US$%p', (model, mode, raw, usd) => {
		const estimate = estimateCost(modelOf(model), requestOf(model, mode, raw));
		expect(estimate).toEqual({ creditsEstimated: null, costUsdEstimated: usd });
	});

	it('of a request that says nothing is the highest', () => {
		expect(estimateUsd('seedance-2.0', {})).toBeCloseTo(15 * 0.24 * 2.3625);
		expect(estimateUsd('seedance-2.0', { resolution: '8k', duration: 1 })).toBeCloseTo(0.567);
	});

	it('of an unknown model is not known', () => {
		expect([estimateUsd('another', { duration: 5 }), usualRate('another', '720p')]).toEqual([0, 0]);
	});

	it.each([
		['seedance-2.0', 5],
		['seedance-1.0-pro', 10],
		['seedance-1.0-lite', 37],
	])('of the usual settings of %s tells how long a balance lasts', (model, seconds) => {
		expect(affordableSeconds(modelOf(model), 1.2)).toBe(seconds);
	});
});

describe('before anything is sent', () => {
	it.each<[string, Mode, RawRequest, string]>([
		['seedance-2.5', 'textToVideo', { duration: 31 }, 'Duration (Seconds): "31"'],
		['seedance-2.0', 'textToVideo', { duration: 3 }, 'Duration (Seconds): "3"'],
		['seedance-2.0', 'textToVideo', { duration: 16 }, 'Duration (Seconds): "16"'],
		['seedance-2.0', 'textToVideo', { duration: -1 }, 'Duration (Seconds): "-1"'],
		['seedance-1.0-pro', 'textToVideo', { duration: 6 }, 'Duration (Seconds): "6"'],
		['seedance-2.0', 'textToVideo', { resolution: '4k' }, 'Resolution: "4k"'],
		['seedance-2.0', 'textToVideo', { aspectRatio: 'adaptive' }, 'Aspect Ratio: "adaptive"'],
		['seedance-2.0', 'textToVideo', { prompt: '' }, 'Prompt: an empty value'],
		['seedance-2.0', 'imageToVideo', {}, 'Image URL'],
		['seedance-2.0', 'referenceToVideo', {}, 'there is no reference'],
		['seedance-2.0', 'referenceToVideo', { referenceAudioUrls: [URL_1] }, 'a sound alone'],
		[
			'seedance-2.0',
			'referenceToVideo',
			{ referenceImageUrls: Array(8).fill(URL_1), referenceBinaryFields: ['a', 'b'] },
			'10 are too many. Allowed: up to 9',
		],
		[
			'seedance-1.5-pro',
			'imageToVideo',
			{ imageUrl: URL_1, endFrameUrl: URL_1, imageInput: 'url', endFrameBinaryField: 'data' },
			'not as both',
		],
	])('%s, %s refuses %j', (model, mode, raw, words) => {
		expect(check(model, mode, raw)).toMatchObject({
			ok: false,
			problems: [expect.stringContaining(words)],
		});
	});

	it('a sound alone is enough for Seedance 2.5', () => {
		expect(check('seedance-2.5', 'referenceToVideo', { referenceAudioUrls: [URL_1] }).ok).toBe(
			true,
		);
	});
});

describe('the address of a submit', () => {
	it.each<[string, Mode, RawRequest, string]>([
		['seedance-2.5', 'textToVideo', {}, '/bytedance/seedance-2.5/text-to-video'],
		[
			'seedance-2.0-mini',
			'referenceToVideo',
			{ referenceImageUrls: [URL_1] },
			'/bytedance/seedance-2.0-mini/text-to-video',
		],
		[
			'seedance-1.5-pro',
			'imageToVideo',
			{ imageUrl: URL_1 },
			'/bytedance/seedance-v1.5-pro/image-to-video',
		],
		['seedance-1.0-pro', 'textToVideo', {}, '/bytedance/seedance-v1-pro-t2v-1080p'],
		[
			'seedance-1.0-lite',
			'imageToVideo',
			{ imageUrl: URL_1, resolution: '480p' },
			'/bytedance/seedance-v1-lite-i2v-480p',
		],
		[
			'seedance-2.0',
			'textToVideo',
			{ modelId: '//bytedance/seedance-2.0/text-to-video-turbo//' },
			'/bytedance/seedance-2.0/text-to-video-turbo',
		],
		['seedance-2.0', 'textToVideo', { modelId: 'a/../b?c#d' }, '/a/../b%3Fc%23d'],
		[
			'seedance-2.0',
			'textToVideo',
			{ callbackUrl: 'https://n8n.example.com/hook?a=1&b=2' },
			'/bytedance/seedance-2.0/text-to-video?webhook=https%3A%2F%2Fn8n.example.com%2Fhook%3Fa%3D1%26b%3D2',
		],
	])('of %s, %s, %j is %s', (model, mode, raw, path) => {
		expect(sent(model, mode, raw)).toMatchObject({ method: 'POST', path });
	});

	it('has the resolution in the ID and not in the body, unless the ID is the user’s own', () => {
		expect(sent('seedance-1.0-pro', 'textToVideo').body).not.toHaveProperty('resolution');
		const own = { modelId: 'bytedance/seedance-v2-pro' };
		expect(sent('seedance-1.0-pro', 'textToVideo', own).body).toMatchObject({
			resolution: '1080p',
		});
	});

	it.each([
		['seedance-2.0', {}, undefined],
		['seedance-2.0', { aspectRatio: '1:1' }, '1:1'],
		['seedance-1.5-pro', {}, 'adaptive'],
		['seedance-1.0-pro', { aspectRatio: '1:1' }, undefined],
	])('with a frame, %s, %j, has the ratio %p', (model, raw, ratio) => {
		const { body } = sent(model, 'imageToVideo', { imageUrl: URL_1, ...raw });
		expect(body!.aspect_ratio).toBe(ratio);
	});

	it.each([
		['bytedance/seedance-2.5/image-to-video', { model: 'seedance-2.5' }],
		['bytedance/seedance-v1.5-pro/text-to-video', { model: 'seedance-1.5-pro' }],
		['bytedance/seedance-v1-lite-i2v-720p', { model: 'seedance-1.0-lite', resolution: '720p' }],
		['bytedance/seedance-2.0/text-to-video-turbo', {}],
		['bytedance/seedance-v3-pro-t2v-720p', {}],
		['bytedance/constructor/text-to-video', {}],
		['bytedance/seedance-v1-lite-i2v-720p-turbo', {}],
		['another/seedance-2.5/image-to-video', {}],
		['another/bytedance/seedance-2.5/image-to-video', {}],
		['another/bytedance/seedance-v1-lite-i2v-720p', {}],
		['', {}],
	])('read back from "%s" is %j', (wireId, read) => {
		expect(readWireId(wireId)).toEqual(read);
	});
});

describe('the list of recent jobs', () => {
	const request = requestOf('seedance-2.0', 'imageToVideo', { imageUrl: URL_1 });
	const lost: LostSubmission = { request, idempotencyKey: 'key', sentAt: Date.UTC(2026, 9, 5, 9) };
	const listed = (more: object = {}) => ({
		id: 'p1',
		status: 'processing',
		model: 'bytedance/seedance-2.0/image-to-video',
		created_at: '2026-10-05T09:00:00.123456789Z',
		...more,
	});
	const found = (...items: unknown[]) =>
		dialect.recent!.response({ code: 200, data: { page: 1, items } }, lost, 200);

	it('is asked for since a little before the submit', () => {
		expect(dialect.recent!.request(lost)).toEqual({
			method: 'POST',
			path: '/predictions',
			body: { page: 1, page_size: 100, created_after: '2026-10-05T08:59:50Z' },
		});
	});

	it.each<[string, unknown, boolean]>([
		['of the same model, whose input is not shown', listed(), true],
		['with the same input', listed({ input: { prompt: 'A lamp', duration: 5 } }), true],
		['with another text', listed({ input: { prompt: 'A vase' } }), false],
		['with another length', listed({ input: { duration: 6 } }), false],
		['of another model', listed({ model: 'bytedance/seedance-2.5/image-to-video' }), false],
		['of another mode', listed({ model: 'bytedance/seedance-2.0/text-to-video' }), false],
		['of which the model is not shown', listed({ model: null }), false],
		['that cannot be read', { status: 'processing' }, false],
	])('may show a job %s: %p', (_, job, isLike) => {
		expect(found(job).map(({ jobId }) => jobId)).toStrictEqual(isLike ? ['p1'] : []);
	});

	it('says when a job was made, to the nanosecond', () => {
		expect(Date.parse(found(listed())[0]!.createdAt!)).toBe(Date.UTC(2026, 9, 5, 9) + 123);
	});

	it('is unreadable without items', () => {
		expect(() => dialect.recent!.response({ code: 200, data: {} }, lost, 200)).toThrow();
	});
});

describe('the end of a job', () => {
	const read = (content: object) =>
		dialect.status.response(
			{ code: 200, message: 'success', data: { id: 'p1', ...content } },
			{ jobId: 'p1' },
			200,
		);

	it.each<[string, unknown]>([
		['a text', [URL_1]],
		['an object', [{ url: URL_1 }]],
		['an object after another one', [{ type: 'log' }, { url: URL_1, type: 'video' }]],
		['no list', URL_1],
		['no list, but an object', { url: URL_1 }],
		['something before it', [null, 7, '', 'x', URL_1]],
	])('has its file as %s', (_, outputs) => {
		expect(read({ status: 'completed', outputs })).toMatchObject({
			status: 'completed',
			videoUrl: URL_1,
		});
	});

	it.each([[], null, undefined, {}, [{}], [{ url: 'x' }], ['about:blank']])(
		'without a file, as in %j, may have cost something',
		(outputs) => {
			const job = updateJob(newJob('p1', 'waveSpeed'), read({ status: 'completed', outputs }));
			expect(job).toMatchObject({
				status: 'failed',
				creditsCharged: null,
				costUsd: null,
				failure: { code: 'no_video_url' },
			});
		},
	);

	it.each<[string, object]>([
		['failed', { status: 'failed', creditsCharged: 0, failure: { code: 'failed' } }],
		['timeout', { status: 'failed', creditsCharged: 0, failure: { code: 'timeout' } }],
		['cancelled', { status: 'cancelled', creditsCharged: null, costUsd: null }],
	])('is "%s"', (status, job) => {
		expect(updateJob(newJob('p1', 'waveSpeed'), read({ status, error: '' }))).toMatchObject(job);
	});

	it('of the user’s own choices shows only what was chosen', () => {
		const outputs = [URL_1];
		const input = { duration: -1, seed: -1, resolution: 7, generate_audio: 'yes' };
		expect(read({ status: 'completed', outputs, input })).toMatchObject({
			durationSeconds: null,
			seed: null,
			resolution: null,
			hasAudio: null,
		});
		const chosen = { duration: 5, seed: 0, resolution: '720p', generate_audio: false };
		expect(read({ status: 'completed', outputs, input: chosen })).toMatchObject({
			durationSeconds: 5,
			seed: 0,
			resolution: '720p',
			hasAudio: false,
		});
	});

	it.each([
		'Content flagged as potentially sensitive',
		'The request failed the moderation',
		'NSFW content was found',
	])('by "%s" is said to be a matter of the moderation', (error) => {
		const { failure } = read({ status: 'failed', error });
		expect(failure!.message).toContain('The moderation refused this');
		expect(failure!.message).toContain(error);
	});
});

describe('an error', () => {
	const body = (code: unknown, message: unknown = 'x') => ({ code, message, data: null });

	it.each<[unknown, number | undefined]>([
		[body(200), undefined],
		[body('200'), undefined],
		[body(400), 400],
		[body('401'), 401],
		[body(503.5), 503],
		[body(0), 500],
		[body(600), 500],
		[body(1000), 500],
		[body('failed'), undefined],
		[body(undefined), undefined],
		[null, undefined],
		['x', undefined],
		// It names a job, which may cost money.
		[{ code: 0, data: { id: 'p1' } }, undefined],
		[{ code: 500, data: { id: 'p1' } }, undefined],
		// A clear refusal.
		[{ code: 400, data: { id: 'p1' } }, 400],
	])('in an HTTP 200 with %j is %p', (said, status) => {
		expect(waveSpeed.disguisedStatus!(said)).toBe(status);
	});

	it.each<[number, unknown, 'submit' | 'ask' | 'upload', object]>([
		[402, body(402), 'submit', { code: 'insufficient_credits' }],
		[402, body(402), 'ask', { code: 'insufficient_credits' }],
		[400, body(400, 'Insufficient credits'), 'submit', { code: 'insufficient_credits' }],
		[403, body(403, 'Please top up first'), 'submit', { code: 'insufficient_credits' }],
		[
			403,
			body(403, 'Insufficient permissions'),
			'submit',
			{ message: 'WaveSpeedAI did not accept the request: Insufficient permissions' },
		],
		[
			400,
			body(400, 'duration: must be 5'),
			'submit',
			{ message: 'WaveSpeedAI did not accept the request: duration: must be 5' },
		],
		[
			404,
			body(404, 'no such model'),
			'submit',
			{
				message: 'WaveSpeedAI knows no model with this ID: no such model',
				hint: expect.stringContaining('"Model ID"') as string,
			},
		],
		[404, undefined, 'submit', { message: 'WaveSpeedAI knows no model with this ID' }],
		[
			404,
			body(404, 'no such page'),
			'upload',
			{ message: 'WaveSpeedAI did not accept the request: no such page' },
		],
		[
			413,
			body(413, 'too large'),
			'upload',
			{ message: expect.stringContaining('too large') as string },
		],
		[401, body(401), 'ask', { hint: expect.stringContaining('first top-up') as string }],
		[429, body(429), 'submit', { hint: expect.stringContaining('5 videos a minute') as string }],
	])('%i with %j to a call of the kind "%s" is put into words', (status, said, intent, fault) => {
		expect(waveSpeed.fault(status, said, intent)).toMatchObject(fault);
	});

	it.each<[number, unknown, 'submit' | 'ask']>([
		[404, body(404), 'ask'],
		[429, body(429), 'ask'],
		[500, body(500), 'submit'],
		[400, body(400, ''), 'submit'],
		[400, undefined, 'submit'],
	])('%i with %j to a call of the kind "%s" has the common words', (status, said, intent) => {
		expect(waveSpeed.fault(status, said, intent)).toEqual({});
	});
});

describe('what is asked of the account', () => {
	const { keys } = waveSpeed.callback!.signatures![0]!;

	it('is the secret of its callbacks', () => {
		expect(keys!.request()).toEqual({ method: 'GET', path: '/webhook/secret' });
		const read = (said: unknown) => keys!.response(said, undefined, 200);
		expect(read({ code: 200, data: { secret: 'whsec_x' } })).toEqual(['whsec_x']);
		for (const said of [{}, { data: {} }, { data: { secret: '' } }]) {
			expect(() => read(said)).toThrow();
		}
	});

	it('is its balance, in dollars', () => {
		const { credits } = waveSpeed;
		expect(credits!.request()).toEqual({ method: 'GET', path: '/balance' });
		const read = (said: unknown) => credits!.response(said, undefined, 200);
		expect(read({ code: 200, data: { balance: 12.34, currency: 'USD' } })).toEqual({
			credits: 12.34,
			currency: 'usd',
			tier: null,
		});
		expect(() => read({ code: 200, data: {} })).toThrow();
	});

	it('is a place for a file', () => {
		const file = { bytes: Buffer.from('x'), mimeType: 'image/png', fileName: 'a.png' } as const;
		expect(dialect.upload!.request(file)).toEqual({
			method: 'POST',
			path: '/media/upload/binary',
			form: { fields: {}, file: { name: 'file', content: file } },
		});
		const read = (said: unknown) => dialect.upload!.response(said, file, 200);
		expect(read({ code: 200, data: { download_url: URL_1, size: 1 } })).toEqual({ url: URL_1 });
		expect(() => read({ code: 200, data: { filename: 'a.png' } })).toThrow();
	});

	it('by the connection test is the balance, and an error in an HTTP 200 is one', () => {
		const { request, rules } = new SeedanceWaveSpeedApi().test;
		expect(request).toMatchObject({ url: '/balance', disableFollowRedirect: true });
		expect(rules).toContainEqual({
			type: 'responseSuccessBody',
			properties: expect.objectContaining({ key: 'code', value: 401 }) as object,
		});
	});
});

describe('a callback', () => {
	const jobsIn = (body: unknown) => waveSpeed.callback!.jobsIn(body);

	it('is read without an envelope', () => {
		expect(jobsIn({ id: 'p1', status: 'failed', error: 'No' })).toMatchObject([
			{ jobId: 'p1', status: 'failed', failure: { message: 'No' } },
		]);
	});

	it('that cannot be read names its job all the same', () => {
		expect(jobsIn({ id: 'p1', status: 7 })).toEqual([
			{ jobId: 'p1', status: 'processing', unknownStatus: '' },
		]);
	});

	it.each([undefined, null, [], {}, { id: '' }, { data: { status: 'completed' } }])(
		'such as %j names no job',
		(body) => {
			expect(jobsIn(body)).toEqual([]);
		},
	);
});
