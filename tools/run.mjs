// Runs a task of package.json's scripts on a machine that may have nothing but Node 20 and npm: installs what is missing,
// puts the project's own Node 24 first on the PATH, and starts the task with it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import './setup.mjs';

const root = path.resolve(path.dirname(new URL(import.meta.url).pathname), '..');
/** What Node has compiled of our TypeScript: a test file of the end-to-end suites starts in half the time. */
const COMPILED = path.join(root, '.cache', 'compiled');

/** Once a file's tests have ended, the file ends, whatever a test that failed has left open. */
const nodeTest = (setup, files, atOnce = 1) => [
	...['node', '--test', '--test-force-exit', `--test-concurrency=${atOnce}`],
	...[`--test-global-setup=${setup}`, '--test-reporter=./test/e2e/reporter.ts', ...files],
];
const e2e = (files) => nodeTest('test/e2e/prepare.ts', files, process.env.SEEDANCE_E2E_AT_ONCE);
const or = (files, all) => (files.length > 0 ? files : [all]);

/** The commands of each task, one after the other, and what is set for them. `args` are those after `--`. */
const TASKS = {
	bench: (args) => ({
		commands: [
			['gulp', '-L', 'build'],
			['node', 'test/bench/main.ts', ...args],
		],
	}),
	check: (args) => ({ commands: [['node', 'tools/check.mjs', ...args]] }),
	demo: (args) => ({ commands: [['node', 'tools/demo.mts', ...args]] }),
	e2e: (args) => ({ commands: [e2e(or(args, 'test/e2e/*.e2e.ts'))] }),
	faults: ([dialect = 'all']) => ({
		env: { WRITE_FAULTS: dialect },
		commands: [
			['jest', '--selectProjects', 'faults'],
			['node', 'tools/docs.mts'],
		],
	}),
	mutation: (args) => ({ commands: [['node', 'tools/mutation/main.mts', ...args]] }),
	'jest-faults': (args) => ({ commands: [['jest', ...args, '--selectProjects', 'faults']] }),
	'jest-films': (args) => ({ commands: [['jest', ...args, '--selectProjects', 'films']] }),
	'jest-recipe': (args) => ({ commands: [['jest', ...args, '--selectProjects', 'recipe']] }),
	n8n: (args) => ({ commands: [['node', 'test/n8n/install.ts', ...args]] }),
	pack: (args) => ({ commands: [['node', 'test/n8n/pack.ts', ...args]] }),
	pictures: () => ({
		env: { SEEDANCE_PICTURES: '1' },
		commands: [e2e(['test/e2e/editor-*.e2e.ts', 'test/e2e/packages.e2e.ts'])],
	}),
	queue: (args) => ({
		commands: [nodeTest('test/queue/prepare.ts', or(args, 'test/queue/*.queue.ts'))],
	}),
	sandbox: (args) => ({ commands: [['node', 'test/sandbox/main.ts', ...args]] }),
	soak: (args) => ({ commands: [['node', 'test/soak/main.ts', ...args]] }),
};

const [name = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(TASKS, name)) {
	console.error(`Usage: node tools/run.mjs <${Object.keys(TASKS).join(' | ')}> [arguments]`);
	process.exit(1);
}
const { commands, env = {} } = TASKS[name](args);
for (const command of commands) {
	const code = await run(command, env);
	if (code !== 0) process.exit(code);
}

/** @returns the exit code */
function run([program, ...rest], env) {
	const bin = path.join(root, 'node_modules', '.bin');
	const PATH = [bin, process.env.PATH].join(path.delimiter);
	const child = spawn(program, rest, {
		cwd: root,
		stdio: 'inherit',
		env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...env, PATH },
	});
	// A Ctrl-C reaches the program as well, from the terminal; other signals are sent to this process alone. The program
	// decides when it is done.
	process.on('SIGINT', () => undefined);
	for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
	return new Promise((resolve) => {
		child.on('error', (error) => {
			console.error(`${program}: ${error.message}`);
			resolve(127);
		});
		child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
	});
}
