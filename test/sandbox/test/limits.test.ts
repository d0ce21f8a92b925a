import { RateWindow } from '../core/account.ts';
import { peakInWindow } from '../core/ledger.ts';
import { clientOf } from '../client.ts';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';

/** The queue and the minute's budget, and the books that prove them. */

let sandbox: Sandbox;

const start = async (account: Record<string, number> = {}) => {
	sandbox = await startSandbox({
		jobSeconds: 3600,
		accounts: [{ requestsPerMinute: 1000, credits: 2000, ...account }],
	});
	return clientOf(sandbox);
};
afterEach(() => sandbox.close());

describe('the queue', () => {
	test('processes as many as allowed, the others in their order', async () => {
		const client = await start({ credits: 10_000, maxConcurrentJobs: 2 });
		const ids: string[] = [];
		for (let count = 0; count < 4; count += 1) ids.push(await client.submitted());
		const states = () => sandbox.jobs().map(({ state }) => state);
		expect(states()).toEqual(['processing', 'processing', 'queued', 'queued']);
		sandbox.finishJob(ids[1] ?? '');
		expect(states()).toEqual(['processing', 'completed', 'processing', 'queued']);
		await client.call('DELETE', `/v1/tasks/${ids[3]}`);
		sandbox.finishJob(ids[0] ?? '');
		expect(states()).toEqual(['completed', 'completed', 'processing', 'cancelled']);
		expect(sandbox.account()).toMatchObject({
			peakUnsettledJobs: 4,
			peakProcessingJobs: 2,
			jobsUnsettled: 1,
		});
	});

	test('is each account’s own', async () => {
		sandbox = await startSandbox({
			accounts: [{ maxConcurrentJobs: 1 }, { apiKey: 'other-key', maxConcurrentJobs: 1 }],
			jobSeconds: 3600,
		});
		await clientOf(sandbox).submitted();
		await clientOf(sandbox, 'other-key').submitted();
		expect(sandbox.jobs().map(({ state }) => state)).toEqual(['processing', 'processing']);
		expect(sandbox.ledger.accounts.map(({ jobsCreated }) => jobsCreated)).toEqual([1, 1]);
	});

	test('runs by the job clock: every job ends by itself, and clients see wall time', async () => {
		sandbox = await startSandbox({ speed: 1000, accounts: [{ requestsPerMinute: 1000 }] });
		const client = clientOf(sandbox);
		const ids: string[] = [];
		for (let count = 0; count < 12; count += 1) ids.push(await client.submitted());
		const first = await client.submit();
		expect(first.json.estimated_time).toBe(1);
		for (const id of ids) await sandbox.waitFor('completed', id);
		const marks = sandbox
			.events()
			.filter(({ type, jobId }) => type === 'progress' && jobId === ids[0])
			.map(({ detail }) => detail.progress);
		expect(marks).toEqual([25, 50, 75]);
		expect(sandbox.account().peakProcessingJobs).toBe(5);
		const types = sandbox.events().filter(({ jobId }) => jobId === ids[11]);
		expect(types.map(({ type }) => type)).toEqual([
			'submitted',
			'processing',
			'progress',
			'progress',
			'progress',
			'completed',
		]);
	});
});

describe('the budget of a minute', () => {
	test('refuses what is too much, says when to come back, and counts it', async () => {
		const client = await start({ requestsPerMinute: 3 });
		const statuses: number[] = [];
		for (let count = 0; count < 5; count += 1)
			statuses.push((await client.call('GET', '/v1/account/credits')).status);
		expect(statuses).toEqual([200, 200, 200, 429, 429]);
		const { status, headers, json } = await client.submit();
		expect(status).toBe(429);
		expect(headers['retry-after']).toMatch(/^\d+$/);
		expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
		expect(Number(headers['retry-after'])).toBeGreaterThan(0);
		expect(json.error).toMatchObject({ code: 'rate_limit_exceeded' });
		expect(sandbox.account()).toMatchObject({
			requests: 6,
			requestsRefused: 3,
			peakRequestsPerMinute: 6,
			jobsCreated: 0,
		});
	});

	test('does not count controls, nor requests with a wrong key', async () => {
		const client = await start({ requestsPerMinute: 1 });
		for (let count = 0; count < 3; count += 1) {
			expect((await client.call('GET', '/_sandbox/ledger')).status).toBe(200);
			expect((await clientOf(sandbox, 'wrong').status('x')).status).toBe(401);
		}
		expect((await client.call('GET', '/v1/account/credits')).status).toBe(200);
		expect(sandbox.account().requests).toBe(1);
		expect(sandbox.ledger.requests.map(({ keyId }) => keyId)).toEqual([
			'wrong',
			'wrong',
			'wrong',
			'seedance',
		]);
	});

	test('slides: a place is free 60 s after its request, refused ones take none', async () => {
		await start();
		const window = new RateWindow(2);
		expect(window.retryAfterSeconds(0)).toBe(0);
		expect(window.retryAfterSeconds(30_000)).toBe(0);
		expect(window.retryAfterSeconds(30_001)).toBe(30);
		expect(window.retryAfterSeconds(59_999)).toBe(1);
		expect(window.retryAfterSeconds(60_000)).toBe(0);
		expect(window.retryAfterSeconds(60_001)).toBe(30);
	});

	test('the ledger’s peak is that of any minute', async () => {
		await start();
		expect(peakInWindow([], 60)).toBe(0);
		expect(peakInWindow([0, 59, 60, 61], 60)).toBe(3);
		expect(peakInWindow([0, 0, 0, 100, 100], 60)).toBe(3);
	});
});
