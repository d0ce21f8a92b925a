// Benchmarks as Markdown: on the screen and in docs/benchmarks.md.
import { table } from '../../tools/docs/table.ts';
import type { BenchResult, Target } from './bench.ts';
import type { Machine } from './machine.ts';

const verdict = ({ met }: Target) => (met ? 'met' : '**missed**');

/** One bench: what was measured, and the targets. */
export function renderResult({ title, intro, columns, rows, targets }: BenchResult): string {
	const checks = targets.map((each) => [each.what, each.target, each.measured, verdict(each)]);
	return [
		`## ${title}`,
		intro,
		table(columns, rows),
		...(checks.length > 0 ? [table(['Target', 'wanted', 'measured', ''], checks)] : []),
	].join('\n\n');
}

/** All of docs/benchmarks.md. */
export function renderDocument(results: readonly BenchResult[], machine: Machine): string {
	const { date, cpu, cores, memoryGB, node, n8n } = machine;
	return [
		'# Benchmarks',
		`Written by \`npm run bench\` on ${date}: n8n ${n8n} on Node ${node}, ${cpu}, ${cores} cores, ${memoryGB} GB of memory. ` +
			'The provider is the sandbox of the tests, on the same machine. A target that is missed says so.',
		...results.map(renderResult),
		'',
	].join('\n\n');
}
