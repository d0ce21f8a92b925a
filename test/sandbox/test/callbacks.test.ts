import { createHmac } from 'node:crypto';
import { clientOf } from '../client.ts';
import type { Sandbox, SandboxOptions, Witness, WitnessRecord } from '../index.ts';
import { signatureHeaders, startSandbox, startWitness } from '../index.ts';

/** Callbacks: what is sent, how it is signed, and every way in which they may go wrong. */

const SECRET = 'sandbox-webhook-secret';
let sandbox: Sandbox;
let receiver: Witness;

const start = async (options: SandboxOptions = {}, statuses: number[] = []) => {
	receiver = await startWitness({ answer: () => ({ status: statuses.shift() ?? 200 }) });
	sandbox = await startSandbox({ jobSeconds: 3600, ...options });
	return clientOf(sandbox);
};
afterEach(async () => {
	await sandbox.close();
	await receiver.close();
});

const hook = () => ({ webhook_url: `${receiver.url}/hook` });
const bodyOf = (request: WitnessRecord | undefined) =>
	JSON.parse(request?.body ?? '{}') as Record<string, unknown>;
const hex = (secret: string, text: string) =>
	createHmac('sha256', secret).update(text).digest('hex');
const isGenuine = ({ body, headers }: WitnessRecord) =>
	headers['x-seedance-signature'] === hex(SECRET, body);

test('a completed task is told once, in the documented body, signed over its raw bytes', async () => {
	const client = await start();
	const metadata = { campaign_id: 'summer', note: 'grün 🙂' };
	const id = await client.submitted({ ...hook(), metadata, duration: 10 });
	sandbox.finishJob(id);
	const [request] = await receiver.waitFor(1);
	await sandbox.callbacksIdle();
	expect(receiver.requests).toHaveLength(1);
	expect(request).toMatchObject({ method: 'POST', path: '/hook' });
	expect(request?.headers['content-type']).toBe('application/json');
	expect(request?.headers.authorization).toBeUndefined();
	expect(bodyOf(request)).toEqual({
		event: 'task.completed',
		task_id: id,
		status: 'completed',
		result: {
			video_url: `${sandbox.mediaUrl}/cdn/outputs/${id}.mp4`,
			duration: 10,
			resolution: '1280x720',
			has_audio: true,
		},
		metadata,
		timestamp: expect.stringMatching(/^\d{4}-.*\d\dZ$/) as string,
	});
	expect(request && isGenuine(request)).toBe(true);
	expect(sandbox.ledger.callbacks).toMatchObject([
		{ jobId: id, kind: 'regular', event: 'task.completed', status: 200, attempt: 1, error: null },
	]);
});

test('failed and cancelled tasks are told, too', async () => {
	const client = await start();
	const failed = await client.submitted(hook());
	const cancelled = await client.submitted(hook());
	sandbox.finishJob(failed, 'failed');
	await receiver.waitFor(1);
	await client.call('DELETE', `/v1/tasks/${cancelled}`);
	const [first, second] = await receiver.waitFor(2);
	expect(bodyOf(first)).toMatchObject({
		event: 'task.failed',
		status: 'failed',
		error: { code: 'generation_failed' },
	});
	expect(bodyOf(second)).toMatchObject({ event: 'task.cancelled', task_id: cancelled });
	expect(bodyOf(first).result ?? bodyOf(second).result).toBeUndefined();
});

test('nothing is sent without a webhook_url', async () => {
	const client = await start();
	sandbox.finishJob(await client.submitted());
	await sandbox.callbacksIdle();
	expect(sandbox.ledger.callbacks).toEqual([]);
});

test.each(['hex', 'sha256', 'base64', 'timestamped'] as const)('signs as %s', async (signature) => {
	const client = await start({ signature });
	sandbox.finishJob(await client.submitted(hook()));
	const [request] = await receiver.waitFor(1);
	const { body = '', headers = {} } = request ?? {};
	const stamp = headers['x-seedance-timestamp'];
	const digest = createHmac('sha256', SECRET).update(body);
	const expected = {
		hex: () => digest.digest('hex'),
		sha256: () => `sha256=${digest.digest('hex')}`,
		base64: () => digest.digest('base64'),
		timestamped: () => hex(SECRET, `${stamp}.${body}`),
	}[signature]();
	expect(headers['x-seedance-signature']).toBe(expected);
	expect(stamp !== undefined).toBe(signature === 'timestamped');
	if (stamp) expect(Math.abs(Date.now() / 1000 - Number(stamp))).toBeLessThan(60);
});

test('a known HMAC comes out (RFC 4231, case 2)', async () => {
	await start();
	expect(signatureHeaders('what do ya want for nothing?', 'Jefe', 'hex', 0)).toEqual({
		'x-seedance-signature': '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
	});
});

test('each account signs with its own secret', async () => {
	const client = await start({ accounts: [{ webhookSecret: 'own' }] });
	sandbox.finishJob(await client.submitted(hook()));
	const [request] = await receiver.waitFor(1);
	expect(request?.headers['x-seedance-signature']).toBe(hex('own', request?.body ?? ''));
});

describe('a receiver in trouble', () => {
	test('gets no second delivery by default', async () => {
		const client = await start({}, [500]);
		sandbox.finishJob(await client.submitted(hook()));
		await sandbox.waitFor('callback');
		await sandbox.callbacksIdle();
		expect(sandbox.ledger.callbacks).toMatchObject([{ status: 500, attempt: 1 }]);
	});

	test('gets as many redeliveries as the option says', async () => {
		const client = await start({ webhookRetries: 2, speed: 1000, jobSeconds: 1 }, [500, 503, 200]);
		await client.submitted(hook());
		await receiver.waitFor(3);
		await sandbox.callbacksIdle();
		expect(sandbox.ledger.callbacks.map(({ attempt, status }) => [attempt, status])).toEqual([
			[1, 500],
			[2, 503],
			[3, 200],
		]);
		expect(new Set(receiver.requests.map(({ body }) => body)).size).toBe(1);
	});

	test('that is not there is noted, and the sandbox goes on', async () => {
		const client = await start();
		const gone = await startWitness();
		await gone.close();
		sandbox.finishJob(await client.submitted({ webhook_url: gone.url }));
		await sandbox.waitFor('callback');
		expect(sandbox.ledger.callbacks).toMatchObject([
			{ status: null, error: expect.stringContaining('ECONNREFUSED') as string },
		]);
		expect((await client.submit()).status).toBe(200);
	});

	test('is not followed when it redirects', async () => {
		const client = await start({}, [302]);
		sandbox.finishJob(await client.submitted(hook()));
		await sandbox.waitFor('callback');
		expect(sandbox.ledger.callbacks).toMatchObject([{ status: 302 }]);
	});
});

describe('by tag', () => {
	const fast: SandboxOptions = { speed: 1000, jobSeconds: 60 };

	test('callback-twice sends the same body twice', async () => {
		const client = await start();
		sandbox.finishJob(await client.submitted({ ...hook(), prompt: '[sandbox:callback-twice]' }));
		const [first, second] = await receiver.waitFor(2);
		expect(second?.body).toBe(first?.body);
		await sandbox.callbacksIdle();
		expect(sandbox.ledger.callbacks.map(({ kind }) => kind).sort()).toEqual([
			'duplicate',
			'regular',
		]);
	});

	test('callback-never sends none', async () => {
		const client = await start();
		sandbox.finishJob(await client.submitted({ ...hook(), prompt: '[sandbox:callback-never]' }));
		await sandbox.callbacksIdle();
		expect(receiver.requests).toEqual([]);
	});

	test('callback-early tells of completion while the API still says processing', async () => {
		const client = await start(fast);
		// Alone with "never" and "callback-never": only the early one comes, and the job stays as it is.
		const prompt = '[sandbox:callback-early,callback-never,never]';
		const id = await client.submitted({ ...hook(), prompt });
		const [early] = await receiver.waitFor(1);
		expect(early && isGenuine(early)).toBe(true);
		expect(bodyOf(early)).toMatchObject({ event: 'task.completed', status: 'completed' });
		expect((await client.status(id)).json).toMatchObject({ status: 'processing' });
		const { video_url } = bodyOf(early).result as { video_url: string };
		expect((await fetch(video_url)).status).toBe(404);
	});

	test('callback-early is followed by the regular one', async () => {
		const client = await start(fast);
		await client.submitted({ ...hook(), prompt: '[sandbox:callback-early]' });
		await receiver.waitFor(2);
		await sandbox.callbacksIdle();
		expect(sandbox.ledger.callbacks.map(({ kind }) => kind)).toEqual(['early', 'regular']);
	});

	test('callback-forged sends a wrongly signed one before the genuine one', async () => {
		const client = await start(fast);
		const id = await client.submitted({ ...hook(), prompt: '[sandbox:callback-forged]' });
		const [forged, genuine] = await receiver.waitFor(2);
		expect(forged && isGenuine(forged)).toBe(false);
		expect(forged?.headers['x-seedance-signature']).toMatch(/^[0-9a-f]{64}$/);
		expect(bodyOf(forged)).toMatchObject({
			event: 'task.completed',
			task_id: id,
			status: 'completed',
			result: { video_url: 'https://forged.invalid/video.mp4' },
		});
		expect(genuine && isGenuine(genuine)).toBe(true);
	});
});
