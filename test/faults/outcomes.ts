/**
 * What every part comes to, committed: the suite compares what it has played, and the tables of docs/reliability.md are made
 * of it. `npm run faults` writes it anew.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { version as engineVersion } from 'n8n-core/package.json';
import { rowNameOf, scenarioNameOf, type FileName, type Part } from './parts.ts';
import type { Played } from './play.ts';
import type { Group } from './scenarios.ts';
import { dialects } from './stages.ts';

/** The items by signs, the jobs that were made, those that were paid, requests, seconds. The last two vary a little. */
export type Outcome = [cell: string, jobs: number, paid: number, requests: number, seconds: number];

/** A trouble at a node, in one dialect. */
export interface OutcomeRow {
	stage: string;
	dialect: string;
	/** Shown in the table of this name. */
	title?: string;
	group: Group;
	name: string;
	besides?: string;
	/** By wiring. */
	plays: Record<string, Outcome>;
}

export interface Outcomes {
	/** When and where. */
	measured: string;
	rows: OutcomeRow[];
}

/** One file for each dialect, so that a new one brings its own. */
const folderOf = (name: FileName) => path.join(__dirname, 'outcomes', name);

/** Those of all dialects. */
export const readOutcomes = (name: FileName): Outcomes[] =>
	readdirSync(folderOf(name)).map(
		(file) => JSON.parse(readFileSync(path.join(folderOf(name), file), 'utf8')) as Outcomes,
	);

/** What is committed, by the name of the row; to be found by the part. */
export class Expected {
	private readonly rows: ReadonlyMap<string, OutcomeRow>;

	constructor(rows: readonly OutcomeRow[]) {
		this.rows = new Map(
			rows.map((row) => [`${row.stage}, ${row.dialect}: ${scenarioNameOf(row)}`, row]),
		);
	}

	/** Of all parts. */
	get names(): string[] {
		return [...this.rows].flatMap(([key, { plays }]) =>
			Object.keys(plays).map((wiring) => `${key}, ${wiring}`),
		);
	}

	of(part: Part): Outcome | undefined {
		return this.rows.get(rowNameOf(part))?.plays[part.wiring.name];
	}
}

function titleOf({ stage, dialect }: Part): string | undefined {
	if (!stage.dialects.includes(dialect)) return undefined;
	return stage.dialects.length > 1
		? `${stage.name}, ${dialects[dialect]!.provider.name}`
		: stage.name;
}

export const outcomeOf = (part: Part, played: Played): Outcome => [
	cellOf(played, part.wiring.items.length),
	played.made,
	played.charged,
	played.requests,
	played.seconds,
];

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

/** One line for each row, so that a change can be read. */
export function writeOutcomes(name: FileName, played: ReadonlyArray<[Part, Played]>): void {
	const rows = new Map<string, OutcomeRow>();
	for (const [part, each] of played) {
		const { stage, dialect, scenario, wiring } = part;
		const { group, besides } = scenario;
		const row = rows.get(rowNameOf(part)) ?? {
			stage: stage.name,
			dialect,
			title: titleOf(part),
			group,
			name: scenario.name,
			besides,
			plays: {},
		};
		row.plays[wiring.name] = outcomeOf(part, each);
		rows.set(rowNameOf(part), row);
	}
	const measured = JSON.stringify(measuredNow());
	mkdirSync(folderOf(name), { recursive: true });
	for (const dialect of new Set([...rows.values()].map((row) => row.dialect))) {
		const own = [...rows.values()].filter((row) => row.dialect === dialect);
		const lines = own.map((row) => JSON.stringify(row)).join(',\n');
		const text = `{"measured":${measured},"rows":[\n${lines}\n]}\n`;
		writeFileSync(path.join(folderOf(name), `${dialect}.json`), text);
	}
}

const measuredNow = () =>
	`${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, Node ${process.versions.node}, n8n's engine ${engineVersion}`;
