/** The processes that the tests start: what one of them has written before it is killed must be in its log. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cleanEnv, startProcess } from './process.ts';

const LINES = 600;
const WORDS = 'x'.repeat(80);

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'seedance-process-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps all that a process has written before its SIGKILL', async () => {
	const script = `
		for (let i = 0; i < ${LINES}; i++) console.log('line ' + i + ' ${WORDS}');
		process.kill(process.pid, 'SIGKILL');`;
	const logFile = path.join(folder, 'log');
	const running = startProcess(process.execPath, ['-e', script], {
		cwd: folder,
		env: cleanEnv(),
		logFile,
	});
	await running.exited;
	expect(readFileSync(logFile, 'utf8').match(/^line /gm)).toHaveLength(LINES);
	expect(running.output()).toContain(`line ${LINES - 1} `);
	expect(running.exitCode).toBe(1);
});
