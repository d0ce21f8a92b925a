// What the soak asks for, and whether it was so.
import type { Slope } from './slope.ts';
import type { Findings } from './soak.ts';
import { growthOf } from './vitals.ts';
import type { Vitals } from './vitals.ts';

export interface Criterion {
	what: string;
	wanted: string;
	measured: string;
	met: boolean;
}

/** From so many minutes of load on, the slope says something by itself. */
const LONG_MINUTES = 20;
/** MB of heap an hour, after garbage collections. */
const LONG_BOUND = 20;
/**
 * A short load ends while n8n still fills its caches: the heap rises by 4 to 5 MB until it levels off, most of it in the first
 * two minutes, which is 150 MB an hour. So a short run only finds gross leaks; a deliberate one grew by 1472 MB an hour.
 */
const SHORT_BOUND = 300;
/** Timers and pooled connections of n8n itself come and go. A leak would be one for each of hundreds of executions. */
const HANDLE_TOLERANCE = 10;

/** What all of it comes to. */
export function criteriaOf(findings: Findings): Criterion[] {
	const { books, kept, leaks, series, minutes, before, after } = findings;
	const problems = [...books.problems].map(([what, { count }]) => `${count} × ${what}`);
	const open = Object.entries(kept).filter(([status]) => !['success', 'error'].includes(status));
	const refused = books.refusals;
	return [
		{
			what: 'Executions, jobs and money',
			wanted:
				'each execution ends once and as it must; one job for each item, paid and delivered once',
			measured: problems.join('; ') || 'exact',
			met: problems.length === 0,
		},
		{
			what: 'What n8n has kept',
			wanted: `the ${refused} executions that were to fail, nothing else`,
			measured: inWords(kept),
			met: open.length === 0 && kept['error'] === refused,
		},
		{
			what: 'Keys and secrets',
			wanted: "not in n8n's log, not at the media host",
			measured: leaks.join(', ') || 'nowhere',
			met: leaks.length === 0,
		},
		heapCriterion(series, minutes),
		...handlesCriteria(before, after),
	];
}

/** Without the beginning, when n8n still fills its caches. */
export const steadyPartOf = (series: readonly Vitals[]): readonly Vitals[] =>
	series.slice(Math.floor(series.length / 3));

/** @param series while there was load, in the order of time */
export function heapCriterion(series: readonly Vitals[], minutes: number): Criterion {
	const bound = minutes >= LONG_MINUTES ? LONG_BOUND : SHORT_BOUND;
	const what = 'Growth of the heap after garbage collections';
	const wanted = `not surely above ${bound} MB/h`;
	const steady = steadyPartOf(series);
	if (steady.length < 10) return { what, wanted, measured: 'too few measurements', met: false };
	const growth = growthOf(steady, 'heapUsed');
	return { what, wanted, measured: inMegabytes(growth), met: growth.low <= bound * 1e6 };
}

/** @param before both after some time without load */
export function handlesCriteria(before: Vitals, after: Vitals): Criterion[] {
	return [
		countsCriterion('Open files and sockets after the quiet', before.handles, after.handles),
		countsCriterion('Timers and other resources after it', before.resources, after.resources),
	];
}

function countsCriterion(what: string, before: Counts, after: Counts): Criterion {
	const more = Object.entries(after).filter(
		([kind, count]) => count > (before[kind] ?? 0) + HANDLE_TOLERANCE,
	);
	return {
		what,
		wanted: `as before the load (${inWords(before)}), ± ${HANDLE_TOLERANCE}`,
		measured: inWords(after),
		met: more.length === 0,
	};
}

type Counts = Record<string, number>;

export const inWords = (counts: Counts): string =>
	Object.entries(counts)
		.map(([kind, count]) => `${count} ${kind}`)
		.join(', ') || 'none';

/** A growth in bytes an hour. */
export const inMegabytes = ({ estimate, low, high }: Slope): string =>
	`${mb(estimate)} MB/h (95 %: ${mb(low)} to ${mb(high)})`;

const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
