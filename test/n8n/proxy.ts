// A reverse proxy in front of n8n that serves it below a path of its host, as nginx or Caddy would.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Proxy {
	/** The WEBHOOK_URL for n8n, with a slash at the end. */
	readonly url: string;
	/** The target of the requests, without a slash at the end. */
	target: string;
	/** Changes the bodies; by default they are passed on unchanged. */
	rewrite?: (body: string) => string;
	close(): Promise<void>;
}

/** Starts to listen at once. `path` starts and ends with a slash and is removed before n8n sees the address. */
export async function startProxy(path: string): Promise<Proxy> {
	const server = createServer((incoming, outgoing) => {
		const { method = 'GET', url = '/', headers } = incoming;
		const chunks: Buffer[] = [];
		incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
		incoming.on('end', () => {
			if (!url.startsWith(path)) return outgoing.writeHead(404).end();
			const came = Buffer.concat(chunks);
			const body =
				proxy.rewrite && came.length > 0 ? Buffer.from(proxy.rewrite(came.toString())) : came;
			const forwarded = request(
				`${proxy.target}/${url.slice(path.length)}`,
				{ method, headers: { ...headers, 'content-length': body.length } },
				(reply) => reply.pipe(outgoing.writeHead(reply.statusCode ?? 502)),
			);
			forwarded.on('error', () => outgoing.writeHead(502).end()).end(body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const proxy: Proxy = {
		url: `http://127.0.0.1:${port}${path}`,
		target: '',
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
	return proxy;
}
