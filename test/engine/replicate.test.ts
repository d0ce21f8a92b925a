/** Replicate in whole workflows: one payment for each video, and what its users must know. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { signatureHeaders } from '../sandbox/dialects/replicateSigning.ts';
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
import { sleep } from './time.ts';

const PNG = readFileSync(join(__dirname, '../sandbox/assets/images/square-512.png'));

let world: World;
afterEach(async () => {
	jest.restoreAllMocks();
	await closeWorld(world);
});

const provider = 'replicate';
const { run, requestsOf, account, returned, waited, check } = providerWorld(provider, () => world);
/** 4 s in 720p at $0.18. */
const USD = 0.72;

const cancel = node('Cancel', 'seedanceCancelJob', { provider });

const inputsSent = () => submitsOf(world).map(({ body }) => (body as { input: IDataObject }).input);

it('makes videos from texts, each paid once, in dollars', async () => {
	world = await openWorld({ speed: 200 });
	const download = { downloadVideo: true };
	const execution = await run(prompts('one', 'two'), waited(download));
	expect(execution.error).toBeUndefined();
	const job = {
		provider,
		model: 'seedance-2.0',
		status: 'completed',
		durationSeconds: 4,
		resolution: '720p',
		hasAudio: true,
		seed: expect.any(Number) as number,
		creditsEstimated: null,
		creditsCharged: null,
		costUsdEstimated: USD,
		costUsd: USD,
	};
	const items = execution.output('Generate');
	expect(items.map(({ json }) => json)).toMatchObject([job, job]);
	for (const { json, binary } of items) {
		expect(binary?.video).toMatchObject({ mimeType: 'video/mp4' });
		const { completedAt, expiresAt } = json as { completedAt: string; expiresAt: string };
		expect(Date.parse(expiresAt) - Date.parse(completedAt)).toBe(3_600_000);
	}
	expect(account()).toMatchObject({ submitsReceived: 2, jobsCharged: 2, creditsCharged: 2 * USD });
});

describe('Cancel-After', () => {
	it('is the time-out of a node that waits: nothing runs on when nobody wants it', async () => {
		world = await openWorld({ speed: 200 });
		await run(prompts('one'), waited({ options: { timeoutMinutes: 1.5 } }));
		expect(submitsOf(world)[0]!.headers['cancel-after']).toBe('90s');
	});

	it.each([
		['return', {}],
		['callback', { callbackUrl: 'https://example.com/hook' }],
	])('is not sent with "%s", because somebody may wait for it', async (afterSubmit, more) => {
		world = await openStill();
		await run(prompts('one'), returned({ afterSubmit, ...more }));
		expect(submitsOf(world)[0]!.headers).not.toHaveProperty('cancel-after');
	});

	it('has ended a job: the user reads why, and that it may have been charged', async () => {
		world = await openStill();
		const options = { timeoutMinutes: 5 / 60, onJobFailure: 'return' };
		const execution = await run(prompts('one'), waited({ options }));
		const [item] = execution.output('Generate');
		// Whichever comes first: our time-out, or the provider's answer that the time is up.
		expect(['timed_out', 'cancelled']).toContain(item!.json.status);
		await world.sandbox.waitFor('cancelled', item!.json.jobId as string);
		const later = await run([{ json: item!.json }], check());
		expect(later.output('Check')[0]!.json).toMatchObject({
			status: 'cancelled',
			costUsd: null,
			failure: {
				code: 'timed_out_at_provider',
				message: expect.stringContaining('charges what the job had run') as string,
			},
		});
	}, 30_000);
});

describe('a frame as a file', () => {
	const asFile = { mode: 'imageToVideo', imageInput: 'binary' };

	async function runWith(bytes: Buffer) {
		world = await openWorld();
		const data = await world.engine.writeBinary(bytes, {
			fileName: 'sku.png',
			mimeType: 'image/png',
		});
		return await run([{ json: { prompt: 'one' }, binary: { data } }], returned(asFile));
	}

	it('goes with the request if it is small', async () => {
		expect((await runWith(PNG)).error).toBeUndefined();
		expect(requestsOf('upload')).toEqual([]);
		expect(inputsSent()).toMatchObject([
			{
				aspect_ratio: 'adaptive',
				image: `data:image/png;base64,${PNG.toString('base64')}`,
			},
		]);
	});

	it('is uploaded before if it is not', async () => {
		const large = Buffer.concat([PNG, randomBytes(250_000)]);
		expect((await runWith(large)).error).toBeUndefined();
		const file = { filename: 'sku.png', contentType: 'image/png', bytes: large.length };
		expect(requestsOf('upload')).toMatchObject([{ status: 201, body: { content: file } }]);
		const [{ image } = {}] = inputsSent();
		expect(image).toMatch(/\/v1\/files\/\w+$/);
		expect(account().jobsCreated).toBe(1);
	});
});

describe('calls back', () => {
	const accounts = [{ provider, maxConcurrentJobs: 5 }];
	const wait = node('Wait', 'seedanceWaitForWebhook', { provider });

	it('only at the end, signed, and wakes Wait for Webhook', async () => {
		world = await openStill({ accounts });
		const asleep = await run(prompts('one'), returned({ afterSubmit: 'resume' }), wait);
		expect(asleep.status).toBe('waiting');
		expect(submitsOf(world)[0]!.body).toMatchObject({ webhook_events_filter: ['completed'] });
		const [job] = world.sandbox.jobs();
		world.sandbox.finishJob(job!.jobId);
		const done = await world.engine.waitFor(asleep.id, { status: 'success' });
		expect(done.output('Wait')[0]!.json).toMatchObject({
			jobId: job!.jobId,
			status: 'completed',
			costUsd: USD,
		});
		expect(done.continuations).toBe(1);
		expect(requestsOf('keys')).toHaveLength(1);
		expect(world.sandbox.ledger.callbacks).toMatchObject([{ kind: 'regular', status: 200 }]);
	});

	it('with a secret that is fetched once, and is not believed with another', async () => {
		world = await openStill({ accounts });
		const asleep = await run(prompts('one', 'two'), returned({ afterSubmit: 'resume' }), wait);
		const [one, two] = world.sandbox.jobs();
		for (const job of [one!, two!]) {
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

	it('at https addresses only, which is said before anything is sent', async () => {
		world = await openStill();
		const callbackUrl = 'http://example.com/hook';
		const { error } = await run(prompts('one'), returned({ afterSubmit: 'callback', callbackUrl }));
		expect(error?.message).toContain('only addresses that start with https://');
		expect(world.sandbox.ledger.requests).toEqual([]);
	});
});

describe('a cancel', () => {
	it('stops what waits for nothing, and what runs for a price that nobody says', async () => {
		world = await openStill({ accounts: [{ provider, maxConcurrentJobs: 1 }] });
		// The second one is cancelled first, before it can begin.
		const made = await run(prompts('runs', 'waits'), returned());
		const [running, waiting] = made.output('Generate').map(({ json }) => ({ json }));
		const early = await run([waiting!], cancel);
		expect(early.output('Cancel')[0]!.json).toMatchObject({
			status: 'cancelled',
			costUsd: 0,
			failure: null,
		});
		const late = await run([running!], cancel);
		expect(late.output('Cancel')[0]!.json).toMatchObject({
			status: 'cancelled',
			costUsd: null,
			creditsCharged: null,
			failure: {
				code: 'cancelled_while_running',
				message: expect.stringContaining('Replicate charges what the job had run') as string,
			},
		});
		expect(requestsOf('cancel')).toHaveLength(2);
	});

	it('of a finished job changes nothing', async () => {
		world = await openWorld({ speed: 200 });
		const execution = await run(prompts('one'), waited(), cancel);
		expect(execution.output('Cancel')[0]!.json).toMatchObject({
			status: 'completed',
			costUsd: USD,
		});
	});
});

it('says after an hour that the result is gone, and what to do', async () => {
	// A job takes some milliseconds here, and the hour 72.
	world = await openWorld({ speed: 50_000 });
	const made = await run(prompts('one'), returned());
	await sleep(300);
	const execution = await run([{ json: made.output('Generate')[0]!.json }], check());
	expect(execution.output('Check')[0]!.json).toMatchObject({
		status: 'failed',
		failure: {
			code: 'result_removed',
			message: expect.stringContaining('keeps results for one hour only') as string,
		},
	});
});

describe('errors in words', () => {
	it('of the account: no credit', async () => {
		world = await openWorld({ accounts: [{ provider, credits: 0.71 }] });
		const { error } = await run(prompts('one'), returned());
		expect(errorTextOf(error)).toContain('Not enough credit in the Replicate account');
		expect(errorTextOf(error)).toContain('replicate.com/account/billing');
	});

	it('of the moderation', async () => {
		world = await openWorld({ speed: 200 });
		const { error } = await run(prompts('x [sandbox:moderate]'), waited());
		expect(errorTextOf(error)).toContain('The moderation refused this');
		expect(account()).toMatchObject({ jobsFailed: 1, creditsCharged: 0 });
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
		const [{ path } = { path: '' }] = requestsOf('list');
		const since = new URL(path, 'http://x').searchParams.get('created_after')!;
		expect(Date.now() - Date.parse(since)).toBeLessThan(60_000);
	});

	it('is found also where the job is done by then: its video is not lost', async () => {
		world = await openWorld({ speed: 200 });
		world.sandbox.faults.add({ ...lost, delayMs: 1000 });
		const execution = await run(prompts('one'), waited());
		expect(execution.output('Generate')[0]!.json).toMatchObject({ status: 'completed' });
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCharged: 1 });
	});

	it.each([
		['another text', [{ prompt: 'one' }, { prompt: 'two' }], {}],
		[
			'another length',
			[
				{ prompt: 'one', duration: 4 },
				{ prompt: 'one', duration: 6 },
			],
			{ duration: '={{ $json.duration }}' },
		],
	])(
		'is told from one of %s',
		async (_, items, parameters) => {
			world = await openStill();
			world.sandbox.faults.add({ ...lost, times: 2 });
			const input = items.map((json) => ({ json }));
			const execution = await run(input, returned(parameters));
			expect(execution.error).toBeUndefined();
			const jobs = world.sandbox.jobs();
			const ids = execution.output('Generate').map(({ json }) => json.jobId);
			expect([...ids].sort()).toEqual(jobs.map(({ jobId }) => jobId).sort());
			expect(account()).toMatchObject({ submitsReceived: 2, jobsCreated: 2 });
		},
		60_000,
	);

	it('is not guessed at: where two look alike, the error says that it may have started', async () => {
		world = await openStill();
		world.sandbox.faults.add({ ...lost, delayMs: 500, times: 2 });
		const generates = { ...returned(), onError: 'continueRegularOutput' as const };
		const execution = await run(prompts('same', 'same'), generates);
		const errors = execution.output('Generate').map(({ json }) => json.error);
		expect(errors).toHaveLength(2);
		for (const error of errors) expect(error).toContain('may have started');
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCreated: 2 });
	}, 60_000);
});
