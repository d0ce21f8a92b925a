import { clientOf } from '../client.ts';
import type { FaultSpec, Sandbox, SandboxOptions, Witness } from '../index.ts';
import { startSandbox, startWitness } from '../index.ts';

/** Scripted misbehaviour. */

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

	test('an answer that stalls has begun, and does not end', async () => {
		const client = await start();
		sandbox.faults.add({ stall: true, body: '{"task_' });
		const answer = await fetch(`${sandbox.url}/v1/account/credits`);
		const reader = answer.body!.getReader();
		expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('{"task_');
		const next = reader.read().then(
			() => 'more',
			() => 'closed',
		);
		expect((await client.submit()).status).toBe(200);
		expect(await Promise.race([next, Promise.resolve('silence')])).toBe('silence');
		await sandbox.close();
		expect(await next).toBe('closed');
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
