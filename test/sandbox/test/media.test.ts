import { readFileSync } from 'node:fs';
import { clientOf } from '../client.ts';
import type { Sandbox, SandboxOptions } from '../index.ts';
import { startSandbox } from '../index.ts';

/** The media host. */

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
