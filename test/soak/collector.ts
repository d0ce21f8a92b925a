// Hears from the workflows how each execution has ended.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Told } from './books.ts';

export interface Collector {
	/** Where the workflows post to. */
	address: string;
	close(): void;
}

export async function openCollector(hear: (told: Told) => void): Promise<Collector> {
	const server = createServer((request, response) => {
		void text(request).then((body) => {
			hear(JSON.parse(body) as Told);
			response.setHeader('content-type', 'application/json').end('{}');
		});
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	return {
		address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}
