// Packs the built packages as npm would publish them.
// From the command line: node test/n8n/pack.ts <folder>, which also gets a folder `packages` with those for one provider.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
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

/** The folder with the tarballs of the packages for one provider each, where they are packed already. */
export const PACKAGES_VARIABLE = 'SEEDANCE_PACKAGES';

/** Returns the paths of the tarballs of all packages for one provider each. */
export async function theProviderPackages(): Promise<string[]> {
	const folder = process.env[PACKAGES_VARIABLE] ?? (await packProviderPackages(console.log));
	return readdirSync(folder).map((name) => path.join(folder, name));
}

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

/** `npm run build:packages`, then packs them. Returns the folder with the tarballs. */
async function packProviderPackages(
	report: (line: string) => void,
	folder = path.join(ownFolder(), 'packages'),
): Promise<string> {
	const release = await acquireLock(path.join(CACHE, 'build.lock'), report);
	try {
		await npm('run', '--silent', 'build:packages');
		const built = path.join(ROOT, 'dist', 'packages');
		const sources = readdirSync(built).map((name) => path.join(built, name));
		mkdirSync(folder, { recursive: true });
		await npm('pack', ...sources, '--pack-destination', folder);
		return folder;
	} finally {
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
	if ((await child.exited) !== 0) throw npmProblem(`npm ${args.join(' ')}`, child.output());
	return child.output();
}

if (import.meta.main) {
	const [folder = ownFolder()] = process.argv.slice(2);
	const packBoth = async () => {
		console.log(await buildAndPack(console.log, folder));
		console.log(await packProviderPackages(console.log, path.join(folder, 'packages')));
	};
	await packBoth().catch((error: unknown) => {
		console.error(error instanceof Problem ? error.message : error);
		process.exitCode = 1;
	});
}
