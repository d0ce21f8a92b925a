/** @jest-environment ./test/contract/nockEnvironment.ts */
import type { INodeParameters, INodeType } from 'n8n-workflow';
import type { Outcome } from '../../nodes/Seedance/core/fault';
import {
	isSettled,
	newJob,
	updateJob,
	type Job,
	type JobReading,
} from '../../nodes/Seedance/core/job';
import { providerById } from '../../nodes/Seedance/providers';
import { openSession } from '../../nodes/Seedance/runtime/session';
import { SeedanceCheckStatus } from '../../nodes/Seedance/SeedanceCheckStatus.node';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import { SeedanceGetCredits } from '../../nodes/Seedance/SeedanceGetCredits.node';
import { fixture, fixtureNames, statusOf, type DialectContract } from './dialect.ts';
import { seedanceUnified } from './dialects/seedanceUnified.ts';
import { brokenConnection, nock } from './nock.ts';
import { contextOf, runNode, type NodeRun } from './nodeContext.ts';
import { Host, type WireReply } from './wire.ts';

/** Every dialect, one row each. */
const contracts: DialectContract[] = [seedanceUnified];

/** A key of its own for each test: accounts, with their request budgets, live as long as the process. */
let apiKey = '';
let keys = 0;
beforeEach(() => {
	apiKey = `sk-live/${(keys += 1)}+secret`;
	nock.disableNetConnect();
});
afterEach(() => nock.cleanAll());

describe.each(contracts)('$name', (contract) => {
	const provider = providerById(contract.provider);
	const origin = new URL(contract.credential.baseUrl).origin;
	const reply = (name: string, headers?: Record<string, string>): WireReply => ({
		status: statusOf(name),
		headers,
		body: fixture(contract, name),
	});
	const firstReply = contract.submitted[0]!.reply;

	const runOf = (node: INodeType, parameters: INodeParameters): NodeRun => ({
		node,
		parameters: { provider: contract.provider, ...parameters },
		credentialType: new contract.credentialType(),
		credential: { ...contract.credential, apiKey },
	});
	const generating = (parameters: INodeParameters = {}) =>
		runOf(new SeedanceGenerateVideo(), {
			model: contract.model,
			mode: contract.mode,
			prompt: 'A lamp',
			afterSubmit: 'return',
			...parameters,
		});

	/** The outcome of one call, as the rest of the nodes sees it: no retry yet. */
	async function call(what: 'submit' | 'status'): Promise<Outcome<JobReading>> {
		const session = await openSession(contextOf(generating()), provider);
		if (!session.ok) return session;
		const { jobId, model, mode } = contract;
		const request = { model, mode, prompt: 'A lamp', duration: 4 };
		return what === 'submit'
			? await session.value.call(provider.dialectFor(request).generate, {
					request,
					idempotencyKey: 'key-1',
				})
			: await session.value.call(provider.dialectOf({ jobId, model }).status, { jobId, model });
	}

	async function jobAfter(body: unknown): Promise<Job> {
		new Host(origin, { body });
		const reading = await call('status');
		if (!reading.ok) throw new Error(reading.fault.message);
		return updateJob(newJob(contract.jobId, provider.id), reading.value);
	}

	async function faultAfter(answer: WireReply, what: 'submit' | 'status' = 'status') {
		new Host(origin, answer);
		const outcome = await call(what);
		if (outcome.ok) throw new Error(`Taken for an answer: ${JSON.stringify(outcome.value)}`);
		expect(JSON.stringify(outcome.fault)).not.toContain(apiKey);
		expect(outcome.fault.message).not.toMatch(/undefined|\[object|TypeError|ZodError/);
		return outcome.fault;
	}

	describe('requests', () => {
		it.each(contract.submits)('$name', async ({ parameters, path, body }) => {
			const host = new Host(origin, reply(firstReply));
			await runNode(generating(parameters));
			expect(host.requests).toHaveLength(1);
			const [sent] = host.requests;
			expect([sent!.method, sent!.path]).toEqual(['POST', path]);
			expect(sent!.body).toEqual(fixture(contract, body));
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
			).toEqual(['accept', 'content-type', contract.idempotencyHeader].filter(Boolean).sort());
		});

		it('ask for a job without a body', async () => {
			const host = new Host(origin, reply(contract.statuses[0]!.reply));
			await call('status');
			expect(host.requests).toEqual([
				expect.objectContaining({ method: 'GET', path: contract.statusPath, body: '' }),
			]);
		});

		it.each(['../account/credits', 'a/b', 'a?b=c', 'a b', '%2e%2e'])(
			'keep a job ID such as "%s" within its place in the address',
			(jobId) => {
				const { path } = provider.dialectOf({ jobId }).status.request({ jobId });
				const url = new URL(contract.credential.baseUrl + path);
				expect(decodeURIComponent(url.href.replace(origin, ''))).toBe(
					contract.statusPath.replace(contract.jobId, jobId),
				);
			},
		);

		it('that are repeated carry the same idempotency key, other items another', async () => {
			if (contract.idempotencyHeader === undefined) return;
			const host = new Host(origin, reply(firstReply));
			await runNode({ ...generating(), items: [{}, {}] });
			await runNode({ ...generating(), items: [{}, {}] });
			const sent = host.requests.map(({ headers }) => headers[contract.idempotencyHeader!]!);
			expect(sent[0]).toMatch(/^[0-9a-f]{40}$/);
			expect(sent[0]).not.toBe(sent[1]);
			expect(sent.slice(2)).toEqual(sent.slice(0, 2));
		});
	});

	describe('replies', () => {
		it.each(contract.submitted)('to a submit: $reply', async ({ reply: name, job }) => {
			new Host(origin, reply(name));
			const [item] = await runNode(generating());
			const { creditsEstimated, ...said } = item!.json;
			expect(creditsEstimated).toEqual(expect.any(Number));
			expect(said).toEqual({ ...blankJob(), ...job });
		});

		it.each(contract.statuses)('to the status question: $reply', async ({ reply: name, job }) => {
			expect(await jobAfter(fixture(contract, name))).toEqual({
				...blankJob(),
				creditsEstimated: null,
				...job,
			});
		});

		it.each(contract.callbacks)('called back: %s names the job that was submitted', (name) => {
			expect(provider.callback?.jobIdIn(fixture(contract, name))).toBe(contract.jobId);
		});

		it.each([undefined, null, 7, 'text', [], {}, { task_id: 7 }, { task_id: '' }])(
			'called back with %p: no job, and no exception',
			(body) => {
				expect(provider.callback?.jobIdIn(body)).toBeUndefined();
			},
		);

		it('about the balance', async () => {
			const { balance } = contract;
			if (!balance) return;
			const host = new Host(origin, reply(balance.reply));
			const [item] = await runNode(runOf(new SeedanceGetCredits(), {}));
			expect(host.requests).toMatchObject([{ method: 'GET', path: balance.path, body: '' }]);
			const { affordableSeconds, ...rest } = item!.json;
			expect(rest).toEqual(balance.output);
			const videos = provider.models.filter(({ makes }) => makes === 'video');
			expect(Object.keys(affordableSeconds as object)).toEqual(videos.map(({ id }) => id));
		});

		/** Without our own estimate, which no reply says. */
		function blankJob(): Partial<Job> {
			const blank: Partial<Job> = newJob(contract.jobId, provider.id);
			delete blank.creditsEstimated;
			return blank;
		}
	});

	describe('faults', () => {
		it.each(contract.faults)(
			'$call: $reply',
			async ({ call: what, reply: name, headers, fault }) => {
				expect(await faultAfter(reply(name, headers), what)).toEqual(fault);
			},
		);

		it.each(contract.refusals)(
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
			['truncated JSON', { status: 400, body: '{"error":{"mess' }],
			['JSON of another shape', { status: 400, body: [1, null] }],
			['null', { status: 400, body: 'null' }],
			['an error of another shape', { status: 400, body: { error: { message: { en: 'no' } } } }],
		])('an error with %s still says what and what to do', async (_, answer) => {
			expect(await faultAfter(answer, 'submit')).toEqual({
				httpStatus: answer.status,
				message: `${provider.name} did not accept the request (HTTP ${answer.status})`,
				hint: expect.stringContaining('Base URL') as string,
				transient: false,
				ambiguous: false,
			});
		});

		it.each([500, 502, 503, 504])(
			'HTTP %i as an HTML page is worth another try',
			async (status) => {
				expect(await faultAfter({ status, headers: html, body: HTML })).toMatchObject({
					message: `${provider.name} has a problem of its own (HTTP ${status})`,
					transient: true,
					ambiguous: true,
				});
			},
		);

		it.each<[string, WireReply]>([
			['an HTML page', { headers: html, body: HTML }],
			['an empty body', {}],
			['no content', { status: 204 }],
			['truncated JSON', { body: '{"task_id":"task_abc' }],
			['JSON of another shape', { body: { ok: true } }],
			['a list', { body: '[]' }],
			['null', { body: 'null' }],
			['a number', { body: '7' }],
			['a text', { body: '"ok"' }],
			['an error although it is a 200', { body: { error: { code: 'x', message: 'y' } } }],
		])('a 200 with %s may hide a job', async (_, answer) => {
			for (const what of ['submit', 'status'] as const) {
				nock.cleanAll();
				expect(await faultAfter(answer, what)).toEqual({
					httpStatus: answer.status ?? 200,
					code: 'unreadable_answer',
					message: `${provider.name} sent an answer that cannot be read (empty, cut off, or not the documented JSON)`,
					hint: expect.stringContaining('Base URL') as string,
					transient: true,
					ambiguous: true,
				});
			}
		});

		it("takes another job's status for unreadable, never for ours", async () => {
			const text = JSON.stringify(fixture(contract, contract.statuses[2]!.reply));
			const other = text.replaceAll(contract.jobId, 'somebody_elses_job');
			expect(await faultAfter({ body: other })).toMatchObject({ code: 'unreadable_answer' });
		});

		it.each<[string, (key: string) => string]>([
			['as it is', (key) => key],
			['with its slashes escaped', (key) => key.replaceAll('/', '\\/')],
			[
				'in Unicode escapes',
				(key) => key.replace(/./g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
			],
		])('a provider that quotes the key in an error, %s, has it masked', async (_, quote) => {
			const body = `{"error":{"code":"bad","message":"The key ${quote(apiKey)} is bad."}}`;
			const { message } = await faultAfter({ status: 400, body }, 'submit');
			expect(message).toContain('The key *** is bad.');
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
			['ENOTFOUND', 'cannot be reached: its address is not known to this network', false],
			['ECONNRESET', 'broke off the connection before it answered', true],
			['ETIMEDOUT', 'did not answer in time', true],
			['CERT_HAS_EXPIRED', 'cannot be reached safely', false],
		])('no answer: %s', async (code, words, ambiguous) => {
			nock(origin)
				.get(contract.statusPath)
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
	});

	describe('traps', () => {
		const processing = fixture(contract, 'status.processing');

		it.each([
			[65, 65],
			[1, 1],
			[0.5, 0.5],
			[0, 0],
			[100, 100],
			[140, 100],
			[-3, 0],
			['65', null],
			[null, null],
			[undefined, null],
		])('trap 1: progress %p is %p of 100', async (said, percent) => {
			const job = await jobAfter({ ...processing, progress: said });
			expect([job.status, job.progress]).toEqual(['processing', percent]);
		});

		it('trap 1: a progress beyond all numbers is none', async () => {
			const text = JSON.stringify(processing).replace('65', '1e999');
			expect((await jobAfter(text)).progress).toBeNull();
		});

		it('trap 9: the video is fetched from another host without the key', async () => {
			const done = fixture(contract, 'status.completed');
			const api = new Host(origin, { body: done });
			const { videoUrl } = contract.statuses.find(({ reply: r }) => r === 'status.completed')!.job;
			const media = new Host(new URL(videoUrl!).origin, {
				headers: { 'content-type': 'video/mp4', 'content-length': '9' },
				body: 'the video',
			});
			const run = runOf(new SeedanceCheckStatus(), {
				jobId: contract.jobId,
				downloadVideo: true,
			});
			const [item] = await runNode(run);
			expect(item!.binary?.video).toMatchObject({
				data: Buffer.from('the video').toString('base64'),
				mimeType: 'video/mp4',
			});
			expect([api.requests.length, media.requests.length]).toEqual([1, 1]);
			expect(media.requests[0]!.headers).not.toHaveProperty(contract.authHeader(apiKey)[0]);
			expect(JSON.stringify([media.requests, item])).not.toContain(apiKey);
		});

		it.each(['Completed', 'succeeded', 'done', 'constructor', '__proto__', ' completed'])(
			'trap 10: the unknown status "%s" is never done, and named',
			async (word) => {
				const job = await jobAfter({ ...fixture(contract, 'status.completed'), status: word });
				expect(isSettled(job)).toBe(false);
				expect(job.videoUrl).toBeNull();
				expect(job.failure?.code).toBe('unknown_status');
				expect(job.failure?.message).toContain(`"${word}"`);
			},
		);
	});

	it('has a test for every fixture', () => {
		const used = [
			...contract.submits.map(({ body }) => body),
			...[...contract.submitted, ...contract.statuses, ...contract.faults].map((row) => row.reply),
			...contract.callbacks,
			...contract.others,
			contract.balance?.reply,
		];
		expect(fixtureNames(contract).filter((name) => !used.includes(name))).toEqual([]);
	});
});
