import { readFileSync } from 'node:fs';
import { clientOf, TEXT_TO_VIDEO } from '../sandbox/client.ts';
import type { FaultSpec, Sandbox, SandboxOptions, Witness } from '../sandbox/index.ts';
import { startSandbox, startWitness } from '../sandbox/index.ts';

/** Misbehaviour on demand (by tag, by script), the media host, and the controls for other processes. */

let sandbox: Sandbox;
const start = async (options: SandboxOptions = {}) => {
	sandbox = await startSandbox({
		jobSeconds: 3600,
		accounts: [{ requestsPerMinute: 1000 }],
		...options,
	});
	return clientOf(sandbox);
};
afterEach(() => sandbox.close());

describe('tags', () => {
	test.each([
		['fail', { code: 'generation_failed' }],
		['moderate', { code: 'content_policy_violation' }],
	])('%s fails and gives the credits back', async (tag, error) => {
		const client = await start({ jobSeconds: 0 });
		const id = await client.submitted({ prompt: `A lamp [sandbox:${tag}]` });
		await sandbox.waitFor('failed', id);
		expect((await client.status(id)).json).toMatchObject({ status: 'failed', error });
		expect(sandbox.account()).toMatchObject({ creditsCharged: 0, creditsAvailable: 100_000 });
	});

	test('fail-text says the error as a text', async () => {
		const client = await start({ jobSeconds: 0 });
		const id = await client.submitted({ prompt: '[sandbox:fail-text]' });
		await sandbox.waitFor('failed', id);
		expect(typeof (await client.status(id)).json.error).toBe('string');
	});

	test('slow takes ten times as long as it says', async () => {
		const client = await start({ speed: 1000, jobSeconds: 60 });
		const { json } = await client.submit({ prompt: '[sandbox:slow]' });
		expect(json.estimated_time).toBe(1);
		const { at } = await sandbox.waitFor('completed', json.task_id as string);
		expect(at - (sandbox.jobs()[0]?.createdAt ?? 0)).toBeGreaterThanOrEqual(550);
	});

	test('never stays below 100 percent, promises the future, and can be cancelled', async () => {
		const client = await start({ jobSeconds: 0 });
		const id = await client.submitted({ prompt: '[sandbox:never]' });
		await sandbox.waitFor('progress', id);
		const { json } = await client.status(id);
		expect(json).toMatchObject({ status: 'processing', progress: 99 });
		expect(Date.parse(json.estimated_completion as string)).toBeGreaterThan(Date.now() - 1000);
		await client.call('DELETE', `/v1/tasks/${id}`);
		expect((await client.status(id)).json.status).toBe('cancelled');
	});

	test('unknown-status says another word until it is done', async () => {
		const client = await start();
		const id = await client.submitted({ prompt: '[sandbox:unknown-status]' });
		expect((await client.status(id)).json).toMatchObject({ status: 'rendering', progress: 0 });
		sandbox.finishJob(id);
		expect((await client.status(id)).json.status).toBe('completed');
	});

	test('no-url completes without one', async () => {
		const client = await start();
		const id = await client.submitted({ prompt: '[sandbox:no-url]' });
		sandbox.finishJob(id);
		const { json } = await client.status(id);
		expect(json.status).toBe('completed');
		expect(json.result).not.toHaveProperty('video_url');
	});

	test('instant answers the submission with the result, or with the failure', async () => {
		const client = await start();
		const done = await client.submit({ prompt: '[sandbox:instant]' });
		expect(done.json).toMatchObject({
			status: 'completed',
			credits_charged: 485,
			result: { duration: 8, video_url: expect.stringContaining('/cdn/') as string },
		});
		const failed = await client.submit({ prompt: '[sandbox:instant,fail]' });
		expect(failed.json).toMatchObject({ status: 'failed', error: { code: 'generation_failed' } });
		expect(sandbox.account()).toMatchObject({ creditsCharged: 485, creditsRefunded: 485 });
	});

	test('work together', async () => {
		const client = await start({ speed: 1000, jobSeconds: 60 });
		const id = await client.submitted({ prompt: '[sandbox:slow] a [sandbox:fail, no-url] b' });
		await sandbox.waitFor('progress', id);
		expect((await client.status(id)).json.status).toBe('processing');
		sandbox.finishJob(id, 'failed');
	});
});

describe('faults', () => {
	const answers = async (spec: FaultSpec, headers?: Record<string, string>) => {
		const client = await start();
		sandbox.faults.add(spec);
		return client.submit({ duration: 4 }, headers);
	};

	test('a page, an empty body and half a JSON come as they are', async () => {
		const page = await answers({
			status: 502,
			body: '<html>Bad gateway</html>',
			headers: { 'Content-Type': 'text/html' },
		});
		expect([page.status, page.text, page.headers['content-type']]).toEqual([
			502,
			'<html>Bad gateway</html>',
			'text/html',
		]);
		sandbox.faults.add({ status: 200, body: '' });
		sandbox.faults.add({ status: 200, body: '{"task_id":"ta' });
		sandbox.faults.add({ body: { task_id: 7 } });
		sandbox.faults.add({ body: null });
		const texts: string[] = [];
		for (let count = 0; count < 4; count += 1) texts.push((await clientOf(sandbox).submit()).text);
		expect(texts).toEqual(['', '{"task_id":"ta', '{"task_id":7}', 'null']);
		expect(sandbox.account()).toMatchObject({ jobsCreated: 0, submitsReceived: 5 });
	});

	test('Retry-After comes in seconds or as a date', async () => {
		const date = new Date(Date.now() + 2000).toUTCString();
		const first = await answers({ status: 429, headers: { 'retry-after': '2' } });
		sandbox.faults.add({ status: 429, headers: { 'retry-after': date } });
		const second = await clientOf(sandbox).submit();
		expect([first.status, first.headers['retry-after']]).toEqual([429, '2']);
		expect([second.status, second.headers['retry-after']]).toEqual([429, date]);
	});

	test('before: nothing was done; handled: the job is there and charged', async () => {
		expect((await answers({ status: 500 })).status).toBe(500);
		expect(sandbox.account()).toMatchObject({ jobsCreated: 0, creditsReserved: 0 });
		sandbox.faults.add({ status: 500, after: 'handled' });
		expect((await clientOf(sandbox).submit({ duration: 4 })).status).toBe(500);
		expect(sandbox.account()).toMatchObject({ jobsCreated: 1, creditsReserved: 243 });
	});

	test('a cut connection after handling: the same idempotency key charges once, none twice', async () => {
		const key = { 'idempotency-key': 'k' };
		await expect(answers({ reset: true, after: 'handled' }, key)).rejects.toThrow();
		expect(sandbox.account().jobsCreated).toBe(1);
		expect((await clientOf(sandbox).submit({ duration: 4 }, key)).status).toBe(200);
		expect(sandbox.account()).toMatchObject({ jobsCreated: 1, submitsReplayed: 1 });
		sandbox.faults.add({ reset: true, after: 'handled' });
		await expect(clientOf(sandbox).submit({ duration: 4 })).rejects.toThrow();
		expect((await clientOf(sandbox).submit({ duration: 4 })).status).toBe(200);
		expect(sandbox.account().jobsCreated).toBe(3);
		expect(sandbox.ledger.requests.map(({ status }) => status)).toEqual([0, 200, 0, 200]);
	});

	test('a cut connection before handling leaves nothing', async () => {
		await expect(answers({ reset: true })).rejects.toThrow();
		expect(sandbox.account()).toMatchObject({ jobsCreated: 0, submitsReceived: 1 });
	});

	test('a redirect is sent, and a witness sees what follows it', async () => {
		const witness: Witness = await startWitness({ answer: () => ({ status: 418, body: 'seen' }) });
		const moved = await answers({ status: 307, headers: { location: `${witness.url}/elsewhere` } });
		expect([moved.status, moved.headers.location]).toEqual([307, `${witness.url}/elsewhere`]);
		const followed = await fetch(`${witness.url}/elsewhere`, {
			method: 'POST',
			headers: { authorization: 'Bearer leaked' },
			body: 'hello',
		});
		expect([followed.status, await followed.text()]).toEqual([418, 'seen']);
		expect(witness.requests).toMatchObject([{ method: 'POST', path: '/elsewhere', body: 'hello' }]);
		expect(witness.requests[0]?.headers.authorization).toBe('Bearer leaked');
		await expect(witness.waitFor(2, 20)).rejects.toThrow('1 of 2');
		await witness.close();
	});

	test('alone, a delay keeps the real answer', async () => {
		const before = Date.now();
		expect((await answers({ delayMs: 60 })).json.status).toBe('queued');
		expect(Date.now() - before).toBeGreaterThanOrEqual(55);
		sandbox.faults.add({ delayMs: 1, after: 'handled', headers: { 'x-extra': 'yes' } });
		const { json, headers } = await clientOf(sandbox).submit();
		expect([json.status, headers['x-extra']]).toEqual(['queued', 'yes']);
	});

	test('only what fits is hit, as often as it says, after what it lets pass', async () => {
		const client = await start();
		const id = await client.submitted();
		sandbox.faults.add({ method: 'get', path: '/v1/tasks/', status: 500, times: 2, skip: 1 });
		sandbox.faults.add({ path: '^/v1/(account|x)/', status: 503 });
		sandbox.faults.add({ match: 'red lamp', status: 400 });
		const statuses: number[] = [];
		for (let count = 0; count < 4; count += 1) statuses.push((await client.status(id)).status);
		expect(statuses).toEqual([200, 500, 500, 200]);
		expect((await client.call('GET', '/v1/account/credits')).status).toBe(503);
		expect((await client.submit({ prompt: 'A blue lamp' })).status).toBe(200);
		expect((await client.submit({ prompt: 'A red lamp' })).status).toBe(400);
		expect(sandbox.faults.list().map(({ fired, active }) => [fired, active])).toEqual([
			[2, false],
			[1, false],
			[1, false],
		]);
		expect(sandbox.ledger.requests.filter(({ fault }) => fault === 'fault-1')).toHaveLength(2);
	});

	test('with 0 times they stay until they are removed, and beat a wrong key and a full minute', async () => {
		const client = await start({ accounts: [{ requestsPerMinute: 1 }] });
		const fault = sandbox.faults.add({ status: 500, times: 0 });
		const statuses = [
			(await client.submit()).status,
			(await client.submit()).status,
			(await clientOf(sandbox, 'wrong').submit()).status,
		];
		expect(statuses).toEqual([500, 500, 500]);
		sandbox.faults.remove(fault);
		expect((await client.submit()).status).toBe(429);
	});

	test.each<[string, unknown]>([
		['an unknown key', { statsu: 500 }],
		['no status', { status: 99 }],
		['no expression', { path: '^(' }],
	])('a fault with %s is refused', async (_what, spec) => {
		await start();
		expect(() => sandbox.faults.add(spec as FaultSpec)).toThrow();
	});
});

describe('the media host', () => {
	const video = async (options: SandboxOptions = {}) => {
		const client = await start(options);
		const id = await client.submitted();
		sandbox.finishJob(id);
		return { id, url: `${sandbox.mediaUrl}/cdn/outputs/${id}.mp4` };
	};

	test('serves an MP4 that is each job’s own, and counts it', async () => {
		const { id, url } = await video();
		const answer = await fetch(url);
		const bytes = Buffer.from(await answer.arrayBuffer());
		expect(answer.headers.get('content-type')).toBe('video/mp4');
		expect(Number(answer.headers.get('content-length'))).toBe(bytes.length);
		const clip = readFileSync('test/sandbox/assets/clip.mp4');
		expect(bytes.subarray(0, clip.length).equals(clip)).toBe(true);
		expect(bytes.subarray(4, 8).toString()).toBe('ftyp');
		const tail = bytes.subarray(clip.length);
		expect([tail.readUInt32BE(0), tail.subarray(4).toString()]).toEqual([tail.length, `free${id}`]);
		expect(sandbox.ledger).toMatchObject({ mediaDownloads: 1, keyReachedMediaHost: false });
	});

	test('HEAD says the length, other methods are refused, neither is a download', async () => {
		const { url } = await video();
		const head = await fetch(url, { method: 'HEAD' });
		expect(head.headers.get('content-type')).toBe('video/mp4');
		expect(Number(head.headers.get('content-length'))).toBeGreaterThan(1000);
		expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(405);
		expect(sandbox.ledger.mediaDownloads).toBe(0);
	});

	test.each<[string, (url: string) => Promise<unknown>]>([
		['as a Bearer key', (url) => fetch(url, { headers: { authorization: 'Bearer any' } })],
		['as x-api-key', (url) => fetch(url, { headers: { 'x-api-key': 'any' } })],
		['in another header', (url) => fetch(url, { headers: { 'x-other': sandbox.apiKey } })],
		['in the address', (url) => fetch(`${url}?key=${sandbox.apiKey}`)],
	])('tells when a key comes along %s', async (_how, ask) => {
		const { url } = await video();
		await ask(url);
		expect(sandbox.ledger.keyReachedMediaHost).toBe(true);
	});

	test('answers 404 before completion and to what is not there, 410 when expired', async () => {
		const { url } = await video();
		const running = await clientOf(sandbox).submitted();
		const statusOf = async (address: string) => (await fetch(address)).status;
		expect(await statusOf(`${sandbox.mediaUrl}/cdn/outputs/${running}.mp4`)).toBe(404);
		expect(await statusOf(`${sandbox.mediaUrl}/cdn/outputs/task_0.mp4`)).toBe(404);
		expect(await statusOf(`${sandbox.mediaUrl}/`)).toBe(404);
		sandbox.expireUrls();
		expect(await statusOf(url)).toBe(410);
	});

	// 24 hours are 200 ms at this speed.
	test('lets URLs expire after 24 h of the job clock', async () => {
		const { url } = await video({ speed: 24 * 3600 * 5, jobSeconds: 1e9 });
		const until = Date.now() + 2000;
		let status = 200;
		while (status !== 410 && Date.now() < until) status = (await fetch(url)).status;
		expect(status).toBe(410);
	});

	test('can break off in the middle, once', async () => {
		const { url } = await video();
		sandbox.faults.add({ host: 'media', reset: true, body: 'half a film' });
		const broken = fetch(url).then((answer) => answer.arrayBuffer());
		await expect(broken).rejects.toThrow();
		expect((await fetch(url)).status).toBe(200);
		expect(sandbox.ledger.mediaDownloads).toBe(1);
	});
});

describe('controls for other processes', () => {
	test('ledger, events, jobs, faults, finish, expire, credits and reset', async () => {
		const client = await start();
		const post = (path: string, body: unknown = {}) =>
			client.call('POST', `/_sandbox/${path}`, body);
		const read = async (path: string) =>
			JSON.parse((await client.call('GET', `/_sandbox/${path}`)).text) as unknown;
		const id = await client.submitted({ duration: 4 });
		expect(await read('jobs')).toMatchObject([{ jobId: id, state: 'processing', credits: 243 }]);
		expect(await read('events?since=1')).toMatchObject([{ seq: 2, type: 'processing', jobId: id }]);
		expect((await post('finish', { jobId: id, outcome: 'failed' })).json).toEqual({ ok: true });
		expect((await post('expire')).json).toEqual({ ok: true });
		expect((await post('credits', { credits: 7 })).json).toEqual({ ok: true });
		expect((await post('faults', { status: 500 })).json).toEqual({ id: 'fault-1' });
		expect(await read('faults')).toMatchObject([{ id: 'fault-1', fired: 0, active: true }]);
		expect(await read('ledger')).toEqual(JSON.parse(JSON.stringify(sandbox.ledger)));
		expect(await read('ledger')).toMatchObject({ accounts: [{ creditsAvailable: 7 }] });
		await client.call('DELETE', '/_sandbox/faults');
		expect((await client.status(id)).json.status).toBe('failed');
		expect((await post('reset')).status).toBe(200);
		expect(await read('events')).toEqual([]);
		expect(sandbox.account()).toMatchObject({
			requests: 0,
			jobsCreated: 0,
			creditsAvailable: 100_000,
		});
		expect((await client.status(id)).status).toBe(404);
	});

	test.each([
		['finish', { jobId: 'task_0' }, 'no job'],
		['finish', { job: 'task_0' }, 'jobId'],
		['faults', { statsu: 500 }, 'statsu'],
		['credits', { credits: 5, account: 'nobody' }, 'nobody'],
	])('%s with %j is refused with the reason', async (path, body, reason) => {
		const client = await start();
		const reply = await client.call('POST', `/_sandbox/${path}`, body);
		expect([reply.status, reply.text]).toEqual([400, expect.stringContaining(reason)]);
	});

	test('records carry no key', async () => {
		const client = await start();
		await client.submitted();
		await client.call('GET', '/v1/account/credits', undefined, { 'x-api-key': sandbox.apiKey });
		expect(JSON.stringify(sandbox.ledger)).not.toContain(sandbox.apiKey);
		expect(sandbox.ledger.requests).toMatchObject([
			{ method: 'POST', path: TEXT_TO_VIDEO, kind: 'submit', keyId: 'account-1', status: 200 },
			{ kind: 'credits', keyId: 'account-1', body: null, bodyBytes: 0 },
		]);
	});
});

describe('starting and closing', () => {
	test('a taken port is said in one sentence, and nothing stays open', async () => {
		await start();
		const port = Number(new URL(sandbox.url).port);
		await expect(startSandbox({ port })).rejects.toThrow(/^Port \d+ on 127.0.0.1 is already taken/);
	});

	test('closing with delayed answers, running jobs and callbacks under way ends at once', async () => {
		const client = await start();
		const deaf = await startWitness({ answer: () => ({}) });
		const id = await client.submitted({ webhook_url: deaf.url });
		sandbox.faults.add({ delayMs: 60_000 });
		const hanging = client.status(id).catch(() => 'cut');
		await sandbox.waitFor('fault');
		sandbox.finishJob(id);
		await sandbox.close();
		expect(await hanging).toBe('cut');
		await deaf.close();
	});

	test('a speed of nothing and two equal keys are refused', async () => {
		await start();
		await expect(startSandbox({ speed: 0 })).rejects.toThrow('speed');
		await expect(startSandbox({ accounts: [{ apiKey: 'a' }, { apiKey: 'a' }] })).rejects.toThrow(
			'same key',
		);
	});
});
