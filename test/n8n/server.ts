// Starts a real n8n with our packed package, installed as a community node.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installFolder } from './paths.ts';
import { lineOf } from './lines.ts';
import { lastLines } from './npm.ts';
import { isPortFree } from './ports.ts';
import { Problem } from './problem.ts';
import { cleanEnv, startProcess } from './process.ts';
import type { RunningProcess } from './process.ts';

/** The kind of n8n process. `start` is a complete n8n. In queue mode, the other two take over a part of the work. */
export type N8nCommand = 'start' | 'webhook' | 'worker';

export interface N8nOptions {
	/** `start` by default. */
	command?: N8nCommand;
	/** A folder name under test/n8n. The version must already be installed (installN8n). */
	version: string;
	/** The tarball from `npm pack`. */
	packageTarball: string;
	/** Tarballs of packages that are installed beside it. */
	morePackages?: readonly string[];
	/** n8n keeps all its data here. */
	userFolder: string;
	/** A worker answers only health checks on this port. */
	port: number;
	/** n8n's task runners connect here. */
	brokerPort: number;
	/** Settings of n8n in addition to those below. */
	env?: NodeJS.ProcessEnv;
	/** How long a stop may take before it is a kill, in milliseconds. */
	stopGraceMs?: number;
	/** Called from time to time while it starts, with the seconds so far. */
	onWaiting?: (seconds: number) => void;
}

/** Where an n8n is, whoever has started it. */
export interface N8nAddress {
	readonly version: string;
	/** Without a slash at the end. */
	readonly url: string;
	/** In the user folder. */
	readonly logFile: string;
}

export interface RunningN8n extends N8nAddress {
	readonly process: RunningProcess;
	stop(): Promise<void>;
}

/** Right after its installation, on a busy machine, n8n reads its thousands of files from a cold disk. */
const START_LIMIT_MS = 10 * 60_000;
/** n8n would wait longer for executions that are running; nobody needs them any more. */
const STOP_GRACE_MS = 3000;
const READINESS = '/healthz/readiness';
const READY_AT: Record<N8nCommand, readonly string[]> = {
	start: [READINESS, '/rest/settings'],
	webhook: [READINESS],
	worker: [READINESS],
};

export async function startN8n(options: N8nOptions): Promise<RunningN8n> {
	const { version, command = 'start', port, brokerPort, userFolder } = options;
	for (const [taken, what] of [
		[port, 'for n8n'],
		[brokerPort, "for n8n's task runners"],
	] as const) {
		if (!(await isPortFree(taken))) {
			throw new Problem(`Port ${taken}, wanted ${what}, is taken by another program.`);
		}
	}
	for (const tarball of [options.packageTarball, ...(options.morePackages ?? [])]) {
		unpackAsCommunityPackage(tarball, userFolder);
	}
	const logFile = path.join(userFolder, 'n8n.log');
	const url = `http://127.0.0.1:${port}`;
	const running = startProcess(
		process.execPath,
		[path.join(installFolder(version), 'node_modules', 'n8n', 'bin', 'n8n'), command],
		{
			cwd: userFolder,
			env: n8nEnv(options, url),
			logFile,
			graceMs: options.stopGraceMs ?? STOP_GRACE_MS,
		},
	);
	const n8n = { version, url, logFile, process: running, stop: () => running.stop() };
	try {
		await waitUntilReady(n8n, READY_AT[command], options.onWaiting);
	} catch (error) {
		await running.stop();
		throw error;
	}
	return n8n;
}

/**
 * n8n loads every package in this folder. No entry in a package.json or in its database is needed. The node types are
 * then named `n8n-nodes-seedance.…`, as in the examples. npm puts the version behind the package's name.
 */
function unpackAsCommunityPackage(tarball: string, userFolder: string): void {
	const name = path.basename(tarball).replace(/-\d+\.\d+\.\d+.*$/, '');
	const folder = path.join(userFolder, '.n8n', 'nodes', 'node_modules', name);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}

function n8nEnv(options: N8nOptions, url: string): NodeJS.ProcessEnv {
	return {
		...cleanEnv(),
		N8N_USER_FOLDER: options.userFolder,
		N8N_PORT: String(options.port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(options.brokerPort),
		QUEUE_HEALTH_CHECK_ACTIVE: String(options.command === 'worker'),
		QUEUE_HEALTH_CHECK_PORT: String(options.port),
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
		// Callbacks come from this machine. "localhost" may be an IPv6 address on which nothing listens.
		WEBHOOK_URL: `${url}/`,
		N8N_SECURE_COOKIE: 'false', // plain http
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		...lineOf(options.version).env,
		...options.env,
	};
}

/**
 * First the health check succeeds, then the database is migrated, then the REST API is available. We wait for all
 * three.
 */
async function waitUntilReady(
	n8n: RunningN8n,
	paths: readonly string[],
	onWaiting: (seconds: number) => void = () => undefined,
): Promise<void> {
	const started = Date.now();
	let lastWord = started;
	while (Date.now() - started < START_LIMIT_MS) {
		if (n8n.process.exitCode !== undefined) throw startProblem(n8n, 'ended while starting');
		const up = await Promise.all(paths.map((each) => isUp(n8n.url + each)));
		if (up.every(Boolean)) return;
		if (Date.now() - lastWord > 5000) {
			lastWord = Date.now();
			onWaiting(Math.round((lastWord - started) / 1000));
		}
		await sleep(250);
	}
	throw startProblem(n8n, `was not ready after ${START_LIMIT_MS / 1000} s`);
}

async function isUp(url: string): Promise<boolean> {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
		const body = await response.text();
		// While it starts, n8n answers 200 with "n8n is starting up" everywhere.
		return response.ok && body.startsWith('{');
	} catch {
		return false;
	}
}

function startProblem(n8n: RunningN8n, what: string): Problem {
	const output = n8n.process.output().trim();
	const reason = /port \d+ is already in use|EADDRINUSE/.test(output)
		? 'A port it needs is taken by another program.'
		: /ENOSPC|SQLITE_FULL/.test(output)
			? 'The disk is full.'
			: 'Its last lines:';
	return new Problem(
		`n8n ${n8n.version} ${what}. ${reason}\n${lastLines(output)}\nThe whole log: ${n8n.logFile}`,
	);
}
