import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeParameters, INodeType } from 'n8n-workflow';
import type { Outcome } from '../../nodes/Seedance/core/fault';
import {
	isSettled,
	mediaUrlOf,
	newJob,
	updateJob,
	type Job,
	type JobReading,
} from '../../nodes/Seedance/core/job';
import { mainHostLabel } from '../../nodes/Seedance/core/access';
import type { Mode } from '../../nodes/Seedance/core/request';
import { providerById } from '../../nodes/Seedance/providers';
import { openSession } from '../../nodes/Seedance/runtime/api/session';
import { SeedanceCheckStatus } from '../../nodes/Seedance/SeedanceCheckStatus.node';
import { SeedanceGenerateImage } from '../../nodes/Seedance/SeedanceGenerateImage.node';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import { SeedanceGetCredits } from '../../nodes/Seedance/SeedanceGetCredits.node';
import {
	fixture,
	fixtureNames,
	fixtureText,
	statusOf,
	addressOf,
	mainAddressOf,
	valueAt,
	withValue,
	withValues,
	type Call,
	type DialectContract,
} from './dialect.ts';
import { contracts } from './dialects/index.ts';
import { brokenConnection, nock } from './nock.ts';
import { contextOf, keepingTheKey, runNode, type NodeRun } from './nodeContext.ts';
import { Host, type WireReply } from './wire.ts';

const imageFile = (type: string) => ({
	bytes: readFileSync(join(__dirname, `../sandbox/assets/images/square-512.${type}`)),
	fileName: `photo.${type}`,
});
const files = { image: imageFile('png'), otherImage: imageFile('webp') };

/** A fixture with the images' bytes where it says so. */
const filledIn = (body: unknown): unknown =>
	JSON.parse(
		JSON.stringify(body)
			.replaceAll('(the file)', files.image.bytes.toString('base64'))
			.replaceAll('(the other file)', files.otherImage.bytes.toString('base64')),
	);

/** A node's form takes milliseconds to build. */
const generateImage = new SeedanceGenerateImage();
const generateVideo = new SeedanceGenerateVideo();

/** A key of its own for each test: accounts, with their request budgets, live as long as the process. */
let apiKey = '';
let keys = 0;
beforeEach(() => {
	apiKey = `sk-live/${(keys += 1)}+secret`;
	nock.disableNetConnect();
});
afterEach(() => nock.cleanAll());

/** Like `it.each`, which does not take an empty list. */
const each =
	<T>(rows: readonly T[] | undefined) =>
	(name: string, test: (row: T) => Promise<void> | void) => {
		if (rows && rows.length > 0) it.each([...rows])(name, test as never);
	};

/** Like `describe.each`, which does not take an empty list either. */
const eachGroup =
	(rows: readonly string[]) =>
	(name: string, group: (row: string) => void): void => {
		if (rows.length > 0) describe.each([...rows])(name, group);
	};

/** What there is at most one of, as rows. */
const given = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

describe.each(contracts)('$name', (contract) => {
	const provider = providerById(contract.provider);
	const origin = new URL(mainAddressOf(contract)).origin;
	/** The field of the credential that hints name. */
	const addressField = mainHostLabel(provider);
	const reply = (name: string, headers?: Record<string, string>): WireReply => ({
		status: statusOf(name),
		headers,
		body: fixture(contract, name),
	});
	const firstReply = contract.submitted[0]!.reply;
	/** The reply about a job in the making, where there is any. */
	const jobAsked = contract.isSynchronous ? [] : ['status.processing'];
	const resultAsked = contract.results ? (['result'] as const) : [];
	const { wire, statusMethod = 'GET', submitHeaders = {} } = contract;
	const address = addressOf(contract);
	/** Where the file needs the key, it is always fetched, from the same host. */
	const file: WireReply = {
		headers: { 'content-type': 'video/mp4' },
		body: Buffer.from('\0\0\0 ftypisom', 'latin1'),
	};
	const fileBehindKey = provider.file ? [file] : [];
	const withStatus = (body: Record<string, unknown>, word: unknown) =>
		withValue(body, wire.status, word);
	/** An error as the provider says it. */
	const errorSaying = wire.errors.at(-1)!;

	const runOf = (node: INodeType, parameters: INodeParameters): NodeRun => ({
		node,
		parameters: { provider: contract.provider, ...parameters },
		credentialType: new contract.credentialType(),
		credential: { ...contract.credential, apiKey },
	});
	const ofModel = provider.models.find(({ id }) => id === contract.model)!;
	const can = ofModel.modes[contract.mode]!;
	const generating = (parameters: INodeParameters = {}) =>
		runOf(contract.makes === 'image' ? generateImage : generateVideo, {
			model: contract.model,
			mode: contract.mode,
			prompt: 'A lamp',
			afterSubmit: 'return',
			...contract.parameters,
			...parameters,
		});

	/** Check Status, with an item as Generate Video gives it out. */
	const checking = (parameters: INodeParameters): NodeRun => ({
		...runOf(new SeedanceCheckStatus(), { jobId: contract.jobId, ...parameters }),
		items: [contract.reference ? { ...address, provider: contract.provider } : {}],
	});
	const whatOf = (reply: string): Call => (reply.startsWith('result') ? 'result' : 'status');

	/** The outcome of one call, as the rest of the nodes sees it: no retry yet. */
	async function call(what: Call): Promise<Outcome<JobReading>> {
		const run = generating();
		return await keepingTheKey(run, () => callOnce(run, what));
	}

	async function callOnce(run: NodeRun, what: Call): Promise<Outcome<JobReading>> {
		const session = await openSession(contextOf(run), provider);
		if (!session.ok) return session;
		const { model, mode } = contract;
		const request = { model, mode, prompt: 'A lamp', duration: 4 };
		if (what === 'submit') {
			const submission = { request, idempotencyKey: 'key-1' };
			return await session.value.call(
				'submit',
				provider.dialectForRequest(request).generate,
				submission,
			);
		}
		const [{ status, result = status, cancel }] = provider.dialectsForJob(address);
		if (what === 'cancel') {
			const endpoint = { ...cancel!, response: status.response.bind(status) };
			return await session.value.call('cancel', endpoint, address);
		}
		return await session.value.call('ask', what === 'result' ? result : status, address);
	}

	async function jobAfter(answer: WireReply, what: Call = 'status'): Promise<Job> {
		new Host(origin, answer);
		const reading = await call(what);
		if (!reading.ok) throw new Error(reading.fault.message);
		return updateJob(newJob(contract.jobId, provider.id), reading.value);
	}

	async function faultAfter(answer: WireReply, what: Call = 'status') {
		new Host(origin, answer);
		const outcome = await call(what);
		if (outcome.ok) throw new Error(`Taken for an answer: ${JSON.stringify(outcome.value)}`);
		expect(JSON.stringify(outcome.fault)).not.toContain(apiKey);
		expect(outcome.fault.message).not.toMatch(/undefined|\[object|TypeError|ZodError/);
		return outcome.fault;
	}

	describe('requests', () => {
		it.each(contract.submits)('$name', async (row) => {
			const { parameters, path, body, changes = {}, withImage, elsewhere } = row;
			const host = new Host(elsewhere?.origin ?? origin, reply(firstReply));
			const run = generating(parameters);
			const credential = { ...run.credential, ...elsewhere?.credential };
			await runNode({ ...run, credential, ...(withImage ? files : {}) });
			expect(host.requests).toHaveLength(1);
			const [sent] = host.requests;
			expect([sent!.method, sent!.path]).toEqual(['POST', path]);
			const asDocumented = filledIn(fixture(contract, body)) as Record<string, unknown>;
			const tag = wire.tag && { [wire.tag.place]: expect.stringMatching(wire.tag.form) as string };
			const expected = Object.entries({ ...changes, ...tag }).reduce(
				(changed, [place, value]) => withValue(changed, place, value),
				asDocumented,
			);
			expect(sent!.body).toEqual(expected);
		});

		each(given(wire.tag))(
			'that are repeated have the same mark in $place, other items another',
			async ({ place, form }) => {
				const host = new Host(origin, reply(firstReply));
				await runNode({ ...generating(), items: [{}, {}] });
				await runNode({ ...generating(), items: [{}, {}] });
				const sent = host.requests.map(({ body }) => valueAt(body, place));
				expect(sent[0]).toMatch(form);
				expect(sent[0]).not.toBe(sent[1]);
				expect(sent.slice(2)).toEqual(sent.slice(0, 2));
			},
		);

		it.each(provider.models)('of $id have nothing in place of what was not chosen', (model) => {
			for (const mode of Object.keys(model.modes) as Mode[]) {
				const request = { model: model.id, mode, prompt: 'A lamp' };
				const { generate } = provider.dialectForRequest(request);
				const { path, body, form } = generate.request({ request, idempotencyKey: 'key-1' });
				expect(JSON.stringify({ path, body, form })).not.toMatch(/undefined|null|NaN/);
			}
		});

		it('carry the key in one header, and no other header of ours than these', async () => {
			const host = new Host(origin, reply(firstReply));
			await runNode(generating());
			const { headers } = host.requests[0]!;
			const [name, value] = contract.authHeader(apiKey);
			const { [name]: auth, ...others } = headers;
			expect(auth).toBe(value);
			expect(
				JSON.stringify([others, host.requests[0]!.path, host.requests[0]!.body]),
			).not.toContain(apiKey);
			expect(headers).toMatchObject({
				accept: 'application/json',
				'content-type': 'application/json',
			});
			const byTheClient = ['accept-encoding', 'connection', 'content-length', 'host', 'user-agent'];
			expect(
				Object.keys(others)
					.filter((header) => !byTheClient.includes(header))
					.sort(),
			).toEqual(
				['accept', 'content-type', contract.idempotencyHeader, ...Object.keys(submitHeaders)]
					.filter(Boolean)
					.sort(),
			);
			expect(headers).toMatchObject(submitHeaders);
		});

		each(contract.statuses.slice(0, 1))('ask for a job without a body', async ({ reply: name }) => {
			const host = new Host(origin, reply(name));
			await call('status');
			expect(host.requests).toEqual([
				expect.objectContaining({ method: statusMethod, path: contract.statusPath, body: '' }),
			]);
		});

		it.each(['../account/credits', 'a/b', 'a?b=c', 'a b', '%2e%2e'])(
			'keep a job ID such as "%s" within its place in the address',
			(jobId) => {
				const odd = { ...address, jobId };
				const { path } = provider.dialectsForJob(odd)[0].status.request(odd);
				const url = new URL(mainAddressOf(contract) + path);
				expect(decodeURIComponent(url.href.replace(origin, ''))).toBe(
					contract.statusPath.replace(contract.jobId, jobId),
				);
			},
		);

		each(given(contract.idempotencyHeader))(
			'that are repeated carry the same key in %s, other items another',
			async (header) => {
				const host = new Host(origin, reply(firstReply));
				await runNode({ ...generating(), items: [{}, {}] });
				await runNode({ ...generating(), items: [{}, {}] });
				const sent = host.requests.map(({ headers }) => headers[header]!);
				expect(sent[0]).toMatch(/^[0-9a-f]{40}$/);
				expect(sent[0]).not.toBe(sent[1]);
				expect(sent.slice(2)).toEqual(sent.slice(0, 2));
			},
		);
	});

	describe('replies', () => {
		it.each(contract.submitted)('to a submit: $reply', async ({ reply: name, job }) => {
			new Host(origin, reply(name));
			const [item] = await runNode(generating());
			const { creditsEstimated, costUsdEstimated, ...said } = item!.json;
			const billsCredits = ofModel.price.credits !== undefined;
			expect(creditsEstimated).toEqual(billsCredits ? expect.any(Number) : null);
			const isPriced = billsCredits || ofModel.price.usd !== undefined;
			expect(costUsdEstimated).toEqual(isPriced ? expect.any(Number) : null);
			expect(said).toEqual({ ...blankJob(), ...job });
		});

		// Without jobs, the reply is the result, and what is missing in it is missing.
		const whereJobsAre = contract.isSynchronous ? [] : ['whatever names a job is one'];
		eachGroup(whereJobsAre)('to a submit: %s', () => {
			const { jobId } = contract;
			/** An answer to a submit: the ID in its place, and all else as `others` gives it. */
			const answered = (id: unknown, others: (place: string) => unknown) =>
				withValues(fixture(contract, firstReply), [wire.jobId, wire.status], (place, value) => {
					if (place === wire.jobId) return id;
					return wire.essential?.includes(place) ? value : others(place);
				});
			const odd: unknown[] = [undefined, null, 7, true, '', [], {}, [[null]], { x: {} }];

			it.each(odd)('with %p for everything but the ID', async (value) => {
				new Host(origin, { body: answered(jobId, () => value) });
				const [item] = await runNode(generating());
				expect(item!.json).toMatchObject({ jobId, model: contract.model, failure: null });
				expect(['queued', 'processing']).toContain(item!.json.status);
			});

			it('with HTTP 201 or 202', async () => {
				for (const status of [201, 202]) {
					nock.cleanAll();
					new Host(origin, { ...reply(firstReply), status });
					const [item] = await runNode(generating());
					expect(item!.json).toMatchObject({ jobId, failure: null });
				}
			});

			it('also a number', async () => {
				new Host(origin, { body: answered(4711, () => undefined) });
				const [item] = await runNode(generating());
				expect(item!.json.jobId).toBe('4711');
			});

			it('but none that was rounded on its way', async () => {
				const text = JSON.stringify(answered(4711, () => undefined));
				const long = '12345678901234567890';
				new Host(origin, { body: text.replace('4711', long) });
				const outcome = await call('submit');
				expect(outcome.ok ? outcome.value.jobId : outcome.fault.code).toBe(long);
			});

			const saysStatus = valueAt(fixture(contract, firstReply), wire.status) !== undefined;
			const doneAtOnce = saysStatus ? [wire.doneWord] : [];
			each(doneAtOnce)('and is asked for where it is "%s" without an address', async () => {
				new Host(origin, {
					body: answered(jobId, (place) => (place === wire.status ? wire.doneWord : undefined)),
				});
				const [item] = await runNode(generating());
				expect(item!.json).toMatchObject({ jobId, status: 'processing', failure: null });
			});
		});

		each(jobAsked)('to the status question, about a job whose ID is a number', async (name) => {
			const text = JSON.stringify(fixture(contract, name));
			new Host(origin, { body: text.replaceAll(`"${contract.jobId}"`, '4711') });
			const session = await openSession(contextOf(generating()), provider);
			const { status } = provider.dialectForRequest({ model: contract.model, mode: contract.mode });
			const asked =
				session.ok && (await session.value.call('ask', status, { ...address, jobId: '4711' }));
			expect(asked).toMatchObject({ ok: true, value: { jobId: '4711', status: 'processing' } });
		});

		each(contract.statuses)('to the status question: $reply', async ({ reply: name, job }) => {
			expect(await jobAfter(reply(name))).toEqual({
				...blankJob(),
				creditsEstimated: null,
				costUsdEstimated: null,
				...job,
			});
		});

		each(contract.results)(
			'to the question for the result: $reply',
			async ({ reply: name, job }) => {
				expect(await jobAfter(reply(name), 'result')).toEqual({
					...blankJob(),
					creditsEstimated: null,
					costUsdEstimated: null,
					...job,
				});
			},
		);

		each(contract.callbacks)('trap 3: called back: %s names the job that was submitted', (name) => {
			const jobs = provider.callback!.jobsIn(fixture(contract, name));
			expect(jobs.map(({ jobId }) => jobId)).toEqual([contract.jobId]);
		});

		const noIds = [7.5, ''].map((id) => withValue({}, wire.jobId, id));
		const namesNoJob = [undefined, null, 7, 'text', [], {}, ...noIds];
		each(provider.callback && namesNoJob)(
			'called back with %p: no job, and no exception',
			(body) => {
				expect(provider.callback!.jobsIn(body)).toEqual([]);
			},
		);

		each(contract.balance?.replies)('about the balance: $reply', async (row) => {
			const balance = contract.balance!;
			const host = new Host(origin, reply(row.reply));
			const [item] = await runNode(runOf(new SeedanceGetCredits(), {}));
			expect(host.requests).toMatchObject([{ method: 'GET', path: balance.path, body: '' }]);
			const { affordableSeconds, ...rest } = item!.json;
			expect(rest).toEqual(row.output);
			const priced = provider.models.filter(({ price }) => price.perSecond !== undefined);
			expect(Object.keys(affordableSeconds as object)).toEqual(priced.map(({ id }) => id));
		});

		/** Without our own estimates, which no reply says. */
		function blankJob(): Partial<Job> {
			const blank: Partial<Job> = newJob(contract.jobId, provider.id);
			delete blank.creditsEstimated;
			delete blank.costUsdEstimated;
			if (contract.makes === 'image') delete blank.videoUrl;
			return blank;
		}
	});

	describe('faults', () => {
		each(contract.faults)('$call: $reply', async ({ call: what, reply: name, headers, fault }) => {
			expect(await faultAfter(reply(name, headers), what)).toEqual(fault);
		});

		each(contract.refusals)(
			'$reply as the user reads it',
			async ({ reply: name, message, description }) => {
				new Host(origin, reply(name));
				const run = { ...generating(), items: [{}, {}] };
				const error: unknown = await runNode(run).catch((problem: unknown) => problem);
				expect(error).toMatchObject({ message: `${message} [item 0]`, description });
				expect(error).toMatchObject({ httpCode: String(statusOf(name)) });
				expect(JSON.stringify(error)).not.toContain(apiKey);
			},
		);

		const HTML = '<html><head><title>502 Bad Gateway</title></head></html>';
		const html = { 'content-type': 'text/html' };
		it.each<[string, WireReply]>([
			['an HTML page', { status: 405, headers: html, body: HTML }],
			['an empty body', { status: 400 }],
			['truncated JSON', { status: 400, body: JSON.stringify(errorSaying('no')).slice(0, -4) }],
			['JSON of another shape', { status: 400, body: [1, null] }],
			['null', { status: 400, body: 'null' }],
			['an error of another shape', { status: 400, body: errorSaying({ en: 'no' }) }],
		])('an error with %s still says what and what to do', async (_, answer) => {
			expect(await faultAfter(answer, 'submit')).toEqual({
				httpStatus: answer.status,
				message: `${provider.name} did not accept the request (HTTP ${answer.status})`,
				hint: expect.stringContaining(addressField) as string,
				transient: false,
				ambiguous: false,
			});
		});

		it.each([500, 502, 503, 504])(
			'HTTP %i as an HTML page is worth another try',
			async (status) => {
				expect(await faultAfter({ status, headers: html, body: HTML })).toMatchObject({
					message: `${provider.name} had an internal error (HTTP ${status})`,
					transient: true,
					ambiguous: true,
				});
			},
		);

		it.each<[string, WireReply]>([
			['an HTML page', { headers: html, body: HTML }],
			['an empty body', {}],
			['no content', { status: 204 }],
			['truncated JSON', { body: fixtureText(contract, firstReply).slice(0, -9) }],
			['JSON of another shape', { body: { ok: true } }],
			['a list', { body: '[]' }],
			['null', { body: 'null' }],
			['a number', { body: '7' }],
			['a text', { body: '"ok"' }],
			['an error although it is a 200', { body: errorSaying('y', 'x') }],
		])('a 200 with %s may hide a job', async (_, answer) => {
			for (const what of ['submit', 'status', ...resultAsked] as const) {
				nock.cleanAll();
				expect(await faultAfter(answer, what)).toEqual({
					httpStatus: answer.status ?? 200,
					code: 'unreadable_answer',
					message: `${provider.name} sent an answer that cannot be read (empty, cut off, or not the documented JSON)`,
					hint: expect.stringContaining(addressField) as string,
					transient: true,
					ambiguous: true,
				});
			}
		});

		each(contract.statuses.slice(2, 3))(
			"takes another job's status for unreadable, never for ours",
			async (row) => {
				const text = JSON.stringify(fixture(contract, row.reply));
				const other = text.replaceAll(contract.jobId, 'somebody_elses_job');
				expect(await faultAfter({ body: other })).toMatchObject({ code: 'unreadable_answer' });
			},
		);

		it.each<[string, (key: string) => string]>([
			['as it is', (key) => key],
			['with its slashes escaped', (key) => key.replaceAll('/', '\\/')],
			[
				'in Unicode escapes',
				(key) => key.replace(/./g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
			],
		])('a provider that quotes the key in an error, %s, has it masked', async (_, quote) => {
			const [before, after] = JSON.stringify(errorSaying('The key * is bad.', 'bad')).split('*');
			const body = before! + quote(apiKey) + after!;
			const { message } = await faultAfter({ status: 400, body }, 'submit');
			expect(message).toContain('The key *** is bad.');
		});

		it('a provider that quotes the key wherever it can has it masked', async () => {
			const quoting = `The key ${apiKey} is bad`;
			const headers = Object.fromEntries(
				['x-request-id', 'x-echo', 'retry-after', 'location', 'set-cookie', 'content-language'].map(
					(name) => [name, quoting],
				),
			);
			const quotes = { metadata: { [apiKey]: quoting }, error: quoting, message: quoting };
			const answers = jobAsked.flatMap((name) => {
				const asked = { ...fixture(contract, name), ...quotes };
				const failed = withStatus(asked, wire.failedWord);
				return [
					withValue(failed, wire.failure, quoting),
					withValue(failed, wire.failure, { code: apiKey, message: quoting }),
					withStatus(asked, quoting),
					{ ...withValue(asked, wire.progress ?? 'progress', quoting), [apiKey]: quoting },
				];
			});
			for (const body of answers) {
				nock.cleanAll();
				new Host(origin, { headers, body });
				const [item] = await runNode(checking({ options: { includeRawResponse: true } }));
				expect(JSON.stringify(item)).toContain('***');
				expect(JSON.stringify(item)).not.toContain(apiKey);
			}
			// After 429, nothing is asked for a while.
			for (const status of [301, 400, 401, 402, 403, 404, 409, 422, 500, 429]) {
				nock.cleanAll();
				const body = { ...errorSaying(quoting, apiKey), code: apiKey, ...quotes };
				await faultAfter({ status, headers, body }, 'submit');
			}
		});

		it.each([301, 302, 307, 308])('HTTP %i is not followed', async (status) => {
			const elsewhere = new Host('https://elsewhere.example', reply(firstReply));
			const headers = { location: 'https://elsewhere.example/v1/tasks' };
			for (const what of ['submit', 'status'] as const) {
				expect(await faultAfter({ status, headers }, what)).toMatchObject({
					httpStatus: status,
					message: expect.stringContaining(`redirect (HTTP ${status})`) as string,
					ambiguous: false,
				});
			}
			expect(elsewhere.requests).toEqual([]);
		});

		it.each([
			['ECONNREFUSED', 'cannot be reached: nothing answers at its address', false],
			['ENOTFOUND', 'cannot be reached: its address was not found', false],
			['ECONNRESET', 'closed the connection before it answered', true],
			['ETIMEDOUT', 'did not answer in time', true],
			['CERT_HAS_EXPIRED', 'cannot be reached safely', false],
		])('no answer: %s', async (code, words, ambiguous) => {
			nock(origin)
				.intercept(contract.statusPath, statusMethod)
				.replyWithError(brokenConnection(code, `${code} with ${apiKey}`));
			const outcome = await call('status');
			expect(outcome).toMatchObject({
				ok: false,
				fault: {
					message: expect.stringContaining(`${provider.name} ${words}`) as string,
					code: 'no_answer',
					transient: true,
					ambiguous,
				},
			});
			expect(JSON.stringify(outcome)).not.toContain(apiKey);
		});

		it('a connection that is not made in time was never sent, through all that wraps the error', async () => {
			const connecting = (code = 'ETIMEDOUT') =>
				Object.assign(brokenConnection(code, apiKey), { syscall: 'connect' });
			const errors = [connecting(), connecting('ENETUNREACH')];
			// As Node's AggregateError, which Nock does not take from a test.
			const all = Object.assign(brokenConnection('ETIMEDOUT', apiKey), { errors });
			for (const error of [connecting(), all]) {
				nock.cleanAll();
				nock(origin).intercept(contract.statusPath, statusMethod).replyWithError(error);
				expect(await call('status')).toMatchObject({
					fault: {
						message: `${provider.name} cannot be reached: nothing answers at its address in time`,
						ambiguous: false,
					},
				});
			}
		});
	});

	describe('traps', () => {
		const lengths = given(contract.duration).map(([place, value, seconds]) => {
			return { place, value, seconds };
		});
		each(lengths)(
			'trap 2: the length has the name and the type that the provider wants: $place',
			async ({ place, value, seconds }) => {
				for (const duration of [seconds, String(seconds)]) {
					nock.cleanAll();
					const host = new Host(origin, reply(firstReply));
					await runNode(generating({ duration }));
					expect(valueAt(host.requests[0]!.body, place)).toBe(value);
				}
			},
		);

		each(jobAsked)('trap 3: its name for the id is ours, whatever it is on the wire', async () => {
			const text = JSON.stringify(fixture(contract, firstReply));
			const name = /"(\w+)":"([^"]*)"/g;
			const names = [...text.matchAll(name)]
				.filter(([, , value]) => value === contract.jobId)
				.map(([, key]) => key);
			expect(names).toHaveLength(1);
			expect(names[0]).toBe(wire.jobId.split('.').at(-1));
			new Host(origin, reply(firstReply));
			const [item] = await runNode(generating());
			expect(item!.json).toMatchObject({ jobId: contract.jobId });
			expect(item!.json).not.toHaveProperty(names[0]!);
		});

		it.each([true, false])('trap 4 and trap 5: the switches, all %p, are sent', async (on) => {
			const host = new Host(origin, reply(firstReply));
			await runNode(generating({ audio: on, cameraLock: on, options: { skipModeration: on } }));
			const { body } = host.requests[0]!;
			for (const field of ['audio', 'cameraLock', 'skipModeration'] as const) {
				const sent = wire.fields[field] && valueAt(body, wire.fields[field]);
				expect([field, sent]).toEqual([field, can[field] ? on : undefined]);
			}
		});

		it('trap 6: the aspect ratio is sent also where the user left it as it was', async () => {
			const host = new Host(origin, reply(firstReply));
			await runNode(generating());
			const place = wire.fields.aspectRatio;
			const { aspectRatio } = can;
			expect(place && valueAt(host.requests[0]!.body, place)).toBe(
				aspectRatio?.imageInput ? undefined : (wire.defaultRatio ?? aspectRatio?.default),
			);
		});

		each(given(can.seed))('trap 7: the smallest seed is sent: $min', async ({ min }) => {
			const host = new Host(origin, reply(firstReply));
			await runNode(generating({ options: { seed: min } }));
			expect(valueAt(host.requests[0]!.body, wire.fields.seed!)).toBe(min);
		});

		const refusals = wire.errors.map((error) => error('No such luck', 'x'));
		it.each(refusals)('trap 8: the error %j is read', async (body) => {
			const { message } = await faultAfter({ status: 400, body }, 'submit');
			expect(message).toBe(`${provider.name} did not accept the request: No such luck`);
		});

		const [, done, failed] = contract.submitted;
		const settledAtOnce = failed?.job.status === 'failed' ? [{ done: done!, failed }] : [];
		each(settledAtOnce)(
			'trap 12: a submit that is already done or failed needs no waiting',
			async (replies) => {
				new Host(
					origin,
					reply(replies.done.reply),
					...contract.finished.map((name) => reply(name)),
					...fileBehindKey,
				);
				const waiting = { afterSubmit: 'wait', downloadVideo: false };
				const [item] = await runNode(generating({ ...waiting, options: { timeoutMinutes: 1 } }));
				const { jobId = contract.jobId } = replies.done.job;
				expect(item!.json).toMatchObject({ status: 'completed', jobId });
				nock.cleanAll();
				new Host(origin, reply(replies.failed.reply));
				const options = { onJobFailure: 'return' };
				const [second] = await runNode(generating({ afterSubmit: 'wait', options }));
				expect(second!.json).toMatchObject({
					status: 'failed',
					failure: replies.failed.job.failure,
				});
			},
		);
	});

	eachGroup(jobAsked)('traps, in replies such as %s', (name) => {
		const processing = fixture(contract, name);
		const unread: NonNullable<DialectContract['progress']> = [[undefined, null]];

		it.each(contract.progress ?? unread)(
			'trap 1: progress %p is %p of 100',
			async (said, percent) => {
				const { progress } = wire;
				const body = progress ? withValue(processing, progress, said) : processing;
				const job = await jobAfter({ body });
				expect([job.status, job.progress]).toEqual(['processing', percent]);
			},
		);

		it('trap 1: a progress beyond all numbers is none', async () => {
			const text = JSON.stringify(withValue(processing, wire.progress ?? 'progress', 'many'));
			const job = await jobAfter({ body: text.replace('"many"', '1e999') });
			expect([job.status, job.progress]).toEqual(['processing', null]);
		});

		it('trap 8: a failed job without a readable reason has failed all the same', async () => {
			for (const reason of [undefined, null, 7, '', [], { message: 7 }, '<html></html>']) {
				nock.cleanAll();
				const failed = withStatus(processing, wire.failedWord);
				const job = await jobAfter({ body: withValue(failed, wire.failure, reason) });
				expect(job).toMatchObject({ status: 'failed', creditsCharged: 0 });
				expect(job.failure).toEqual({
					code: expect.stringMatching(/./) as string,
					message: expect.stringMatching(/./) as string,
				});
			}
		});

		const elsewhere = provider.file ? [] : ['another host'];
		each(elsewhere)('trap 9: the video is fetched from %s without the key', async () => {
			const api = new Host(origin, ...contract.finished.map((name) => reply(name)));
			const [kind, bytes] =
				contract.makes === 'image'
					? ['image/png', '\x89PNG and more']
					: ['video/mp4', '\0\0\0 ftypisom'];
			const body = Buffer.from(bytes, 'latin1');
			const { job } = [...contract.statuses, ...(contract.results ?? [])].find(
				(row) => row.reply === contract.finished.at(-1),
			)!;
			const media = new Host(new URL((job.videoUrl ?? job.imageUrl)!).origin, {
				headers: { 'content-type': kind, 'content-length': String(body.length) },
				body,
			});
			const [item] = await runNode(checking({ downloadVideo: true, binaryField: 'file' }));
			expect(item!.binary?.file).toMatchObject({
				data: body.toString('base64'),
				mimeType: kind,
			});
			expect([api.requests.length, media.requests.length]).toEqual([contract.finished.length, 1]);
			expect(media.requests[0]!.headers).not.toHaveProperty(contract.authHeader(apiKey)[0]);
			expect(JSON.stringify([media.requests, item])).not.toContain(apiKey);
		});

		it('trap 10: the words for a status may be in other letters, and "canceled" is cancelled', async () => {
			const ended = async (word: string) =>
				(await jobAfter({ body: withStatus(processing, word) })).status;
			const { doneWord, failedWord } = wire;
			const [upper, lower] = [failedWord.toUpperCase(), failedWord.toLowerCase()];
			const mixed = upper[0]! + lower.slice(1);
			for (const [word, status] of [
				...[upper, lower, mixed].map((said) => [said, 'failed'] as const),
				...['canceled', 'CANCELLED', 'Cancelled', 'CANCELED'].map(
					(said) => [said, 'cancelled'] as const,
				),
			]) {
				nock.cleanAll();
				expect([word, await ended(word)]).toEqual([word, status]);
			}
			const name = contract.finished.at(-1)!;
			const what = whatOf(name);
			for (const word of [doneWord.toLowerCase(), doneWord.toUpperCase()]) {
				nock.cleanAll();
				const job = await jobAfter({ body: withStatus(fixture(contract, name), word) }, what);
				expect(job.status).toBe('completed');
				expect(mediaUrlOf(job)).not.toBeNull();
			}
		});

		/** A result may have no status of its own. */
		const saidStatus = contract.finished.filter(
			(name) => valueAt(fixture(contract, name), wire.status) !== undefined,
		);
		const words = ['succeeded', 'done', 'constructor', '__proto__', ` ${wire.doneWord}`];
		it.each(words.filter((word) => word !== wire.doneWord))(
			'trap 10: the unknown status "%s" is never done, and named',
			async (word) => {
				for (const name of saidStatus) {
					nock.cleanAll();
					const what = whatOf(name);
					const job = await jobAfter({ body: withStatus(fixture(contract, name), word) }, what);
					expect(isSettled(job)).toBe(false);
					expect(mediaUrlOf(job)).toBeNull();
					expect(job.failure?.code).toBe('unknown_status');
					expect(job.failure?.message).toContain(`"${word}"`);
				}
			},
		);

		it.each(['no address', 'about:blank', 'file:///etc/passwd', '/videos/1.mp4', ''])(
			'trap 11: done with the address "%s" is a failure of its own',
			async (noAddress) => {
				const name = contract.finished.at(-1)!;
				const text = JSON.stringify(fixture(contract, name));
				const url = mediaUrlOf(await jobAfter(reply(name), whatOf(name)))!;
				// Also in a JSON that is a text in the body.
				const body = text.replaceAll(url, noAddress);
				expect(body).not.toBe(text);
				nock.cleanAll();
				const job = await jobAfter({ body }, whatOf(name));
				expect(job.status).toBe('failed');
				expect(job.failure?.code).toMatch(/^no_(video|image)_url$/);
				expect(mediaUrlOf(job)).toBeNull();
			},
		);
	});

	it('has a test for every fixture', () => {
		const used = [
			...contract.submits.map(({ body }) => body),
			...[
				...contract.submitted,
				...contract.statuses,
				...(contract.results ?? []),
				...contract.faults,
				...(contract.balance?.replies ?? []),
			].map((row) => row.reply),
			...contract.callbacks,
			...contract.others,
		];
		expect(fixtureNames(contract).filter((name) => !used.includes(name))).toEqual([]);
	});
});
