// Installs one version of n8n from its own lockfile into .cache/n8n/<version>, once.
// From the command line: node test/n8n/install.ts [version]
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { acquireLock } from './lock.ts';
import { nativeBuildEnv, npmEnv, npmProblem } from './npm.ts';
import { DEFAULT_VERSION, installFolder, versionFolder } from './paths.ts';
import { Problem } from './problem.ts';
import { startProcess } from './process.ts';

export type Report = (line: string) => void;

const GB = 1024 ** 3;
/** The disk space of an installed n8n (about 2.8 GB) plus npm's cache. */
const NEEDED_BYTES = 3.5 * GB;
const EXPECTED_BYTES = 2.8 * GB;
const TICK_MS = 10_000;
/**
 * Compiled for the running Node. All other install scripts are disabled, because some of them fail on some machines.
 */
const NATIVE = ['sqlite3', 'isolated-vm'];

/** Returns the folder of a complete installation. Takes a few milliseconds if it already exists. */
export async function installN8n(
	version = DEFAULT_VERSION,
	report: Report = console.log,
): Promise<string> {
	if (!existsSync(path.join(versionFolder(version), 'package-lock.json'))) {
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
	for (const file of ['package.json', 'package-lock.json']) {
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
	for (const file of ['package.json', 'package-lock.json']) {
		copyFileSync(path.join(versionFolder(version), file), path.join(folder, file));
	}
	await npm(
		['ci', '--ignore-scripts'],
		folder,
		`Installing n8n ${version} (3 to 6 minutes, once)`,
		report,
	);
	await npm(
		['rebuild', ...NATIVE, '--ignore-scripts=false'],
		folder,
		`Building the native parts of n8n ${version} (1 to 2 minutes, once)`,
		report,
		nativeBuildEnv(),
	);
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

async function npm(
	args: string[],
	cwd: string,
	title: string,
	report: Report,
	extraEnv: NodeJS.ProcessEnv = {},
): Promise<void> {
	report(`${title} …`);
	const started = Date.now();
	const freeAtStart = await freeBytes(cwd);
	const child = startProcess('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
		cwd,
		env: { ...npmEnv(), ...extraEnv },
	});
	const ticker = setInterval(() => {
		void freeBytes(cwd).then((free) => {
			const seconds = Math.round((Date.now() - started) / 1000);
			report(`  ${seconds} s${args[0] === 'ci' ? written(freeAtStart - free) : ''}`);
		});
	}, TICK_MS);
	const code = await child.exited;
	clearInterval(ticker);
	if (code !== 0) throw npmProblem(args[0] ?? '', child.output());
}

/** Progress, measured by the decrease of free disk space: counting a hundred thousand files would slow npm down. */
function written(bytes: number): string {
	if (bytes < 0.01 * GB) return '';
	return `, ${(bytes / GB).toFixed(1)} of about ${(EXPECTED_BYTES / GB).toFixed(1)} GB written`;
}

if (import.meta.main) {
	await installN8n(process.argv[2]).catch((error: unknown) => {
		console.error(error instanceof Problem ? error.message : error);
		process.exitCode = 1;
	});
}
