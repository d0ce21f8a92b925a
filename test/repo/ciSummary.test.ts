import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const GOOD = {
	'packages.exit': '0',
	'test.exit': '0',
	'test.json': '{"passed":10,"failed":0,"skipped":0}',
	'e2e-2.exit': '0',
	'e2e-2.json': '{"passed":5,"failed":0,"skipped":0}',
	'e2e-1.exit': '0',
	'e2e-1.json': '{"passed":4,"failed":0,"skipped":0}',
	'queue.exit': '0',
	'queue.json': '{"passed":2,"failed":0,"skipped":0}',
	'soak.exit': '0',
	'soak.json': '{"passed":6,"failed":0,"skipped":0}',
	'demo.exit': '0',
};

const SUITES = ['packages', 'test', 'e2e-2', 'e2e-1', 'queue', 'soak', 'demo'];

/** Runs the script on a folder with these files; gives what it says, its last line and its exit code. */
function runOn(files: Record<string, string | undefined>, suites = SUITES) {
	const folder = mkdtempSync(join(tmpdir(), 'ci-summary-'));
	try {
		for (const [name, text] of Object.entries(files)) {
			if (text !== undefined) writeFileSync(join(folder, name), text);
		}
		const { stdout, status } = spawnSync(
			process.execPath,
			['tools/ci-summary.mjs', folder, ...suites],
			{ encoding: 'utf8' },
		);
		return { said: stdout, last: stdout.trim().split('\n').at(-1), code: status };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function summaryOf(files: Record<string, string | undefined>) {
	const { last, code } = runOn(files);
	return { last, code };
}

describe("CI's last line", () => {
	it('sums all runners', () => {
		expect(summaryOf(GOOD)).toEqual({ last: '28 passed, 0 failed', code: 0 });
	});

	it('names skipped tests when there are any', () => {
		const files = { ...GOOD, 'e2e-2.json': '{"passed":2,"failed":0,"skipped":3}' };
		expect(summaryOf(files)).toEqual({ last: '25 passed, 0 failed, 3 skipped', code: 0 });
	});

	it.each([
		['a test fails', { 'test.exit': '1', 'test.json': '{"passed":9,"failed":1,"skipped":0}' }, 27],
		[
			'a failure is counted, but the exit code is 0',
			{ 'e2e-2.json': '{"passed":4,"failed":1,"skipped":0}' },
			27,
		],
		['a suite dies before it counts', { 'test.exit': '1', 'test.json': undefined }, 18],
		['a suite ends well without having counted', { 'e2e-2.json': undefined }, 23],
		['a suite counts nothing', { 'e2e-2.json': '{"passed":0,"failed":0,"skipped":5}' }, 23],
		['a suite fails after its tests passed', { 'test.exit': '1' }, 28],
		['a suite was killed', { 'e2e-2.exit': '124', 'e2e-2.json': undefined }, 23],
		['a suite was not run', { 'demo.exit': undefined }, 27],
		['the counts are damaged', { 'test.json': '{"passed":"many"}' }, 18],
		['the demo fails', { 'demo.exit': '1' }, 27],
		['packages could not be installed', { 'packages.exit': '100' }, 28],
	])('fails when %s', (_name, change, passed) => {
		expect(summaryOf({ ...GOOD, ...change })).toEqual({
			last: `${passed} passed, 1 failed`,
			code: 1,
		});
	});

	it('fails when there is nothing at all', () => {
		expect(summaryOf({})).toEqual({ last: '0 passed, 7 failed', code: 1 });
	});
});

describe("the end of CI's log", () => {
	it('tells what failed, and why, before the sums', () => {
		const failures = [{ name: 'callbacks › resumes once', message: '2 !== 1' }];
		const counts = JSON.stringify({ passed: 4, failed: 1, skipped: 0, failures });
		const { said } = runOn({ ...GOOD, 'e2e-2.json': counts, 'e2e-2.exit': '1' });
		expect(said).toMatch(/^\nFAILED in e2e-2: callbacks › resumes once\n {2}2 !== 1\n\npackages: /);
	});

	it('shows the last lines of a suite that does not say what failed', () => {
		const files = { ...GOOD, 'test.exit': '1', 'test.json': undefined };
		const { said } = runOn({ ...files, 'test.log': 'first\nWrong format\n' });
		expect(said).toContain('FAILED: test. Its last lines:\n  first\n  Wrong format\n');
	});

	it('says how long each suite took', () => {
		const { said } = runOn({ ...GOOD, 'queue.seconds': '380\n' });
		expect(said).toContain('queue: 2 passed, 0 failed (380 s)\n');
	});

	it('speaks only of the suites that were asked for', () => {
		const { said, last } = runOn({ 'demo.exit': '0' }, ['demo']);
		expect(said).toBe('\ndemo: 1 passed, 0 failed\n1 passed, 0 failed\n');
		expect(last).toBe('1 passed, 0 failed');
	});
});
