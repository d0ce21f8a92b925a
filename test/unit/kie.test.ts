/** What kie.ai asks, costs and says: the rules of its models, prices by second, its codes and its open callbacks. */
import { SeedanceKieApi } from '../../credentials/SeedanceKieApi.credentials';
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import { newJob, updateJob } from '../../nodes/Seedance/core/job';
import { affordableSeconds, estimateCost } from '../../nodes/Seedance/core/price';
import type { MediaRequest, Mode, RawRequest } from '../../nodes/Seedance/core/request';
import { SeedanceCheckStatus } from '../../nodes/Seedance/SeedanceCheckStatus.node';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import { modelById } from '../../nodes/Seedance/providers';
import { kie } from '../../nodes/Seedance/providers/kie';
import { modelOf as modelOfWire, wireNameOf } from '../../nodes/Seedance/providers/kie/input';
import { priceOf } from '../../nodes/Seedance/providers/kie/price';

const dialect = kie.dialects[0]!;
const URL_1 = 'https://example.com/1.png';
const modelOf = (id: string) => modelById(kie, id)!;
const check = (model: string, mode: Mode, raw: RawRequest = {}) =>
	checkRequest({ prompt: 'A lamp', ...raw }, modelOf(model), mode);
const requestOf = (...args: Parameters<typeof check>): MediaRequest => {
	const checked = check(...args);
	if (!checked.ok) throw new Error(checked.problems.join(' '));
	return checked.request;
};

describe('the price', () => {
	it.each<[string, Mode, RawRequest, number]>([
		['seedance-2.5', 'textToVideo', {}, 315],
		['seedance-2.5', 'textToVideo', { resolution: '1080p', duration: 4 }, 632],
		// The model decides: up to 30 s.
		['seedance-2.5', 'textToVideo', { duration: -1, resolution: '480p' }, 840],
		// The seconds of the reference count as well: up to 30 of them.
		['seedance-2.5', 'referenceToVideo', { referenceVideoUrls: [URL_1] }, 1330],
		['seedance-2.0', 'textToVideo', { duration: 15, resolution: '4k' }, 3120],
		['seedance-2.0', 'referenceToVideo', { referenceImageUrls: [URL_1] }, 205],
		['seedance-2.0', 'referenceToVideo', { referenceVideoUrls: [URL_1], resolution: '480p' }, 230],
		// Not public with a reference video: the usual rate.
		[
			'seedance-2.0',
			'referenceToVideo',
			{ referenceVideoUrls: [URL_1], resolution: '1080p' },
			2040,
		],
		['seedance-2.0-fast', 'textToVideo', {}, 205],
		// 47.5, and no half credit less.
		['seedance-2.0-mini', 'textToVideo', { resolution: '480p' }, 48],
		['seedance-2.0-mini', 'referenceToVideo', { referenceVideoUrls: [URL_1], duration: 15 }, 615],
		['seedance-1.5-pro', 'textToVideo', {}, 28],
		['seedance-1.5-pro', 'textToVideo', { audio: true, duration: 12 }, 84],
		['seedance-1.0-pro', 'textToVideo', { resolution: '480p' }, 14],
		['seedance-1.0-pro', 'textToVideo', { resolution: '1080p' }, 70],
		['seedance-1.0-pro-fast', 'imageToVideo', { imageUrl: URL_1 }, 30],
		['seedance-1.0-lite', 'textToVideo', { duration: 12 }, 72],
	])('of %s, %s, %j is %i credits', (model, mode, raw, credits) => {
		expect(estimateCost(modelOf(model), requestOf(model, mode, raw))).toEqual({
			creditsEstimated: credits,
			costUsdEstimated: Math.round(credits * 50) / 10_000,
		});
	});

	it('of what was not chosen, or is not known, is the highest', () => {
		expect(priceOf('seedance-1.5-pro').credits!({ duration: 5 })).toBe(35);
		expect(priceOf('seedance-2.0').credits!({ duration: 1, resolution: '8k' })).toBe(208);
	});

	it('says how many seconds a balance pays for', () => {
		expect(affordableSeconds(modelOf('seedance-2.0'), 410)).toBe(10);
		expect(affordableSeconds(modelOf('seedance-2.0-mini'), 102.5)).toBe(5);
	});

	it('is there for every model', () => {
		expect(() => priceOf('another')).toThrow(RangeError);
		for (const { price } of kie.models) expect(price).toMatchObject({ usdPerCredit: 0.005 });
	});
});

describe('before anything is sent', () => {
	const images = Array<string>(8).fill(URL_1);
	it.each<[string, Mode, RawRequest, string]>([
		['seedance-2.0', 'textToVideo', { duration: 3 }, 'Duration (Seconds): "3"'],
		['seedance-2.0', 'textToVideo', { duration: -1 }, 'Duration (Seconds): "-1"'],
		['seedance-2.5', 'textToVideo', { duration: 31 }, 'Duration (Seconds): "31"'],
		['seedance-1.5-pro', 'textToVideo', { duration: 5 }, 'Duration (Seconds): "5"'],
		['seedance-1.0-pro', 'textToVideo', { duration: 2 }, 'Duration (Seconds): "2"'],
		[
			'seedance-1.0-pro-fast',
			'imageToVideo',
			{ imageUrl: URL_1, duration: 6 },
			'Duration (Seconds): "6"',
		],
		['seedance-1.0-pro-fast', 'textToVideo', {}, 'Mode: "textToVideo"'],
		['seedance-2.0-fast', 'textToVideo', { resolution: '1080p' }, 'Resolution: "1080p"'],
		['seedance-2.5', 'textToVideo', { resolution: '4k' }, 'Resolution: "4k"'],
		['seedance-1.5-pro', 'textToVideo', { aspectRatio: 'adaptive' }, 'Aspect Ratio: "adaptive"'],
		['seedance-2.0', 'textToVideo', { prompt: 'ab' }, 'Prompt: "ab" is too short'],
		['seedance-2.0', 'textToVideo', { prompt: 'x'.repeat(20_001) }, 'Prompt:'],
		['seedance-2.0', 'imageToVideo', { imageUrl: URL_1, prompt: 'ab' }, 'too short'],
		['seedance-2.0', 'referenceToVideo', {}, 'there is no reference'],
		['seedance-2.0', 'referenceToVideo', { referenceAudioUrls: [URL_1] }, 'a sound alone'],
		[
			'seedance-2.0',
			'referenceToVideo',
			{ referenceImageUrls: images, referenceBinaryFields: ['a', 'b'] },
			'10 are too many. Allowed: up to 9',
		],
		[
			'seedance-1.0-lite',
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

	it('a sound alone may be the reference of 2.5, and an emoji is a character', () => {
		const raw = { referenceAudioUrls: [URL_1] };
		expect(check('seedance-2.5', 'referenceToVideo', raw).ok).toBe(true);
		expect(check('seedance-2.0', 'textToVideo', { prompt: '🌊🌊' }).ok).toBe(false);
		expect(check('seedance-2.0', 'textToVideo', { prompt: '🌊🌊🌊' }).ok).toBe(true);
	});
});

describe('names', () => {
	it('of every model and mode lead back to the model', () => {
		const names = kie.models.flatMap(({ id, modes }) =>
			(Object.keys(modes) as Mode[]).map((mode) => ({ id, name: wireNameOf({ model: id, mode }) })),
		);
		expect(names.map(({ name }) => modelOfWire(name))).toEqual(names.map(({ id }) => id));
		expect(names.every(({ name }) => name.startsWith('bytedance/'))).toBe(true);
		expect(modelOfWire('bytedance/seedance-9')).toBeUndefined();
	});
});

describe('an upload', () => {
	const file = { bytes: Buffer.from('one'), mimeType: 'image/png', fileName: 'a.png' } as const;
	const nameOf = (content: Parameters<NonNullable<typeof dialect.upload>['request']>[0]) =>
		dialect.upload!.request(content).form!.fields.fileName;

	it('goes to its own host, under a name that no other content has', () => {
		const { method, host, path, form } = dialect.upload!.request(file);
		expect([method, host, path]).toEqual(['POST', 'upload', '/api/file-stream-upload']);
		expect(form!.file.name).toBe('file');
		expect(form!.fields.uploadPath).toBe('n8n-nodes-seedance');
		expect(nameOf(file)).toMatch(/^[0-9a-f]{32}\.png$/);
		expect(form!.file.content.fileName).toBe(nameOf(file));
		expect(nameOf({ ...file, fileName: 'b.png' })).toBe(nameOf(file));
		expect(nameOf({ ...file, bytes: Buffer.from('two') })).not.toBe(nameOf(file));
	});

	it('gives the address of the file, and nothing else is one', () => {
		const read = (body: unknown) => dialect.upload!.response(body, file, 200);
		expect(read({ success: true, data: { downloadUrl: URL_1 } })).toEqual({ url: URL_1 });
		for (const body of [{}, { data: { downloadUrl: 'a.png' } }, { data: null }])
			expect(() => read(body)).toThrow();
	});
});

describe('an HTTP 200 with another code', () => {
	const job = { taskId: 't' };
	it.each<[unknown, number | undefined]>([
		[{ code: 200, data: job }, undefined],
		[{ code: '200', data: job }, undefined],
		[{ code: '402', data: null }, 402],
		[{ code: 402, data: null }, 402],
		[{ code: 422, msg: 'recordInfo is null', data: null }, 404],
		[{ code: 422, message: 'recordInfo is null' }, 404],
		[{ code: 500, msg: 'recordInfo is null' }, 500],
		[{ code: 600 }, 500],
		[{ code: 500, data: {} }, 500],
		[{ code: 505 }, 403],
		[{ code: 455 }, 455],
		[{ code: 500, data: null }, 500],
		[{ code: 0, data: null }, 500],
		[{ success: false }, 500],
		[{ success: true }, undefined],
		[{}, undefined],
		[null, undefined],
		['error code: 1010', undefined],
		// Who names a task may have to pay for it, unless the code is a refusal.
		[{ code: 500, data: job }, undefined],
		[{ code: 0, data: job }, undefined],
		[{ code: 422, data: job }, 422],
		// What became of a job is in its state.
		[{ code: 501, data: { ...job, state: 'fail' } }, undefined],
		[{ code: 422, data: { ...job, state: 'fail' } }, undefined],
	])('%j stands for %p', (body, status) => {
		expect(kie.disguisedStatus!(body)).toBe(status);
	});

	it('a refusal of the firewall says that it is one', () => {
		expect(kie.fault(403, undefined, 'submit')).toMatchObject({
			message: expect.stringContaining('something before it') as string,
		});
		const named = kie.fault(403, { code: 403, msg: 'No access' }, 'submit');
		expect(named).toMatchObject({ message: 'kie.ai did not accept the request: No access' });
	});

	it.each<[number, object, 'submit' | 'ask', string | undefined]>([
		// Money is short, whatever the body says beside it.
		[402, { code: 200, msg: 'success' }, 'submit', 'Not enough credits'],
		[402, {}, 'submit', 'Not enough credits'],
		[404, { code: 404, msg: 'Not Found' }, 'submit', 'did not accept the request: Not Found'],
		[404, { code: 404, msg: 'Not Found' }, 'ask', undefined],
		[422, { code: 422, msg: 'taskId is empty' }, 'ask', 'request: taskId is empty'],
	])('HTTP %i with %j to a call of the kind "%s": %p', (status, body, intent, words) => {
		const { message } = kie.fault(status, body, intent);
		if (words === undefined) expect(message).toBeUndefined();
		else expect(message).toContain(words);
	});

	it.each([
		[402, 'Not enough credits'],
		[455, 'down for maintenance'],
		[505, 'switched this model off'],
	])('the code %i is understood with every HTTP status', (code, words) => {
		for (const status of [200, 400, 403, code])
			expect(kie.fault(status, { code }, 'submit').message).toContain(words);
	});
});

describe('a job', () => {
	const data = { taskId: 't', state: 'success', resultJson: '{"resultUrls":["https://e.com/v"]}' };
	const read = (more: object) =>
		updateJob(
			newJob('t', 'kie'),
			dialect.status.response({ code: 200, data: { ...data, ...more } }, { jobId: 't' }, 200),
		);

	it.each<[object, object]>([
		[{}, { videoUrl: 'https://e.com/v', lastFrameUrl: null, costUsd: null, expiresAt: null }],
		[{ creditsConsumed: 315 }, { creditsCharged: 315, costUsd: 1.575 }],
		[{ creditsConsumed: 0 }, { creditsCharged: 0, costUsd: 0 }],
		[{ creditsConsumed: '7' }, { creditsCharged: null, costUsd: null }],
		[
			{ completeTime: 0, createTime: null },
			{ completedAt: null, createdAt: null },
		],
		[{ completeTime: 1e300 }, { completedAt: null, expiresAt: null }],
		[{ resultJson: '{"resultUrls":"https://e.com/v"}' }, { status: 'failed', videoUrl: null }],
		[{ resultJson: '[]' }, { status: 'failed' }],
		[
			{ resultJson: { resultUrls: [null, 'no address', 'https://e.com/v'] } },
			{ status: 'completed', videoUrl: 'https://e.com/v' },
		],
		[{ model: 'bytedance/seedance-2' }, { model: 'seedance-2.0' }],
		[{ param: '{"model":"bytedance/seedance-2-5"}' }, { model: 'seedance-2.5' }],
		[{ param: '{"input":{"duration":0,"seed":0}}' }, { durationSeconds: null, seed: 0 }],
		[{ param: 'not JSON' }, { status: 'completed', durationSeconds: null }],
		[{ param: '{"input":{"duration":"12","seed":-1}}' }, { durationSeconds: 12, seed: null }],
		[{ state: 'SUCCESS' }, { status: 'completed' }],
		[{ state: 'fail', failCode: 500, failMsg: 'Broken' }, { failure: { code: '500' } }],
		[
			{ state: 'fail', creditsConsumed: 41 },
			{ creditsCharged: 41, costUsd: 0.205 },
		],
	])('with %j is %j', (more, job) => {
		expect(read(more)).toMatchObject(job);
	});
});

describe('the form', () => {
	const nodes = [new SeedanceGenerateVideo(), new SeedanceCheckStatus()];
	it.each(nodes)('downloads by default, and says why: %#', ({ description }) => {
		const fields = description.properties.filter(({ name }) => name === 'downloadVideo');
		const [usual] = fields;
		const ofKie = fields.find(({ displayOptions }) =>
			displayOptions?.show?.['provider']?.includes('kie'),
		);
		expect([usual!.default, ofKie!.default]).toEqual([false, true]);
		expect(usual!.displayOptions?.hide?.['provider']).toContain('kie');
		expect(ofKie!.displayOptions?.show).toMatchObject({ provider: ['kie'] });
		expect(ofKie!.hint).toContain('20 minutes');
	});

	it('of the credential asks for the webhook secret and has both hosts', () => {
		const { properties } = new SeedanceKieApi();
		expect(properties.map(({ name }) => name)).toEqual([
			'apiKey',
			'baseUrl',
			'uploadUrl',
			'webhookSecret',
			'requestsPerMinute',
			'maxConcurrentJobs',
		]);
	});
});

describe('a callback', () => {
	it.each<[unknown, string[]]>([
		[{ data: { taskId: 't', state: 'success' } }, ['t']],
		[{ data: { task_id: 't' } }, ['t']],
		[{ data: { taskId: 7 } }, ['7']],
		[{ data: {} }, []],
		[{ taskId: 't' }, []],
		[null, []],
	])('%j names the jobs %j', (body, ids) => {
		expect(kie.callback!.jobsIn(body).map(({ jobId }) => jobId)).toEqual(ids);
	});

	it('is signed with an open body', () => {
		expect(kie.callback!.signatures).toMatchObject([{ leavesBodyOpen: true }]);
	});
});
