// Child processes that never outlive us: each gets a process group of its own, every group is on one list, and the list
// is emptied on exit, on signals and on uncaught errors.
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface StartOptions {
	cwd: string;
	/** The whole environment of the command; nothing is inherited beside it. */
	env: NodeJS.ProcessEnv;
	/**
	 * Both output streams go here, without a detour through us: a command that is killed has written what it has written.
	 * On its way to a reader who is behind, the rest would die with it.
	 */
	logFile?: string;
	/** Time between SIGTERM and SIGKILL when it is stopped; 500 ms when nothing is said. */
	graceMs?: number;
}

export interface RunningProcess {
	readonly pid: number;
	/** Resolves with the exit code when the command has ended, for whatever reason. */
	readonly exited: Promise<number>;
	/** The exit code, or undefined while it runs. */
	readonly exitCode: number | undefined;
	/** What it printed last, both streams, at most 64 kB. */
	output(): string;
	/** SIGTERM to the whole group, SIGKILL for what is left when the grace is over. */
	stop(): Promise<void>;
	/** SIGKILL to the whole group at once, as a crash does it. */
	kill(): Promise<void>;
}

const LEASH = fileURLToPath(new URL('leash.ts', import.meta.url));
const TAIL_BYTES = 64 * 1024;
const groups = new Map<number, RunningProcess>();

export function startProcess(
	command: string,
	args: string[],
	options: StartOptions,
): RunningProcess {
	killGroupsOnExit();
	const log = options.logFile === undefined ? undefined : openSync(options.logFile, 'a+');
	const logStart = log === undefined ? 0 : fstatSync(log).size;
	const output = log ?? 'pipe';
	const child = spawn(process.execPath, [LEASH, command, ...args], {
		cwd: options.cwd,
		env: options.env,
		detached: true,
		stdio: ['pipe', output, output],
	});
	child.stdin?.on('error', () => undefined);
	const { pid } = child;
	if (pid === undefined) throw new Error(`Could not start ${command}`);

	let tail = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text: string) => {
			tail = (tail + text).slice(-TAIL_BYTES);
		});
	}
	let exitCode: number | undefined;
	const exited = new Promise<number>((resolve) => {
		child.on('exit', (code) => {
			exitCode = code ?? 1;
			killGroup(pid, 'SIGKILL'); // helpers of the command that are still around
			groups.delete(pid);
			if (log !== undefined) {
				tail = tailOf(log, logStart);
				closeSync(log);
			}
			resolve(exitCode);
		});
	});
	const running: RunningProcess = {
		pid,
		exited,
		get exitCode() {
			return exitCode;
		},
		output: () => (log === undefined || exitCode !== undefined ? tail : tailOf(log, logStart)),
		async stop() {
			killGroup(pid, 'SIGTERM');
			const hard = setTimeout(() => killGroup(pid, 'SIGKILL'), options.graceMs ?? 500);
			await exited;
			clearTimeout(hard);
		},
		async kill() {
			killGroup(pid, 'SIGKILL');
			await exited;
		},
	};
	groups.set(pid, running);
	return running;
}

/** @param from where the command's own output begins */
function tailOf(file: number, from: number): string {
	const { size } = fstatSync(file);
	const bytes = Buffer.alloc(Math.min(size - from, TAIL_BYTES));
	readSync(file, bytes, 0, bytes.length, size - bytes.length);
	return bytes.toString('utf8');
}

/** Gracefully, all at once. */
export async function stopAllProcesses(): Promise<void> {
	await Promise.all([...groups.values()].map((running) => running.stop()));
}

/** What a program of ours needs to run, and nothing that could change how it behaves (N8N_*, NODE_OPTIONS, proxies). */
export function cleanEnv(): NodeJS.ProcessEnv {
	const kept = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SHELL'];
	return Object.fromEntries(
		kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
	);
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-pid, signal);
	} catch {
		// Nobody left in the group.
	}
}

let armed = false;

/** The last resort, for ways out that cannot wait for a graceful stop. */
function killGroupsOnExit(): void {
	if (armed) return;
	armed = true;
	process.on('exit', () => {
		for (const pid of groups.keys()) killGroup(pid, 'SIGKILL');
	});
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			// A program with a handler of its own (the demo) stops things gracefully and then exits by itself.
			if (process.listenerCount(signal) === 1) process.exit(signal === 'SIGINT' ? 130 : 143);
		});
	}
}
