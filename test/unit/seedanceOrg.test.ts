/** SeedanceAPI.org has two versions of its API: which one a job goes to, and what each model takes and costs there. */
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import { estimateCost } from '../../nodes/Seedance/core/price';
import type { Mode, RawRequest } from '../../nodes/Seedance/core/request';
import { modelById, providerById } from '../../nodes/Seedance/providers';

const org = providerById('seedanceOrg');
const modelOf = (id: string) => modelById(org, id)!;
const check = (model: string, mode: Mode, raw: RawRequest = {}) =>
	checkRequest({ prompt: 'A lamp', ...raw }, modelOf(model), mode);

function sent(model: string, mode: Mode, raw?: RawRequest) {
	const checked = check(model, mode, raw);
	if (!checked.ok) throw new Error(checked.problems.join());
	const { generate } = org.dialectForRequest({ model, mode });
	return generate.request({ request: checked.request, idempotencyKey: 'key-1' });
}
const problemsOf = (...given: Parameters<typeof check>): string => {
	const checked = check(...given);
	return checked.ok ? '' : checked.problems.join(' ');
};

const TWO = ['seedance-2.0', 'seedance-2.0-fast'];
const imageUrl = 'https://example.com/1.png';
const four = [1, 2, 3, 4].map((n) => `https://example.com/${n}.png`);

it('1.5 is made with v1, and the others with v2', () => {
	const paths = org.models.map(({ id }) => [id, sent(id, 'textToVideo').path]);
	expect(Object.fromEntries(paths)).toEqual({
		'seedance-1.5': '/v1/generate',
		'seedance-2.0': '/v2/generate',
		'seedance-2.0-fast': '/v2/generate',
	});
});

describe.each(TWO)('%s', (model) => {
	it('is named, with a number of seconds, and nothing that v2 does not have', () => {
		const raw = { duration: '15', aspectRatio: '9:16', audio: true };
		const body = { model, prompt: 'A lamp', duration: 15, aspect_ratio: '9:16' };
		expect(sent(model, 'textToVideo', raw).body).toEqual(body);
	});

	it('takes one image as its frame, and up to four as references, without a ratio', () => {
		const raw = { imageInput: 'url', imageUrl, referenceImageUrls: four, aspectRatio: '9:16' };
		const common = { model, prompt: 'A lamp', duration: 5 };
		expect(sent(model, 'imageToVideo', raw).body).toEqual({ ...common, images: [imageUrl] });
		expect(sent(model, 'referenceToVideo', raw).body).toEqual({ ...common, images: four });
	});

	it.each<[string, Mode, RawRequest, RegExp]>([
		['8 seconds', 'textToVideo', { duration: 8 }, /5, 10, 15/],
		['1:1', 'textToVideo', { aspectRatio: '1:1' }, /16:9, 9:16, 4:3, 3:4/],
		['a long text', 'textToVideo', { prompt: 'x'.repeat(2001) }, /2000 characters/],
		['five images', 'referenceToVideo', { referenceImageUrls: [...four, imageUrl] }, /up to 4/],
		['no image', 'referenceToVideo', {}, /Enter the address of an image\.$/],
		['a file', 'imageToVideo', { imageInput: 'binary' }, /only the address of an image/],
	])('refuses %s', (_, mode, raw, words) => {
		expect(problemsOf(model, mode, raw)).toMatch(words);
	});
});

it.each([
	['seedance-2.0', 5, 240],
	['seedance-2.0', 10, 480],
	['seedance-2.0', 15, 720],
	['seedance-2.0-fast', 5, 160],
	['seedance-2.0-fast', 10, 320],
	['seedance-2.0-fast', 15, 480],
])('%s: %i s cost %i credits, as the document says', (model, duration, credits) => {
	const estimate = { creditsEstimated: credits, costUsdEstimated: credits / 100 };
	expect(estimateCost(modelOf(model), { duration })).toEqual(estimate);
});

it('a price for a request of which only the mode is known is that of the default', () => {
	const credits = TWO.map((model) => estimateCost(modelOf(model), {}).creditsEstimated);
	expect(credits).toEqual([240, 160]);
	expect(estimateCost(modelOf('seedance-2.0'), { duration: 7 }).creditsEstimated).toBe(0);
});

describe('a job', () => {
	const paths = (model?: string) =>
		org
			.dialectsForJob({ jobId: 'job', model })
			.map(({ status }) => status.request({ jobId: 'job' }).path);
	const [older, newer] = ['/v1/status?task_id=job', '/v2/status?task_id=job'];

	it('is asked for where its model is, and in both versions if that is not known', () => {
		expect(paths('seedance-1.5')).toEqual([older]);
		expect(paths('seedance-2.0')).toEqual([newer]);
		expect(paths('seedance-2.0-fast')).toEqual([newer]);
		expect(paths()).toEqual([older, newer]);
		expect(paths('constructor')).toEqual([older, newer]);
	});

	const data = (request?: object) => ({ task_id: 'job', status: 'IN_PROGRESS', request });
	const read = (version: 0 | 1, request?: object) => {
		const { status } = org.dialects[version]!;
		return status.response({ data: data(request) }, { jobId: 'job' }, 200).model;
	};

	it('has the model that the reply names, or the only one of v1, or none', () => {
		expect(read(0)).toBe('seedance-1.5');
		expect(read(0, { model: 'seedance-2.0' })).toBe('seedance-2.0');
		expect(read(1)).toBeUndefined();
		expect(read(1, { model: 'seedance-2.0-fast' })).toBe('seedance-2.0-fast');
		expect(read(1, { model: 'seedance-9' })).toBeUndefined();
		expect(read(1, { model: 7 })).toBeUndefined();
	});

	it('that calls back is not taken for one of 1.5 because nobody names its model', () => {
		const models = (body: object) => org.callback!.jobsIn(body).map(({ model }) => model);
		expect(models(data())).toStrictEqual([undefined]);
		expect(models({ data: data({ model: 'seedance-2.0' }) })).toEqual(['seedance-2.0']);
		expect(models({ ...data(), task_id: 'seed15abcpro' })).toEqual(['seedance-1.5']);
		expect(models({ ...data(), task_id: 'abcseed15pro' })).toStrictEqual([undefined]);
	});
});

it('a code that says no more than its HTTP status leaves the words to the text', () => {
	const body = { code: 'INTERNAL_ERROR', message: 'The image is too small' };
	expect(org.fault(400, body, 'submit')).toEqual({
		code: 'INTERNAL_ERROR',
		message: 'SeedanceAPI.org did not accept the request: The image is too small',
	});
});
