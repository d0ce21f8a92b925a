// Packs the built package as npm would publish it.
// From the command line: node test/n8n/pack.ts <folder>
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { acquireLock } from './lock.ts';
import { npmEnv, npmProblem } from './npm.ts';
import { CACHE, ROOT } from './paths.ts';
import { Problem } from './problem.ts';
import { startProcess } from './process.ts';

/** Where the packed package is, for programs that shall not make it themselves: suites that run side by side, test files. */
export const TARBALL_VARIABLE = 'SEEDANCE_TARBALL';

/** Returns the path of the tarball: of the one that $SEEDANCE_TARBALL names, else of a new one. */
export const theTarball = async (report: (line: string) => void = console.log): Promise<string> =>
	process.env[TARBALL_VARIABLE] ?? (await buildAndPack(report));

// A separate folder for each process: another run may still be unpacking its own tarball.
const ownFolder = (): string => path.join(CACHE, 'package', String(process.pid));

/**
 * `npm run build`, then pack(). Only one at a time, because all builds use the same folder. Returns the tarball's path.
 */
export async function buildAndPack(
	report: (line: string) => void,
	folder?: string,
): Promise<string> {
	const release = await acquireLock(path.join(CACHE, 'build.lock'), report);
	const started = Date.now();
	const ticker = setInterval(() => {
		report(`building, ${Math.round((Date.now() - started) / 1000)} s`);
	}, 5000);
	try {
		await npm('run', '--silent', 'build');
		return await pack(folder);
	} finally {
		clearInterval(ticker);
		release();
	}
}

/** Packs dist/ as it is. Returns the tarball's path. */
export async function pack(folder = ownFolder()): Promise<string> {
	if (!existsSync(path.join(ROOT, 'dist'))) {
		throw new Problem('There is no dist folder yet: run `npm run build` first.');
	}
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

if (import.meta.main) {
	await buildAndPack(console.log, process.argv[2]).then(console.log, (error: unknown) => {
		console.error(error instanceof Problem ? error.message : error);
		process.exitCode = 1;
	});
}
