import { verifySignature, type BodySigned } from './bodySignature.ts';
import type { Intent } from '../../nodes/Seedance/core/provider';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { IExecuteFunctions } from 'n8n-workflow';
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import type { Fault, Outcome } from '../../nodes/Seedance/core/fault';
import { mediaUrlOf, newJob, updateJob, type Job } from '../../nodes/Seedance/core/job';
import type { Endpoint } from '../../nodes/Seedance/core/provider';
import { readRetryAfter } from '../../nodes/Seedance/core/retryAfter';

import type { Capabilities, Choice, Model, Range } from '../../nodes/Seedance/core/model';
import type { FieldName, MediaRequest, Mode, RawRequest } from '../../nodes/Seedance/core/request';
import { providerById, providers } from '../../nodes/Seedance/providers';
import { openSession, type Session } from '../../nodes/Seedance/runtime/api/session';
import { readJob } from '../../nodes/Seedance/runtime/wait/waitForJob';
import {
	addressOf,
	fixture,
	fixtureNames,
	valueAt,
	type DialectContract,
} from '../contract/dialect.ts';
import { contracts } from '../contract/dialects/index.ts';
import { arriving } from '../simulation/arriving.ts';
import { VirtualClock } from './virtualClock.ts';

/** The same in every run, so that a failure is one for everybody; FUZZ_SEED and FUZZ_RUNS look further. */
const settings = (runs: number) => ({
	seed: Number(process.env.FUZZ_SEED ?? 20260410),
	numRuns: runs * Number(process.env.FUZZ_RUNS ?? 1),
});

const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
const oddValues = fc.oneof(
	fc.jsonValue(),
	fc.constantFrom<unknown>(
		null,
		0,
		-1,
		1e308,
		'',
		' ',
		'x'.repeat(100_000),
		'completed',
		'COMPLETED',
		'SUCCESS',
		'https://',
		'http://[',
		'javascript:alert(1)',
		'+275760-09-13T00:00:00.000Z',
		'-271821-04-20T00:00:00.000Z',
		{},
		[],
		{ toString: 1, constructor: 2 },
		{ status: 'completed' },
	),
	fc.constant(nested(500)),
);
const oddKeys = fc.constantFrom('__proto__', 'constructor', 'status', 'url', 'error', 'code', 'x');

interface Mutation {
	where: number;
	how: 'delete' | 'replace' | 'add' | 'swap';
	key: string;
	value: unknown;
}
const mutations: fc.Arbitrary<Mutation[]> = fc.array(
	fc.record({
		where: fc.nat(50),
		how: fc.constantFrom('delete', 'replace', 'add', 'swap'),
		key: oddKeys,
		value: oddValues,
	}),
	{ minLength: 1, maxLength: 4 },
);

type Place = { parent: Record<string, unknown>; key: string };

function placesIn(value: unknown): Place[] {
	if (typeof value !== 'object' || value === null) return [];
	const parent = value as Record<string, unknown>;
	return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])]);
}

/** As own properties, `__proto__` too: that is how JSON gives them. */
const put = (parent: object, key: string, value: unknown) =>
	Object.defineProperty(parent, key, {
		value,
		enumerable: true,
		configurable: true,
		writable: true,
	});

function mutated(body: unknown, steps: readonly Mutation[]): unknown {
	const copy = structuredClone(body);
	for (const { where, how, key, value } of steps) {
		const places = placesIn(copy).slice(0, 50);
		const place = places[where % Math.max(places.length, 1)];
		const other = places[(where * 7 + 3) % Math.max(places.length, 1)];
		if (!place || !other) continue;
		if (how === 'delete') delete place.parent[place.key];
		else if (how === 'replace') put(place.parent, place.key, structuredClone(value));
		else if (how === 'add') put(place.parent, key, structuredClone(value));
		else put(place.parent, place.key, structuredClone(other.parent[other.key]));
	}
	return copy;
}

const brokenFrom = (bodies: unknown[]) =>
	fc.tuple(fc.constantFrom(...bodies), mutations).map(([body, steps]) => mutated(body, steps));

/** Bodies that look like the provider's and are broken, and some that look like nothing. */
function bodiesOf(contract: DialectContract): fc.Arbitrary<unknown> {
	const fixtures = fixtureNames(contract).map((name) => fixture(contract, name));
	return fc.oneof(
		{ weight: 6, arbitrary: brokenFrom(fixtures) },
		{ weight: 1, arbitrary: fc.constantFrom<unknown>(...fixtures) },
		{ weight: 1, arbitrary: oddValues },
	);
}

const httpCodes = fc.constantFrom(200, 200, 200, 200, 201, 302, 400, 402, 404, 406, 422, 500);

let keys = 0;

/** A session whose wire answers with this text, whatever is asked. */
async function sessionOn(contract: DialectContract, status: number, text: string) {
	const clock = new VirtualClock();
	const caller = {
		logger: { info: () => undefined, warn: () => undefined },
		getNode: () => ({ credentials: {} }),
		getCredentials: () =>
			Promise.resolve({
				...contract.credential,
				apiKey: `key-${(keys += 1)}`,
				requestsPerMinute: 1e9,
			}),
		helpers: {
			httpRequestWithAuthentication: () =>
				Promise.resolve({ statusCode: status, headers: {}, body: arriving(text) }),
		},
	};
	const opened = await openSession(
		caller as unknown as IExecuteFunctions,
		providerById(contract.provider),
	);
	if (!opened.ok) throw new Error(opened.fault.message);
	// A body may say 429: the minute's pause is real time.
	opened.value.account.requests.pause = () => undefined;
	return { ...opened.value, clock } satisfies Session;
}

function expectReadable(fault: Fault) {
	expect(fault.message).toMatch(/\S.{10,}/s);
	expect(fault.message.length).toBeLessThan(700);
	expect(fault.message).not.toMatch(/\[object |TypeError|RangeError|ZodError/);
	expect(fault.hint ?? 'none').not.toBe('');
}

function wordOf(body: unknown, { wire }: DialectContract): unknown {
	const [name = '', ...around] = wire.status.split('.').reverse();
	const holder = around.length === 0 ? body : valueAt(body, around.reverse().join('.'));
	return valueAt(holder ?? (wire.bareSubmits ? body : undefined), name);
}

function expectHonest(job: Job, body: unknown, contract: DialectContract) {
	expect(['queued', 'processing', 'completed', 'failed', 'cancelled']).toContain(job.status);
	const { progress } = job;
	expect(progress === null || (progress >= 0 && progress <= 100)).toBe(true);
	expect(job.failure === null || job.failure.message.trim() !== '').toBe(true);
	if (job.status !== 'completed') return;
	expect(mediaUrlOf(job)).toMatch(/^https?:\/\//i);
	if (contract.isSynchronous) return;
	expect(String(wordOf(body, contract)).toLowerCase()).toBe(contract.wire.doneWord.toLowerCase());
}

/** What a `response` throws is a ZodError and nothing else: any other would be a mistake of ours. */
function expectToRead<In, Out>(endpoint: Endpoint<In, Out> | undefined, body: unknown, input: In) {
	const { answers = [] } = endpoint ?? {};
	const others =
		typeof answers === 'function' ? [400, 422].filter((code) => answers(code, body)) : answers;
	for (const httpStatus of [200, ...others]) {
		try {
			endpoint?.response(body, input, httpStatus);
		} catch (error) {
			expect((error as Error).name).toBe('ZodError');
		}
	}
}

describe.each(contracts)('$name', (contract) => {
	const provider = providerById(contract.provider);
	const { jobId, model, mode, wire } = contract;
	const address = addressOf(contract);
	const request: MediaRequest = { model, mode, prompt: 'A lamp', duration: 5 };
	const bodies = bodiesOf(contract);

	it('no body makes a job that is not there, or an exception', async () => {
		let jobs = 0;
		await fc.assert(
			fc.asyncProperty(bodies, httpCodes, async (body, status) => {
				const session = await sessionOn(contract, status, JSON.stringify(body));
				const outcome = await readJob(session, { ...newJob(jobId, provider.id), ...address });
				if (outcome.ok) {
					jobs += 1;
					expect(outcome.value.jobId).toBe(jobId);
					expectHonest(outcome.value, body, contract);
				} else expectReadable(outcome.fault);
			}),
			settings(150),
		);
		// Otherwise nothing was looked at. The reply with a result answers no other question, and without jobs there is none.
		if (!contract.isSynchronous) expect(jobs).toBeGreaterThan(contract.results ? 3 : 10);
	});

	it('no answer to a submit does either', async () => {
		const { generate, batch } = provider.dialectForRequest(request);
		const replies = contract.submitted.map(({ reply }) => fixture(contract, reply));
		const answers = fc.oneof(bodies, brokenFrom(replies));
		let jobs = 0;
		await fc.assert(
			fc.asyncProperty(answers, httpCodes, async (body, status) => {
				const session = await sessionOn(contract, status, JSON.stringify(body));
				const input = { request, idempotencyKey: 'key-1' };
				const outcome = await session.call('submit', generate, input);
				if (!outcome.ok) return expectReadable(outcome.fault);
				jobs += 1;
				const job = updateJob(newJob(outcome.value.jobId, provider.id), outcome.value);
				expect(job.jobId).not.toBe('');
				expectHonest(job, body, contract);
				if (!batch) return;
				const tasks = JSON.stringify(wire.batch!([body, body]));
				const batchInput = { requests: [request, request], idempotencyKey: 'key-1' };
				const entries = await (
					await sessionOn(contract, 200, tasks)
				).call('submit', batch, batchInput);
				if (!entries.ok) return expectReadable(entries.fault);
				for (const entry of entries.value) {
					if (entry.ok) expectHonest(updateJob(job, entry.value), body, contract);
					else expect(entry.message.trim()).not.toBe('');
				}
			}),
			settings(100),
		);
		expect(jobs).toBeGreaterThan(10);
	});

	it('what cannot be read is said by zod, never by a mistake of ours', () => {
		const { generate, batch, status, result, upload } = provider.dialectForRequest(request);
		const input = { request, idempotencyKey: 'key-1' };
		const image = { bytes: Buffer.alloc(1), mimeType: 'image/png', fileName: 'a.png' } as const;
		fc.assert(
			fc.property(bodies, (body) => {
				expectToRead(generate, body, input);
				expectToRead(batch, body, { requests: [request], idempotencyKey: 'key-1' });
				expectToRead(status, body, address);
				expectToRead(result, body, address);
				expectToRead(upload, body, image);
				expectToRead(provider.credits, body, undefined);
			}),
			settings(300),
		);
	});

	it('no error body breaks the error', () => {
		fc.assert(
			fc.property(
				fc.option(bodies, { nil: undefined }),
				fc.integer({ min: 100, max: 999 }),
				fc.constantFrom<Intent[]>('submit', 'ask', 'cancel', 'upload', 'account'),
				(body, status, intent) => {
					const { transient, ...said } = provider.fault(status, body, intent);
					expect(['boolean', 'undefined']).toContain(typeof transient);
					for (const word of Object.values(said)) {
						expect(['string', 'undefined']).toContain(typeof word);
						expect(word).not.toBe('');
					}
					const disguised = provider.disguisedStatus?.(body) ?? 500;
					expect(Number.isInteger(disguised) && disguised >= 201 && disguised < 600).toBe(true);
				},
			),
			settings(400),
		);
	});

	const { callback } = provider;
	if (callback && !contract.isSynchronous) {
		it('no callback names a job without an ID or a status', () => {
			let named = 0;
			fc.assert(
				fc.property(bodies, (body) => {
					for (const { jobId: id, status } of callback.jobsIn(body)) {
						named += 1;
						expect([typeof id, id === '', typeof status]).toEqual(['string', false, 'string']);
					}
				}),
				settings(400),
			);
			expect(named).toBeGreaterThan(10);
		});
	}

	it('text that is no JSON is a readable fault, and no job', async () => {
		const texts = fc.oneof(
			fc.string(),
			fc.constantFrom('', '<html>', '{"status":', '['.repeat(20_000), '\u0000', '{"a":1}{'),
			bodies.map((body) => JSON.stringify(body).slice(0, -1)),
		);
		await fc.assert(
			fc.asyncProperty(texts.filter(isNoJson), httpCodes, async (text, status) => {
				const [{ status: endpoint }] = provider.dialectsForJob(address);
				const { generate } = provider.dialectForRequest(request);
				const asking = await sessionOn(contract, status, text);
				const asked: Outcome<unknown> = await asking.call('ask', endpoint, address);
				const submission = { request, idempotencyKey: 'key-1' };
				const submitting = await sessionOn(contract, status, text);
				const submitted: Outcome<unknown> = await submitting.call('submit', generate, submission);
				for (const outcome of [asked, submitted]) {
					expect(outcome.ok).toBe(false);
					if (!outcome.ok) expectReadable(outcome.fault);
				}
			}),
			settings(100),
		);
	});
});

function isNoJson(text: string): boolean {
	try {
		JSON.parse(text);
		return false;
	} catch {
		return true;
	}
}

const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true });

it('Retry-After: nothing makes us wait for ever, or not a number', () => {
	const headers = fc.oneof(anything, fc.string(), fc.constantFrom('9'.repeat(500), '1e9', '-5'));
	fc.assert(
		fc.property(headers, fc.nat(), (header, now) => {
			const delay = readRetryAfter(header, now);
			expect(delay === undefined || (delay >= 0 && delay <= 3_600_000)).toBe(true);
		}),
		settings(500),
	);
});

const NOW_MS = 1_775_831_400_000;
const SECONDS = String(NOW_MS / 1_000);

/** The ways to sign that are accepted. */
const WAYS: Record<string, (secret: string, body: Buffer) => Omit<BodySigned, 'rawBody'>> = {
	hex: (secret, body) => ({ signature: hmac(secret, body).toString('hex') }),
	'hex in capitals': (secret, body) => ({
		signature: hmac(secret, body).toString('hex').toUpperCase(),
	}),
	'sha256=': (secret, body) => ({ signature: `sha256=${hmac(secret, body).toString('hex')}` }),
	base64: (secret, body) => ({ signature: hmac(secret, body).toString('base64') }),
	'with a timestamp': (secret, body) => ({
		signature: hmac(secret, Buffer.from(`${SECONDS}.`), body).toString('hex'),
		timestamp: SECONDS,
	}),
};
const hmac = (secret: string, ...parts: Buffer[]) =>
	createHmac('sha256', secret).update(Buffer.concat(parts)).digest();

/** Another character in one place. */
const changedAt = (text: string, where: number, to: string) => {
	const at = where % text.length;
	return text.slice(0, at) + to + text.slice(at + 1);
};

const secrets = fc.string({ minLength: 1 });
const bodyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const oneCharacter = fc.constantFrom(...'0123456789abcdef+/=., ');

describe.each(Object.entries(WAYS))('signatures, %s', (way, sign) => {
	const verifies = (secret: string, message: BodySigned) =>
		verifySignature(secret, message, NOW_MS);

	it('the right one is right', () => {
		fc.assert(
			fc.property(secrets, bodyBytes, (secret, rawBody) => {
				expect(verifies(secret, { rawBody, ...sign(secret, rawBody) })).toBe(true);
			}),
			settings(100),
		);
	});

	it('that of another secret is wrong', () => {
		fc.assert(
			fc.property(secrets, secrets, bodyBytes, (secret, other, rawBody) => {
				// To an HMAC, a secret with zeros at its end is the same.
				fc.pre(secret.replace(/\0+$/, '') !== other.replace(/\0+$/, ''));
				expect(verifies(secret, { rawBody, ...sign(other, rawBody) })).toBe(false);
				expect(verifies('', { rawBody, ...sign('', rawBody) })).toBe(false);
			}),
			settings(100),
		);
	});

	it('that of a body with one other byte, one more or one less is wrong', () => {
		fc.assert(
			fc.property(
				...[secrets, bodyBytes, fc.nat(), fc.integer({ min: 1, max: 255 })],
				(secret, body, where, bits) => {
					const signed = sign(secret, body);
					const other = Buffer.from(body);
					if (other.length > 0) other[where % other.length]! ^= bits;
					const longer = Buffer.concat([body, Buffer.from([bits])]);
					for (const rawBody of [other, longer, body.subarray(1)]) {
						if (rawBody.equals(body)) continue;
						expect(verifies(secret, { rawBody, ...signed })).toBe(false);
					}
				},
			),
			settings(200),
		);
	});

	it('one with another character, or cut short, is wrong', () => {
		fc.assert(
			fc.property(secrets, bodyBytes, fc.nat(), oneCharacter, (secret, rawBody, where, to) => {
				const { signature = '', timestamp } = sign(secret, rawBody);
				const digest = signature.replace(/^sha256=/, '');
				const changed = changedAt(digest, where, to);
				const cut = digest.slice(0, where % digest.length);
				for (const given of [changed, cut, `${digest}${to.trim() || '0'}`, undefined]) {
					if (given?.toLowerCase() === digest.toLowerCase() && way !== 'base64') continue;
					if (given === digest || isSameBase64(way, given, digest)) continue;
					expect(verifies(secret, { rawBody, signature: given, timestamp })).toBe(false);
				}
			}),
			settings(200),
		);
	});
});

/** The last character of base64 carries bits that nobody reads. */
const isSameBase64 = (way: string, given: string | undefined, digest: string) =>
	way === 'base64' && Buffer.from(given ?? '', 'base64').equals(Buffer.from(digest, 'base64'));

it('signatures: one over a timestamp is wrong with another time, too late, and too early', () => {
	const { 'with a timestamp': sign } = WAYS;
	fc.assert(
		fc.property(secrets, bodyBytes, fc.integer({ min: 1, max: 10 ** 9 }), (secret, rawBody, s) => {
			const { signature } = sign!(secret, rawBody);
			for (const timestamp of [String(Number(SECONDS) + s), String(Number(SECONDS) - s)]) {
				expect(verifySignature(secret, { rawBody, signature, timestamp }, NOW_MS)).toBe(false);
			}
			const message = { rawBody, signature, timestamp: SECONDS };
			for (const nowMs of [NOW_MS + 300_000 + s, NOW_MS - 300_000 - s]) {
				expect(verifySignature(secret, message, nowMs)).toBe(false);
			}
		}),
		settings(200),
	);
});

it('signatures: nothing is an exception', () => {
	const text = fc.option(fc.oneof(fc.string(), fc.base64String(), fc.constant('ab'.repeat(32))), {
		nil: undefined,
	});
	fc.assert(
		fc.property(fc.string(), bodyBytes, text, text, (secret, rawBody, signature, timestamp) => {
			expect(verifySignature(secret, { rawBody, signature, timestamp }, NOW_MS)).toBe(false);
		}),
		settings(500),
	);
});

describe.each(providers)('requests to $name', ({ models }) => {
	it('any value in any field is taken as the model has it, or refused in words', () => {
		const modes = fc.oneof(
			{ weight: 3, arbitrary: fc.constantFrom('textToVideo', 'imageToVideo') },
			fc.constantFrom('constructor', '__proto__', 'toString'),
			fc.string(),
		);
		const cases = fc
			.tuple(fc.constantFrom(...models), modes)
			.chain(([model, mode]) => fc.tuple(fc.constant({ model, mode }), valuesFor(model, mode)));
		const counts = { taken: 0, refused: 0 };
		fc.assert(
			fc.property(cases, ([{ model, mode }, values]) => {
				const checked = checkRequest(values, model, mode as Mode);
				counts[checked.ok ? 'taken' : 'refused'] += 1;
				if (checked.ok) return expectPossible(checked.request, model);
				expect(checked.problems.length).toBeGreaterThan(0);
				for (const problem of checked.problems) expect(problem).toMatch(/^[A-Z].* Allowed: .+\.$/s);
			}),
			settings(400),
		);
		expect(counts.taken).toBeGreaterThan(40);
		expect(counts.refused).toBeGreaterThan(40);
	});
});

const capabilitiesOf = ({ modes }: Model, mode: string): Capabilities | undefined =>
	Object.hasOwn(modes, mode) ? modes[mode as Mode] : undefined;

/** In each field mostly a value that the model takes, and now and then anything. */
function valuesFor(model: Model, mode: string): fc.Arbitrary<RawRequest> {
	const can = capabilitiesOf(model, mode) ?? Object.values(model.modes)[0]!;
	const oneOfThe = <T>(values: readonly T[] | undefined) =>
		values ? fc.constantFrom(...values) : anything;
	const web = fc.webUrl({ validSchemes: ['https'] });
	const whole = (range: Range) => fc.integer(range);
	const { duration } = can;
	const good: Partial<Record<FieldName, fc.Arbitrary<unknown>>> = {
		prompt: fc.string({ minLength: 1, maxLength: 60 }).filter((text) => text.trim() !== ''),
		duration: duration && ('values' in duration ? oneOfThe(duration.values) : whole(duration)),
		resolution: oneOfThe(can.resolution?.values),
		aspectRatio: oneOfThe(can.aspectRatio?.values),
		audio: fc.boolean(),
		cameraLock: fc.boolean(),
		seed: can.seed && whole(can.seed),
		imageInput: oneOfThe(can.image?.inputs),
		imageUrl: web,
		endFrameUrl: web,
		metadata: fc.dictionary(fc.string(), fc.jsonValue()),
		callbackUrl: web,
	};
	const fields = Object.entries(good).map(([name, value = anything]) => [
		name,
		fc.oneof({ weight: 15, arbitrary: value }, { weight: 1, arbitrary: anything }),
	]);
	return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
		requiredKeys: ['prompt', 'imageInput', 'imageUrl'],
	});
}

/** A request that was taken holds nothing that the model has not. */
function expectPossible(request: MediaRequest, model: Model) {
	const can = capabilitiesOf(model, request.mode)!;
	expect(can).toBeDefined();
	expect(request.model).toBe(model.id);
	const { prompt = '' } = request;
	expect(prompt).toBe(prompt.trim());
	expect([...prompt].length).toBeLessThanOrEqual(can.prompt?.maxLength ?? 0);
	if (!can.prompt?.optional) expect(prompt).not.toBe('');
	expect(isIn(can.duration, request.duration)).toBe(true);
	expect(isIn(can.resolution, request.resolution)).toBe(true);
	expect(isIn(can.seed, request.seed)).toBe(true);
	for (const word of [request.audio, request.cameraLock, request.skipModeration])
		expect(['boolean', 'undefined']).toContain(typeof word);
	if (request.aspectRatio !== undefined)
		expect(can.aspectRatio?.values).toContain(request.aspectRatio);
	for (const url of [request.imageUrl, request.endFrameUrl, request.callbackUrl])
		if (url !== undefined) expect(url).toMatch(/^https?:\/\//i);
}

function isIn(allowed: Range | Choice<unknown> | undefined, value: unknown): boolean {
	if (value === undefined) return allowed === undefined || !('values' in allowed);
	if (!allowed) return false;
	if ('values' in allowed) return allowed.values.includes(value);
	return Number.isInteger(value) && Number(value) >= allowed.min && Number(value) <= allowed.max;
}
