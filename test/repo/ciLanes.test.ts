import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Task {
	name: string;
	command: string[];
	minutes?: number;
	needs?: string[];
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'ci-lanes-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SCRIPT = `
	import { runLanes } from './tools/ci/lanes.mjs';
	const [lanes, folder] = process.argv.slice(1);
	const wasStopped = await runLanes(JSON.parse(lanes), folder);
	process.exitCode = wasStopped ? 130 : 0;`;

/** Runs the lanes in a process of their own; `said` grows. */
function start(lanes: Task[][]) {
	const timed = lanes.map((lane) => lane.map((task) => ({ minutes: 1, ...task })));
	const args = ['--input-type=module', '-e', SCRIPT, JSON.stringify(timed), folder];
	const child = spawn(process.execPath, args);
	const run = { child, said: '', code: new Promise((resolve) => child.on('close', resolve)) };
	child.stdout.setEncoding('utf8').on('data', (text: string) => (run.said += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (run.said += text));
	return run;
}

async function until(holds: () => boolean): Promise<void> {
	while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const left = (file: string) => readFileSync(path.join(folder, file), 'utf8');
const sh = (script: string) => ['sh', '-c', script];
/** Runs for ever, with what it has started. */
const endless = (name: string) => sh(`sleep 600 & echo $! > ${folder}/${name}.pid; wait`);
const pidOf = (name: string) => Number(left(`${name}.pid`));

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
	} catch {
		return false;
	}
}

describe('the lanes of CI', () => {
	it('leave output, exit code and duration of each task, and tell the tasks apart', async () => {
		const run = start([
			[{ name: 'well', command: sh('echo one; echo two >&2; echo $TEST_COUNTS_FILE') }],
			[{ name: 'bad', command: sh('printf "no end of line"; exit 3') }],
		]);
		expect(await run.code).toBe(0);
		expect(left('well.log').split('\n').sort()).toEqual(
			['', `${folder}/well.json`, 'one', 'two'].sort(),
		);
		expect(left('bad.log')).toBe('no end of line\n');
		expect([left('well.exit'), left('bad.exit')]).toEqual(['0\n', '3\n']);
		expect(left('well.seconds')).toMatch(/^\d+\n$/);
		const lines = run.said.split('\n');
		expect(lines).toEqual(expect.arrayContaining(['well | one', 'bad  | no end of line']));
		expect(run.said).toMatch(/^== bad ended with 3 after \d+ s$/m);
	});

	it('add no names where there is one lane', async () => {
		const run = start([[{ name: 'only', command: ['echo', 'one'] }]]);
		await run.code;
		expect(run.said.split('\n')).toContain('one');
	});

	it('run side by side, and the tasks of one lane in their order', async () => {
		const wait = (file: string) => `until [ -e ${folder}/${file} ]; do sleep 0.05; done`;
		const run = start([
			[
				{ name: 'a', command: sh(`touch ${folder}/a; ${wait('b')}`) },
				{ name: 'c', command: sh(`[ -e ${folder}/a.exit ]`) },
			],
			[{ name: 'b', command: sh(`${wait('a')}; touch ${folder}/b`) }],
		]);
		await run.code;
		expect([left('a.exit'), left('b.exit'), left('c.exit')]).toEqual(['0\n', '0\n', '0\n']);
	});

	it('wait for what a task needs, however that ends', async () => {
		const run = start([
			[{ name: 'suite', needs: ['install', 'not chosen'], command: sh(`[ -e ${folder}/done ]`) }],
			[{ name: 'install', command: sh(`sleep 0.3; touch ${folder}/done; exit 1`) }],
		]);
		await run.code;
		expect([left('suite.exit'), left('install.exit')]).toEqual(['0\n', '1\n']);
	});

	it('end a task that takes too long, with what it has started, and go on', async () => {
		const run = start([
			[
				{ name: 'hangs', minutes: 0.01, command: endless('hangs') },
				{ name: 'next', command: ['true'] },
			],
		]);
		await run.code;
		expect([left('hangs.exit'), left('next.exit')]).toEqual(['124\n', '0\n']);
		expect(left('hangs.log')).toContain('not within 0.01 minutes');
		await until(() => !isAlive(pidOf('hangs')));
	});

	it('end what a task has left behind', async () => {
		const script = `sleep 600 & echo $! > ${folder}/leaves.pid`;
		await start([[{ name: 'leaves', command: sh(script) }]]).code;
		await until(() => !isAlive(pidOf('leaves')));
	});

	it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('end everything at a %s', async (signal) => {
		const run = start([
			[
				{ name: 'a', command: endless('a') },
				{ name: 'later', command: ['true'] },
			],
			[{ name: 'b', command: endless('b') }],
		]);
		const pids = ['a.pid', 'b.pid'].map((file) => path.join(folder, file));
		await until(() => pids.every((file) => existsSync(file) && readFileSync(file, 'utf8') !== ''));
		run.child.kill(signal);
		expect(await run.code).toBe(130);
		await until(() => !isAlive(pidOf('a')) && !isAlive(pidOf('b')));
		expect(existsSync(path.join(folder, 'later.exit'))).toBe(false);
		expect(run.said).toMatch(/Stopped\n$/);
	});

	it('name a program that is not there', async () => {
		await start([[{ name: 'typo', command: ['no-such-program'] }]]).code;
		expect(left('typo.exit')).toBe('127\n');
		expect(left('typo.log')).toContain('no-such-program');
	});
});
