import crypto, { createHmac } from 'node:crypto';
import { SIGNATURE_TOLERANCE_SECONDS, sameText } from '../../nodes/Seedance/core/signature';
import { verifySignature } from './bodySignature.ts';

const secret = 'whsec_1';
const rawBody = Buffer.from('{"task_id":"task_1","note":"Grüße 🎬"}');
const nowMs = Date.UTC(2026, 3, 10, 14, 31, 28);
const nowSeconds = nowMs / 1000;

// Computed here and not by the code under test: the twin must not confirm its own mistake.
const mac = (text: Buffer | string, key = secret) => createHmac('sha256', key).update(text);
const hex = mac(rawBody).digest('hex');
const timestamped = (seconds: number) => mac(`${seconds}.${rawBody.toString()}`).digest('hex');

/** Two hours ahead of Greenwich. */
const isoAtOffset = (seconds: number) =>
	new Date((seconds + 7_200) * 1_000).toISOString().replace(/\.\d+Z$/, '+02:00');

const isGood = (signature: string | undefined, timestamp?: string, body = rawBody, key = secret) =>
	verifySignature(key, { rawBody: body, signature, timestamp }, nowMs);

describe('a signature is good', () => {
	it.each<[string, string]>([
		['in lower-case hex', hex],
		['in upper-case hex', hex.toUpperCase()],
		['with sha256= before the hex', `sha256=${hex}`],
		['with SHA256= before upper-case hex', `SHA256=${hex.toUpperCase()}`],
		['in base64', mac(rawBody).digest('base64')],
		['with blanks around it', ` ${hex}\n`],
		['over the text of the body', mac(rawBody.toString()).digest('hex')],
	])('%s', (_, signature) => {
		expect(isGood(signature)).toBe(true);
	});

	it.each([0, -SIGNATURE_TOLERANCE_SECONDS, SIGNATURE_TOLERANCE_SECONDS])(
		'over time and body, %i s from now',
		(seconds) => {
			const time = nowSeconds + seconds;
			expect(isGood(timestamped(time), String(time))).toBe(true);
		},
	);

	it.each<[string, (seconds: number) => string]>([
		['in milliseconds', (seconds) => String(seconds * 1_000)],
		['in ISO 8601', (seconds) => new Date(seconds * 1_000).toISOString()],
		['in ISO 8601 with an offset', (seconds) => isoAtOffset(seconds)],
	])('over a time %s and the body, within the same 300 s', (_, textOf) => {
		const goodAt = (seconds: number) => {
			const time = textOf(nowSeconds + seconds);
			return isGood(mac(`${time}.${rawBody.toString()}`).digest('hex'), time);
		};
		expect([0, -300, 300].map(goodAt)).toEqual([true, true, true]);
		expect([-302, 302].map(goodAt)).toEqual([false, false]);
	});

	it('over the body alone although a time is sent with it', () => {
		expect(isGood(hex, String(nowSeconds))).toBe(true);
	});
});

describe('a signature is refused', () => {
	const time = String(nowSeconds);
	it.each<[string, [signature: string | undefined, timestamp?: string]]>([
		['when it is missing', [undefined]],
		['when it is empty', ['']],
		['when only its prefix is there', ['sha256=']],
		['when its last character is missing', [hex.slice(0, -1)]],
		['when a character is added', [`${hex}0`]],
		['when it is half of it', [hex.slice(0, 32)]],
		['when it is no hex', ['z'.repeat(64)]],
		['of another secret', [mac(rawBody, 'whsec_2').digest('hex')]],
		['of another algorithm', [createHmac('sha1', secret).update(rawBody).digest('hex')]],
		['without a key', [createHmac('sha256', '').update(rawBody).digest('hex')]],
		['over time and body when the time is not sent', [timestamped(nowSeconds)]],
		[
			'over time and body when another time is sent',
			[timestamped(nowSeconds), `${nowSeconds - 1}`],
		],
		['over a time that is too old', [timestamped(nowSeconds - 301), `${nowSeconds - 301}`]],
		['over a time that is too far ahead', [timestamped(nowSeconds + 301), `${nowSeconds + 301}`]],
		['over a time in words', [mac(`now.${rawBody.toString()}`).digest('hex'), 'now']],
		['over an empty time', [mac(`.${rawBody.toString()}`).digest('hex'), '']],
		['over a time with a sign', [mac(`+${time}.${rawBody.toString()}`).digest('hex'), `+${time}`]],
	])('%s', (_, [signature, timestamp]) => {
		expect(isGood(signature, timestamp)).toBe(false);
	});

	it('with an empty secret, even when it was made with one', () => {
		expect(isGood(mac(rawBody, '').digest('hex'), undefined, rawBody, '')).toBe(false);
	});

	it('when any one byte of the body was changed', () => {
		const accepted = [...rawBody.keys()].filter((index) => {
			const body = Buffer.from(rawBody);
			body[index]! ^= 1;
			return isGood(hex, undefined, body);
		});
		expect(accepted).toEqual([]);
	});

	it('when any one character of it was changed', () => {
		const accepted = [...hex].filter((digit, index) => {
			const other = digit === '0' ? '1' : '0';
			return isGood(hex.slice(0, index) + other + hex.slice(index + 1));
		});
		expect(accepted).toEqual([]);
	});

	it.each([
		['a blank after it', Buffer.concat([rawBody, Buffer.from(' ')])],
		['the same JSON in another order', Buffer.from('{"note":"Grüße 🎬","task_id":"task_1"}')],
		['its end cut off', rawBody.subarray(0, -1)],
		['nothing in it', Buffer.alloc(0)],
	])('for a body with %s', (_, body) => {
		expect(isGood(hex, undefined, body)).toBe(false);
	});
});

it.each([
	['abc', 'abc', true],
	['abc', 'abd', false],
	['abc', 'ab', false],
	['', '', true],
	['ä', 'ae', false],
])('sameText of "%s" and "%s" is %s', (a, b, same) => {
	expect(sameText(a, b)).toBe(same);
});

describe('what is compared in constant time', () => {
	const compared = jest.spyOn(crypto, 'timingSafeEqual');
	beforeEach(() => compared.mockClear());
	afterAll(() => compared.mockRestore());
	const lengths = () =>
		compared.mock.calls.map((buffers) => buffers.map(({ byteLength }) => byteLength));

	it.each([hex, hex.replace(/./g, '0'), mac(rawBody).digest('base64')])(
		'is the signature %s, whole',
		(signature) => {
			isGood(signature);
			expect(lengths()).toEqual([[32, 32]]);
		},
	);

	it('is a signature over the time, too', () => {
		isGood(timestamped(nowSeconds), String(nowSeconds));
		expect(lengths()).toEqual([
			[32, 32],
			[32, 32],
		]);
	});

	it.each(['', hex.slice(1), `${hex}00`, 'x'.repeat(1_000)])(
		'is no signature of another length ("%s"), and nothing throws',
		(signature) => {
			expect(isGood(signature)).toBe(false);
			expect(compared).not.toHaveBeenCalled();
		},
	);

	it.each([
		['short', 'a much longer text'],
		['', 'x'],
		['same', 'same'],
	])('is a token of any length: "%s" and "%s"', (a, b) => {
		sameText(a, b);
		expect(lengths()).toEqual([[32, 32]]);
	});
});
