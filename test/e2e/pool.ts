// The n8n that the end-to-end test files share: starting one for each file would take longer than most of the tests. Each
// file has it to itself while it runs, with a sandbox of its own, and leaves it empty.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { N8nApi } from '../n8n/api.ts';
import { tryLock } from '../n8n/lock.ts';
import { DEFAULT_VERSION, E2E_FOLDER } from '../n8n/paths.ts';
import { anyFreePort } from '../n8n/ports.ts';
import { startN8n } from '../n8n/server.ts';
import type { N8nAddress } from '../n8n/server.ts';
import { OWNER } from '../n8n/stage.ts';

/** From the process that starts them to those of the test files. */
const VARIABLE = 'SEEDANCE_E2E_N8N';

interface Pooled extends N8nAddress {
	userFolder: string;
	/** Of its owner. */
	cookie: string;
}

export interface Lease {
	n8n: N8nAddress;
	userFolder: string;
	/** With its owner logged in. */
	api: N8nApi;
	/** Clears away what is left of workflows and credentials, for the next one. */
	readonly giveBack: () => Promise<void>;
}

/** Starts as many as test files run side by side. @returns what stops them */
export async function openPool(
	count: number,
	packageTarball: string,
): Promise<() => Promise<void>> {
	const opened = await Promise.all(
		Array.from({ length: count }, (_, nth) => openOne(`shared-${nth + 1}`, packageTarball)),
	);
	process.env[VARIABLE] = JSON.stringify(opened.map(({ pooled }) => pooled));
	return async () => {
		await Promise.all(opened.map(({ stop }) => stop()));
	};
}

async function openOne(name: string, packageTarball: string) {
	const userFolder = path.join(E2E_FOLDER, name);
	rmSync(userFolder, { recursive: true, force: true });
	mkdirSync(userFolder, { recursive: true });
	const n8n = await startN8n({
		version: DEFAULT_VERSION,
		packageTarball,
		userFolder,
		port: await anyFreePort(),
		brokerPort: await anyFreePort(),
	});
	const api = new N8nApi(n8n);
	await api.setupOwner(OWNER);
	const { version, url, logFile } = n8n;
	const pooled: Pooled = { version, url, logFile, userFolder, cookie: api.session.cookie };
	return { pooled, stop: () => n8n.stop() };
}

/** One that no other test file has; undefined where a file is run by itself, without a pool. */
export function leaseN8n(): Lease | undefined {
	const pool = JSON.parse(process.env[VARIABLE] ?? '[]') as Pooled[];
	for (const { userFolder, cookie, ...n8n } of pool) {
		if (!existsSync(userFolder)) continue;
		const release = tryLock(path.join(userFolder, 'taken'));
		if (!release) continue;
		const api = new N8nApi(n8n);
		api.resumeSession(cookie);
		const giveBack = async () => {
			await api.clear();
			release();
		};
		return { n8n, userFolder, api, giveBack };
	}
	return undefined;
}
