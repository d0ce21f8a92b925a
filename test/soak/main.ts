// npm run soak: mixed load on one n8n for half an hour. Memory must not grow, nothing may stay open, and no job may be
// lost, doubled or wrongly charged.
import { onParentsGone } from '../../tools/demo/lifeline.mts';
import { thisMachine } from '../bench/machine.ts';
import { leave } from '../e2e/reporter.ts';
import { Problem } from '../n8n/problem.ts';
import { stopAllProcesses } from '../n8n/process.ts';
import { readOptions, USAGE } from './options.ts';
import { soak } from './soak.ts';
import type { Findings } from './soak.ts';
import { criteriaOf, inMegabytes, inWords, steadyPartOf } from './verdict.ts';
import { growthOf } from './vitals.ts';

/** Several signals come for one Ctrl-C: from the terminal and from each npm in between. */
const ONE_PRESS_MS = 1000;

const interrupt = new AbortController();
let interruptedAt = 0;

function interrupted(): void {
	const now = performance.now();
	if (interrupt.signal.aborted && now - interruptedAt > ONE_PRESS_MS) process.exit(130);
	if (interrupt.signal.aborted) return;
	interruptedAt = now;
	interrupt.abort();
	console.log('Ending the load, then the report. Once more ends at once.');
}

function figuresOf(findings: Findings): Array<[what: string, figure: string]> {
	const { books, minutes, series, before, loaded, after } = findings;
	const { date, cpu, cores, memoryGB, node } = thisMachine();
	const steady = steadyPartOf(series);
	const rate = (count: number) => `${count} (${(count / minutes).toFixed(1)} a minute)`;
	const memory = ({ heapUsed, external, rss }: typeof before) =>
		`heap ${mb(heapUsed)}, external ${mb(external)}, resident ${mb(rss)} MB`;
	const growth = (what: 'heapUsed' | 'external' | 'rss') =>
		steady.length < 4 ? 'too few measurements' : inMegabytes(growthOf(steady, what));
	return [
		['When and where', `${date}, ${cpu}, ${cores} cores, ${memoryGB} GB, Node ${node}`],
		['n8n', findings.version],
		['Load', `${minutes.toFixed(1)} minutes`],
		['Executions', rate(books.executions)],
		['… not begun: n8n turned them away', String(books.turnedAway)],
		['Jobs', rate(findings.jobs)],
		['… completed and charged', String(findings.jobsCompleted)],
		['… delivered', String(books.deliveries)],
		['… whose answer was lost for good', String(books.lostAnswers)],
		['… whose callback n8n did not answer', String(books.unheard)],
		['Requests to the providers', rate(findings.requests)],
		['… spoilt by scripted faults', String(findings.faultsMet)],
		['Callbacks', rate(findings.callbacks)],
		['Files fetched', rate(findings.downloads)],
		['Before the load', memory(before)],
		['At its end', memory(loaded)],
		['After the quiet', memory(after)],
		['Heap, after garbage collections', growth('heapUsed')],
		['External memory', growth('external')],
		['Resident memory', growth('rss')],
		['Handles before', inWords(before.handles)],
		['… at the end of the load', inWords(loaded.handles)],
		['… after the quiet', inWords(after.handles)],
	];
}

const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
	const options = readOptions(args);
	if (options.help) {
		console.log(USAGE);
		return 0;
	}
	const findings = await soak(options, interrupt.signal, console.log);
	console.log('');
	for (const [what, figure] of figuresOf(findings)) console.log(`${what.padEnd(40)}${figure}`);
	for (const [what, { count, example }] of findings.books.problems) {
		console.log(`\n${count} × ${what}, for example:\n  ${example}`);
	}
	console.log('');
	const criteria = criteriaOf(findings);
	for (const { what, wanted, measured, met } of criteria) {
		console.log(`${met ? 'met   ' : 'MISSED'}  ${what}: ${measured}\n        wanted: ${wanted}`);
	}
	const passed = criteria.filter(({ met }) => met).length;
	console.log(`\n${passed} of ${criteria.length} criteria met`);
	const failures = criteria
		.filter(({ met }) => !met)
		.map(({ what, wanted, measured }) => ({
			name: what,
			message: `wanted: ${wanted}\nmeasured: ${measured}`,
		}));
	leave({ passed, failed: failures.length, skipped: 0, failures });
	return interrupt.signal.aborted ? 130 : passed === criteria.length ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupted);
onParentsGone(() => process.exit(130));

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	console.error(error instanceof Problem ? error.message : error);
	process.exitCode = 1;
}
await stopAllProcesses();
process.exit();
