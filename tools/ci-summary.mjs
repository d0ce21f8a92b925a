// Sums what the suites of .ci/run left in a folder: what failed, a line for each suite, and the last line, N passed,
// N failed[, N skipped]. Exit code 0 only when every suite was run, ended in 0, counted something and counted no failure.
// Runs on any Node from 20 on, since it must have the last word even when nothing could be installed.
// Usage: node tools/ci-summary.mjs <folder> <suite>…
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A suite's runner leaves its counts. These have none: each is so many tests, judged by its exit code. */
const WITHOUT_RUNNER = { packages: 0, pack: 0, 'n8n-2': 0, 'n8n-1': 0, demo: 1 };
/** Of each failure; a difference between two large objects is longer, and stands further up. */
const MOST_LINES = 20;
/** The end of what a suite printed that failed without saying which test. */
const LAST_LINES = 40;

const [folder = '', ...suites] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
const verdicts = suites.map((name) => ({ name, ...judge(name) }));

for (const { name, failed, failures = [] } of verdicts) {
	if (failed === 0) continue;
	for (const { name: test, message } of failures) {
		console.log(`\nFAILED in ${name}: ${test}\n${indented(message, MOST_LINES)}`);
	}
	if (failures.length === 0) console.log(`\nFAILED: ${name}. Its last lines:\n${endOf(name)}`);
}
console.log('');
for (const { name, passed, failed, skipped, remark } of verdicts) {
	total.passed += passed;
	total.failed += failed;
	total.skipped += skipped;
	const seconds = read(`${name}.seconds`)?.trim();
	const remarks = [seconds && `${seconds} s`, remark].filter(Boolean).join(', ');
	console.log(`${name}: ${line({ passed, failed, skipped })}${remarks && ` (${remarks})`}`);
}
console.log(line(total));
process.exitCode = total.failed > 0 ? 1 : 0;

function judge(name) {
	const exit = read(`${name}.exit`)?.trim();
	if (exit === undefined) return failure('was not run');
	if (name in WITHOUT_RUNNER) {
		if (exit !== '0') return failure(`exit code ${exit}`);
		return { passed: WITHOUT_RUNNER[name], failed: 0, skipped: 0 };
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
		const { passed, failed, skipped, failures = [] } = JSON.parse(read(file) ?? '');
		const numbers = [passed, failed, skipped].every((each) => Number.isInteger(each) && each >= 0);
		return numbers ? { passed, failed, skipped, failures } : undefined;
	} catch {
		return undefined;
	}
}

function endOf(name) {
	const lines = (read(`${name}.log`) ?? '').trimEnd().split('\n');
	return indented(lines.slice(-LAST_LINES).join('\n'), LAST_LINES);
}

function indented(text, most) {
	const lines = text.split('\n');
	const shown = lines.length > most ? [...lines.slice(0, most), '…'] : lines;
	return shown.map((each) => `  ${each}`).join('\n');
}

function read(name) {
	const file = path.join(folder, name);
	return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function line({ passed, failed, skipped }) {
	return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
