/** kie.ai in whole workflows: one payment for each video, errors in an HTTP 200, and callbacks that prove nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { signatureHeaders, WEBHOOK_SECRET } from '../sandbox/dialects/kieSigning.ts';
import { knock, triggerDoor } from './attackers.ts';
import {
	chain,
	closeWorld,
	errorTextOf,
	node,
	openWorld,
	prompts,
	start,
	submitsOf,
	type World,
} from './world.ts';
import { openStill, providerWorld } from './providerWorld.ts';
import { sleep } from './time.ts';

const PNG = readFileSync(join(__dirname, '../sandbox/assets/images/square-512.png'));

let world: World;
afterEach(async () => {
	jest.restoreAllMocks();
	await closeWorld(world);
});

const provider = 'kie';
const { run, requestsOf, account, returned, waited, check } = providerWorld(provider, () => world);
/** 4 s in 720p at 41 a second. */
const CREDITS = 164;
const USD = 0.82;

const credits = (parameters: IDataObject = {}) =>
	node('Credits', 'seedanceGetCredits', { provider, ...parameters });

const sent = () =>
	submitsOf(world).map(({ body }) => body as { model: string; input: IDataObject });

it('makes videos from texts, each paid once, in credits of half a cent, and fetches them', async () => {
	world = await openWorld({ speed: 200 });
	const execution = await run(prompts('one', 'two'), waited());
	expect(execution.error).toBeUndefined();
	const job = {
		provider,
		model: 'seedance-2.0',
		status: 'completed',
		durationSeconds: 4,
		resolution: '720p',
		hasAudio: true,
		creditsEstimated: CREDITS,
		creditsCharged: CREDITS,
		costUsdEstimated: USD,
		costUsd: USD,
	};
	const items = execution.output('Generate');
	expect(items.map(({ json }) => json)).toMatchObject([{ ...job }, { ...job }]);
	for (const { json, binary } of items) {
		// By default, because its files may be gone soon.
		expect(binary?.video).toMatchObject({ mimeType: 'video/mp4' });
		const { completedAt, expiresAt } = json as { completedAt: string; expiresAt: string };
		expect(Date.parse(expiresAt) - Date.parse(completedAt)).toBe(24 * 3_600_000);
	}
	expect(account()).toMatchObject({
		submitsReceived: 2,
		jobsCharged: 2,
		creditsCharged: 2 * CREDITS,
	});
});

it('leaves the file where it is if the user says so', async () => {
	world = await openWorld({ speed: 200 });
	const execution = await run(prompts('one'), waited({ downloadVideo: false }));
	expect(execution.output('Generate')[0]!.binary).toBeUndefined();
});

it.each<[string, IDataObject, string, IDataObject]>([
	['seedance-1.0-lite', { duration: 3 }, 'v1-lite-text-to-video', { duration: '3' }],
	['seedance-1.0-pro', { duration: 12 }, 'v1-pro-text-to-video', { duration: '12' }],
	['seedance-1.5-pro', { duration: 8 }, 'seedance-1.5-pro', { duration: '8' }],
	['seedance-2.0-mini', { duration: 4 }, 'seedance-2-mini', { duration: 4 }],
	['seedance-2.5', { duration: -1 }, 'seedance-2-5', { duration: -1 }],
])('%s goes the one way, with the length as it wants it', async (model, more, wire, input) => {
	world = await openStill();
	const execution = await run(prompts('one'), returned({ model, ...more }));
	expect(execution.error).toBeUndefined();
	expect(sent()).toMatchObject([{ model: `bytedance/${wire}`, input }]);
	expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
});

it('returns the last frame', async () => {
	world = await openWorld({ speed: 200 });
	const options = { timeoutMinutes: 2, returnLastFrame: true };
	const execution = await run(prompts('one'), waited({ downloadVideo: false, options }));
	expect(execution.output('Generate')[0]!.json).toMatchObject({
		videoUrl: expect.stringMatching(/\.mp4$/) as string,
		lastFrameUrl: expect.stringMatching(/\.png$/) as string,
	});
});

describe('frames as files', () => {
	it('are uploaded for nothing to the second host, with the same key, and paid once', async () => {
		world = await openStill();
		const file = await world.engine.writeBinary(PNG, {
			fileName: 'sku.png',
			mimeType: 'image/png',
		});
		const item = { json: { prompt: 'one' }, binary: { data: file, last: file } };
		const execution = await run(
			[item],
			returned({
				mode: 'imageToVideo',
				imageInput: 'binary',
				options: { endFrameBinaryField: 'last' },
			}),
		);
		expect(execution.error).toBeUndefined();
		const uploads = requestsOf('upload');
		expect(uploads.map(({ path, keyId }) => [path, keyId])).toEqual(
			Array(2).fill(['/kie-upload/api/file-stream-upload', 'kie']),
		);
		const { input } = sent()[0]!;
		expect(input.first_frame_url).toMatch(/\/uploads\/[0-9a-f]{32}\.png$/);
		expect(input.last_frame_url).toBe(input.first_frame_url);
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
	});
});

describe('errors in an HTTP 200, in words', () => {
	it('no credits, and nothing is made', async () => {
		world = await openStill({ accounts: [{ provider, credits: CREDITS - 1 }] });
		const { error } = await run(prompts('one'), returned());
		expect(errorTextOf(error)).toContain('Not enough credits in the kie.ai account');
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 0 });
	});

	it('a wrong key is that of the credential', async () => {
		world = await openStill();
		const wrong = { ...world.sandbox.credentialOf(provider), apiKey: 'wrong' };
		const { error } = await world.engine.run(chain(start, returned()), {
			input: prompts('one'),
			credentials: { seedanceKieApi: wrong },
		});
		expect(errorTextOf(error)).toContain('refused the API key');
		expect(errorTextOf(error)).toContain('IP address');
	});

	it('a refused field is not sent twice', async () => {
		world = await openStill();
		world.sandbox.faults.add({
			kind: 'submit',
			body: { code: 422, msg: 'duration is not within the range', data: null },
		});
		const { error } = await run(prompts('one'), returned());
		expect(errorTextOf(error)).toContain('did not accept the request: duration is not within');
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 0 });
	});

	it('maintenance is waited out, because nothing was begun', async () => {
		world = await openStill();
		const body = { code: 455, msg: 'Service unavailable', data: null };
		world.sandbox.faults.add({ kind: 'submit', body });
		const execution = await run(prompts('one'), returned());
		expect(execution.error).toBeUndefined();
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCreated: 1 });
	});

	it('of the moderation, which costs nothing', async () => {
		world = await openWorld({ speed: 200 });
		const { error } = await run(prompts('x [sandbox:moderate]'), waited());
		expect(errorTextOf(error)).toContain('The moderation refused this');
		expect(account()).toMatchObject({ jobsFailed: 1, creditsCharged: 0 });
	});

	it('a job that nobody knows', async () => {
		world = await openStill();
		const { error } = await run([{ json: {} }], check({ jobId: 'task_of_nobody' }));
		expect(errorTextOf(error)).toContain('kie.ai knows no job with this ID');
	});
});

describe('a submit whose answer is lost', () => {
	it.each<[string, IDataObject]>([
		['the connection breaks', { reset: true }],
		['an HTTP 500', { status: 500, body: { code: 500, msg: 'Server error', data: null } }],
		['the code 500 in an HTTP 200', { body: { code: 500, msg: 'Server error', data: null } }],
		['the code 501 in an HTTP 200', { body: { code: 501, msg: 'Generation failed', data: null } }],
		['no JSON in an HTTP 200', { body: '<html></html>' }],
	])('%s: it is never sent again, and the error says so', async (_, fault) => {
		world = await openStill();
		world.sandbox.faults.add({ kind: 'submit', after: 'handled', ...fault });
		const { error } = await run(prompts('one'), returned());
		expect(errorTextOf(error)).toContain('may have started');
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
	});

	it('but a refusal for too many requests is waited out', async () => {
		world = await openStill();
		const headers = { 'retry-after': '1' };
		const body = { code: 429, msg: 'Too many requests', data: null };
		world.sandbox.faults.add({ kind: 'submit', body, headers });
		const execution = await run(prompts('one'), returned());
		expect(execution.error).toBeUndefined();
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCreated: 1 });
	}, 30_000);
});

describe('calls back', () => {
	const wait = (parameters: IDataObject = {}) =>
		node('Wait', 'seedanceWaitForWebhook', { provider, downloadVideo: false, ...parameters });
	const asleepWith = async (...texts: string[]) =>
		await run(prompts(...texts), returned({ afterSubmit: 'resume' }), wait());

	it('signed, and wakes Wait for Webhook, which asks before it believes', async () => {
		world = await openStill();
		const asleep = await asleepWith('one');
		expect(asleep.status).toBe('waiting');
		expect(submitsOf(world)[0]!.body).toMatchObject({
			callBackUrl: expect.stringContaining('http') as string,
		});
		const [job] = world.sandbox.jobs();
		const asked = requestsOf('status').length;
		world.sandbox.finishJob(job!.jobId);
		const done = await world.engine.waitFor(asleep.id, { status: 'success' });
		expect(done.output('Wait')[0]!.json).toMatchObject({
			jobId: job!.jobId,
			status: 'completed',
			creditsCharged: CREDITS,
			costUsd: USD,
		});
		expect(requestsOf('status').length).toBeGreaterThan(asked);
		expect(world.sandbox.ledger.callbacks).toMatchObject([{ kind: 'regular', status: 200 }]);
	});

	it('with a signature of another key, or none, knocks in vain', async () => {
		world = await openStill();
		const asleep = await asleepWith('one');
		const [job] = world.sandbox.jobs();
		const body = world.sandbox.callbackBodyOf(job!.jobId);
		const asked = requestsOf('status').length;
		for (const headers of [{}, signatureHeaders(job!.jobId, Date.now(), 'another key')]) {
			const type = { 'content-type': 'application/json' };
			expect(await knock(job!.callbackUrl!, { headers: { ...type, ...headers }, body })).toBe(401);
		}
		expect(requestsOf('status')).toHaveLength(asked);
		expect(world.engine.continuations(asleep.id)).toBe(0);
	});

	it('a genuine signature with a forged body: the provider is asked, and the body not believed', async () => {
		world = await openStill();
		const asleep = await asleepWith('one');
		const [job] = world.sandbox.jobs();
		const resultJson = JSON.stringify({ resultUrls: ['https://evil.example/v.mp4'] });
		const data = { taskId: job!.jobId, state: 'success', resultJson };
		const headers = {
			'content-type': 'application/json',
			...signatureHeaders(job!.jobId, Date.now(), WEBHOOK_SECRET),
		};
		const forged = { headers, body: JSON.stringify({ code: 200, data }) };
		expect(await knock(job!.callbackUrl!, forged)).toBe(200);
		world.sandbox.finishJob(job!.jobId);
		const done = await world.engine.waitFor(asleep.id, { status: 'success' });
		const text = JSON.stringify(done.output('Wait'));
		expect(text).not.toContain('evil.example');
		expect(done.output('Wait')[0]!.json).toMatchObject({ status: 'completed', costUsd: USD });
	}, 30_000);
});

describe('a Trigger that is to believe a signed body', () => {
	const resultJson = JSON.stringify({ resultUrls: ['https://evil.example/v.mp4'] });

	it.each([
		['of a finished job: it gives what kie.ai says', false, 1],
		['of a job that runs: it starts nothing', true, 0],
	])(
		'asks all the same, because the body is open: %s',
		async (_, unfinished, openings) => {
			const parameters = { verifyWithApi: false };
			const door = await triggerDoor({ provider, parameters, unfinished });
			({ world } = door);
			const asked = door.questions();
			const headers = {
				'content-type': 'application/json',
				...signatureHeaders(door.jobId, Date.now(), WEBHOOK_SECRET),
			};
			const data = { taskId: door.jobId, state: 'success', resultJson };
			const body = JSON.stringify({ code: 200, data });
			expect(await knock(door.url, { headers, body })).toBe(200);
			// What is not confirmed is asked for again for minutes.
			if (!unfinished) await door.quiet();
			else await sleep(3_000);
			expect(door.questions()).toBeGreaterThan(asked);
			expect(door.openings()).toBe(openings);
			expect(JSON.stringify(await door.came())).not.toContain('evil.example');
		},
		30_000,
	);
});

describe('the balance', () => {
	it('is in credits, with the seconds that it pays for', async () => {
		world = await openStill({ accounts: [{ provider, credits: 410.5 }] });
		const execution = await run([{ json: {} }], credits({ minimumCredits: 500 }));
		expect(execution.output('Credits')[0]!.json).toMatchObject({
			provider,
			credits: 410.5,
			currency: 'credits',
			tier: null,
			belowMinimum: true,
			affordableSeconds: { 'seedance-2.0': 10, 'seedance-2.0-mini': 20, 'seedance-2.5': 6 },
		});
	});

	it('that is too small for all items submits nothing', async () => {
		world = await openStill({ accounts: [{ provider, credits: 2 * CREDITS - 1 }] });
		const { error } = await run(
			prompts('one', 'two'),
			returned({ options: { checkCredits: true } }),
		);
		expect(errorTextOf(error)).toContain(`needs ${2 * CREDITS}`);
		expect(account()).toMatchObject({ submitsReceived: 0 });
	});

	it.each<[IDataObject, string]>([
		[{ maxCredits: 2 * CREDITS - 1 }, '"Max Credits" allows 327'],
		[{ monthlyCreditBudget: 2 * CREDITS - 1 }, 'for this month'],
	])('%j stops a run that would cost more', async (options, words) => {
		world = await openStill();
		const { error } = await run(prompts('one', 'two'), returned({ options }));
		expect(errorTextOf(error)).toContain(words);
		expect(account()).toMatchObject({ submitsReceived: 0 });
	});
});
