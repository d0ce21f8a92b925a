// npm run bench [-- names]: measures, prints the tables and, when all benches ran, writes docs/benchmarks.md.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { onParentsGone } from '../../tools/demo/lifeline.mts';
import { ROOT } from '../n8n/paths.ts';
import { Problem } from '../n8n/problem.ts';
import { stopAllProcesses } from '../n8n/process.ts';
import type { Bench, BenchResult } from './bench.ts';
import { costPerItem } from './costPerItem.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { waiting } from './waiting.ts';
import { renderDocument, renderResult } from './document.ts';
import { thisMachine } from './machine.ts';
import { makespan } from './makespan.ts';
import { polling } from './polling.ts';

const BENCHES: readonly Bench[] = [makespan, polling, costPerItem, memory, waiting, load];

const DOCUMENT = path.join(ROOT, 'docs', 'benchmarks.md');

const USAGE = `Usage: npm run bench -- [names]

Measures the nodes against the targets of the project, prints the tables and writes docs/benchmarks.md.
With names only these benches run, and nothing is written. Names: ${BENCHES.map(({ name }) => name).join(', ')}`;

/** The benches that were asked for; all of them when none was named. */
function chosen(names: string[]): readonly Bench[] {
	const unknown = names.find((name) => !BENCHES.some((bench) => bench.name === name));
	if (unknown !== undefined) throw new Problem(`There is no bench "${unknown}".\n\n${USAGE}`);
	return names.length === 0 ? BENCHES : BENCHES.filter(({ name }) => names.includes(name));
}

async function pretty(markdown: string): Promise<string> {
	const options = await prettier.resolveConfig(DOCUMENT);
	return prettier.format(markdown, { ...options, filepath: DOCUMENT });
}

async function runAll(benches: readonly Bench[]): Promise<BenchResult[]> {
	const results: BenchResult[] = [];
	for (const [index, bench] of benches.entries()) {
		console.log(`[${index + 1}/${benches.length}] ${bench.name} …`);
		const started = Date.now();
		const result = await bench.run((text) => console.log(`    ${text}`));
		console.log(`    done after ${Math.round((Date.now() - started) / 1000)} s\n`);
		console.log(await pretty(renderResult(result)));
		results.push(result);
	}
	return results;
}

async function main(names: string[]): Promise<void> {
	if (names.includes('--help')) return console.log(USAGE);
	const benches = chosen(names);
	const results = await runAll(benches);
	const targets = results.flatMap((result) => result.targets);
	const missed = targets.filter(({ met }) => !met);
	console.log(`${targets.length - missed.length} of ${targets.length} targets met`);
	if (benches !== BENCHES) return;
	writeFileSync(DOCUMENT, await pretty(renderDocument(results, thisMachine())));
	console.log(`Written: ${path.relative(ROOT, DOCUMENT)}`);
}

// Ctrl-C ends this process, and with it everything on the list of startProcess(); so does a parent that is gone.
onParentsGone(() => process.exit(130));

try {
	await main(process.argv.slice(2));
} catch (error) {
	console.error(error instanceof Problem ? error.message : error);
	process.exitCode = 1;
}
await stopAllProcesses();
process.exit();
