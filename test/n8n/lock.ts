// Allows one installation and one build at a time. Otherwise, a demo and a test run that are started at the same time
// would delete each other's files.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** No installation takes longer. After this time, the holder's process ID may belong to another program. */
const STALE_MS = 30 * 60_000;

/** Waits until the lock is free, acquires it and returns the function that releases it. */
export async function acquireLock(
	file: string,
	report: (line: string) => void,
): Promise<() => void> {
	mkdirSync(path.dirname(file), { recursive: true });
	let reported = false;
	for (;;) {
		try {
			writeFileSync(file, String(process.pid), { flag: 'wx' });
			const release = () => rmSync(file, { force: true });
			process.once('exit', release); // an interrupted installation does not come back here
			return release;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		}
		const holder = holderOf(file);
		if (holder === undefined) {
			rmSync(file, { force: true }); // its holder was killed
			continue;
		}
		if (!reported)
			report(`Another process (${holder}) is at work on the same files, waiting for it`);
		reported = true;
		await sleep(1000);
	}
}

/** The process that holds the lock; undefined if it cannot be alive any more. */
function holderOf(file: string): number | undefined {
	try {
		const pid = Number(readFileSync(file, 'utf8'));
		const old = Date.now() - statSync(file).mtimeMs > STALE_MS;
		return isAlive(pid) && !old ? pid : undefined;
	} catch {
		return undefined; // given back in this moment
	}
}

function isAlive(pid: number): boolean {
	if (!Number.isInteger(pid) || pid <= 0) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
