/** fal in whole workflows: its queue, its callbacks, its history, and that nothing is paid twice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	chain,
	closeWorld,
	credentialsOf,
	errorTextOf,
	node,
	openWorld,
	prompts,
	submitsOf,
	type World,
} from './world.ts';
import { openStill, providerWorld } from './providerWorld.ts';
import { sleep } from './time.ts';

const IMAGE = join(__dirname, '../sandbox/assets/images/square-512.png');
const UNTOLD = '[sandbox:callback-never] ';

let world: World;
afterEach(() => closeWorld(world));

const provider = 'fal';
const VIDEO = { model: 'seedance-2.0', duration: 4, resolution: '720p' };
const OPTIONS = { timeoutMinutes: 2, onJobFailure: 'return' };
const { run, requestsOf, account, returned, waited, check } = providerWorld(
	provider,
	() => world,
	VIDEO,
	OPTIONS,
);
const app = 'bytedance/seedance-2.0';

const cancel = node(
	'Cancel',
	'seedanceCancelJob',
	{ provider },
	{ onError: 'continueRegularOutput' },
);

/** Items with nothing but an ID, as from a table. */
const ids = (...jobIds: string[]) => jobIds.map((jobId) => ({ json: { jobId } }));

it('makes videos from texts, each paid once', async () => {
	world = await openWorld({ speed: 200 });
	const execution = await run(prompts('one', 'two'), waited());
	expect(execution.error).toBeUndefined();
	const job = {
		provider,
		model: 'seedance-2.0',
		reference: { app, endpoint: `${app}/text-to-video` },
		status: 'completed',
		creditsEstimated: null,
		creditsCharged: null,
		costUsdEstimated: 1.2136,
		// fal does not say it.
		costUsd: null,
		seed: expect.any(Number) as number,
		fileSizeBytes: expect.any(Number) as number,
	};
	expect(execution.output('Generate').map(({ json }) => json)).toMatchObject([job, job]);
	expect(account()).toMatchObject({ submitsReceived: 2, jobsCharged: 2 });
	for (const { headers } of submitsOf(world)) {
		expect(headers).toMatchObject({ 'x-fal-no-retry': '1' });
		expect(headers['x-fal-object-lifecycle-preference']).toContain('2592000');
	}
});

it('uploads frames without the key, and sends their addresses', async () => {
	world = await openWorld();
	const bytes = readFileSync(IMAGE);
	const file = await world.engine.writeBinary(bytes, { fileName: 'a.png', mimeType: 'image/png' });
	const asFile = {
		mode: 'imageToVideo',
		imageInput: 'binary',
		options: { endFrameBinaryField: 'data' },
	};
	const execution = await run(
		[{ json: { prompt: 'one' }, binary: { data: file } }],
		returned(asFile),
	);
	expect(execution.error).toBeUndefined();
	const { media, keyReachedMediaHost } = world.sandbox.ledger;
	const put = { method: 'PUT', status: 200, carriedKey: false };
	expect(media).toMatchObject([put, put]);
	expect(keyReachedMediaHost).toBe(false);
	const { path, body } = submitsOf(world)[0]!;
	expect(path).toBe(`/fal-queue/${app}/image-to-video`);
	for (const url of Object.values(body as Record<string, unknown>).filter((value) =>
		String(value).startsWith('http'),
	)) {
		const uploaded = await (await fetch(String(url))).arrayBuffer();
		expect(Buffer.from(uploaded).equals(bytes)).toBe(true);
	}
	expect(Object.keys(body as object)).toEqual(
		expect.arrayContaining(['image_url', 'end_image_url']),
	);
});

it.each([
	['moderate', 'content_policy_violation', 'The moderation of fal refused this'],
	['late-validation', 'invalid_input', 'prompt: Input validation failed'],
	['fail-text', 'failed', 'The video could not be generated.'],
])('[sandbox:%s]: the reason of a failed job is in its result', async (tag, code, words) => {
	world = await openWorld({ speed: 200 });
	const execution = await run(prompts(`[sandbox:${tag}] one`), waited());
	expect(execution.output('Generate')[0]!.json).toMatchObject({
		status: 'failed',
		failure: { code, message: expect.stringContaining(words) as string },
		// A machine may have worked on it.
		creditsCharged: null,
		costUsd: null,
	});
});

it('a locked account says where to top up', async () => {
	world = await openWorld({ accounts: [{ provider, credits: 1 }] });
	const { error } = await run(prompts('one'), returned());
	expect(errorTextOf(error)).toContain('Top it up at fal.ai/dashboard/billing');
	expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 0 });
});

describe('callbacks', () => {
	it('wake Wait for Webhook', async () => {
		world = await openStill();
		const wait = node('Wait', 'seedanceWaitForWebhook', { provider });
		const asleep = await run(prompts('one', 'two'), returned({ afterSubmit: 'resume' }), wait);
		expect(asleep.status).toBe('waiting');
		for (const { jobId } of world.sandbox.jobs()) world.sandbox.finishJob(jobId);
		const done = await world.engine.waitFor(asleep.id, { status: 'success' });
		expect(done.output('Wait').map(({ json }) => json.status)).toEqual(['completed', 'completed']);
		expect(done.continuations).toBe(1);
	});

	it.each(['seedance-2.0', 'seedance-2.5', 'seedance-1.5-pro'])(
		'start a workflow, although they do not say that the job is of %s',
		async (model) => {
			world = await openStill();
			const after = node('After', 'n8n-nodes-base.noOp');
			const trigger = node('Trigger', 'seedanceTrigger', { provider }, { webhookId: 'hook' });
			const flow = { ...chain(trigger, after), id: `fal-trigger-${model}` };
			const listening = await world.engine.activate(flow, credentialsOf(world));
			const callbackUrl = listening.url('Trigger');
			await run(prompts('one'), returned({ model, afterSubmit: 'callback', callbackUrl }));
			const [job] = world.sandbox.jobs();
			world.sandbox.finishJob(job!.jobId);
			await world.sandbox.callbacksIdle();
			await world.engine.idle();
			const started = await Promise.all(listening.executions);
			const jobs = started.flatMap((each) => each.output('After').map(({ json }) => json));
			expect(jobs).toMatchObject([{ jobId: job!.jobId, status: 'completed' }]);
			expect(requestsOf('keys')).toHaveLength(1);
		},
	);
});

describe('a job from elsewhere', () => {
	it.each(['seedance-2.0', 'seedance-2.5', 'seedance-1.0-pro'])(
		'of %s is found by its ID alone',
		async (model) => {
			world = await openWorld({ speed: 10_000 });
			// The nodes remember where the jobs of this process are, so another client submits this one.
			const jobId = await submitElsewhere(model);
			world.sandbox.finishJob(jobId);
			const execution = await run(ids(jobId), check());
			expect(execution.error).toBeUndefined();
			expect(execution.output('Check')[0]!.json).toMatchObject({ jobId, status: 'completed' });
		},
	);

	it('is asked for once where its model is given', async () => {
		world = await openStill();
		const jobId = await submitElsewhere('seedance-1.0-pro');
		const execution = await run(ids(jobId), check({ model: 'seedance-1.0-pro' }));
		expect(execution.output('Check')[0]!.json).toMatchObject({ jobId, status: 'processing' });
		expect(requestsOf('status').map(({ path }) => path)).toEqual([
			`/fal-queue/fal-ai/bytedance/requests/${jobId}/status`,
		]);
	});

	it('that the queue has forgotten is in the history', async () => {
		// Sixty days in two seconds.
		world = await openWorld({ speed: 30 * 86_400 });
		const jobId = await submitElsewhere('seedance-2.0', '[sandbox:instant] one');
		await sleep(1_100);
		const execution = await run(ids(jobId), check());
		expect(execution.error).toBeUndefined();
		expect(execution.output('Check')[0]!.json).toMatchObject({
			status: 'completed',
			model: 'seedance-2.0',
			completedAt: expect.any(String) as string,
		});
	});

	it('that does not exist is an error', async () => {
		world = await openWorld();
		const { error } = await run(ids('00000000-0000-4000-8000-000000000000'), check());
		expect(errorTextOf(error)).toContain('fal knows no job with this ID');
	});

	const ENDPOINTS: Record<string, string> = {
		'seedance-2.5': 'bytedance/seedance-2.5/text-to-video',
		'seedance-2.0': 'bytedance/seedance-2.0/text-to-video',
		'seedance-1.0-pro': 'fal-ai/bytedance/seedance/v1/pro/text-to-video',
	};

	async function submitElsewhere(model: string, prompt = 'one'): Promise<string> {
		const { queueUrl, apiKey } = world.sandbox.credentialOf(provider);
		const answer = await fetch(`${queueUrl}/${ENDPOINTS[model]}`, {
			method: 'POST',
			headers: { authorization: `Key ${apiKey}`, 'content-type': 'application/json' },
			body: JSON.stringify({ prompt }),
		});
		return ((await answer.json()) as { request_id: string }).request_id;
	}
});

describe('a cancel', () => {
	it('takes a job out of the queue, and stops one that is running', async () => {
		world = await openStill();
		const execution = await run(prompts('a', 'b', 'c'), returned(), cancel);
		const states = execution.output('Cancel').map(({ json }) => json.status);
		expect(states).toEqual(['cancelled', 'cancelled', 'cancelled']);
		expect(world.sandbox.jobs().map(({ state }) => state)).toEqual(states);
		expect(requestsOf('cancel').map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT']);
	});

	it('that comes too late gives the finished job', async () => {
		world = await openWorld({ speed: 200 });
		const execution = await run(prompts('one'), waited(), cancel);
		expect(execution.output('Cancel')[0]!.json).toMatchObject({ status: 'completed' });
		expect(account().jobsCharged).toBe(1);
	});
});

describe('a submit whose answer is lost', () => {
	const lost = { kind: 'submit', after: 'handled', reset: true } as const;

	it('is found in the history when it has ended, and is not paid again', async () => {
		world = await openWorld({ speed: 200 });
		world.sandbox.faults.add(lost);
		const execution = await run(prompts('one'), waited());
		expect(execution.error).toBeUndefined();
		const [job] = world.sandbox.jobs();
		expect(execution.output('Generate')[0]!.json).toMatchObject({
			jobId: job!.jobId,
			status: 'completed',
		});
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1, jobsCharged: 1 });
	}, 30_000);

	it('is never sent again where the history does not have it yet', async () => {
		world = await openStill();
		world.sandbox.faults.add(lost);
		const retried = { ...returned(), retryOnFail: true, maxTries: 2, waitBetweenTries: 10 };
		const { error } = await run(prompts(`${UNTOLD}one`), retried);
		expect(errorTextOf(error)).toContain('may have started');
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
		expect(requestsOf('list').length).toBeGreaterThan(0);
	}, 60_000);

	it.each([500, 502, 504])(
		'nor after HTTP %i',
		async (status) => {
			world = await openWorld({ speed: 200 });
			world.sandbox.faults.add({ kind: 'submit', after: 'handled', status, body: '<html></html>' });
			const execution = await run(prompts('one'), waited());
			expect(execution.output('Generate')[0]!.json).toMatchObject({ status: 'completed' });
			expect(account()).toMatchObject({ submitsReceived: 1, jobsCharged: 1 });
		},
		30_000,
	);
});

it('an endpoint that does not exist is an error that says so', async () => {
	world = await openWorld();
	const modelId = 'bytedance/seedance-9/text-to-video';
	const { error } = await run(prompts('one'), returned({ options: { modelId } }));
	expect(errorTextOf(error)).toContain('fal knows no model with this ID');
	expect(account().jobsCreated).toBe(0);
});

it("an endpoint of the user's choice is asked for under its application", async () => {
	world = await openWorld({ speed: 200 });
	const modelId = 'bytedance/seedance-2.5/us/text-to-video';
	const execution = await run(prompts('one'), waited({ options: { modelId } }));
	expect(execution.output('Generate')[0]!.json).toMatchObject({ status: 'completed' });
	expect(requestsOf('status')[0]!.path).toContain('/fal-queue/bytedance/seedance-2.5/requests/');
});
