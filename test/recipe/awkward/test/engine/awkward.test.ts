/** Awkward Video in whole workflows: all that a provider may do and that is easy to get wrong. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';
import { SeedanceGenerateVideo } from '../../nodes/Seedance/SeedanceGenerateVideo.node';
import { ed25519Headers, jwkOf, standardWebhooks } from '../sandbox/dialects/awkwardSigning.ts';
import { knock } from './attackers.ts';
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

const IMAGES = join(__dirname, '../sandbox/assets/images');

let world: World;
afterEach(async () => {
	jest.restoreAllMocks();
	await closeWorld(world);
});

const provider = 'awkward';
const awkward2 = { provider, model: 'awkward-2', duration: 4 };
/** 4 s in 720p are 87,300 tokens at $7 a million. */
const USD = 0.6111;

const returned = (parameters: IDataObject = {}) =>
	generate({ ...awkward2, afterSubmit: 'return', ...parameters });
const waited = (parameters: IDataObject = {}) =>
	generate({ ...awkward2, options: { timeoutMinutes: 0.3 }, ...parameters });
const cancel = node('Cancel', 'seedanceCancelJob', { provider });

const run = (input: INodeExecutionData[], ...nodes: Array<ReturnType<typeof node>>) =>
	world.engine.run(chain(start, ...nodes), { input, credentials: credentialsOf(world) });

/** Jobs go on only when the test says so. */
const openStill = (options: WorldOptions = {}) => openWorld({ speed: 0.01, ...options });
const requestsOf = (kind: string) =>
	world.sandbox.ledger.requests.filter((request) => request.kind === kind);
const account = () => world.sandbox.account(provider);

describe('Awkward Video', () => {
	it('stands in the form, with its models and its credential', async () => {
		world = await openWorld();
		const { properties, credentials } = new SeedanceGenerateVideo().description;
		const choices = (name: string) =>
			properties
				.filter((property) => property.name === name)
				.flatMap(({ options }) => (options as INodePropertyOptions[]).map(({ value }) => value));
		expect(choices('provider')).toContain(provider);
		expect(choices('model')).toEqual(expect.arrayContaining(['awkward-1', 'awkward-2']));
		expect(credentials?.map(({ name }) => name)).toContain('awkwardApi');
	});

	it('makes videos from texts, each paid once, in dollars', async () => {
		world = await openWorld({ speed: 200 });
		const execution = await run(prompts('one', 'two'), waited());
		expect(execution.error).toBeUndefined();
		const job = {
			provider,
			model: 'awkward-2',
			reference: { application: 'awkward-two' },
			status: 'completed',
			creditsEstimated: null,
			creditsCharged: null,
			costUsdEstimated: USD,
			costUsd: USD,
		};
		expect(execution.output('Generate').map(({ json }) => json)).toMatchObject([job, job]);
		expect(account()).toMatchObject({
			submitsReceived: 2,
			jobsCharged: 2,
			creditsCharged: 2 * USD,
		});
	});

	it('is refused in the form, before anything is spent', async () => {
		world = await openWorld();
		const { error } = await run(prompts('one'), returned({ duration: 16 }));
		expect(error?.message).toContain('Duration');
		expect(world.sandbox.ledger.requests).toEqual([]);
	});

	describe('a frame as a file', () => {
		const asFile = { mode: 'imageToVideo', imageInput: 'binary' };

		async function runWith(bytes: Buffer, fileName: string, mimeType: string) {
			world = await openWorld();
			const data = await world.engine.writeBinary(bytes, { fileName, mimeType });
			return await run([{ json: { prompt: 'one' }, binary: { data } }], returned(asFile));
		}

		it.each([
			['sku.png', 'image/png', readFileSync(join(IMAGES, 'square-512.png'))],
			['sku.bmp', 'image/bmp', bitmap(300, 400)],
		])('%s goes to a slot, without the key, and then by its address', async (name, type, bytes) => {
			const execution = await runWith(bytes, name, type);
			expect(execution.error).toBeUndefined();
			const [slot] = requestsOf('upload');
			expect(slot).toMatchObject({ method: 'POST', status: 200, body: { type, name } });
			expect(slot!.path).toBe('/awkward-files/api/slots');
			const { media, keyReachedMediaHost } = world.sandbox.ledger;
			expect(media).toMatchObject([{ method: 'PUT', status: 200, carriedKey: false }]);
			expect(keyReachedMediaHost).toBe(false);
			const [submit] = submitsOf(world);
			const { frame } = (submit!.body as { input: { frame: string } }).input;
			const uploaded = await (await fetch(frame)).arrayBuffer();
			expect(Buffer.from(uploaded).equals(bytes)).toBe(true);
		});

		it.each([
			['of another type', 'sku.webp', readFileSync(join(IMAGES, 'square-512.webp'))],
			['that is too small', 'sku.bmp', bitmap(299, 400)],
			['that is too wide', 'sku.bmp', bitmap(1000, 300)],
		])('%s is refused before anything is sent', async (_, name, bytes) => {
			const { error } = await runWith(bytes, name, `image/${name.slice(-4).replace('.', '')}`);
			expect(error?.message).toContain('Allowed');
			expect(world.sandbox.ledger.requests).toEqual([]);
		});
	});

	describe.each([
		['Ed25519', ''],
		['Standard Webhooks', standardWebhooks.webhookSecret],
	])('calls back, signed with %s', (scheme, webhookSecret) => {
		const accounts = [{ provider, webhookSecret, maxConcurrentJobs: 1 }];

		it('and wakes Wait for Webhook only when the job has settled', async () => {
			world = await openStill({ accounts });
			// Whatever comes next has to wait for this one.
			await run(prompts('before'), returned());
			const wait = node('Wait', 'seedanceWaitForWebhook', { provider });
			const asleep = await run(prompts('one'), returned({ afterSubmit: 'resume' }), wait);
			expect(asleep.status).toBe('waiting');
			const [before, job] = world.sandbox.jobs();
			world.sandbox.finishJob(before!.jobId);
			const { detail } = await world.sandbox.waitFor('callback', job!.jobId);
			expect(detail).toMatchObject({ kind: 'start', event: 'running', status: 200 });
			await world.engine.idle();
			expect(world.engine.continuations(asleep.id)).toBe(0);

			world.sandbox.finishJob(job!.jobId);
			const done = await world.engine.waitFor(asleep.id, { status: 'success' });
			expect(done.output('Wait')[0]!.json).toMatchObject({
				jobId: job!.jobId,
				status: 'completed',
				costUsd: USD,
			});
			expect(done.continuations).toBe(1);
		});

		it('and starts a workflow once for a job', async () => {
			world = await openStill({ accounts });
			const after = node('After', 'n8n-nodes-base.noOp');
			const trigger = node('Trigger', 'seedanceTrigger', { provider }, { webhookId: 'hook' });
			const flow = { ...chain(trigger, after), id: `awkward-trigger, ${scheme}` };
			const listening = await world.engine.activate(flow, credentialsOf(world));
			const callbackUrl = listening.url('Trigger');
			await run(prompts('one'), returned({ afterSubmit: 'callback', callbackUrl }));
			const [job] = world.sandbox.jobs();
			await world.sandbox.waitFor('callback', job!.jobId);
			await world.engine.idle();
			expect(listening.executions).toHaveLength(0);
			world.sandbox.finishJob(job!.jobId);
			await world.sandbox.callbacksIdle();
			await world.engine.idle();
			const started = await Promise.all(listening.executions);
			expect(started.flatMap((each) => each.output('After').map(({ json }) => json))).toMatchObject(
				[{ jobId: job!.jobId, status: 'completed' }],
			);
			const statuses = world.sandbox.ledger.callbacks.map(({ kind, status }) => [kind, status]);
			expect(statuses).toEqual([
				['start', 200],
				['regular', 200],
			]);
		});
	});

	it('changes its keys, and the new ones are fetched', async () => {
		world = await openStill({ accounts: [{ provider, maxConcurrentJobs: 1 }] });
		const wait = node('Wait', 'seedanceWaitForWebhook', { provider });
		const asleep = await run(prompts('one', 'two'), returned({ afterSubmit: 'resume' }), wait);
		const [one, two] = world.sandbox.jobs();
		world.sandbox.finishJob(one!.jobId);
		await world.sandbox.callbacksIdle();
		await world.engine.idle();
		const fetched = requestsOf('keys').length;
		expect(fetched).toBeGreaterThan(0);

		// They are fetched once a minute at the most.
		const now = performance.now.bind(performance);
		jest.spyOn(performance, 'now').mockImplementation(() => now() + 61_000);
		const { publicKey, privateKey } = generateKeyPairSync('ed25519');
		world.sandbox.faults.add({ kind: 'keys', times: 0, body: { keys: [jwkOf(publicKey)] } });
		const body = world.sandbox.callbackBodyOf(two!.jobId);
		const headers = {
			'content-type': 'application/json',
			...ed25519Headers(body, Date.now(), privateKey),
		};
		expect(await knock(two!.callbackUrl!, { headers, body })).toBe(200);
		expect(requestsOf('keys').length).toBeGreaterThan(fetched);
		expect(world.engine.continuations(asleep.id)).toBe(0);
	});

	describe('a cancel', () => {
		it('withdraws a job that waits, and not one that is running, which goes on', async () => {
			world = await openStill({ accounts: [{ provider, maxConcurrentJobs: 1 }] });
			const cancels = { ...cancel, onError: 'continueRegularOutput' as const };
			const execution = await run(prompts('runs', 'waits'), returned(), cancels);
			const [running, waiting] = execution.output('Cancel').map(({ json }) => json);
			expect(running!.error).toContain('continues and will be charged');
			expect(waiting).toMatchObject({ status: 'cancelled', costUsd: 0 });
			expect(world.sandbox.jobs().map(({ state }) => state)).toEqual(['processing', 'cancelled']);
			expect(requestsOf('cancel')).toMatchObject([{ method: 'PUT', status: 200 }]);
		});

		it('of a finished job is not sent: its record and its video stay', async () => {
			world = await openWorld({ speed: 200 });
			const execution = await run(prompts('one'), waited(), cancel);
			const { json } = execution.output('Cancel')[0]!;
			expect(json).toMatchObject({ status: 'completed', costUsd: USD });
			expect(requestsOf('cancel')).toEqual([]);
			expect(world.sandbox.jobs()).toMatchObject([{ state: 'completed', erased: false }]);
			expect((await fetch(json.videoUrl as string)).status).toBe(200);
		});

		it('that comes too late is an error, and nothing is called cancelled', async () => {
			world = await openStill({ accounts: [{ provider, maxConcurrentJobs: 1 }] });
			const made = await run(prompts('before', 'one'), returned());
			// The job begins between the question and the cancel.
			world.sandbox.faults.add({ kind: 'cancel', delayMs: 500 });
			const item = { json: made.output('Generate')[1]!.json };
			const cancelled = run([item], cancel);
			while (requestsOf('cancel').length === 0) await new Promise((done) => setTimeout(done, 20));
			world.sandbox.finishJob(world.sandbox.jobs()[0]!.jobId);
			const { error } = await cancelled;
			expect(errorTextOf(error)).toContain('continues and will be charged');
			expect(world.sandbox.jobs()[1]).toMatchObject({ state: 'processing', erased: false });
		});
	});

	describe('money', () => {
		it('"Max Cost (USD)" lets a run through that costs just that much, and no other', async () => {
			world = await openStill();
			const spending = (maxCostUsd: number) => returned({ options: { maxCostUsd } });
			const { error } = await run(prompts('one', 'two'), spending(1.22));
			expect(error?.message).toContain('This run would cost');
			expect(world.sandbox.ledger.requests).toEqual([]);
			expect((await run(prompts('one', 'two'), spending(2 * USD))).error).toBeUndefined();
			expect(account().jobsCreated).toBe(2);
		});

		it('"Monthly Budget (USD)" counts over the executions of a workflow', async () => {
			world = await openStill();
			const spending = returned({ options: { monthlyBudgetUsd: 1.5 } });
			expect((await run(prompts('one'), spending)).error).toBeUndefined();
			expect((await run(prompts('two'), spending)).error).toBeUndefined();
			const { error } = await run(prompts('three'), spending);
			expect(errorTextOf(error)).toContain('this workflow has used');
			expect(account().jobsCreated).toBe(2);
		});
	});

	describe('a submit whose answer is lost', () => {
		const lost = { kind: 'submit', after: 'handled', reset: true } as const;
		const long = `${'🎬 A long text. '.repeat(10)}one`;

		it.each([['short'], [long]])('is found in the list and not paid again: %s', async (text) => {
			world = await openStill();
			world.sandbox.faults.add(lost);
			const execution = await run(prompts(text), returned());
			expect(execution.error).toBeUndefined();
			const [job] = world.sandbox.jobs();
			expect(execution.output('Generate')[0]!.json.jobId).toBe(job!.jobId);
			expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
		});

		it('is found also where the job is done by then: its video is not lost', async () => {
			world = await openWorld({ speed: 10_000 });
			world.sandbox.faults.add({ ...lost, delayMs: 500 });
			const execution = await run(prompts('one'), waited());
			expect(execution.output('Generate')[0]!.json).toMatchObject({ status: 'completed' });
			expect(account()).toMatchObject({ submitsReceived: 1, jobsCharged: 1 });
		});

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

	describe('an endpoint of the user', () => {
		const endpoint = { options: { modelId: 'ep-12345678' } };
		const reference = { application: 'ep-12345678' };

		it('is called by its own ID, which travels with the job to Check Status', async () => {
			world = await openWorld({ speed: 200 });
			const check = node('Check', 'seedanceCheckStatus', {
				provider,
				waitUntilFinished: true,
				timeoutMinutes: 0.3,
			});
			const execution = await run(prompts('one'), returned(endpoint), check);
			expect(execution.error).toBeUndefined();
			expect(execution.output('Generate')[0]!.json).toMatchObject({ reference });
			expect(execution.output('Check')[0]!.json).toMatchObject({ reference, status: 'completed' });
			const { jobId } = world.sandbox.jobs()[0]!;
			const root = '/awkward-jobs/v1/apps/ep-12345678/jobs';
			expect(submitsOf(world).map(({ path }) => path)).toEqual([root]);
			const asked = new Set(requestsOf('status').map(({ method, path }) => `${method} ${path}`));
			expect([...asked]).toEqual([`POST ${root}/${jobId}/look`]);
		});

		it('that does not exist is an error that says so', async () => {
			world = await openWorld();
			const { error } = await run(prompts('one'), returned({ options: { modelId: 'ep-1' } }));
			expect(errorTextOf(error)).toContain('No application "ep-1"');
			expect(account().jobsCreated).toBe(0);
		});
	});
});

/** A BMP, all black. */
function bitmap(width: number, height: number): Buffer {
	const rowBytes = Math.ceil((width * 3) / 4) * 4;
	const bytes = Buffer.alloc(54 + rowBytes * height);
	bytes.write('BM', 0, 'latin1');
	bytes.writeUInt32LE(bytes.length, 2);
	bytes.writeUInt32LE(54, 10);
	bytes.writeUInt32LE(40, 14);
	bytes.writeInt32LE(width, 18);
	bytes.writeInt32LE(height, 22);
	bytes.writeUInt16LE(1, 26);
	bytes.writeUInt16LE(24, 28);
	return bytes;
}
