/** What the suite of faults came to, as tables for the user. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { table } from '../../tools/docs/table.ts';
import type { Outcome, OutcomeRow, Outcomes } from './outcomes.ts';
import type { FileName } from './parts.ts';
import type { Group } from './scenarios.ts';

const MARKERS = ['<!-- faults:start -->', '<!-- faults:end -->'] as const;

/** The nodes that submit come first. */
const FILES: readonly FileName[] = ['submit', 'follow'];

/** All that is committed below a folder. */
function outcomesIn(folder: string): Outcomes[] {
	return FILES.flatMap((name) =>
		readdirSync(path.join(folder, name)).map((file) => {
			const text = readFileSync(path.join(folder, name, file), 'utf8');
			return JSON.parse(text) as Outcomes;
		}),
	);
}

/**
 * The document with new tables between its markers; not yet as Prettier has it.
 *
 * @param folder of the outcomes
 */
export function withFaults(document: string, folder: string): string {
	const [start, end] = MARKERS;
	const [before, rest] = document.split(start);
	const after = rest?.split(end)[1];
	if (before === undefined || after === undefined) throw new Error(`There is no ${start} … ${end}`);
	const files = outcomesIn(folder);
	const rows = files.flatMap((file) => file.rows);
	const runs = rows.reduce((sum, { plays }) => sum + Object.keys(plays).length, 0);
	const [{ measured }] = files as [Outcomes];
	return [before + start, `${measured}: ${runs} runs.`, ...sections(rows), end + after].join(
		'\n\n',
	);
}

/** The wirings that the table has a column for; the trigger knows the first two. */
const COLUMNS = ['One item', 'Three items', 'Continue', 'Error output', 'Retry On Fail'];

function sections(rows: readonly OutcomeRow[]): string[] {
	const titles = new Set(rows.flatMap(({ title }) => title ?? []));
	return [...titles].sort().map((title) => {
		const own = rows.filter((row) => row.title === title);
		return `### ${title}\n\n${tableOf(own)}`;
	});
}

/** Rows of the same outcome, which become one line. */
interface Line {
	rows: OutcomeRow[];
	cells: string[];
	/** Of one item, and of three in the last column. */
	ends: Array<[Outcome, Outcome]>;
}

function tableOf(rows: readonly OutcomeRow[]): string {
	const columns = COLUMNS.filter((name) => rows.some(({ plays }) => plays[name]));
	const lines: Line[] = [];
	for (const row of rows) {
		const cells = columns.map((name) => row.plays[name]?.[0] ?? '');
		const [one, three] = [columns[0]!, columns.at(-1)!].map((name) => row.plays[name]);
		if (!one || !three) throw new Error(`${row.name} was not played in the first or last way`);
		const like = lines.find((line) => isLike(line, row, cells, [one, three]));
		if (like) {
			like.rows.push(row);
			like.ends.push([one, three]);
			like.cells = like.cells.map((cell, index) => cell || cells[index]!);
		} else lines.push({ rows: [row], cells, ends: [[one, three]] });
	}
	const head = ['What goes wrong', ...columns];
	return table([...head, 'Jobs', 'Paid', 'Requests', 'Seconds'], lines.map(lineOf));
}

/** In seconds: what is as good as the same. */
const SAME_SECONDS = 5;

function isLike(line: Line, row: OutcomeRow, cells: string[], ends: [Outcome, Outcome]): boolean {
	const [other] = line.rows;
	const sameOutcome = line.ends[0]!.every(([, jobs, paid, , seconds], index) => {
		const [, ownJobs, ownPaid, , ownSeconds] = ends[index]!;
		const isClose = Math.abs(seconds - ownSeconds) <= SAME_SECONDS;
		return jobs === ownJobs && paid === ownPaid && isClose;
	});
	// What was not played is like anything.
	const sameCells = line.cells.every(
		(cell, index) => !cell || !cells[index] || cell === cells[index],
	);
	return other?.group === row.group && other.besides === row.besides && sameOutcome && sameCells;
}

const WORDS: Record<Group, string> = {
	submit: 'Submit: ',
	ask: 'Question: ',
	cancel: 'Cancel: ',
	job: 'The job ',
	file: 'File: ',
	callback: 'The callback ',
	address: 'Base URL: ',
};

function lineOf({ rows, cells, ends }: Line): string[] {
	const [{ group, besides }] = rows as [OutcomeRow];
	const names = rows.map(({ name }, index) =>
		// "HTTP 500, 502, 503" instead of the word three times.
		rows[index - 1]?.name.startsWith('HTTP ') ? name.replace('HTTP ', '') : name,
	);
	const what = WORDS[group] + names.join(', ') + (besides ? ` – ${besides}` : '');
	const both = (of: (outcome: Outcome) => number) =>
		[0, 1].map((end) => rangeOf(ends.map((each) => of(each[end]!)))).join(' · ');
	return [
		what,
		...cells,
		both(([, jobs]) => jobs),
		both(([, , paid]) => paid),
		both(([, , , requests]) => requests),
		both(([, , , , seconds]) => seconds),
	];
}

function rangeOf(values: readonly number[]): string {
	const [least, most] = [Math.min(...values), Math.max(...values)];
	return least === most ? String(least) : `${least}–${most}`;
}
