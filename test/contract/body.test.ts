/** The guard over what comes in, with n8n's own HTTP client below it: what that makes of a body is not ours. */
import 'reflect-metadata';
import { OutboundHttp } from '@n8n/backend-network';
import { Container } from '@n8n/di';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import type { Body } from '../../nodes/Seedance/runtime/api/body';
import { guarded } from '../../nodes/Seedance/runtime/api/body';
import type { Clock } from '../../nodes/Seedance/runtime/limits/clock';

const KB = 1024;
const limits = { maxBytes: 512 * KB, idleMs: 60_000 };

let server: Server;
afterEach(() => {
	server.closeAllConnections();
	server.close();
});

/** What n8n's client gives as the body of an answer. */
async function bodyOf(answer: (response: ServerResponse) => void): Promise<Body> {
	server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const got = await Container.get(OutboundHttp)
		.requests()
		.request({
			url: `http://127.0.0.1:${port}/`,
			encoding: 'stream',
			returnFullResponse: true,
		});
	return (got as unknown as { body: Body }).body;
}

/** Each look at the body takes as long as the server's next bytes, and is told to be this long. */
function clockOf(lookMs: number): Clock {
	let now = 0;
	return {
		now: () => now,
		monotonic: () => now,
		sleep: (_, signal) =>
			new Promise((resolve) =>
				setTimeout(() => {
					now += lookMs;
					resolve(signal?.aborted !== true);
				}, 5),
			),
	};
}

const take = (body: Body, clock: Clock, signal?: AbortSignal) =>
	guarded(body, limits, { clock, signal }, async () => (await buffer(body)).length);

/** Sends for ever, as fast as it is taken. */
function floodInto(stream: NodeJS.WritableStream): void {
	const more = () => {
		while (stream.writable && stream.write(Buffer.alloc(16 * KB)));
		if (stream.writable) stream.once('drain', more);
	};
	more();
}

it('a body within the limits comes through whole', async () => {
	const body = await bodyOf((response) => response.end(Buffer.alloc(300 * KB)));
	expect(await take(body, clockOf(500))).toBe(300 * KB);
});

it('a body that does not end is broken off', async () => {
	const body = await bodyOf(floodInto);
	await expect(take(body, clockOf(0))).rejects.toMatchObject({ code: 'EFBIG' });
});

it('a little that unfolds to more and more is broken off', async () => {
	const body = await bodyOf((response) => {
		response.writeHead(200, { 'content-encoding': 'gzip' });
		const gzip = createGzip();
		gzip.pipe(response);
		floodInto(gzip);
	});
	await expect(take(body, clockOf(0))).rejects.toMatchObject({ code: 'EFBIG' });
});

it('a body that came compressed, within the limits, comes through', async () => {
	const body = await bodyOf((response) => {
		response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(300 * KB)));
	});
	expect(await take(body, clockOf(0))).toBe(300 * KB);
});

it('a line that is silent for a minute is given up', async () => {
	const body = await bodyOf((response) => response.write('some'));
	await expect(take(body, clockOf(500))).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

it('a body that comes slowly, for longer than that, is waited for', async () => {
	let now = 0;
	let next = () => {};
	const body = await bodyOf((response) => {
		let sent = 0;
		response.flushHeaders();
		next = () => (++sent < 100 ? response.write('.') : response.end('.'));
	});
	// A byte every ten seconds.
	const clock: Clock = {
		now: () => now,
		monotonic: () => now,
		sleep: (_, signal) =>
			new Promise((resolve) => {
				next();
				now += 10_000;
				setTimeout(() => resolve(signal?.aborted !== true), 20);
			}),
	};
	expect(await take(body, clock)).toBe(100);
	expect(now).toBeGreaterThanOrEqual(1_000_000);
});

it('a stop of the run ends it at once, although nothing comes', async () => {
	const body = await bodyOf((response) => response.write('some'));
	const run = new AbortController();
	const taken = take(body, clockOf(1), run.signal);
	const stoppedAt = performance.now();
	run.abort();
	await expect(taken).rejects.toMatchObject({ code: 'ECONNRESET' });
	expect(performance.now() - stoppedAt).toBeLessThan(100);
});
