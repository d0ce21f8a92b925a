// One installation at a time: a demo and a test run started side by side would otherwise delete each other's files.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until nobody holds the lock, takes it and returns the function that gives it back. */
export async function acquireLock(
	file: string,
	report: (line: string) => void,
): Promise<() => void> {
	mkdirSync(path.dirname(file), { recursive: true });
	let said = false;
	for (;;) {
		try {
			writeFileSync(file, String(process.pid), { flag: 'wx' });
			return () => rmSync(file, { force: true });
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		}
		const holder = Number(readFileSync(file, { encoding: 'utf8', flag: 'a+' }));
		if (!isAlive(holder)) {
			rmSync(file, { force: true }); // its holder was killed
			continue;
		}
		if (!said) report(`Another process (${holder}) is installing n8n, waiting for it`);
		said = true;
		await sleep(1000);
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
