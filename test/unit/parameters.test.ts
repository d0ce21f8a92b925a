/** How single values from the form and from expressions are read. `checkRequest.test.ts` has whole requests. */
import {
	jsonObject,
	listOf,
	NOTHING,
	numberOf,
	shorten,
	text,
	webAddress,
	wholeNumber,
} from '../../nodes/Seedance/core/parameters';
import { readerOf } from '../../nodes/Seedance/core/requestFields';

it.each([
	['abc', 3, 'abc'],
	['abcd', 3, 'ab…'],
	['🎬🎬🎬', 3, '🎬🎬🎬'],
	['🎬🎬🎬🎬', 3, '🎬🎬…'],
	['', 3, ''],
])('"%s" shortened to %i characters is "%s"', (long, max, short) => {
	expect(shorten(long, max)).toBe(short);
});

const length = numberOf({ values: [5, 10], default: 5 }, ' seconds');
it.each<[unknown, object]>([
	[10, { value: 10 }],
	['10', { value: 10 }],
	[undefined, { value: 5 }],
	[7, { allowed: '5, 10 seconds' }],
	[true, { allowed: '5, 10 seconds' }],
])('a length of %p', (raw, outcome) => {
	expect(length(raw)).toEqual(outcome);
});

describe('a whole number', () => {
	const plain = wholeNumber({ min: 4, max: 15 }, ' of seconds', 5);
	const special = wholeNumber({ min: 4, max: 15 }, ' of seconds', 5, {
		value: -1,
		meaning: '(the model decides)',
	});

	it.each<[unknown, number]>([
		[4, 4],
		['15', 15],
		[-1, -1],
		['-1', -1],
		[' -1 ', -1],
		[undefined, 5],
		['', 5],
	])('may also be the special one: %p', (raw, value) => {
		expect(special(raw)).toEqual({ value });
	});

	it.each([3, 16, 0, -2, -1.5, 4.5, 'x', true, Infinity, NaN])('is not %p', (raw) => {
		const allowed = 'a whole number of seconds from 4 to 15';
		expect(plain(raw)).toEqual({ allowed });
		expect(special(raw)).toEqual({ allowed: `${allowed}, or -1 (the model decides)` });
	});

	it('has no special one unless there is to be one', () => {
		expect(plain(-1)).toHaveProperty('allowed');
	});
});

describe('a list', () => {
	const short = (entry: string) => entry.length <= 3;
	const lines = listOf(3, 'short words', /\n/, short);
	const commas = listOf(3, 'short words', /[,\n]/, short);

	it.each<[unknown, readonly string[] | undefined]>([
		[
			['a', 'b'],
			['a', 'b'],
		],
		[
			['b', 'a', 'b'],
			['b', 'a', 'b'],
		],
		[
			[' a ', '\tb\n'],
			['a', 'b'],
		],
		['a', ['a']],
		[' a \r\n\n b\n', ['a', 'b']],
		[
			[1, 2.5],
			['1', '2.5'],
		],
		[7, ['7']],
		['a\n\nb\nc\n', ['a', 'b', 'c']],
		[undefined, undefined],
		[null, undefined],
		['', undefined],
		[' \n ', undefined],
		[[], undefined],
	])('by lines of %j', (raw, value) => {
		expect(lines(raw)).toEqual({ value });
	});

	it('by commas, where its entries have none', () => {
		expect(commas('a, b,\nc,')).toEqual({ value: ['a', 'b', 'c'] });
		expect(commas(['a,b'])).toEqual({ value: ['a,b'] });
		expect(lines('a,b')).toEqual({ value: ['a,b'] });
		expect(commas(',')).toEqual({ value: undefined });
	});

	it.each<[string, unknown]>([
		['too many entries', ['a', 'b', 'c', 'd']],
		['too many lines', 'a\nb\nc\nd'],
		['a wrong entry', ['a', 'long']],
		['a wrong line', 'a\nlong'],
	])('is refused with %s', (_, raw) => {
		expect(lines(raw)).toEqual({ allowed: 'up to 3 short words' });
	});

	it.each<[string, unknown]>([
		['nothing in the place of an entry', ['a', null]],
		['an empty text in it', ['a', ' ']],
		['a list in it', ['a', ['b']]],
		['an empty list in it', [[]]],
		['an object in it', [{ url: 'a' }]],
		['an object in its place', { url: 'a' }],
		['a switch', true],
		['an expression that returned nothing', NOTHING],
	])('of any texts is refused with %s', (_, raw) => {
		const any = listOf(3, 'words', /,/, () => true);
		expect(any(raw)).toEqual({ allowed: 'up to 3 words' });
	});
});

it('a text may be left out where it need not be given', () => {
	expect(text(5, 'optional')(' ')).toEqual({ value: undefined });
	expect(text(5)(' ')).toEqual({ allowed: 'a text of 1 to 5 characters' });
});

it.each([undefined, 7, {}, '', 'shop.example', 'http://', ' '])(
	'an address that is needed is not %p',
	(raw) => {
		const allowed = 'an address that starts with https:// or http://';
		expect(webAddress('required')(raw)).toEqual({ allowed });
	},
);

const refused = { allowed: 'a JSON object such as {"sku": "A-1"}' };
it.each<[unknown, object]>([
	['{"sku": 1}', { value: { sku: 1 } }],
	[{}, { value: undefined }],
	['{', refused],
	['null', refused],
	['[]', refused],
	['7', refused],
	[7, refused],
])('metadata of %p', (raw, outcome) => {
	expect(jsonObject(raw)).toEqual(outcome);
});

describe('a file where a provider takes addresses only', () => {
	const read = (inputs: Array<'url' | 'binary'>, raw: unknown) => {
		const can = { prompt: { maxLength: 9 }, image: { inputs: inputs as ['url', ...'url'[]] } };
		return readerOf('imageInput', can, undefined)!(raw);
	};

	it('is refused with what to do instead', () => {
		const { allowed } = read(['url'], 'binary') as { allowed: string };
		expect(allowed).toMatch(/^url \(this provider .*: put the file on the web first/);
	});

	it('has no such advice where files are taken, or where nothing is wrong', () => {
		expect(read(['url', 'binary'], 'file')).toEqual({ allowed: 'url, binary' });
		expect(read(['url'], 'url')).toEqual({ value: 'url' });
	});
});
