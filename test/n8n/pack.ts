// Packs the built package as npm would publish it.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { acquireLock } from './lock.ts';
import { npmEnv, npmProblem } from './npm.ts';
import { CACHE, ROOT } from './paths.ts';
import { Problem } from './problem.ts';
import { startProcess } from './process.ts';

/**
 * `npm run build`, then pack(). Only one at a time, because all builds use the same folder. Returns the tarball's path.
 */
export async function buildAndPack(report: (line: string) => void): Promise<string> {
	const release = await acquireLock(path.join(CACHE, 'build.lock'), report);
	const started = Date.now();
	const ticker = setInterval(() => {
		report(`building, ${Math.round((Date.now() - started) / 1000)} s`);
	}, 5000);
	try {
		await npm('run', '--silent', 'build');
		return await pack();
	} finally {
		clearInterval(ticker);
		release();
	}
}

/** Packs dist/ as it is. Returns the tarball's path. */
export async function pack(): Promise<string> {
	if (!existsSync(path.join(ROOT, 'dist'))) {
		throw new Problem('There is no dist folder yet: run `npm run build` first.');
	}
	// A separate folder for each process: another run may still be unpacking its own tarball.
	const folder = path.join(CACHE, 'package', String(process.pid));
	mkdirSync(folder, { recursive: true });
	const output = await npm('pack', '--json', '--pack-destination', folder);
	const [packed] = JSON.parse(output.slice(output.indexOf('['))) as Array<{ filename: string }>;
	if (!packed) throw new Error('npm pack made nothing');
	return path.join(folder, packed.filename);
}

async function npm(...args: string[]): Promise<string> {
	const child = startProcess('npm', [...args, '--loglevel=error'], { cwd: ROOT, env: npmEnv() });
	if ((await child.exited) !== 0) throw npmProblem(args.join(' '), child.output());
	return child.output();
}
