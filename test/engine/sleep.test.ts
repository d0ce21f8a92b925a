/** Generate Video and Generate Image that sleep themselves: one node in place of two, with the same behaviour. */
import type { IDataObject } from 'n8n-workflow';
import {
	chain,
	closeWorld,
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
