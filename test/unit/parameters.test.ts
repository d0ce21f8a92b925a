/** How single values from the form and from expressions are read. `checkRequest.test.ts` has whole requests. */
import {
	jsonObject,
	numberOf,
	shorten,
	text,
	webAddress,
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
