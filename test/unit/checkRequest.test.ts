import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import type { Capabilities, Model } from '../../nodes/Seedance/core/model';
import { NOTHING } from '../../nodes/Seedance/core/parameters';
import type { MediaRequest, Mode, RawRequest } from '../../nodes/Seedance/core/request';
import { seedance } from '../../nodes/Seedance/providers/seedance';

const model = seedance.models[0]!;
const good: Partial<RawRequest> = {
	prompt: 'A lamp',
	duration: 8,
	aspectRatio: '16:9',
	audio: true,
	imageUrl: 'https://example.com/lamp.jpg',
	metadata: undefined,
	callbackUrl: undefined,
};
const check = (change: Partial<RawRequest>, mode: Mode = 'imageToVideo', of: Model = model) =>
	checkRequest({ ...good, ...change } as RawRequest, of, mode);

type Field = keyof RawRequest;
const emoji = (count: number) => '🎬'.repeat(count);

describe('checkRequest accepts', () => {
	it.each<[string, Field, unknown, unknown]>([
		['a prompt of one character', 'prompt', 'x', 'x'],
		['a prompt of 500 characters', 'prompt', 'x'.repeat(500), 'x'.repeat(500)],
		['a prompt of 500 emoji, each of which is one character', 'prompt', emoji(500), emoji(500)],
		[
			'a prompt with blanks around it, which do not count',
			'prompt',
			` ${emoji(500)}\n`,
			emoji(500),
		],
		['the shortest duration', 'duration', 4, 4],
		['the longest duration', 'duration', 15, 15],
		['a duration as text, as expressions give it', 'duration', '8', 8],
		['a duration as text with blanks', 'duration', ' 12 ', 12],
		['no duration: the default', 'duration', null, 8],
		['an empty duration: the default', 'duration', '', 8],
		['another aspect ratio', 'aspectRatio', '9:16', '9:16'],
		['no aspect ratio: the default', 'aspectRatio', undefined, '16:9'],
		['audio off', 'audio', false, false],
		['the text "false" as audio off', 'audio', 'false', false],
		['the text "true" as audio on', 'audio', 'true', true],
		['no audio: the default', 'audio', null, true],
		['an http address', 'imageUrl', 'http://example.com/a.png', 'http://example.com/a.png'],
		['an address in capitals', 'imageUrl', 'HTTPS://EXAMPLE.COM/a', 'HTTPS://EXAMPLE.COM/a'],
		['an address with blanks around it', 'imageUrl', ' https://e.com/a ', 'https://e.com/a'],
		['metadata as an object', 'metadata', { sku: 'A-1' }, { sku: 'A-1' }],
		['metadata as JSON text', 'metadata', '{"sku":"A-1"}', { sku: 'A-1' }],
		['empty metadata: none', 'metadata', '{}', undefined],
		['blank metadata: none', 'metadata', ' ', undefined],
		['no callback address', 'callbackUrl', '', undefined],
		['a callback address', 'callbackUrl', 'https://e.com/cb?x=1', 'https://e.com/cb?x=1'],
	])('%s', (_, field, raw, value) => {
		const checked = check({ [field]: raw });
		expect(checked.ok).toBe(true);
		expect(checked.ok && Object.entries(checked.request)).toContainEqual([field, value]);
	});

	it('everything at once, under the names of the request', () => {
		expect(check({ metadata: '{"sku":"A-1"}', callbackUrl: 'https://e.com/cb' })).toEqual({
			ok: true,
			request: {
				model: 'seedance-2.0',
				mode: 'imageToVideo',
				prompt: 'A lamp',
				duration: 8,
				aspectRatio: '16:9',
				audio: true,
				imageUrl: 'https://example.com/lamp.jpg',
				metadata: { sku: 'A-1' },
				callbackUrl: 'https://e.com/cb',
			},
		});
	});
});

const PROMPT = 'a text of 1 to 500 characters';
const SECONDS = 'a whole number of seconds from 4 to 15';
const ADDRESS = 'an address that starts with https:// or http://';
const OBJECT = 'a JSON object such as {"sku": "A-1"}';

describe('checkRequest refuses, naming field, value and what is allowed,', () => {
	it.each<[string, Field, unknown, string]>([
		['an empty prompt', 'prompt', '', `Prompt: an empty value|${PROMPT}`],
		['a blank prompt', 'prompt', ' \n\t', `Prompt: an empty value|${PROMPT}`],
		['a prompt that is a number', 'prompt', 7, `Prompt: "7"|${PROMPT}`],
		[
			'a prompt of 501 characters',
			'prompt',
			'x'.repeat(501),
			`Prompt: "${'x'.repeat(57)}…" (501 characters)|${PROMPT}`,
		],
		[
			'a prompt of 501 emoji, without cutting one in half',
			'prompt',
			emoji(501),
			`Prompt: "${emoji(57)}…" (501 characters)|${PROMPT}`,
		],
		['a duration below the range', 'duration', 3, `Duration (Seconds): "3"|${SECONDS}`],
		['a duration above the range', 'duration', 16, `Duration (Seconds): "16"|${SECONDS}`],
		['a duration that is a word', 'duration', 'abc', `Duration (Seconds): "abc"|${SECONDS}`],
		['a broken duration', 'duration', 4.5, `Duration (Seconds): "4.5"|${SECONDS}`],
		['a duration of zero, which is a value', 'duration', 0, `Duration (Seconds): "0"|${SECONDS}`],
		['a duration that is a list', 'duration', [8], `Duration (Seconds): "[8]"|${SECONDS}`],
		['a duration of true', 'duration', true, `Duration (Seconds): "true"|${SECONDS}`],
		['an unknown aspect ratio', 'aspectRatio', '4:3', 'Aspect Ratio: "4:3"|16:9, 9:16, 1:1'],
		['audio that is a word', 'audio', 'yes', 'Generate Audio: "yes"|true or false'],
		['audio that is a number', 'audio', 0, 'Generate Audio: "0"|true or false'],
		['no image', 'imageUrl', '', `Image URL: an empty value|${ADDRESS}`],
		['an ftp image', 'imageUrl', 'ftp://e.com/a.png', `Image URL: "ftp://e.com/a.png"|${ADDRESS}`],
		['a relative image', 'imageUrl', '/a.png', `Image URL: "/a.png"|${ADDRESS}`],
		['a script', 'imageUrl', 'javascript:alert(1)', `Image URL: "javascript:alert(1)"|${ADDRESS}`],
		['an address without a host', 'imageUrl', 'https://', `Image URL: "https://"|${ADDRESS}`],
		['a relative callback', 'callbackUrl', 'cb', `Callback URL: "cb"|${ADDRESS}`],
		['metadata that is a list', 'metadata', '[1]', `Metadata: "[1]"|${OBJECT}`],
		['metadata that is a list already', 'metadata', [1], `Metadata: "[1]"|${OBJECT}`],
		['metadata that is a number', 'metadata', 5, `Metadata: "5"|${OBJECT}`],
		['metadata of broken JSON', 'metadata', '{"sku":', `Metadata: "{"sku":"|${OBJECT}`],
	])('%s', (_, field, raw, expected) => {
		const [said, allowed] = expected.split('|');
		expect(check({ [field]: raw })).toEqual({
			ok: false,
			problems: [`${said} is not possible with Seedance 2.0. Allowed: ${allowed}.`],
		});
	});

	it('all that is wrong at once', () => {
		const checked = check({ prompt: '', duration: 3, audio: 'loud' });
		expect(!checked.ok && checked.problems.map((problem) => problem.split(':')[0])).toEqual([
			'Prompt',
			'Duration (Seconds)',
			'Generate Audio',
		]);
	});

	it('a mode that the model does not have', () => {
		const { textToVideo } = model.modes;
		const checked = check({}, 'imageToVideo', { ...model, modes: { textToVideo } });
		expect(!checked.ok && checked.problems).toEqual([
			expect.stringMatching(/^Mode: .*"imageToVideo"/),
		]);
		expect(checked.ok).toBe(false);
	});
});

describe('a field that the model does not have', () => {
	it('is not read: what stands in the form is left over from another model', () => {
		const checked = check({ imageUrl: 'nonsense' }, 'textToVideo');
		expect(checked.ok && checked.request.imageUrl).toBeUndefined();
		expect(checked.ok).toBe(true);
	});

	it('is not filled with a default either', () => {
		const { prompt, duration } = model.modes.textToVideo!;
		const plain: Model = { ...model, modes: { textToVideo: { prompt, duration } } };
		const checked = check({}, 'textToVideo', plain);
		expect(checked.ok && [checked.request.audio, checked.request.aspectRatio]).toEqual([
			undefined,
			undefined,
		]);
	});
});

describe('the fields of references, drafts and tiers', () => {
	const can: Capabilities = {
		prompt: { maxLength: 9, optional: true },
		image: { inputs: ['url', 'binary'] },
		duration: { min: 4, max: 15, default: 5, orModel: true },
		endFrameUrl: { imageInput: 'url' },
		endFrameBinaryField: { imageInput: 'binary' },
		referenceImageUrls: { max: 2 },
		referenceBinaryFields: { max: 2 },
		referenceVideoUrls: { max: 1 },
		referenceAudioUrls: { max: 1 },
		task: { values: ['auto', 'edit'], default: 'auto' },
		draftJobId: true,
		draft: { default: false },
		returnLastFrame: { default: false },
		watermark: { default: true },
		serviceTier: { values: ['default', 'flex'], default: 'default' },
	};
	const given = { imageInput: 'url', imageUrl: 'https://e.com/a.png', draftJobId: 'job-1' };
	const checkWith = (raw: object, conflicts?: Capabilities['conflicts']) => {
		const row: Model = { ...model, modes: { referenceToVideo: { ...can, conflicts } } };
		return checkRequest({ ...given, ...raw } as unknown as RawRequest, row, 'referenceToVideo');
	};
	const requestOf = (raw: object) => {
		const checked = checkWith(raw);
		if (!checked.ok) throw new Error(checked.problems.join(' '));
		return checked.request;
	};

	it('have their defaults, and none where nothing is given', () => {
		expect(requestOf({ prompt: ' ' })).toEqual({
			model: 'seedance-2.0',
			mode: 'referenceToVideo',
			duration: 5,
			imageUrl: given.imageUrl,
			task: 'auto',
			draftJobId: 'job-1',
			draft: false,
			returnLastFrame: false,
			watermark: true,
			serviceTier: 'default',
		});
	});

	it.each<[string, unknown, unknown]>([
		['duration', -1, -1],
		[
			'referenceImageUrls',
			'https://e.com/1.png\nhttps://e.com/2.png',
			['https://e.com/1.png', 'https://e.com/2.png'],
		],
		['referenceImageUrls', ['https://e.com/1,2.png'], ['https://e.com/1,2.png']],
		['referenceImageUrls', [], undefined],
		['referenceBinaryFields', 'front, back', ['front', 'back']],
		['referenceVideoUrls', 'http://e.com/1.mp4', ['http://e.com/1.mp4']],
		['referenceAudioUrls', ['https://e.com/1.mp3'], ['https://e.com/1.mp3']],
		['task', 'edit', 'edit'],
		['draft', 'true', true],
		['serviceTier', 'flex', 'flex'],
	])('%s of %j', (field, raw, value) => {
		expect(requestOf({ [field]: raw })).toHaveProperty(field, value);
	});

	it.each<[string, unknown, string]>([
		[
			'duration',
			-2,
			'Duration (Seconds): "-2"|a whole number of seconds from 4 to 15, or -1 (the model decides)',
		],
		[
			'referenceImageUrls',
			'a.png',
			'Reference Image URLs: "a.png"|up to 2 addresses that start with https:// or http://, one a line',
		],
		[
			'referenceVideoUrls',
			['https://e.com/1', 'https://e.com/2'],
			'Reference Video URLs: "["https://e.com/1","https://e.com/2"]"|up to 1 addresses that start with https:// or http://, one a line',
		],
		[
			'referenceBinaryFields',
			'a, b, c',
			'Reference Binary Fields: "a, b, c"|up to 2 names of binary fields, separated by commas',
		],
		[
			'referenceBinaryFields',
			NOTHING,
			'Reference Binary Fields: an empty value|up to 2 names of binary fields, separated by commas',
		],
		['draftJobId', '', 'Draft Job ID: an empty value|a text of 1 to 200 characters'],
		['task', 'cut', 'Task: "cut"|auto, edit'],
		['serviceTier', 'fast', 'Service Tier: "fast"|default, flex'],
		['watermark', 'yes', 'Watermark: "yes"|true or false'],
	])('%s is not %j', (field, raw, expected) => {
		const [said, allowed] = expected.split('|');
		expect(checkWith({ [field]: raw })).toEqual({
			ok: false,
			problems: [`${said} is not possible with Seedance 2.0. Allowed: ${allowed}.`],
		});
	});

	it('a last frame is a file where the first frame is one, otherwise an address', () => {
		const frames = { endFrameUrl: 'https://e.com/b.png', endFrameBinaryField: 'last' };
		const byAddress = requestOf(frames);
		expect([byAddress.endFrameUrl, byAddress.endFrameBinaryField]).toEqual([
			'https://e.com/b.png',
			undefined,
		]);
		const byFile = requestOf({ ...frames, imageInput: 'binary', imageBinaryField: 'data' });
		expect([byFile.endFrameUrl, byFile.endFrameBinaryField]).toStrictEqual([undefined, 'last']);
	});

	describe('with rules between them', () => {
		const rule = 'A draft has no Service Tier. Choose Default.';
		const conflicts = jest.fn(({ draft, serviceTier }: MediaRequest) =>
			draft && serviceTier === 'flex' ? [rule, 'Another.'] : [],
		);
		beforeEach(() => conflicts.mockClear());

		it('are refused in the words of the rules', () => {
			expect(checkWith({ draft: true, serviceTier: 'flex' }, conflicts)).toEqual({
				ok: false,
				problems: [rule, 'Another.'],
			});
		});

		it('pass where no rule is broken, which are asked about the values that were read', () => {
			const checked = checkWith({ draft: 'false', serviceTier: 'flex' }, conflicts);
			expect(checked).toMatchObject({ ok: true, request: { draft: false, serviceTier: 'flex' } });
			expect(conflicts.mock.calls).toEqual([[checked.ok && checked.request]]);
		});

		it('are not asked about a request that has other problems', () => {
			const checked = checkWith({ draft: true, serviceTier: 'slow' }, conflicts);
			expect(!checked.ok && checked.problems).toHaveLength(1);
			expect(conflicts).not.toHaveBeenCalled();
		});
	});
});
