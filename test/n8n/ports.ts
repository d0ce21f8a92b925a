import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { tryLock } from './lock.ts';
import { CACHE } from './paths.ts';

/** Both addresses are tried: a server on 0.0.0.0 does not always keep another from 127.0.0.1. */
export async function isPortFree(port: number): Promise<boolean> {
	return (await listensOn(port, '127.0.0.1')) && (await listensOn(port, '0.0.0.0'));
}

/** The first free port from `from` on, leaving out those in `taken`. */
export async function freePortFrom(from: number, taken: number[] = []): Promise<number> {
	for (let port = from; port < from + 200; port++) {
		if (!taken.includes(port) && (await isPortFree(port))) return port;
	}
	throw new Error(`No free port between ${from} and ${from + 199}`);
}

/**
 * Below the ports that systems use for outgoing connections, which could otherwise occupy ours before we listen there.
 */
const OURS = { from: 15_000, count: 17_000 };

/** Nobody may listen on a port yet that was given away, because n8n takes its time to start; and suites run side by side. */
const GIVEN = path.join(CACHE, 'ports');

/** Any free port, and never the same twice; for tests, which do not care which. */
export async function anyFreePort(): Promise<number> {
	mkdirSync(GIVEN, { recursive: true });
	for (;;) {
		const port = OURS.from + randomInt(OURS.count);
		// Until this process ends.
		if (tryLock(path.join(GIVEN, String(port))) && (await isPortFree(port))) return port;
	}
}

function listensOn(port: number, host: string): Promise<boolean> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen(port, host, () => server.close(() => resolve(true)));
	});
}
