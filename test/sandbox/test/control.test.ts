import { clientOf, TEXT_TO_VIDEO } from '../client.ts';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { startSandbox, startWitness } from '../index.ts';

/** Controls for other processes, starting and closing. */

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
			{ method: 'POST', path: TEXT_TO_VIDEO, kind: 'submit', keyId: 'seedance', status: 200 },
			{ kind: 'credits', keyId: 'seedance', body: null, bodyBytes: 0 },
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
