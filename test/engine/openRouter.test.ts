/** OpenRouter in whole workflows: one payment for each video, and a file that comes with the key only. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { signatureHeaders } from '../sandbox/dialects/openRouterSigning.ts';
import { startWitness, type Witness } from '../sandbox/index.ts';
import { knock } from './attackers.ts';
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

const PNG = readFileSync(join(__dirname, '../sandbox/assets/images/square-512.png'));
const MP4 = '\0\0\0 ftypisom';

let world: World;
let elsewhere: Witness;
beforeEach(async () => {
	elsewhere = await startWitness({
		answer: () => ({
			headers: { 'content-type': 'video/mp4', 'content-length': String(MP4.length) },
			body: MP4,
		}),
	});
});
afterEach(async () => {
	await elsewhere.close();
	await closeWorld(world);
});

const provider = 'openRouter';
const { run, requestsOf, account, returned, waited, check } = providerWorld(provider, () => world);
/** 4 s in 720p: 86,400 tokens at $7 a million. */
const USD = 0.6048;

const wait = (parameters: IDataObject = {}) =>
	node('Wait', 'seedanceWaitForWebhook', { provider, ...parameters });

/** The item of a job that has finished since it was submitted. */
async function finished(): Promise<INodeExecutionData> {
	const { json } = (await run(prompts('one'), returned())).output('Generate')[0]!;
	world.sandbox.finishJob(json.jobId as string);
	return { json };
}

/** The file of a job as n8n has stored it. */
async function textOf({ binary }: INodeExecutionData, field = 'video'): Promise<string> {
	const bytes = await world.engine.readBinary(binary![field]);
	return bytes.toString('latin1');
}

it('makes videos from texts, each paid once, in dollars, and fetches each with the key', async () => {
	world = await openWorld({ speed: 200 });
	const execution = await run(prompts('one', 'two'), waited({ downloadVideo: false }));
	expect(execution.error).toBeUndefined();
	const items = execution.output('Generate');
	expect(items).toHaveLength(2);
	for (const item of items) {
		const { jobId, videoUrl, videoUrlNote } = item.json as {
			jobId: string;
			videoUrl: string;
			videoUrlNote: string;
		};
		expect(item.json).toMatchObject({
			provider,
			model: 'seedance-2.0',
			status: 'completed',
			creditsEstimated: null,
			creditsCharged: null,
			costUsdEstimated: USD,
			costUsd: USD,
		});
		// Nobody asked for it, but the address is of no use to anybody else.
		expect(await textOf(item)).toContain(jobId);
		expect(videoUrlNote).toContain('works only with the OpenRouter API key');
		expect((await fetch(videoUrl)).status).toBe(401);
	}
	expect(requestsOf('file').map(({ keyId }) => keyId)).toEqual([
		provider,
		provider,
		'none',
		'none',
	]);
	expect(world.sandbox.ledger.media).toEqual([]);
	expect(account()).toMatchObject({ submitsReceived: 2, jobsCharged: 2, creditsCharged: 2 * USD });
});

it('sends a frame as a data address, without an upload', async () => {
	world = await openWorld();
	const data = await world.engine.writeBinary(PNG, { fileName: 'a.png', mimeType: 'image/png' });
	const frame = { mode: 'imageToVideo', imageInput: 'binary' };
	const execution = await run([{ json: { prompt: 'one' }, binary: { data } }], returned(frame));
	expect(execution.error).toBeUndefined();
	expect(requestsOf('upload')).toEqual([]);
	const url = `data:image/png;base64,${PNG.toString('base64')}`;
	expect(submitsOf(world).map(({ body }) => (body as IDataObject).frame_images)).toEqual([
		[{ type: 'image_url', image_url: { url }, frame_type: 'first_frame' }],
	]);
	expect(account().jobsCreated).toBe(1);
});

describe('the key, where a file is fetched with it,', () => {
	it.each([301, 302, 303, 307, 308])('does not follow a redirect: HTTP %i', async (status) => {
		world = await openStill();
		const headers = { location: `${elsewhere.url}/v.mp4?signature=1` };
		world.sandbox.faults.add({ kind: 'file', status, headers, body: '', times: 0 });
		const execution = await run([await finished()], check());
		expect(execution.error).toBeUndefined();
		expect(await textOf(execution.output('Check')[0]!)).toBe(MP4);
		expect(elsewhere.requests.map(({ path }) => path)).toEqual(['/v.mp4?signature=1']);
		expect(elsewhere.requests[0]!.headers).not.toHaveProperty('authorization');
		const { apiKey } = world.sandbox.credentialOf(provider);
		expect(JSON.stringify(elsewhere.requests)).not.toContain(apiKey);
		expect(requestsOf('file').map(({ keyId }) => keyId)).toEqual([provider]);
	});

	it.each(['unsigned_urls', 'urls'])('does not go where a reply says, in %s', async (field) => {
		world = await openStill();
		const made = await run(prompts('one'), returned());
		const { json } = made.output('Generate')[0]!;
		const id = json.jobId as string;
		const url = `${elsewhere.url}/v.mp4`;
		const body = { id, status: 'completed', [field]: [url] };
		world.sandbox.faults.add({ kind: 'status', body, times: 0 });
		const execution = await run([{ json }], check({ downloadVideo: true }));
		expect(execution.error).toBeUndefined();
		expect(await textOf(execution.output('Check')[0]!)).toBe(MP4);
		expect(execution.output('Check')[0]!.json).not.toHaveProperty('videoUrlNote');
		expect(elsewhere.requests).toHaveLength(1);
		expect(elsewhere.requests[0]!.headers).not.toHaveProperty('authorization');
		expect(requestsOf('file')).toEqual([]);
	});

	it('goes to the own host even where a reply has the path of the file at another one', async () => {
		world = await openStill();
		const { json } = await finished();
		const id = json.jobId as string;
		const url = `${elsewhere.url}/api/v1/videos/${id}/content?index=0`;
		const body = { id, status: 'completed', unsigned_urls: [url] };
		world.sandbox.faults.add({ kind: 'status', body, times: 0 });
		const execution = await run([{ json }], check());
		expect(await textOf(execution.output('Check')[0]!)).toContain(id);
		expect(elsewhere.requests).toEqual([]);
	});
});

describe('a file', () => {
	it('is fetched again where the connection breaks, and the video is not made again', async () => {
		world = await openStill();
		const half = { headers: { 'content-type': 'video/mp4' }, body: MP4, reset: true };
		world.sandbox.faults.add({ kind: 'file', ...half });
		world.sandbox.faults.add({ kind: 'file', status: 503, body: '' });
		const execution = await run([await finished()], check());
		expect(execution.error).toBeUndefined();
		const [item] = execution.output('Check');
		expect(await textOf(item!)).toContain(item!.json.jobId);
		expect(requestsOf('file')).toHaveLength(3);
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCharged: 1 });
	});

	it('that cannot be fetched is an error with the ID, and Check Status fetches it later', async () => {
		world = await openStill();
		world.sandbox.faults.add({ kind: 'file', status: 404, body: '' });
		const item = await finished();
		const failed = await run([item], check());
		expect(errorTextOf(failed.error)).toContain(item.json.jobId);
		const later = await run([item], check());
		expect(await textOf(later.output('Check')[0]!)).toContain(item.json.jobId);
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCharged: 1 });
	});

	it('is there for a job that is reused, without a second payment', async () => {
		world = await openWorld({ speed: 200 });
		const reusing = waited({ options: { timeoutMinutes: 2, reuseIdenticalHours: 1 } });
		const workflow = { ...chain(start, reusing), id: 'reusing' };
		const credentials = { seedanceOpenRouterApi: world.sandbox.credentialOf(provider) };
		const once = () => world.engine.run(workflow, { input: prompts('one'), credentials });
		await once();
		const [item] = (await once()).output('Generate');
		expect(item!.json).toMatchObject({ reused: true });
		expect(await textOf(item!)).toContain(item!.json.jobId);
		// The first one, a look whether it is still there, and the second one.
		expect(requestsOf('file').map(({ keyId }) => keyId)).toEqual([provider, provider, provider]);
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCharged: 1 });
	});
});

describe('calls back', () => {
	const accounts = [{ provider, maxConcurrentJobs: 5 }];

	it('signed, and wakes Wait for Webhook, which fetches the file', async () => {
		world = await openStill({ accounts });
		const asleep = await run(prompts('one'), returned({ afterSubmit: 'resume' }), wait());
		expect(asleep.status).toBe('waiting');
		const [job] = world.sandbox.jobs();
		world.sandbox.finishJob(job!.jobId);
		const done = await world.engine.waitFor(asleep.id, { status: 'success' });
		const [item] = done.output('Wait');
		expect(item!.json).toMatchObject({ jobId: job!.jobId, status: 'completed', costUsd: USD });
		expect(await textOf(item!)).toContain(job!.jobId);
		expect(done.continuations).toBe(1);
		expect(world.sandbox.ledger.callbacks).toMatchObject([{ kind: 'regular', status: 200 }]);
	});

	it('with a wrong secret, and is not believed', async () => {
		world = await openStill({ accounts });
		const asleep = await run(prompts('one'), returned({ afterSubmit: 'resume' }), wait());
		const [job] = world.sandbox.jobs();
		const body = world.sandbox.callbackBodyOf(job!.jobId);
		const headers = {
			'content-type': 'application/json',
			...signatureHeaders(body, Date.now(), 'somebody else'),
		};
		expect(await knock(job!.callbackUrl!, { headers, body })).not.toBe(200);
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

describe('the balance', () => {
	const credits = node('Credits', 'seedanceGetCredits', { provider, minimumCredits: 5 });

	it('is what was bought less what was used', async () => {
		world = await openWorld({ accounts: [{ provider, credits: 6.048 }] });
		const execution = await run([{ json: {} }], credits);
		expect(execution.output('Credits')[0]!.json).toMatchObject({
			provider,
			credits: 6.048,
			currency: 'usd',
			belowMinimum: false,
			affordableSeconds: { 'seedance-2.0': 40 },
		});
	});

	it('that this key may not read says which key may', async () => {
		world = await openWorld();
		const body = { error: { code: 403, message: 'Only management keys can perform this' } };
		world.sandbox.faults.add({ kind: 'credits', status: 403, body });
		const { error } = await run([{ json: {} }], credits);
		expect(errorTextOf(error)).toContain('It tells the balance to management keys');
	});

	it('that is too small for all items stops them before anything is paid', async () => {
		world = await openWorld({ accounts: [{ provider, credits: 1 }] });
		const options = { checkCredits: true };
		const { error } = await run(prompts('one', 'two'), returned({ options }));
		expect(errorTextOf(error)).toContain('this run needs US$1.2096, the account has US$1');
		expect(account().submitsReceived).toBe(0);
	});
});

describe('errors in words', () => {
	it('of the account: no credits', async () => {
		world = await openWorld({ accounts: [{ provider, credits: 0.6 }] });
		const { error } = await run(prompts('one'), returned());
		expect(errorTextOf(error)).toContain('Not enough credits in the OpenRouter account');
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 0 });
	});

	it('of a failed job, which costs nothing', async () => {
		world = await openWorld({ speed: 200 });
		const { error } = await run(prompts('x [sandbox:moderate]'), waited());
		expect(errorTextOf(error)).toContain('The prompt was refused by the content policy');
		expect(account()).toMatchObject({ jobsFailed: 1, creditsCharged: 0 });
		expect(requestsOf('file')).toEqual([]);
	});
});

describe('a submit whose answer is lost', () => {
	const lost = { kind: 'submit', after: 'handled', reset: true } as const;

	it('is never paid again: OpenRouter has no list to look in, and the user reads that', async () => {
		world = await openStill();
		world.sandbox.faults.add(lost);
		const retried = { ...returned(), retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };
		const { error } = await run(prompts('one'), retried);
		expect(errorTextOf(error)).toContain('may have started');
		expect(account()).toMatchObject({ submitsReceived: 1, jobsCreated: 1 });
	});

	it('does not keep the other items from their videos, each paid once', async () => {
		world = await openWorld({ speed: 200 });
		world.sandbox.faults.add({ ...lost, match: 'two' });
		const continued = { ...waited(), onError: 'continueRegularOutput' as const };
		const execution = await run(prompts('one', 'two', 'three'), continued);
		const items = execution.output('Generate');
		expect(items.map(({ json }) => json.status ?? 'error')).toEqual([
			'completed',
			'error',
			'completed',
		]);
		expect(items[1]!.json.error).toContain('may have started');
		expect(account()).toMatchObject({ submitsReceived: 3, jobsCreated: 3 });
	});

	it('is another thing than a refusal, after which it is sent again', async () => {
		world = await openStill();
		const headers = { 'retry-after': '1' };
		world.sandbox.faults.add({ kind: 'submit', status: 429, headers, body: '' });
		const execution = await run(prompts('one'), returned());
		expect(execution.error).toBeUndefined();
		expect(account()).toMatchObject({ submitsReceived: 2, jobsCreated: 1 });
	});
});
