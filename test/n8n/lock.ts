// What only one process may have at a time: an installation, the build, a port. A demo and a test run started side by side would
// otherwise delete each other's files.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
		const release = tryLock(file);
		if (release) return release;
		if (!reported) report('Another process is at work on the same files, waiting for it');
		reported = true;
		await sleep(1000);
	}
}

/** Takes the lock if nobody holds it. @returns the function that gives it back */
export function tryLock(file: string): (() => void) | undefined {
	if (existsSync(file) && holderOf(file) === undefined) rmSync(file, { force: true }); // its holder was killed
	try {
		writeFileSync(file, String(process.pid), { flag: 'wx' });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		return undefined;
	}
	held.add(file);
	releaseAllAtExit();
	return () => {
		held.delete(file);
		rmSync(file, { force: true });
	};
}

const held = new Set<string>();
let isArmed = false;

/** An interrupted installation does not come back to release its lock. */
function releaseAllAtExit(): void {
	if (isArmed) return;
	isArmed = true;
	process.once('exit', () => {
		for (const file of held) rmSync(file, { force: true });
	});
}

/** The process that holds the lock; undefined when it cannot be alive any more. */
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
