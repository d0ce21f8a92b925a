/** Generate Video and Generate Image that sleep themselves: one node in place of two, with the same behaviour. */
import type { IDataObject } from 'n8n-workflow';
import {
	chain,
	closeWorld,
	credentialsOf,
	errorTextOf,
	generate,
	node,
	openWorld,
	prompts,
	start,
	submitsOf,
	type World,
	type WorldOptions,
} from './world.ts';

let world: World;
afterEach(() => closeWorld(world));

const after = node('After', 'n8n-nodes-base.noOp');
const workflow = (parameters: IDataObject = {}) =>
	chain(start, generate({ afterSubmit: 'sleep', ...parameters }), after);

/** Runs until the execution sleeps; its jobs go on only when the test says so, unless `speed` is given. */
async function sleeping(texts: string[], options: WorldOptions = {}, parameters?: IDataObject) {
	world = await openWorld({ speed: 1, ...options });
	const execution = await world.engine.run(workflow(parameters), { input: prompts(...texts) });
	expect(execution.error).toBeUndefined();
	expect(execution.status).toBe('waiting');
	return execution;
}

const jobIds = () => world.sandbox.jobs().map(({ jobId }) => jobId);
const success = { status: 'success' } as const;

describe.each([
	['2.x', true],
	['1.x', false],
])('in n8n %s', (_, resumeTokens) => {
	it('sleeps until the jobs of all items are settled and goes on once, in input order', async () => {
		const execution = await sleeping(['one', 'two', 'three'], { resumeTokens });
		expect(submitsOf(world)).toHaveLength(3);
		for (const id of jobIds()) world.sandbox.finishJob(id);
		const done = await world.engine.waitFor(execution.id, success);
		await world.sandbox.callbacksIdle();
		expect(done.output('After').map(({ json }) => [json.jobId, json.status])).toEqual(
			jobIds().map((id) => [id, 'completed']),
		);
		expect(done.output('After').map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2].map((item) => ({ item })),
		);
		expect(done.output('After')[0]!.json).toMatchObject({
			creditsCharged: 243,
			creditsEstimated: 243,
			costUsdEstimated: 2.43,
		});
		expect(done.continuations).toBe(1);
		expect(world.sandbox.ledger.callbacks.map(({ status }) => status)).toEqual([200, 200, 200]);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 3, jobsCharged: 3 });
	});

	it('takes no callback from somebody who does not know the address', async () => {
		const execution = await sleeping(['one'], { resumeTokens });
		const url = new URL(world.sandbox.jobs()[0]!.callbackUrl!);
		for (const name of [...url.searchParams.keys()]) url.searchParams.set(name, 'a'.repeat(64));
		const body = world.sandbox.callbackBodyOf(jobIds()[0]!);
		const headers = { 'content-type': 'application/json' };
		const answer = await fetch(url, { method: 'POST', headers, body });
		expect(answer.status).toBe(401);
		expect(execution.continuations).toBe(0);
		expect((await world.engine.waitFor(execution.id, { status: 'waiting' })).status).toBe(
			'waiting',
		);
	});
});

it('brings the file along, in the field that the options name', async () => {
	const execution = await sleeping(
		['one'],
		{},
		{ downloadVideo: true, options: { binaryField: 'clip' } },
	);
	world.sandbox.finishJob(jobIds()[0]!);
	const done = await world.engine.waitFor(execution.id, success);
	const [item] = done.output('After');
	const bytes = await world.engine.readBinary(item!.binary!.clip);
	expect(bytes.length).toBe(item!.json.fileSizeBytes);
	expect(world.sandbox.ledger.keyReachedMediaHost).toBe(false);
});

it('puts out a failed job, and what it did not cost', async () => {
	const execution = await sleeping(['one', 'two']);
	world.sandbox.finishJob(jobIds()[0]!, 'failed');
	world.sandbox.finishJob(jobIds()[1]!);
	const done = await world.engine.waitFor(execution.id, success);
	expect(done.output('After').map(({ json }) => [json.status, json.creditsCharged])).toEqual([
		['failed', 0],
		['completed', 243],
	]);
});

it('says what went wrong with a failed job where the user wants an error', async () => {
	const execution = await sleeping(['one'], {}, { options: { onJobFailure: 'error' } });
	world.sandbox.finishJob(jobIds()[0]!, 'failed');
	const done = await world.engine.waitFor(execution.id, success);
	expect(done.output('After')[0]!.json.error).toContain(`(job ${jobIds()[0]!})`);
});

it('lets each unfinished item out as timed_out at the deadline, with its job and the input fields', async () => {
	const options = { includeInputFields: true };
	const execution = await sleeping(['one', 'two'], {}, { limitWaitMinutes: 2, options });
	expect(execution.waitTill!.getTime() - Date.now()).toBeGreaterThan(100_000);
	const done = await execution.wakeByTime();
	expect(done.status).toBe('success');
	expect(done.output('After').map(({ json }) => [json.jobId, json.status, json.sku])).toEqual(
		jobIds().map((id, index) => [id, 'timed_out', `A-${index}`]),
	);
});

it('goes on at once when the job is done before it would sleep', async () => {
	world = await openWorld();
	const execution = await world.engine.run(workflow(), { input: prompts('[sandbox:instant]') });
	expect(execution.status).toBe('success');
	expect(execution.output('After')[0]!.json).toMatchObject({ status: 'completed', progress: 100 });
	expect(world.sandbox.account().jobsCharged).toBe(1);
});

it('does not sleep when an item is refused, and names the jobs of the others', async () => {
	world = await openWorld({ speed: 1 });
	world.sandbox.faults.add({ method: 'POST', match: 'two', status: 400, body: {} });
	const execution = await world.engine.run(workflow(), { input: prompts('one', 'two') });
	expect(execution.status).toBe('error');
	for (const id of jobIds()) expect(errorTextOf(execution.error)).toContain(id);
});

it('sleeps for the others where the user wants to continue', async () => {
	world = await openWorld({ speed: 1 });
	world.sandbox.faults.add({ method: 'POST', match: 'two', status: 400, body: {} });
	const video = {
		...generate({ afterSubmit: 'sleep' }),
		onError: 'continueRegularOutput' as const,
	};
	const execution = await world.engine.run(chain(start, video, after), {
		input: prompts('one', 'two', 'three'),
	});
	expect(execution.status).toBe('waiting');
	for (const id of jobIds()) world.sandbox.finishJob(id);
	const done = await world.engine.waitFor(execution.id, success);
	expect(done.output('After').map(({ json }) => (json.error ? 'error' : json.status))).toEqual([
		'completed',
		'error',
		'completed',
	]);
});

it('needs no Wait for Webhook, and refuses an address that the provider cannot call', async () => {
	world = await openWorld({ credential: { baseUrl: 'https://api.seedance.it.com/v1' } });
	const execution = await world.engine.run(workflow(), { input: prompts('one') });
	expect(errorTextOf(execution.error)).toContain('cannot call back');
	expect(world.sandbox.jobs()).toEqual([]);
});

it('submits nothing when an execution that was stopped in its sleep is retried', async () => {
	const execution = await sleeping(['one', 'two']);
	// n8n passes on what it has stored and does not run the node again.
	const again = await world.engine.retry(execution);
	expect(again.status).toBe('success');
	expect(again.output('After').map(({ json }) => [json.jobId, json.status])).toEqual(
		jobIds().map((id) => [id, 'timed_out']),
	);
	expect(world.sandbox.account().jobsCreated).toBe(2);
});

it('tries again without a second job where the answer to the submit was lost', async () => {
	world = await openWorld({ speed: 1 });
	world.sandbox.faults.add({ method: 'POST', after: 'handled', reset: true, times: 1 });
	const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
	const video = { ...generate({ afterSubmit: 'sleep' }), ...settings };
	const execution = await world.engine.run(chain(start, video, after), { input: prompts('one') });
	expect(execution.status).toBe('waiting');
	expect(world.sandbox.account().jobsCreated).toBe(1);
	world.sandbox.finishJob(jobIds()[0]!);
	await world.engine.waitFor(execution.id, success);
	expect(world.sandbox.account().jobsCharged).toBe(1);
});

describe('an answer that is lost before the execution sleeps', () => {
	/** However often it is asked for. */
	const LOST = { method: 'POST', match: 'two', after: 'handled', reset: true, times: 3 } as const;
	const REFUSED = { method: 'POST', match: 'two', status: 400, body: {} };
	const failing = async (fault: typeof LOST | typeof REFUSED, options: WorldOptions) => {
		world = await openWorld({ speed: 1, ...options });
		world.sandbox.faults.add(fault);
		const execution = await world.engine.run(workflow(), { input: prompts('one', 'two') });
		expect(execution.status).toBe('error');
		return execution;
	};
	const assertPaidOnce = async ({ id }: { id: string }) => {
		const done = await world.engine.waitFor(id, { ...success, timeoutMs: 50_000 });
		expect(done.output('After').map(({ json }) => [json.jobId, json.status])).toEqual(
			jobIds().map((jobId) => [jobId, 'completed']),
		);
		expect(world.sandbox.account()).toMatchObject({ jobsCreated: 2, jobsCharged: 2 });
	};

	it('is asked for again when n8n 1.x runs a crashed execution again, its memory gone', async () => {
		const { id: executionId } = await failing(LOST, { resumeTokens: false });
		world.engine.forget(executionId);
		const input = prompts('one', 'two');
		const again = await world.engine.run(workflow(), { input, executionId });
		expect([again.id, again.status]).toEqual([executionId, 'waiting']);
		for (const id of jobIds()) world.sandbox.finishJob(id);
		await assertPaidOnce(again);
	});

	it.each([
		['lost', LOST, 12],
		['refused', REFUSED, 3],
	] as const)(
		'is asked for again with "Retry"; the same when it was refused (%s)',
		async (_, fault, jobSeconds) => {
			const failed = await failing(fault, { jobSeconds });
			const again = await world.engine.retry(failed);
			expect(again.status).toBe('waiting');
			// The provider calls the execution that has failed, so our own call has to wake this one.
			await assertPaidOnce(again);
		},
	);
});

/** ModelArk keeps a job of this tier in its queue for up to 48 hours. */
it.each([
	['the default of Limit Wait, the tier', {}, 48 * 60],
	['another Limit Wait, the user', { limitWaitMinutes: 90 }, 90],
])('says how long a cheap job may take: with %s', async (_, limit, minutes) => {
	world = await openWorld({ speed: 1 });
	const parameters = {
		provider: 'modelArk',
		model: 'seedance-1.5-pro',
		options: { serviceTier: 'flex' },
		...limit,
	};
	const slow = generate(
		{ afterSubmit: 'sleep', ...parameters },
		{ credentials: { seedanceModelArkApi: { id: '1', name: 'ModelArk' } } },
	);
	const execution = await world.engine.run(chain(start, slow, after), {
		input: prompts('one'),
		credentials: credentialsOf(world),
	});
	expect(execution.error).toBeUndefined();
	const sleepsFor = (execution.waitTill!.getTime() - Date.now()) / 60_000;
	expect(Math.round(sleepsFor)).toBe(minutes);
});

describe('a provider without callbacks, which the form had not offered for the choice', () => {
	it.each(['sleep', 'resume', 'callback'])(
		'is refused before it costs (%s)',
		async (afterSubmit) => {
			world = await openWorld();
			const silent = generate(
				{
					provider: 'segmind',
					model: 'seedance-pro',
					duration: 5,
					afterSubmit,
					callbackUrl: 'https://example.com/ready',
				},
				{ credentials: { segmindApi: { id: '1', name: 'Segmind' } } },
			);
			const wait = node('Wait', 'seedanceWaitForWebhook', { provider: 'segmind' });
			const execution = await world.engine.run(chain(start, silent, wait), {
				input: prompts('one'),
				credentials: credentialsOf(world),
			});
			expect(errorTextOf(execution.error)).toMatch(
				/Segmind cannot call back.*Choose "Wait Until It Is Ready"/s,
			);
			expect(submitsOf(world)).toEqual([]);
		},
	);
});

it('sleeps for images, too', async () => {
	world = await openWorld({ speed: 1 });
	const image = node('Image', 'seedanceGenerateImage', {
		provider: 'seedance',
		model: 'seedream-v4.5',
		mode: 'textToVideo',
		prompt: 'A lamp',
		afterSubmit: 'sleep',
		downloadImage: true,
	});
	const execution = await world.engine.run(chain(start, image, after), { input: prompts('one') });
	expect(execution.error).toBeUndefined();
	expect(execution.status).toBe('waiting');
	world.sandbox.finishJob(jobIds()[0]!);
	const done = await world.engine.waitFor(execution.id, success);
	expect(done.output('After')[0]!.json).toMatchObject({ status: 'completed' });
	expect(done.output('After')[0]!.binary!.image!.mimeType).toBe('image/png');
});
