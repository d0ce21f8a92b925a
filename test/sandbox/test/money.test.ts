import { clientOf, IMAGE_TO_VIDEO } from '../client.ts';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';

/** Credits and idempotency keys, and the books that prove them. */

let sandbox: Sandbox;

const start = async (account: Record<string, number> = {}) => {
	sandbox = await startSandbox({
		jobSeconds: 3600,
		accounts: [{ requestsPerMinute: 1000, credits: 2000, ...account }],
	});
	return clientOf(sandbox);
};
afterEach(() => sandbox.close());

const balanced = () => {
	const books = sandbox.account();
	expect(books.creditsAvailable + books.creditsReserved + books.creditsCharged).toBe(
		books.creditsAtStart,
	);
	return books;
};

describe('credits', () => {
	test('are reserved at submission, kept when completed, given back otherwise', async () => {
		const client = await start();
		const ids = [
			await client.submitted({ duration: 4 }),
			await client.submitted({ duration: 4 }),
			await client.submitted({ duration: 4 }),
		] as const;
		expect(balanced()).toMatchObject({ creditsReserved: 729, creditsCharged: 0, jobsCharged: 0 });
		expect((await client.call('GET', '/v1/account/credits')).json.credits).toBe(1271);
		sandbox.finishJob(ids[0]);
		sandbox.finishJob(ids[1], 'failed');
		await client.call('DELETE', `/v1/tasks/${ids[2]}`);
		expect(balanced()).toMatchObject({
			creditsAvailable: 1757,
			creditsReserved: 0,
			creditsCharged: 243,
			creditsRefunded: 486,
			jobsCreated: 3,
			jobsCharged: 1,
			jobsCompleted: 1,
			jobsFailed: 1,
			jobsCancelled: 1,
			jobsUnsettled: 0,
		});
	});

	test('that do not suffice are said exactly as documented', async () => {
		const client = await start({ credits: 150 });
		const { status, json } = await client.submit({ duration: 10 });
		expect(status).toBe(402);
		expect(json).toEqual({
			error: {
				code: 'insufficient_credits',
				message: 'Your account has 150 credits but this generation requires 607 credits.',
				required_credits: 607,
				available_credits: 150,
			},
		});
		expect(balanced()).toMatchObject({ jobsCreated: 0, creditsAvailable: 150 });
	});

	test('may be spent to the last one', async () => {
		const client = await start({ credits: 486 });
		expect((await client.submit({ duration: 4 })).status).toBe(200);
		expect((await client.submit({ duration: 4 })).status).toBe(200);
		expect((await client.submit({ duration: 4 })).status).toBe(402);
		expect(sandbox.account().creditsAvailable).toBe(0);
	});

	test('of a cancelled job are given back once, however often it is cancelled', async () => {
		const client = await start();
		const id = await client.submitted();
		for (let count = 0; count < 3; count += 1) await client.call('DELETE', `/v1/tasks/${id}`);
		expect(balanced().creditsAvailable).toBe(2000);
		expect(() => sandbox.finishJob(id)).toThrow('already cancelled');
	});
});

describe('idempotency keys', () => {
	const key = { 'idempotency-key': 'run-1-item-1' };

	test('answer the same submission with the same reply and charge once', async () => {
		const client = await start();
		const first = await client.submit({ duration: 4, metadata: { a: 1, b: 2 } }, key);
		sandbox.finishJob(first.json.task_id as string);
		const second = await client.submit({ metadata: { b: 2, a: 1 }, duration: 4 }, key);
		expect([second.status, second.text]).toEqual([200, first.text]);
		expect(balanced()).toMatchObject({
			submitsReceived: 2,
			submitsReplayed: 1,
			jobsCreated: 1,
			creditsCharged: 243,
		});
	});

	test('refuse another body and another address', async () => {
		const client = await start();
		await client.submit({ duration: 4 }, key);
		const other = await client.submit({ duration: 5 }, key);
		const image_url = 'https://example.com/a.jpg';
		const body = { model: 'seedance-2.0', prompt: 'A lamp', duration: 4, image_url };
		const elsewhere = await client.call('POST', IMAGE_TO_VIDEO, body, key);
		for (const { status, json } of [other, elsewhere]) {
			expect(status).toBe(422);
			expect(json.error).toMatchObject({ code: 'idempotency_key_reused' });
		}
		expect(balanced().jobsCreated).toBe(1);
	});

	test('of a refused submission may be used again', async () => {
		const client = await start({ credits: 0 });
		expect((await client.submit({ duration: 4 }, key)).status).toBe(402);
		sandbox.setCredits(243);
		expect((await client.submit({ duration: 4 }, key)).status).toBe(200);
	});

	test('without one, the same submission twice is two jobs', async () => {
		const client = await start();
		await client.submitted({ duration: 4 });
		await client.submitted({ duration: 4 });
		expect(balanced()).toMatchObject({ jobsCreated: 2, creditsReserved: 486 });
	});

	test('are forgotten after 24 h of the job clock', async () => {
		// 24 hours are 100 ms at this speed.
		sandbox = await startSandbox({ speed: 24 * 3600 * 10, jobSeconds: 1e9 });
		const first = await clientOf(sandbox).submit({}, key);
		await new Promise((resolve) => setTimeout(resolve, 150));
		const second = await clientOf(sandbox).submit({}, key);
		expect(second.json.task_id).not.toBe(first.json.task_id);
	});

	test('belong to their account', async () => {
		sandbox = await startSandbox({ accounts: [{}, { apiKey: 'other-key' }], jobSeconds: 3600 });
		const first = await clientOf(sandbox).submit({}, key);
		const second = await clientOf(sandbox, 'other-key').submit({}, key);
		expect(second.json.task_id).not.toBe(first.json.task_id);
	});
});
