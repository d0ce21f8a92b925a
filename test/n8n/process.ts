// Child processes that never outlive their parent. Each gets its own process group, all groups are registered, and they
// are killed on exit, on signals and on uncaught errors.
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface StartOptions {
	cwd: string;
	/** The whole environment of the command. Nothing else is inherited. */
	env: NodeJS.ProcessEnv;
	/**
	 * Both output streams are written here directly, and not through this process. The output of a killed command is
	 * therefore complete, while a pipe could lose the part that was not read yet.
	 */
	logFile?: string;
	/** Time between SIGTERM and SIGKILL when it is stopped; 500 ms by default. */
	graceMs?: number;
}

export interface RunningProcess {
	readonly pid: number;
	/** Resolves with the exit code when the command has ended, for whatever reason. */
	readonly exited: Promise<number>;
	/** The exit code, or undefined while it runs. */
	readonly exitCode: number | undefined;
	/** The last output of both streams, at most 64 kB. */
	output(): string;
	/** Sends SIGTERM to the whole group, and SIGKILL to whatever is left after the grace period. */
	stop(): Promise<void>;
	/** Sends SIGKILL to the whole group at once, like a crash. */
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

/** @param from the position at which the command's own output begins */
function tailOf(file: number, from: number): string {
	const { size } = fstatSync(file);
	const bytes = Buffer.alloc(Math.min(size - from, TAIL_BYTES));
	readSync(file, bytes, 0, bytes.length, size - bytes.length);
	return bytes.toString('utf8');
}

/** Stops all processes gracefully and concurrently. */
export async function stopAllProcesses(): Promise<void> {
	await Promise.all([...groups.values()].map((running) => running.stop()));
}

/**
 * The environment that our programs need, without anything that could change their behaviour (N8N_*, NODE_OPTIONS,
 * proxies).
 */
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
		// No process is left in the group.
	}
}

let armed = false;

/** The last resort, for exits that cannot wait for a graceful stop. */
function killGroupsOnExit(): void {
	if (armed) return;
	armed = true;
	process.on('exit', () => {
		for (const pid of groups.keys()) killGroup(pid, 'SIGKILL');
	});
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			// A program with its own handler (the demo) stops its processes gracefully and then exits by itself.
			if (process.listenerCount(signal) === 1) process.exit(signal === 'SIGINT' ? 130 : 143);
		});
	}
}
