/** The schemes that providers with keys of their own sign by: whoever can forge one can end a wait with a false word. */
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { ed25519 } from '../../nodes/Seedance/core/ed25519';
import {
	hexWebhooks,
	hmacOfJobId,
	hmacWithTime,
	standardWebhooks,
	type SignatureScheme,
} from '../../nodes/Seedance/core/signature';

const rawBody = Buffer.from('{"id":"1","note":"Grüße"}');
const nowMs = Date.UTC(2026, 10, 30, 12);
const now = nowMs / 1000;

type Headers = Record<string, string | undefined>;
const isSigned = (scheme: SignatureScheme, key: string, headers: Headers, body = rawBody) =>
	scheme.isSigned(key, { rawBody: body, header: (name) => headers[name] }, nowMs);

const times: Array<[string, number, boolean]> = [
	['300 s ago', -300, true],
	['in 300 s', 300, true],
	['301 s ago', -301, false],
	['in 301 s', 301, false],
];

describe('an HMAC with the time in its header', () => {
	const scheme = hmacWithTime('x-signature', ',');
	const mac = (time: number | string, key = 'secret', separator = ',') =>
		createHmac('sha256', key).update(`${time}${separator}`).update(rawBody).digest('hex');
	const accepts = (header: string | undefined, key = 'secret', body = rawBody) =>
		isSigned(scheme, key, { 'x-signature': header }, body);
	const right = mac(now);

	it('is accepted, in letters of either case', () => {
		expect(accepts(`t=${now},v1=${right}`)).toBe(true);
		expect(accepts(`t=${now},v1=${right.toUpperCase()}`)).toBe(true);
	});

	it('is accepted where one of several signatures is right', () => {
		const other = mac(now, 'another');
		expect(accepts(`t=${now},v1=${other},v1=${right}`)).toBe(true);
		expect(accepts(`t=${now},v0=${other},v1=${right}`)).toBe(true);
		expect(accepts(`t=${now},v1=${other},v1=${other}`)).toBe(false);
	});

	it.each(times)('signed %s: %p', (_, seconds, fresh) => {
		const time = now + seconds;
		expect(accepts(`t=${time},v1=${mac(time)}`)).toBe(fresh);
	});

	it.each<[string, string | undefined]>([
		['no header', undefined],
		['an empty header', ''],
		['no time', `v1=${right}`],
		['an empty time', `t=,v1=${mac('')}`],
		['another time', `t=${now - 1},v1=${right}`],
		['the time at the end', `v1=${right},t=${now}`],
		['no signature', `t=${now}`],
		['another version', `t=${now},v2=${right}`],
		['a text before the version', `t=${now},xv1=${right}`],
		['a text after the signature', `t=${now},v1=${right}0`],
		['a part of a signature', `t=${now},v1=${right.slice(2)}`],
		['a dot between time and body', `t=${now},v1=${mac(now, 'secret', '.')}`],
		['nothing between time and body', `t=${now},v1=${mac(now, 'secret', '')}`],
	])('with %s is refused', (_, header) => {
		expect(accepts(header)).toBe(false);
	});

	it('with another body or another secret is refused', () => {
		const header = `t=${now},v1=${right}`;
		expect(accepts(header, 'secret', Buffer.from('{"id":"2"}'))).toBe(false);
		expect(accepts(header, 'another')).toBe(false);
	});

	it('an empty secret signs nothing', () => {
		expect(accepts(`t=${now},v1=${mac(now, '')}`, '')).toBe(false);
	});
});

describe('Standard Webhooks', () => {
	const bytes = Buffer.from('sixteen bytes ok');
	const secret = `whsec_${bytes.toString('base64')}`;
	const mac = (id: string, time: number | string, key = bytes) =>
		createHmac('sha256', key).update(`${id}.${time}.`).update(rawBody).digest('base64');
	const headersOf = (more: Headers = {}, time: number | string = now): Headers => ({
		'webhook-id': 'msg_1',
		'webhook-timestamp': String(time),
		'webhook-signature': `v1,${mac('msg_1', time)}`,
		...more,
	});
	const accepts = (headers: Headers, key = secret, body = rawBody) =>
		isSigned(standardWebhooks, key, headers, body);

	it('is accepted, with its prefix or without', () => {
		expect(accepts(headersOf())).toBe(true);
		expect(accepts(headersOf(), bytes.toString('base64'))).toBe(true);
	});

	it('is accepted where one of several signatures is right, as while a secret is replaced', () => {
		const [right, other] = [mac('msg_1', now), mac('msg_1', now, Buffer.from('another'))];
		expect(accepts(headersOf({ 'webhook-signature': `v1,${other} v1,${right}` }))).toBe(true);
		expect(accepts(headersOf({ 'webhook-signature': `v1,${other} v1,${other}` }))).toBe(false);
	});

	it.each(times)('signed %s: %p', (_, seconds, fresh) => {
		expect(accepts(headersOf({}, now + seconds))).toBe(fresh);
	});

	const right = mac('msg_1', now);
	it.each<[string, Headers]>([
		['no ID', { 'webhook-id': undefined, 'webhook-signature': `v1,${mac('undefined', now)}` }],
		['another ID', { 'webhook-id': 'msg_2' }],
		['another time', { 'webhook-timestamp': String(now - 1) }],
		['no time', { 'webhook-timestamp': undefined }],
		['no signature', { 'webhook-signature': undefined }],
		['an empty signature', { 'webhook-signature': '' }],
		['a signature without a version', { 'webhook-signature': right }],
		['another version', { 'webhook-signature': `v2,${right}` }],
		['a text before the version', { 'webhook-signature': `xv1,${right}` }],
		['a text after the signature', { 'webhook-signature': `v1,${right}x` }],
		['a part of a signature', { 'webhook-signature': `v1,${right.slice(4)}` }],
	])('with %s is refused', (_, more) => {
		expect(accepts(headersOf(more))).toBe(false);
	});

	it('with another body or another secret is refused', () => {
		expect(accepts(headersOf(), secret, Buffer.from('{"id":"2"}'))).toBe(false);
		expect(accepts(headersOf(), `whsec_${Buffer.from('another').toString('base64')}`)).toBe(false);
	});

	it.each(['', 'whsec_', 'whsec_!'])('an empty secret signs nothing: "%s"', (empty) => {
		const forged = `v1,${mac('msg_1', now, Buffer.alloc(0))}`;
		expect(accepts(headersOf({ 'webhook-signature': forged }), empty)).toBe(false);
	});

	it('only the beginning of a secret is a prefix', () => {
		const forged = `v1,${mac('msg_1', now, Buffer.from('AAAA', 'base64'))}`;
		expect(accepts(headersOf({ 'webhook-signature': forged }), 'AAwhsec_AA')).toBe(false);
	});
});

describe('webhooks with a signature in hex', () => {
	// In base64, this would be another key.
	const secret = 'whsec_c2l4dGVlbiBieXRlcyBvaw==';
	const mac = (id: string, time: number | string, key = secret.slice(6)) =>
		createHmac('sha256', key).update(`${id}.${time}.`).update(rawBody).digest('hex');
	const headersOf = (more: Headers = {}, time: number | string = now): Headers => ({
		'webhook-id': 'p1',
		'webhook-timestamp': String(time),
		'webhook-signature': `v3,${mac('p1', time)}`,
		...more,
	});
	const accepts = (headers: Headers, key = secret, body = rawBody) =>
		isSigned(hexWebhooks('v3'), key, headers, body);

	it('are accepted, with the prefix of the secret or without, in hex of either case', () => {
		expect(accepts(headersOf())).toBe(true);
		expect(accepts(headersOf(), secret.slice(6))).toBe(true);
		const upper = `v3,${mac('p1', now).toUpperCase()}`;
		expect(accepts(headersOf({ 'webhook-signature': upper }))).toBe(true);
	});

	it('are accepted where one of several signatures is right', () => {
		const [right, other] = [mac('p1', now), mac('p1', now, 'another')];
		expect(accepts(headersOf({ 'webhook-signature': `v3,${other} v3,${right}` }))).toBe(true);
		expect(accepts(headersOf({ 'webhook-signature': `v3,${other} v1,${right}` }))).toBe(false);
	});

	it.each(times)('signed %s: %p', (_, seconds, fresh) => {
		expect(accepts(headersOf({}, now + seconds))).toBe(fresh);
	});

	const right = mac('p1', now);
	const decoded = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
		.update(`p1.${now}.`)
		.update(rawBody);
	it.each<[string, Headers]>([
		['no ID', { 'webhook-id': undefined, 'webhook-signature': `v3,${mac('undefined', now)}` }],
		['another ID', { 'webhook-id': 'p2' }],
		['another time', { 'webhook-timestamp': String(now - 1) }],
		['no time', { 'webhook-timestamp': undefined }],
		['no signature', { 'webhook-signature': undefined }],
		['an empty signature', { 'webhook-signature': '' }],
		['a signature without a version', { 'webhook-signature': right }],
		['another version', { 'webhook-signature': `v1,${right}` }],
		['a text after the signature', { 'webhook-signature': `v3,${right}00` }],
		['a part of a signature', { 'webhook-signature': `v3,${right.slice(2)}` }],
		['a decoded key', { 'webhook-signature': `v3,${decoded.digest('hex')}` }],
	])('with %s are refused', (_, more) => {
		expect(accepts(headersOf(more))).toBe(false);
	});

	it('with another body or another secret are refused', () => {
		expect(accepts(headersOf(), secret, Buffer.from('{"id":"2"}'))).toBe(false);
		expect(accepts(headersOf(), 'whsec_another')).toBe(false);
	});

	it.each(['', 'whsec_'])('are not signed by an empty secret: "%s"', (empty) => {
		const forged = `v3,${mac('p1', now, '')}`;
		expect(accepts(headersOf({ 'webhook-signature': forged }), empty)).toBe(false);
	});
});

describe('Ed25519', () => {
	const { publicKey, privateKey } = generateKeyPairSync('ed25519');
	const { x: key = '' } = publicKey.export({ format: 'jwk' });
	const { x: otherKey = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
	const scheme = ed25519({ signed: ['x-id', 'x-time'], timestamp: 'x-time', signature: 'x-sign' });
	const signature = (lines: string[]) =>
		sign(null, Buffer.from(lines.join('\n')), privateKey).toString('hex');
	const digest = createHash('sha256').update(rawBody).digest('hex');
	const signed = (time: number | string = now): Headers => ({
		'x-id': 'req_1',
		'x-time': String(time),
		'x-sign': signature(['req_1', String(time), digest]),
	});
	const accepts = (headers: Headers, by = key, body = rawBody) =>
		isSigned(scheme, by, headers, body);

	it('reads each header once', () => {
		expect(scheme.headers).toEqual(['x-id', 'x-time', 'x-sign']);
	});

	it('is accepted, in hex of either case', () => {
		const headers = signed();
		expect(accepts(headers)).toBe(true);
		expect(accepts({ ...headers, 'x-sign': headers['x-sign']!.toUpperCase() })).toBe(true);
	});

	it.each(times)('signed %s: %p', (_, seconds, fresh) => {
		expect(accepts(signed(now + seconds))).toBe(fresh);
	});

	it.each<[string, Headers]>([
		['another ID', { 'x-id': 'req_2' }],
		['another time', { 'x-time': String(now - 1) }],
		['no signature', { 'x-sign': undefined }],
		['a signature that is no hex', { 'x-sign': 'z'.repeat(128) }],
		['a text before the signature', { 'x-sign': `00${signed()['x-sign']}` }],
		['a text after the signature', { 'x-sign': `${signed()['x-sign']}00` }],
		['another signature', { 'x-sign': signature(['something else']) }],
		['no ID', { 'x-id': undefined, 'x-sign': signature(['', String(now), digest]) }],
		['no time', { 'x-time': undefined, 'x-sign': signature(['req_1', '', digest]) }],
	])('with %s is refused', (_, more) => {
		expect(accepts({ ...signed(), ...more })).toBe(false);
	});

	it('with another body is refused', () => {
		expect(accepts(signed(), key, Buffer.from('{"id":"2"}'))).toBe(false);
	});

	it.each([otherKey, '', 'AAAA', 'no key'])(
		'by the key "%s" is refused, and nothing throws',
		(by) => {
			expect(accepts(signed(), by)).toBe(false);
		},
	);
});

describe('HMAC of the job and the time', () => {
	const scheme = hmacOfJobId({ signature: 'x-signature', timestamp: 'x-time' }, (body) =>
		typeof body === 'object' && body && 'id' in body ? String(body.id) : undefined,
	);
	const mac = (id: string, time: number, key = 'secret') =>
		createHmac('sha256', key).update(`${id}.${time}`).digest('base64');
	const headersOf = (more: Headers = {}, time = now): Headers => ({
		'x-time': String(time),
		'x-signature': mac('1', time),
		...more,
	});

	it('says that the body is open', () => {
		expect(scheme.leavesBodyOpen).toBe(true);
		expect(isSigned(scheme, 'secret', headersOf())).toBe(true);
		expect(isSigned(scheme, 'secret', headersOf(), Buffer.from('{"id":"1","x":2}'))).toBe(true);
	});

	it.each(times)('signed %s: %p', (_, seconds, fresh) => {
		expect(isSigned(scheme, 'secret', headersOf({}, now + seconds))).toBe(fresh);
	});

	it.each<[string, Headers, string?, string?]>([
		['no secret', headersOf({ 'x-signature': mac('1', now, '') }), ''],
		['another secret', headersOf(), 'other'],
		['another job', headersOf(), 'secret', '{"id":"2"}'],
		['no job', headersOf({ 'x-signature': mac('undefined', now) }), 'secret', '{}'],
		['no JSON', headersOf(), 'secret', 'id=1'],
		['another time', headersOf({ 'x-time': String(now - 1) })],
		['no time', headersOf({ 'x-time': undefined })],
		['no signature', headersOf({ 'x-signature': undefined })],
		['hex', headersOf({ 'x-signature': Buffer.from(mac('1', now), 'base64').toString('hex') })],
		['a signature that is cut off', headersOf({ 'x-signature': mac('1', now).slice(0, 20) })],
	])('%s is refused', (_, headers, key = 'secret', body = rawBody.toString()) => {
		expect(isSigned(scheme, key, headers, Buffer.from(body))).toBe(false);
	});
});
