// A server program of this machine: where it is, and when it is up.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../n8n/npm.ts';
import { Problem } from '../n8n/problem.ts';
import type { RunningProcess } from '../n8n/process.ts';

export const HOST = '127.0.0.1';
const START_LIMIT_MS = 120_000;

export const pathFolders = (): string[] => (process.env.PATH ?? '').split(path.delimiter);

export const onPath = (program: string): boolean =>
	pathFolders().some((folder) => existsSync(path.join(folder, program)));

export async function untilUp(
	running: RunningProcess,
	name: string,
	isUp: () => Promise<boolean>,
): Promise<void> {
	const deadline = Date.now() + START_LIMIT_MS;
	while (!(await isUp())) {
		if (running.exitCode !== undefined || Date.now() > deadline) throw startProblem(name, running);
		await sleep(50);
	}
}

export const startProblem = (name: string, running: RunningProcess): Problem =>
	new Problem(`${name} did not start. Its last lines:\n${lastLines(running.output().trim())}`);
