// Installs one version of n8n from its own lockfile into .cache/n8n/<version>, once.
// From the command line: node test/n8n/install.ts [version]
import { createHash } from 'node:crypto';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { acquireLock } from './lock.ts';
import { nativeBuildEnv, npmEnv, npmProblem } from './npm.ts';
import { CACHE, DEFAULT_VERSION, installFolder, ROOT, versionFolder } from './paths.ts';
import { Problem } from './problem.ts';
import { startProcess } from './process.ts';

export type Report = (line: string) => void;

const GB = 1024 ** 3;
/** The disk space of an installed n8n, with some room for the compiler. */
const NEEDED_BYTES = 2.5 * GB;
const TICK_MS = 10_000;
const FILES = ['package.json', 'pnpm-lock.yaml'];
/**
 * n8n has a quarter of a million small files. pnpm writes them in half the time of npm, and only once where two versions of n8n
 * have the same. Its store and what it remembers lie with them, in the project's own folder.
 */
const PNPM = path.join(ROOT, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
const PNPM_FOLDER = path.join(CACHE, 'pnpm');
const SETTINGS = {
	// As npm does it: n8n finds packages that it does not name as its dependencies.
	'node-linker': 'hoisted',
	'store-dir': path.join(PNPM_FOLDER, 'store'),
	'cache-dir': path.join(PNPM_FOLDER, 'cache'),
	'state-dir': path.join(PNPM_FOLDER, 'state'),
	'update-notifier': 'false',
};

/** Returns the folder of a complete installation. Takes a few milliseconds if it already exists. */
export async function installN8n(
	version = DEFAULT_VERSION,
	report: Report = console.log,
): Promise<string> {
	if (!existsSync(path.join(versionFolder(version), 'pnpm-lock.yaml'))) {
		throw new Problem(`There is no n8n ${version} here: test/n8n/${version} has no lockfile.`);
	}
	const folder = installFolder(version);
	if (isInstalled(version)) return folder;
	const release = await acquireLock(`${folder}.lock`, report);
	try {
		if (!isInstalled(version)) await install(version, folder, report);
	} finally {
		release();
	}
	return folder;
}

/** Written last, so that an interrupted installation does not have it. */
const stampFile = (version: string): string => path.join(installFolder(version), '.installed');

/** Changes with the lockfile and with the Node that the native parts were built for. */
function stamp(version: string): string {
	const hash = createHash('sha256').update(process.versions.modules);
	for (const file of FILES) {
		hash.update(readFileSync(path.join(versionFolder(version), file)));
	}
	return hash.digest('hex');
}

function isInstalled(version: string): boolean {
	const file = stampFile(version);
	return existsSync(file) && readFileSync(file, 'utf8') === stamp(version);
}

async function install(version: string, folder: string, report: Report): Promise<void> {
	if (existsSync(folder)) {
		report(`n8n ${version}: removing an incomplete or outdated installation`);
		rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
	}
	mkdirSync(folder, { recursive: true });
	await checkDiskSpace(folder);
	for (const file of FILES) {
		copyFileSync(path.join(versionFolder(version), file), path.join(folder, file));
	}
	report(`Installing n8n ${version} (1 to 3 minutes and up to 2 GB, once) …`);
	await pnpm(['install', '--frozen-lockfile', '--ignore-scripts'], folder, report);
	await buildNative(version, folder, report);
	writeFileSync(stampFile(version), stamp(version));
	report(`n8n ${version} is installed`);
}

async function checkDiskSpace(folder: string): Promise<void> {
	const free = await freeBytes(folder);
	if (free >= NEEDED_BYTES) return;
	throw new Problem(
		`Not enough disk space for n8n: it needs about ${NEEDED_BYTES / GB} GB, ` +
			`${(free / GB).toFixed(1)} GB are free. Free some space and run the command again.`,
	);
}

async function freeBytes(folder: string): Promise<number> {
	const { bavail, bsize } = await statfs(folder);
	return bavail * bsize;
}

/**
 * Compiles the native parts for the running Node, where they do not come ready-made. All other install scripts are left out,
 * because some of them fail on some machines. To compile SQLite takes a minute: all versions of n8n share the result.
 */
async function buildNative(version: string, folder: string, report: Report): Promise<void> {
	const sqlite = path.join(folder, 'node_modules', 'sqlite3');
	const built = path.join(sqlite, 'build', 'Release', 'node_sqlite3.node');
	const { version: sqliteVersion } = JSON.parse(
		readFileSync(path.join(sqlite, 'package.json'), 'utf8'),
	) as { version: string };
	const kept = path.join(PNPM_FOLDER, `sqlite3-${sqliteVersion}-${process.versions.modules}.node`);
	const isKept = existsSync(kept);
	if (isKept) {
		mkdirSync(path.dirname(built), { recursive: true });
		copyFileSync(kept, built);
	} else report(`Building the native parts of n8n ${version} (1 to 2 minutes, once) …`);
	const names = ['isolated-vm', ...(isKept ? [] : ['sqlite3'])];
	await pnpm(['rebuild', ...names, '--config.ignore-scripts=false'], folder, report);
	if (isKept) return;
	copyFileSync(built, `${kept}.new`);
	renameSync(`${kept}.new`, kept);
}

async function pnpm(args: string[], cwd: string, report: Report): Promise<void> {
	const started = Date.now();
	const freeAtStart = await freeBytes(cwd);
	const settings = Object.entries(SETTINGS).map(([name, value]) => `--config.${name}=${value}`);
	const child = startProcess(
		process.execPath,
		[PNPM, ...args, '--ignore-workspace', '--reporter=append-only', ...settings],
		{ cwd, env: { ...npmEnv(), ...nativeBuildEnv() } },
	);
	const ticker = setInterval(() => {
		void freeBytes(cwd).then((free) => {
			const seconds = Math.round((Date.now() - started) / 1000);
			report(`  ${seconds} s${args[0] === 'install' ? written(freeAtStart - free) : ''}`);
		});
	}, TICK_MS);
	const code = await child.exited;
	clearInterval(ticker);
	if (code !== 0) throw npmProblem(`pnpm ${args[0]}`, child.output());
}

/** Progress, measured by the decrease of free disk space: counting a quarter of a million files would slow pnpm down. */
function written(bytes: number): string {
	if (bytes < 0.01 * GB) return '';
	return `, ${(bytes / GB).toFixed(1)} GB written`;
}

if (import.meta.main) {
	await installN8n(process.argv[2]).catch((error: unknown) => {
		console.error(error instanceof Problem ? error.message : error);
		process.exitCode = 1;
	});
}
