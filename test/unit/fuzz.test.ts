import fc from 'fast-check';
import type { IExecuteFunctions } from 'n8n-workflow';
import { checkRequest } from '../../nodes/Seedance/core/checkRequest';
import type { Fault, Outcome } from '../../nodes/Seedance/core/fault';
import { mediaUrlOf, newJob, updateJob, type Job } from '../../nodes/Seedance/core/job';
import type { Endpoint } from '../../nodes/Seedance/core/provider';
import { readRetryAfter } from '../../nodes/Seedance/core/retryAfter';
import { verifySignature } from '../../nodes/Seedance/core/signature';
import type { MediaRequest, Mode } from '../../nodes/Seedance/core/request';
import { providerById, providers } from '../../nodes/Seedance/providers';
import { openSession, type Session } from '../../nodes/Seedance/runtime/api/session';
import { readJob } from '../../nodes/Seedance/runtime/wait/waitForJob';
import { fixture, fixtureNames, type DialectContract } from '../contract/dialect.ts';
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

/** Bodies that look like the provider's and are broken, and some that look like nothing. */
function bodiesOf(contract: DialectContract): fc.Arbitrary<unknown> {
	const fixtures = fixtureNames(contract).map((name) => fixture(contract, name));
	const broken = fc
		.tuple(fc.constantFrom(...fixtures), mutations)
		.map(([body, steps]) => mutated(body, steps));
	return fc.oneof(
		{ weight: 6, arbitrary: broken },
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

const wordOf = (body: unknown, { provider }: DialectContract): unknown => {
	const outer = body as { data?: { status?: unknown }; status?: unknown } | null;
	// An answer to a submit may come without its envelope.
	const data = provider === 'seedanceOrg' ? (outer?.data ?? outer) : outer;
	return data?.status;
};

function expectHonest(job: Job, body: unknown, contract: DialectContract) {
	expect(['queued', 'processing', 'completed', 'failed', 'cancelled']).toContain(job.status);
	const { progress } = job;
	expect(progress === null || (progress >= 0 && progress <= 100)).toBe(true);
	expect(job.failure === null || job.failure.message.trim() !== '').toBe(true);
	if (job.status !== 'completed') return;
	expect(String(wordOf(body, contract)).toLowerCase()).toBe(contract.doneWord.toLowerCase());
	expect(mediaUrlOf(job)).toMatch(/^https?:\/\//i);
}

/** What a `response` throws is a ZodError and nothing else: any other would be a mistake of ours. */
function expectToRead<In, Out>(endpoint: Endpoint<In, Out> | undefined, body: unknown, input: In) {
	for (const httpStatus of [200, ...(endpoint?.answers ?? [])]) {
		try {
			endpoint?.response(body, input, httpStatus);
		} catch (error) {
			expect((error as Error).name).toBe('ZodError');
		}
	}
}

describe.each(contracts)('$name', (contract) => {
	const provider = providerById(contract.provider);
	const { jobId, model, mode } = contract;
	const request: MediaRequest = { model, mode, prompt: 'A lamp', duration: 5 };
	const bodies = bodiesOf(contract);

	it('no body makes a job that is not there, or an exception', async () => {
		let jobs = 0;
		await fc.assert(
			fc.asyncProperty(bodies, httpCodes, async (body, status) => {
				const session = await sessionOn(contract, status, JSON.stringify(body));
				const outcome = await readJob(session, { ...newJob(jobId, provider.id), model });
				if (outcome.ok) {
					jobs += 1;
					expect(outcome.value.jobId).toBe(jobId);
					expectHonest(outcome.value, body, contract);
				} else expectReadable(outcome.fault);
			}),
			settings(150),
		);
		// Otherwise nothing was looked at.
		expect(jobs).toBeGreaterThan(10);
	});

	it('no answer to a submit does either', async () => {
		const { generate, batch } = provider.dialectForRequest(request);
		await fc.assert(
			fc.asyncProperty(bodies, httpCodes, async (body, status) => {
				const session = await sessionOn(contract, status, JSON.stringify(body));
				const input = { request, idempotencyKey: 'key-1' };
				const outcome = await session.call(generate, input);
				if (!outcome.ok) return expectReadable(outcome.fault);
				const job = updateJob(newJob(outcome.value.jobId, provider.id), outcome.value);
				expect(job.jobId).not.toBe('');
				expectHonest(job, body, contract);
				if (!batch) return;
				const tasks = JSON.stringify({ tasks: [body, body] });
				const batchInput = { requests: [request, request], idempotencyKey: 'key-1' };
				const entries = await (await sessionOn(contract, 200, tasks)).call(batch, batchInput);
				if (!entries.ok) return expectReadable(entries.fault);
				for (const entry of entries.value) {
					if (entry.ok) expectHonest(updateJob(job, entry.value), body, contract);
					else expect(entry.message.trim()).not.toBe('');
				}
			}),
			settings(100),
		);
	});

	it('what cannot be read is said by zod, never by a mistake of ours', () => {
		const { generate, batch, status, result, upload } = provider.dialectForRequest(request);
		const input = { request, idempotencyKey: 'key-1' };
		const image = { bytes: Buffer.alloc(1), mimeType: 'image/png', fileName: 'a.png' } as const;
		fc.assert(
			fc.property(bodies, (body) => {
				expectToRead(generate, body, input);
				expectToRead(batch, body, { requests: [request], idempotencyKey: 'key-1' });
				expectToRead(status, body, { jobId, model });
				expectToRead(result, body, { jobId, model });
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
				fc.constantFrom('GET', 'POST', 'DELETE'),
				(body, status, method) => {
					const said = provider.fault(status, body, method);
					for (const word of Object.values(said)) {
						expect(['string', 'undefined']).toContain(typeof word);
						expect(word).not.toBe('');
					}
					const disguised = provider.disguisedStatus?.(body) ?? 500;
					expect(Number.isInteger(disguised) && disguised >= 201 && disguised < 600).toBe(true);
					for (const { jobId: named, status: word } of provider.callback?.jobsIn(body) ?? [])
						expect([typeof named, named === '', typeof word]).toEqual(['string', false, 'string']);
				},
			),
			settings(400),
		);
	});

	it('text that is no JSON is a readable fault', async () => {
		const texts = fc.oneof(
			fc.string(),
			fc.constantFrom('', '<html>', '{"status":', '['.repeat(20_000), '\u0000', '{"a":1}{'),
			bodies.map((body) => JSON.stringify(body).slice(0, -1)),
		);
		await fc.assert(
			fc.asyncProperty(texts, httpCodes, async (text, status) => {
				const session = await sessionOn(contract, status, text);
				const { status: endpoint } = provider.dialectForJob({ jobId, model });
				const outcome: Outcome<unknown> = await session.call(endpoint, { jobId, model });
				if (!outcome.ok) expectReadable(outcome.fault);
			}),
			settings(100),
		);
	});
});

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

it('signatures: nothing but the right one is right, and nothing is an exception', () => {
	const text = fc.option(fc.oneof(fc.string(), fc.base64String(), fc.constant('ab'.repeat(32))), {
		nil: undefined,
	});
	fc.assert(
		fc.property(fc.string(), fc.string(), text, text, (secret, body, signature, timestamp) => {
			const message = { rawBody: Buffer.from(body), signature, timestamp };
			expect(verifySignature(secret, message, 1_775_831_400_000)).toBe(false);
		}),
		settings(500),
	);
});

describe.each(providers)('requests to $name', ({ models }) => {
	it('any value in any field is taken or refused in words', () => {
		const fields = ['prompt', 'duration', 'resolution', 'aspectRatio', 'audio', 'cameraLock'];
		const more = ['seed', 'imageInput', 'imageUrl', 'endFrameUrl', 'metadata', 'callbackUrl'];
		const raw = fc.record(
			Object.fromEntries([...fields, ...more].map((name) => [name, anything])),
			{ requiredKeys: [] },
		);
		const modes = fc.oneof(
			fc.constantFrom('textToVideo', 'imageToVideo', 'constructor', '__proto__', 'toString'),
			fc.string(),
		);
		fc.assert(
			fc.property(fc.constantFrom(...models), modes, raw, (model, mode, values) => {
				const checked = checkRequest(values, model, mode as Mode);
				if (checked.ok) {
					expect(Object.keys(model.modes)).toContain(mode);
					return expect(checked.request.prompt).not.toBe('');
				}
				expect(checked.problems.length).toBeGreaterThan(0);
				for (const problem of checked.problems) expect(problem).toMatch(/^[A-Z].* Allowed: .+\.$/s);
			}),
			settings(400),
		);
	});
});
