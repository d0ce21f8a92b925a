import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import type { Model } from '../../nodes/Seedance/core/model';
import type { Mode, RawRequest } from '../../nodes/Seedance/core/request';
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
