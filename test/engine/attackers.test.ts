/** Who does not have the webhook secret gets 401: nobody is asked, nothing goes on, and the genuine callback still counts. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
	callbackOf,
	closeDoor,
	genuine,
	knock,
	mac,
	SIGNATURE,
	TIMESTAMP,
	triggerDoor,
	waitingDoor,
	type Call,
	type Door,
} from './attackers.ts';

/** The same in every run, so that a failure is one for everybody. */
const property = { seed: 20261121, numRuns: 100 };

/** n8n reads JSON itself and refuses what is none with 422; a text reaches us as it is. */
const asText = { 'content-type': 'text/plain' };

type Attack = [name: string, call: (door: Door, body: string) => Call];

const withSignature =
	(signatureOf: (door: Door, body: string) => string | string[] | undefined) =>
	(door: Door, body: string): Call => {
		const signature = signatureOf(door, body);
		return {
			body,
			headers: { ...asText, ...(signature === undefined ? {} : { [SIGNATURE]: signature }) },
		};
	};
const right = ({ secret }: Door, body: string) => mac(secret, body).digest('hex');

const forgeries: Attack[] = (
	[
		['no signature', () => undefined],
		['an empty signature', () => ''],
		['a blank signature', () => '   '],
		['only a prefix', () => 'sha256='],
		['zeros', () => '0'.repeat(64)],
		['random hex', () => randomBytes(32).toString('hex')],
		['random base64', () => randomBytes(32).toString('base64')],
		['random bytes of another length', () => randomBytes(20).toString('hex')],
		['a word', () => 'null'],
		['the hash without a key', (_, body) => createHash('sha256').update(body).digest('hex')],
		['HMAC-MD5', ({ secret }, body) => createHmac('md5', secret).update(body).digest('hex')],
		['HMAC-SHA1', ({ secret }, body) => createHmac('sha1', secret).update(body).digest('hex')],
		['HMAC-SHA512', ({ secret }, body) => createHmac('sha512', secret).update(body).digest('hex')],
		[
			'HMAC-SHA512, cut to the right length',
			({ secret }, body) => createHmac('sha512', secret).update(body).digest('hex').slice(0, 64),
		],
		['another secret', (_, body) => mac('another-secret', body).digest('hex')],
		['an empty secret', (_, body) => mac('', body).digest('hex')],
		[
			'the secret in upper case',
			({ secret }, body) => mac(secret.toUpperCase(), body).digest('hex'),
		],
		['the secret and a blank', ({ secret }, body) => mac(`${secret} `, body).digest('hex')],
		['the job ID as the secret', ({ jobId }, body) => mac(jobId, body).digest('hex')],
		['the signature of another body', ({ secret }) => mac(secret, '{}').digest('hex')],
		['the signature of no body', ({ secret }) => mac(secret, '').digest('hex')],
		[
			'the signature of the same JSON, written anew',
			({ secret }, body) => mac(secret, JSON.stringify(JSON.parse(body), null, 1)).digest('hex'),
		],
		['the secret itself', ({ secret }) => secret],
		['the first half', (door, body) => right(door, body).slice(0, 32)],
		['a digit too few', (door, body) => right(door, body).slice(0, -1)],
		['a digit too many', (door, body) => `${right(door, body)}0`],
		[
			'its last digit changed',
			(door, body) => right(door, body).replace(/.$/, (x) => (x === '0' ? '1' : '0')),
		],
		['its digits reversed', (door, body) => [...right(door, body)].reverse().join('')],
		['a blank in the middle', (door, body) => right(door, body).replace(/^.{9}/, '$& ')],
		["another algorithm's name", (door, body) => `sha512=${right(door, body)}`],
		['a version before it', (door, body) => `v1=${right(door, body)}`],
		['two prefixes', (door, body) => `sha256=sha256=${right(door, body)}`],
		[
			'hex of the base64',
			({ secret }, body) => Buffer.from(mac(secret, body).digest('base64')).toString('hex'),
		],
		['base64 of the hex', (door, body) => Buffer.from(right(door, body)).toString('base64')],
		['quotes around it', (door, body) => `"${right(door, body)}"`],
		['a list of it', (door, body) => `${right(door, body)}, ${right(door, body)}`],
		['the header twice, both right', (door, body) => [right(door, body), right(door, body)]],
		['the header twice, the first right', (door, body) => [right(door, body), '0'.repeat(64)]],
		['the header twice, the second right', (door, body) => ['0'.repeat(64), right(door, body)]],
	] satisfies Array<[string, Parameters<typeof withSignature>[0]]>
).map(([name, signatureOf]) => [name, withSignature(signatureOf)]);

const elsewhere: Attack[] = [
	'signature',
	'x-signature',
	'x-hub-signature-256',
	'authorization',
	'cookie',
].map((header) => [
	`the signature in the header ${header}`,
	(door, body) => ({ body, headers: { ...asText, [header]: right(door, body) } }),
]);

const seconds = (ahead: number) => String(Math.floor(Date.now() / 1000) + ahead);
/** A signature over a time and the body, with another time, or a time that does not count. */
const timed =
	(signed: string, sent?: string | string[]) =>
	({ secret }: Door, body: string): Call => ({
		body,
		headers: {
			...asText,
			[SIGNATURE]: mac(secret, `${signed}.`, body).digest('hex'),
			...(sent === undefined ? {} : { [TIMESTAMP]: sent }),
		},
	});
const untimely: Attack[] = [
	['a time that is not sent', (...args) => timed(seconds(0))(...args)],
	['a time that is sent empty', (...args) => timed(seconds(0), '')(...args)],
	['another time', (...args) => timed(seconds(0), seconds(-1))(...args)],
	['a time ten minutes ago', (...args) => timed(seconds(-600), seconds(-600))(...args)],
	['a time in ten minutes', (...args) => timed(seconds(600), seconds(600))(...args)],
	['a time long ago', timed('0', '0')],
	['a time in milliseconds, ten minutes ago', (...args) => timed(ms(-600), ms(-600))(...args)],
	['a time in microseconds', (...args) => timed(`${ms(0)}000`, `${ms(0)}000`)(...args)],
	['a time in ISO 8601, ten minutes ago', (...args) => timed(iso(-600), iso(-600))(...args)],
	['a time in ISO 8601 without its zone', (...args) => timed(noZone(), noZone())(...args)],
	['a time with a fraction', (...args) => timed(`${seconds(0)}.5`, `${seconds(0)}.5`)(...args)],
	['a time with a sign', (...args) => timed(`+${seconds(0)}`, `+${seconds(0)}`)(...args)],
	['a negative time', timed('-1', '-1')],
	['a time in words', timed('now', 'now')],
	['no number', timed('NaN', 'NaN')],
	['an endless time', timed('Infinity', 'Infinity')],
	['a time in hex', (...args) => timed(hexNow(), hexNow())(...args)],
	['an exponent', timed('2e9', '2e9')],
	['the time twice', (...args) => timed(seconds(0), [seconds(0), seconds(0)])(...args)],
	[
		'a fresh time beside the signature of an old one',
		(...args) => timed(seconds(-600), seconds(0))(...args),
	],
];
const ms = (fromNow: number) => String(Date.now() + fromNow * 1000);
const iso = (fromNow: number) => new Date(Number(ms(fromNow))).toISOString();
const noZone = () => iso(0).replace('Z', '');
const hexNow = () => `0x${Math.floor(Date.now() / 1000).toString(16)}`;

/** The genuine signature, and another body. */
const rewritten: Array<[string, (body: string, door: Door) => string | Buffer]> = [
	['another job', (body, { jobId }) => body.replace(jobId, 'task_of_mine')],
	['another status', (body) => body.replace('"completed"', '"failed"')],
	['another address', (body) => body.replace('cdn.example.com', 'evil.example')],
	['another time', (body) => body.replace('14:31:28', '14:31:29')],
	['another event', (body) => body.replace('task.completed', 'task.failed')],
	['a blank more', (body) => body.replace(':', ': ')],
	['a line break behind it', (body) => `${body}\n`],
	['a blank before it', (body) => ` ${body}`],
	['a byte order mark', (body) => `\uFEFF${body}`],
	['a field more', (body) => body.replace(/}$/, ',"x":1}')],
	['a field twice', (body) => body.replace(/}$/, ',"status":"completed"}')],
	['a field less', (body) => body.replace(/,"timestamp":"[^"]*"/, '')],
	['the fields in another order', (body) => reordered(body)],
	['the same text in Unicode escapes', (body) => body.replace('completed', '\\u0063ompleted')],
	['a slash escaped', (body) => body.replace('https://', 'https:\\/\\/')],
	['an umlaut composed otherwise', (body) => body.replace('ü', 'u\u0308')],
	['the same number in other digits', (body) => body.replace('"duration":4', '"duration":4.0')],
	['a list around it', (body) => `[${body}]`],
	['a batch around it', (body) => `{"tasks":[${body}]}`],
	['the text twice', (body) => body + body],
	['nothing', () => ''],
	['an empty object', () => '{}'],
	['UTF-16', (body) => Buffer.from(body, 'utf16le')],
	['Latin-1', (body) => Buffer.from(body, 'latin1')],
	['gzip', (body) => gzipSync(body)],
	['a form', (body) => new URLSearchParams({ payload: body }).toString()],
];
const reordered = (body: string) =>
	JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body) as object).reverse()));

const TYPES = [
	'application/json',
	'text/plain',
	'application/octet-stream',
	'application/x-www-form-urlencoded',
	'text/xml',
];

const doors: Array<[string, () => Promise<Door>]> = [
	['Wait for Webhook in n8n 2.x', () => waitingDoor()],
	['Wait for Webhook in n8n 1.x', () => waitingDoor({ resumeTokens: false })],
	['Trigger', () => triggerDoor()],
	['Trigger that believes the body', () => triggerDoor({ parameters: { verifyWithApi: false } })],
];

describe.each(doors)('%s', (_, open) => {
	let door: Door;
	let body: string;
	beforeAll(async () => {
		door = await open();
		body = callbackOf(door);
	});
	afterAll(() => closeDoor(door));
	// Whatever an attack was answered, it has had no effect.
	afterEach(async () => {
		await door.quiet();
		expect([door.questions(), door.openings()]).toEqual([0, 0]);
	});

	/** The genuine headers around another body. */
	const tampered = (other: string | Buffer, type = 'text/plain') =>
		knock(door.url, { headers: { ...genuine(door).headers, 'content-type': type }, body: other });

	it.each(forgeries)('forged: %s', async (__, call) => {
		expect(await knock(door.url, call(door, body))).toBe(401);
	});

	it.each(elsewhere)('forged: %s', async (__, call) => {
		expect(await knock(door.url, call(door, body))).toBe(401);
	});

	it('forged: the signature in the address', async () => {
		const url = new URL(door.url);
		url.searchParams.set(SIGNATURE, right(door, body));
		expect(await knock(url, { headers: asText, body })).toBe(401);
	});

	it.each(untimely)('replayed or tampered: the signature of %s', async (__, call) => {
		expect(await knock(door.url, call(door, body))).toBe(401);
	});

	it('tampered: time and body, signed together, as the body alone', async () => {
		const joined = `${seconds(0)}.${body}`;
		const headers = { ...asText, [SIGNATURE]: mac(door.secret, joined).digest('hex') };
		// Rightly signed, but no JSON.
		expect(await knock(door.url, { headers, body: joined })).toBe(400);
	});

	it.each(rewritten)('tampered: %s', async (__, change) => {
		const other = change(body, door);
		expect(Buffer.from(other).equals(Buffer.from(body))).toBe(false);
		expect(await tampered(other)).toBe(401);
		// n8n itself refuses what is no JSON.
		expect([401, 422]).toContain(await tampered(other, 'application/json'));
	});

	it('tampered: any one byte, in its lowest bit', async () => {
		const bytes = Buffer.from(body);
		const answers = new Set<number>();
		for (const index of bytes.keys()) {
			const other = Buffer.from(bytes);
			other[index]! ^= 1;
			answers.add(await tampered(other));
		}
		expect([...answers]).toEqual([401]);
	});

	it('tampered: any bits anywhere', async () => {
		const bytes = Buffer.from(body);
		const flip = fc.record({
			at: fc.nat(bytes.length - 1),
			mask: fc.integer({ min: 1, max: 255 }),
		});
		const flips = fc.uniqueArray(flip, { minLength: 1, maxLength: 8, selector: ({ at }) => at });
		await fc.assert(
			fc.asyncProperty(flips, fc.constantFrom(...TYPES), async (changes, type) => {
				const other = Buffer.from(bytes);
				for (const { at, mask } of changes) other[at]! ^= mask;
				const answers = type === 'application/json' ? [401, 422] : [401];
				expect(answers).toContain(await tampered(other, type));
			}),
			property,
		);
	});

	it('truncated: at every length', async () => {
		const bytes = Buffer.from(body);
		const answers = new Set<number>();
		for (const length of bytes.keys()) answers.add(await tampered(bytes.subarray(0, length)));
		expect([...answers]).toEqual([401]);
	});

	it.each(TYPES)('stripped: no signature, as %s', async (type) => {
		const answer = await knock(door.url, { headers: { 'content-type': type }, body });
		expect(answer).toBe(401);
	});

	it('stripped: neither headers nor body', async () => {
		expect(await knock(door.url, {})).toBe(401);
	});

	it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('by %s instead of POST', async (method) => {
		const { headers } = genuine(door, '');
		expect(await knock(door.url, { method, headers })).toBe(404);
	});
});

describe.each(doors)('%s, after all that', (_, open) => {
	let door: Door;
	afterEach(() => closeDoor(door));

	it('takes the genuine callback, and its replays change nothing', async () => {
		door = await open();
		for (const [, call] of forgeries) await knock(door.url, call(door, callbackOf(door)));
		expect(await knock(door.url, genuine(door))).toBe(200);
		await door.quiet();
		const first = await door.came();
		expect(first.map(({ jobId, status }) => [jobId, status])).toEqual([[door.jobId, 'completed']]);
		const asked = door.questions();
		const replays = Array.from({ length: 20 }, () => knock(door.url, genuine(door)));
		// The execution has gone on, and n8n says so; a trigger takes note.
		expect([[200], [409]]).toContainEqual([...new Set(await Promise.all(replays))]);
		await door.quiet();
		expect([door.openings(), door.questions()]).toEqual([1, asked]);
		expect(await door.came()).toEqual(first);
	});

	it('goes on once for a callback that comes many times at once', async () => {
		door = await open();
		const calls = Array.from({ length: 20 }, () => knock(door.url, genuine(door)));
		const answers = await Promise.all(calls);
		expect(answers).toContain(200);
		await door.quiet();
		expect((await door.came()).map(({ jobId }) => jobId)).toEqual([door.jobId]);
		expect(door.openings()).toBe(1);
	});

	it.each(['hex', 'base64'] as const)(
		'takes one signed with a time that is not old, in %s',
		async (encoding) => {
			door = await open();
			const body = callbackOf(door);
			const time = seconds(-240);
			const headers = {
				'content-type': 'application/json',
				[SIGNATURE]: mac(door.secret, `${time}.`, body).digest(encoding),
				[TIMESTAMP]: time,
			};
			expect(await knock(door.url, { headers, body })).toBe(200);
			await door.quiet();
			expect((await door.came()).map(({ jobId }) => jobId)).toEqual([door.jobId]);
		},
	);
});
