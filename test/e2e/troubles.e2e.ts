// Problems on users' machines: each is reported in a clear sentence, and nothing is left running.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { installN8n } from '../n8n/install.ts';
import { npmProblem } from '../n8n/npm.ts';
import { theTarball } from '../n8n/pack.ts';
import { CACHE, DEFAULT_VERSION, E2E_FOLDER, ROOT } from '../n8n/paths.ts';
import { anyFreePort } from '../n8n/ports.ts';
import { startN8n } from '../n8n/server.ts';
import { SET_UP_LIMIT_MS } from './play.ts';

const FOLDER = path.join(E2E_FOLDER, 'troubles');

let tarball: string;
let busy: Server;
let busyPort: number;

/** Starts n8n on free ports and in its own folder, with the changes of the test. */
async function startWith(change: { port?: number; env?: NodeJS.ProcessEnv }) {
	rmSync(FOLDER, { recursive: true, force: true });
	mkdirSync(path.join(FOLDER, '.n8n'), { recursive: true });
	writeFileSync(path.join(FOLDER, '.n8n', 'config'), '{"encryptionKey":"the first key"}');
	return startN8n({
		version: DEFAULT_VERSION,
		packageTarball: tarball,
		userFolder: FOLDER,
		port: change.port ?? (await anyFreePort()),
		brokerPort: await anyFreePort(),
		env: change.env,
	});
}

/** Runs the demo; `output` grows while it runs. */
function demo(...args: string[]) {
	const child = spawn(process.execPath, ['tools/demo.mts', ...args], { cwd: ROOT });
	const run = { child, output: '', exit: once(child, 'exit').then(([code]) => code as number) };
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => (run.output += text));
	}
	return run;
}

async function until(isSo: () => boolean, what: string, limitMs = 240_000): Promise<void> {
	const deadline = Date.now() + limitMs;
	while (!isSo()) {
		assert.ok(Date.now() < deadline, `not within ${limitMs / 1000} s: ${what}`);
		await sleep(100);
	}
}

/** The processes whose environment contains this text. */
const processesWith = (text: string): string[] =>
	readdirSync('/proc').filter((pid) => {
		if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
		try {
			return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text);
		} catch {
			return false; // ended in between
		}
	});

void describe('troubles', { skip: existsSync('/proc/self') ? false : 'needs /proc' }, () => {
	before(
		async () => {
			await installN8n();
			tarball = await theTarball();
			busy = createServer().listen(0, '127.0.0.1');
			await once(busy, 'listening');
			busyPort = (busy.address() as AddressInfo).port;
		},
		{ timeout: SET_UP_LIMIT_MS },
	);
	after(() => busy?.close());

	void it('names a port that is in use', async () => {
		await assert.rejects(startWith({ port: busyPort }), {
			name: 'Problem',
			message: `Port ${busyPort}, wanted for n8n, is taken by another program.`,
		});
	});

	void it('shows the last lines of an n8n that does not start', async () => {
		await assert.rejects(startWith({ env: { N8N_ENCRYPTION_KEY: 'another key' } }), {
			name: 'Problem',
			message:
				/n8n .* ended while starting\. [\s\S]*Mismatching encryption keys[\s\S]*The whole log: /,
		});
		assert.deepEqual(processesWith(FOLDER), []);
	});

	void it('names a version without a lockfile', async () => {
		await assert.rejects(installN8n('0.0.1'), { name: 'Problem', message: /no n8n 0\.0\.1 here/ });
	});

	void it('translates failures of npm and pnpm', () => {
		const cases: Array<[string, RegExp]> = [
			['npm error code ENOSPC', /The disk is full: free about/],
			['npm error code ENOTFOUND', /The npm registry could not be reached/],
			['ERR_PNPM_FETCH_404', /The npm registry in use lacks a package/],
			['ERR_PNPM_TARBALL_INTEGRITY', /A download was damaged/],
			['gyp ERR! find Python', /install python3, make and g\+\+/],
			['npm error something else', /Its last lines:/],
		];
		for (const [output, expected] of cases) {
			const { message } = npmProblem(
				'npm ci',
				`${output}\n    at Object.<anonymous> (file.js:1:1)`,
			);
			assert.match(message, expected);
			assert.match(message, new RegExp(output));
			assert.doesNotMatch(message, /Object\.<anonymous>/);
		}
	});

	void it('stops the child processes of a killed program', async () => {
		const mark = `SEEDANCE_LEASH_TEST=${process.pid}`;
		const script = path.join(FOLDER, 'killed.mts');
		const processModule = path.join(ROOT, 'test', 'n8n', 'process.ts');
		const [name, value] = mark.split('=') as [string, string];
		writeFileSync(
			script,
			`import { startProcess } from ${JSON.stringify(processModule)};
			startProcess('sleep', ['600'], { cwd: '/', env: { PATH: process.env.PATH, ${name}: '${value}' } });`,
		);
		const child = spawn(process.execPath, [script], { stdio: 'ignore' });
		await until(() => processesWith(mark).length === 2, 'the leash and its command run');
		child.kill('SIGKILL');
		await until(() => processesWith(mark).length === 0, 'both are gone');
	});

	void it('the demo reports that the given port is in use', async () => {
		const run = demo('--once', '--port', String(busyPort));
		assert.equal(await run.exit, 1);
		assert.match(run.output, new RegExp(`Port ${busyPort} is taken by another program`));
	});

	void it('an interrupted demo stops everything and says so', async () => {
		const port = await anyFreePort();
		const run = demo('--port', String(port));
		await until(() => run.output.includes('n8n is starting'), 'n8n is starting');
		assert.notEqual(processesWith(path.join(CACHE, 'demo', String(port))).length, 0);
		run.child.kill('SIGINT');
		run.child.kill('SIGINT'); // from the terminal and from npm
		assert.equal(await run.exit, 130);
		assert.match(run.output, /Stopped\. Nothing is left running\.\s*$/);
		assert.doesNotMatch(run.output, /^\s+at /m);
		assert.deepEqual(processesWith(path.join(CACHE, 'demo', String(port))), []);
	});
});
