/** WaveSpeedAI in whole workflows: one payment for each video, and what its users must know. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { signatureHeaders } from '../sandbox/dialects/waveSpeedSigning.ts';
import { knock } from './attackers.ts';
import {
	closeWorld,
	errorTextOf,
	node,
	openWorld,
	prompts,
	submitsOf,
	type World,
} from './world.ts';
import { openStill, providerWorld } from './providerWorld.ts';

const PNG = readFileSync(join(__dirname, '../sandbox/assets/images/square-512.png'));

let world: World;
afterEach(async () => {
	jest.restoreAllMocks();
	await closeWorld(world);
});

const provider = 'waveSpeed';
const { run, requestsOf, account, returned, waited } = providerWorld(provider, () => world);
/** 4 s in 720p at $0.24. */
const USD = 0.96;
const ROOT = '/wavespeed/api/v3';
const T2V = `${ROOT}/bytedance/seedance-2.0/text-to-video`;

it('makes videos from texts, each paid once, in dollars', async () => {
	world = await openWorld({ speed: 200 });
	const execution = await run(prompts('one', 'two'), waited({ downloadVideo: true }));
	expect(execution.error).toBeUndefined();
	const job = {
		provider,
		model: 'seedance-2.0',
		status: 'completed',
		creditsEstimated: null,
		creditsCharged: null,
		costUsdEstimated: USD,
		// WaveSpeedAI does not say what a job has cost.
		costUsd: null,
	};
	const items = execution.output('Generate');
	expect(items.map(({ json }) => json)).toMatchObject([job, job]);
	for (const { json, binary } of items) {
		expect(binary?.video).toMatchObject({ mimeType: 'video/mp4' });
		const { createdAt, expiresAt } = json as { createdAt: string; expiresAt: string };
		expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(7 * 24 * 3_600_000);
	}
	expect(account()).toMatchObject({ submitsReceived: 2, jobsCharged: 2, creditsCharged: 2 * USD });
	expect(world.sandbox.ledger.keyReachedMediaHost).toBe(false);
});

it('takes the address of a file from an object, too', async () => {
	world = await openWorld({ speed: 200 });
	const execution = await run(prompts('x [sandbox:output-object]'), waited());
	expect(execution.output('Generate')[0]!.json).toMatchObject({
		status: 'completed',
		videoUrl: expect.stringMatching(/\.mp4$/) as string,
	});
});

it('sends the resolution of 1.0 in the path', async () => {
	world = await openStill();
	const old = { model: 'seedance-1.0-pro', duration: 5, resolution: '480p' };
	const execution = await run(prompts('one'), returned(old));
	const [{ path, body } = { path: '', body: {} }] = submitsOf(world);
	expect(path).toBe(`${ROOT}/bytedance/seedance-v1-pro-t2v-480p`);
	expect(body).not.toHaveProperty('resolution');
	const { json } = execution.output('Generate')[0]!;
	expect(json).toMatchObject({ model: 'seedance-1.0-pro', costUsdEstimated: 0.15 });
});

describe('files', () => {
	async function runWith(parameters: IDataObject, ...fields: string[]) {
		world = await openWorld();
		const file = () =>
			world.engine.writeBinary(PNG, { fileName: 'sku.png', mimeType: 'image/png' });
		const files = await Promise.all(fields.map(async (name) => [name, await file()] as const));
		const binary = Object.fromEntries(files);
		return await run([{ json: { prompt: 'one' }, binary }], returned(parameters));
	}
	const sent = () => submitsOf(world)[0]!.body as IDataObject;
	const uploaded = expect.stringMatching(/\/uploads\/[0-9a-f]{32}\.png$/) as string;

	it('for first and last frame are uploaded before', async () => {
		const parameters = {
			mode: 'imageToVideo',
			imageInput: 'binary',
			options: { endFrameBinaryField: 'end' },
		};
		expect((await runWith(parameters, 'data', 'end')).error).toBeUndefined();
		expect(requestsOf('upload')).toMatchObject([
			{ body: { file: { filename: 'sku.png', contentType: 'image/png', bytes: PNG.length } } },
			{},
		]);
		expect(sent()).toMatchObject({ image: uploaded, last_image: uploaded });
		expect(account().jobsCreated).toBe(1);
	});

	it('for references follow the addresses', async () => {
		const parameters = {
			mode: 'referenceToVideo',
			referenceImageUrls: 'https://example.com/1.png',
			referenceBinaryFields: 'a, b',
		};
		expect((await runWith(parameters, 'a', 'b')).error).toBeUndefined();
		expect(sent().reference_images).toEqual(['https://example.com/1.png', uploaded, uploaded]);
	});
});

describe('calls back', () => {
	const wait = node('Wait', 'seedanceWaitForWebhook', { provider });

	it('at the address in the query, signed, and wakes Wait for Webhook', async () => {
		world = await openStill();
		const asleep = await run(prompts('one'), returned({ afterSubmit: 'resume' }), wait);
		expect(asleep.status).toBe('waiting');
		const [{ path, body } = { path: '', body: {} }] = submitsOf(world);
		expect(body).not.toHaveProperty('webhook');
		expect(new URL(path, 'http://x').searchParams.get('webhook')).toBe(
			world.sandbox.jobs()[0]!.callbackUrl,
		);
		const [job] = world.sandbox.jobs();
		world.sandbox.finishJob(job!.jobId);
		const done = await world.engine.waitFor(asleep.id, { status: 'success' });
		expect(done.output('Wait')[0]!.json).toMatchObject({
			jobId: job!.jobId,
			status: 'completed',
			videoUrl: expect.stringMatching(/\.mp4$/) as string,
		});
		expect(done.continuations).toBe(1);
		expect(requestsOf('keys')).toHaveLength(1);
		expect(world.sandbox.ledger.callbacks).toMatchObject([{ kind: 'regular', status: 200 }]);
	});

	it('with a secret that is fetched once, and is not believed with another', async () => {
		world = await openStill();
		const asleep = await run(prompts('one', 'two'), returned({ afterSubmit: 'resume' }), wait);
		for (const job of world.sandbox.jobs()) {
			const body = world.sandbox.callbackBodyOf(job.jobId);
			const headers = {
				'content-type': 'application/json',
				...signatureHeaders(body, Date.now(), 'whsec_c29tZWJvZHkgZWxzZQ=='),
			};
			expect(await knock(job.callbackUrl!, { headers, body })).not.toBe(200);
		}
		expect(requestsOf('keys')).toHaveLength(1);
		expect(world.engine.continuations(asleep.id)).toBe(0);
	});
});

describe('the balance', () => {
	it('is told in dollars, with the seconds that it lasts', async () => {
		world = await openStill({ accounts: [{ provider, credits: 2.4 }] });
		const execution = await run(
			[{ json: {} }],
			node('Credits', 'seedanceGetCredits', { provider }),
		);
		expect(execution.output('Credits')[0]!.json).toMatchObject({
			credits: 2.4,
			currency: 'usd',
			affordableSeconds: { 'seedance-2.0': 10, 'seedance-2.0-mini': 20 },
		});
	});

	it('is asked for before anything is submitted, if the user wants that', async () => {
		world = await openStill({ accounts: [{ provider, credits: 1.9 }] });
		const { error } = await run(
			prompts('one', 'two'),
			returned({ options: { checkCredits: true } }),
		);
		expect(error?.message).toContain('needs US$1.92, the account has US$1.9');
		expect(account()).toMatchObject({ submitsReceived: 0, jobsCreated: 0 });
	});
});

describe('errors in words', () => {
	it('of the account: no credit', async () => {
		world = await openWorld({ accounts: [{ provider, credits: 0.95 }] });
		const { error } = await run(prompts('one'), returned());
		expect(errorTextOf(error)).toContain('Not enough credit in the WaveSpeedAI account');
		expect(errorTextOf(error)).toContain('wavespeed.ai/top-up');
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 0 });
	});

	it('of a refusal in an HTTP 200, which is not tried again', async () => {
		world = await openWorld();
		const { error } = await run(prompts('x [sandbox:code-in-body]'), returned());
		expect(errorTextOf(error)).toContain('WaveSpeedAI did not accept the request');
		expect(errorTextOf(error)).not.toContain('may have started');
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 0 });
	});

	it('of the moderation, which costs nothing', async () => {
		world = await openWorld({ speed: 200 });
		const { error } = await run(prompts('x [sandbox:moderate]'), waited());
		expect(errorTextOf(error)).toContain('The moderation refused this');
		expect(account()).toMatchObject({ jobsFailed: 1, creditsCharged: 0 });
	});

	it('of a model that does not exist', async () => {
		world = await openWorld();
		const options = { modelId: 'bytedance/seedance-9/text-to-video' };
		const { error } = await run(prompts('one'), returned({ options }));
		expect(errorTextOf(error)).toContain('knows no model with this ID');
	});
});

describe('a submit whose answer is lost', () => {
	const lost = { kind: 'submit', after: 'handled', reset: true } as const;

	it('is found in the list and not paid again', async () => {
		world = await openStill();
		world.sandbox.faults.add(lost);
		const execution = await run(prompts('one'), returned());
		expect(execution.error).toBeUndefined();
		const [job] = world.sandbox.jobs();
		expect(execution.output('Generate')[0]!.json.jobId).toBe(job!.jobId);
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
		const [{ body } = { body: {} }] = requestsOf('list');
		expect(body).toMatchObject({ page: 1, page_size: 100 });
	});

	it('is found by a retried execution where the list could not be read before', async () => {
		world = await openStill();
		world.sandbox.faults.add(lost);
		const unreadable = world.sandbox.faults.add({ kind: 'list', status: 500, body: '', times: 0 });
		const first = await run(prompts('one'), returned());
		expect(errorTextOf(first.error)).toContain('may have started');
		world.sandbox.faults.remove(unreadable);
		const again = await world.engine.retry(first);
		expect(again.output('Generate')[0]!.json.jobId).toBe(world.sandbox.jobs()[0]!.jobId);
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
	});

	it('is found also where an error of the server hides it in an HTTP 200', async () => {
		world = await openStill();
		const hidden = { code: 500, message: 'Internal server error', data: null };
		world.sandbox.faults.add({ kind: 'submit', after: 'handled', status: 200, body: hidden });
		const execution = await run(prompts('one'), returned());
		expect(execution.error).toBeUndefined();
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
	});

	it('is found also where the job is done by then: its video is not lost', async () => {
		world = await openWorld({ speed: 200 });
		world.sandbox.faults.add({ ...lost, delayMs: 1000 });
		const execution = await run(prompts('one'), waited());
		expect(execution.output('Generate')[0]!.json).toMatchObject({ status: 'completed' });
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCharged: 1 });
	});

	it('is told from one of another model', async () => {
		world = await openStill();
		world.sandbox.faults.add({ ...lost, times: 2 });
		const input = ['seedance-2.0', 'seedance-2.5'].map((model) => ({
			json: { prompt: 'one', model },
		}));
		const execution = await run(input, returned({ model: '={{ $json.model }}' }));
		expect(execution.error).toBeUndefined();
		const jobs = world.sandbox.jobs();
		const ids = execution.output('Generate').map(({ json }) => json.jobId);
		expect([...ids].sort()).toEqual(jobs.map(({ jobId }) => jobId).sort());
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCreated: 2 });
	}, 60_000);

	it('is not guessed at: the list shows no texts, so two of one model look alike', async () => {
		world = await openStill();
		world.sandbox.faults.add({ ...lost, delayMs: 500, times: 2 });
		const generates = { ...returned(), onError: 'continueRegularOutput' as const };
		const execution = await run(prompts('one', 'two'), generates);
		const errors = execution.output('Generate').map(({ json }) => json.error);
		expect(errors).toHaveLength(2);
		for (const error of errors) expect(error).toContain('may have started');
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCreated: 2 });
	}, 60_000);

	it('is not in the list: nothing is submitted again, and the error says so', async () => {
		world = await openStill();
		world.sandbox.faults.add({ kind: 'submit', path: T2V, reset: true });
		const { error } = await run(prompts('one'), returned());
		expect(errorTextOf(error)).toContain('may have started');
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 0 });
	}, 60_000);
});
