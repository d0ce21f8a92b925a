/** What the suite of faults came to, as tables for the user. */
import { cpus } from 'node:os';
import { version as engineVersion } from 'n8n-core/package.json';
import { table } from '../../tools/docs/table.ts';
import { nameOf, WIRINGS, type Part, type Played } from './play.ts';
import type { Group, Scenario } from './scenarios.ts';

type Results = ReadonlyMap<string, Played | Error>;

const MARKERS = ['<!-- faults:start -->', '<!-- faults:end -->'] as const;

/** The document with new tables between its markers; not yet as Prettier has it. */
export function withFaults(document: string, parts: readonly Part[], results: Results): string {
	const [start, end] = MARKERS;
	const [before, rest] = document.split(start);
	const after = rest?.split(end)[1];
	if (before === undefined || after === undefined) throw new Error(`There is no ${start} … ${end}`);
	return [before + start, measured(parts), ...sections(parts, results), end + after].join('\n\n');
}

const measured = (parts: readonly Part[]) =>
	`${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, Node ${process.versions.node}, n8n's engine ${engineVersion}: ${parts.length} runs.`;

/** The wirings that the table has a column for. */
const COLUMNS = WIRINGS.slice(0, 5);

function sections(parts: readonly Part[], results: Results): string[] {
	const names = new Map<string, Part[]>();
	for (const part of parts) {
		const { stage, dialect } = part;
		if (!stage.dialects.includes(dialect)) continue;
		const title = stage.dialects.length > 1 ? `${stage.name}, ${PROVIDERS[dialect]}` : stage.name;
		names.set(title, [...(names.get(title) ?? []), part]);
	}
	return [...names].map(([title, own]) => `### ${title}\n\n${tableOf(own, results)}`);
}

const PROVIDERS: Record<Part['dialect'], string> = {
	unified: 'seedance.it.com',
	lite: 'seedance.it.com, Lite',
	segmind: 'Segmind',
	seedanceOrg: 'SeedanceAPI.org',
};

interface Row {
	scenarios: Scenario[];
	cells: string[];
	/** Of one item, and of three in the last column. */
	plays: Array<[Played, Played]>;
}

function tableOf(parts: readonly Part[], results: Results): string {
	const wirings = COLUMNS.filter((wiring) => parts.some((part) => part.wiring === wiring));
	const rows: Row[] = [];
	for (const scenario of new Set(parts.map((part) => part.scenario))) {
		const plays = wirings.map((wiring) => {
			const part = parts.find((each) => each.scenario === scenario && each.wiring === wiring);
			const result = part && results.get(nameOf(part));
			if (!result || result instanceof Error) throw new Error(`${scenario.name} was not played`);
			return result;
		});
		const cells = plays.map((result, index) => cellOf(result, wirings[index]!.items.length));
		const ends: [Played, Played] = [plays[0]!, plays.at(-1)!];
		const like = rows.find((row) => isLike(row, scenario, cells, ends));
		if (like) {
			like.scenarios.push(scenario);
			like.plays.push(ends);
		} else rows.push({ scenarios: [scenario], cells, plays: [ends] });
	}
	const head = ['What goes wrong', ...wirings.map(({ name }) => name)];
	return table([...head, 'Jobs', 'Paid', 'Requests', 'Seconds'], rows.map(lineOf));
}

/** In seconds: what is as good as the same. */
const SAME_SECONDS = 5;

function isLike(row: Row, scenario: Scenario, cells: string[], ends: [Played, Played]): boolean {
	const [other] = row.scenarios;
	const counts = ([one, three]: [Played, Played]) => [
		one.made,
		one.charged,
		three.made,
		three.charged,
	];
	const seconds = ([one, three]: [Played, Played]) => [one.seconds, three.seconds];
	const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
	return (
		other?.group === scenario.group &&
		other.besides === scenario.besides &&
		same(row.cells, cells) &&
		same(counts(row.plays[0]!), counts(ends)) &&
		seconds(row.plays[0]!).every(
			(value, index) => Math.abs(value - seconds(ends)[index]!) <= SAME_SECONDS,
		)
	);
}

function cellOf({ good, errors, others, stopped }: Played, items: number): string {
	if (stopped) return 'stops';
	const counts = [
		[good, '✓'],
		[errors, '✗'],
		[others, '○'],
		[items - good - errors - others, '–'],
	] as const;
	const some = counts.filter(([count]) => count > 0);
	return some.map(([count, sign]) => (count === items ? sign : `${count} ${sign}`)).join(' ');
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

function lineOf({ scenarios, cells, plays }: Row): string[] {
	const [{ group, besides }] = scenarios as [Scenario];
	const names = scenarios.map(({ name }, index) =>
		// "HTTP 500, 502, 503" instead of the word three times.
		scenarios[index - 1]?.name.startsWith('HTTP ') ? name.replace('HTTP ', '') : name,
	);
	const what = WORDS[group] + names.join(', ') + (besides ? ` – ${besides}` : '');
	const both = (of: (play: Played) => number) =>
		[0, 1].map((end) => rangeOf(plays.map((ends) => of(ends[end]!)))).join(' · ');
	return [
		what,
		...cells,
		both(({ made }) => made),
		both(({ charged }) => charged),
		both(({ requests }) => requests),
		both(({ seconds }) => seconds),
	];
}

function rangeOf(values: readonly number[]): string {
	const [least, most] = [Math.min(...values), Math.max(...values)];
	return least === most ? String(least) : `${least}–${most}`;
}
