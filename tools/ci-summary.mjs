// Sums the counts that the suites of .ci/run left in a folder, and prints the last line: N passed, N failed[, N
// skipped]. The exit code is 0 only if every suite was run, exited with 0, counted something and counted no failure.
// Runs on any Node from 20 on, because it must print its summary even if nothing could be installed.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A suite's runner leaves its counts. A suite without a runner has a fixed number of `tests`, which its exit code
 * decides.
 */
const SUITES = [
	{ name: 'packages', tests: 0 },
	{ name: 'test' },
	{ name: 'e2e-2' },
	{ name: 'e2e-1' },
	{ name: 'queue' },
	{ name: 'soak' },
	{ name: 'demo', tests: 1 },
];

const folder = process.argv[2] ?? '';
const total = { passed: 0, failed: 0, skipped: 0 };

for (const suite of SUITES) {
	const { passed, failed, skipped, remark } = judge(suite);
	total.passed += passed;
	total.failed += failed;
	total.skipped += skipped;
	console.log(`${suite.name}: ${line({ passed, failed, skipped })}${remark ? ` (${remark})` : ''}`);
}
console.log(line(total));
process.exitCode = total.failed > 0 ? 1 : 0;

function judge({ name, tests }) {
	const exit = read(`${name}.exit`)?.trim();
	if (exit === undefined) return failure('was not run');
	if (tests !== undefined) {
		return exit === '0' ? { passed: tests, failed: 0, skipped: 0 } : failure(`exit code ${exit}`);
	}
	const counts = readCounts(`${name}.json`);
	if (!counts) return failure(`exit code ${exit}, no counts: it died early`);
	if (counts.passed + counts.failed === 0) return failure('counted no test');
	if (exit === '0' || counts.failed > 0) return counts;
	return { ...counts, failed: 1, remark: `exit code ${exit} although no test failed` };
}

function failure(remark) {
	return { passed: 0, failed: 1, skipped: 0, remark };
}

function readCounts(file) {
	try {
		const { passed, failed, skipped } = JSON.parse(read(file) ?? '');
		const numbers = [passed, failed, skipped].every((each) => Number.isInteger(each) && each >= 0);
		return numbers ? { passed, failed, skipped } : undefined;
	} catch {
		return undefined;
	}
}

function read(name) {
	const file = path.join(folder, name);
	return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function line({ passed, failed, skipped }) {
	return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
