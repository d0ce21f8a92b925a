import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage } from 'node:http';

/** A request as received, including credentials, because the witness detects what must not be sent. */
export interface WitnessRecord {
	/** Wall milliseconds since 1970. */
	at: number;
	method: string;
	path: string;
	headers: Record<string, string>;
	body: string;
}

export interface WitnessOptions {
	/** Its answer; 200 and `{"ok":true}` by default. */
	answer?: (request: WitnessRecord) => WitnessAnswer;
}

export interface WitnessAnswer {
	status?: number;
	headers?: Record<string, string>;
	body?: string;
}

/** Another host that answers every request and records it. Also used as a receiver of callbacks. */
export interface Witness {
	readonly url: string;
	readonly requests: WitnessRecord[];
	/** Resolves after `count` requests; rejects after `timeoutMs`, 30 s by default. */
	waitFor(count: number, timeoutMs?: number): Promise<WitnessRecord[]>;
	close(): Promise<void>;
}

async function read(request: IncomingMessage): Promise<WitnessRecord> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
	return {
		at: Date.now(),
		method: request.method ?? '',
		path: request.url ?? '',
		headers: Object.fromEntries(headers) as Record<string, string>,
		body: Buffer.concat(chunks).toString('utf8'),
	};
}

export async function startWitness(options: WitnessOptions = {}): Promise<Witness> {
	const requests: WitnessRecord[] = [];
	const watchers = new Set<() => void>();
	const server = createServer((request, response) => {
		read(request)
			.then((record) => {
				requests.push(record);
				const { status = 200, headers, body = '{"ok":true}' } = options.answer?.(record) ?? {};
				response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
				for (const watcher of [...watchers]) watcher();
			})
			// The client disconnected, so there is nobody to answer.
			.catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		waitFor: (count, timeoutMs = 30_000) =>
			new Promise((resolve, reject) => {
				const stop = () => {
					clearTimeout(timer);
					watchers.delete(look);
				};
				const look = () => {
					if (requests.length < count) return;
					stop();
					resolve([...requests]);
				};
				const timer = setTimeout(() => {
					stop();
					reject(new Error(`${requests.length} of ${count} requests within ${timeoutMs} ms`));
				}, timeoutMs);
				watchers.add(look);
				look();
			}),
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
}
