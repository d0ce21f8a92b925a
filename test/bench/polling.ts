// What noticing the end of a job costs in requests, and how late it is noticed, in simulated time.
import { builtCode } from '../simulation/built.ts';
import { SimulatedProvider } from '../simulation/provider.ts';
import { spreadTimes } from '../simulation/spread.ts';
import { generateAndWait, inLanes } from '../simulation/strategies.ts';
import { VirtualClock } from '../unit/virtualClock.ts';
import type { Bench, BenchResult, Target } from './bench.ts';

const JOBS = 2_000;
const AT_ONCE = 5;
const SPREAD = 0.2;
const REQUESTS_PER_MINUTE = 60;
/** Where requests are plenty, questions around the expected end take half of them at most; the early one comes on top. */
const MAX_SHARE = 0.5;
const MAX_LAG_SECONDS = 2;
/** Where they are scarce. */
const MAX_POLLS = 4;

interface Case {
	seconds: number;
	spread: number;
	says: string;
	/** The provider's estimate in parts of the median. */
	estimate?: number;
	tellsProgress?: boolean;
	/** How many times as many jobs at a time: requests are scarce. */
	crowd?: number;
}

const RIGHT = { says: 'estimate', estimate: 1 };
const CASES: readonly Case[] = [
	...[30, 60, 120, 300].map((seconds) => ({ seconds, spread: SPREAD, ...RIGHT })),
	{ seconds: 60, spread: SPREAD, ...RIGHT, crowd: 2 },
	{ seconds: 60, spread: 0.1, ...RIGHT },
	{ seconds: 60, spread: 0.3, ...RIGHT },
	{ seconds: 60, spread: SPREAD, says: 'estimate, progress', estimate: 1, tellsProgress: true },
	// The document's own example: 120 s announced, 88 s taken.
	{ seconds: 88, spread: SPREAD, says: 'estimate of 120 s', estimate: 120 / 88 },
	{ seconds: 60, spread: SPREAD, says: 'nothing' },
	{ seconds: 120, spread: SPREAD, says: 'nothing' },
];

interface Noticed {
	polls: number;
	/** Seconds. */
	meanLag: number;
	lateLag: number;
	/** All requests, the submits too, in parts of those that the account has. */
	share: number;
}

/** @param tookMs from the first submit to the last finished job */
function noticedBy({ jobs, requests }: SimulatedProvider, tookMs: number): Noticed {
	const lags = jobs.map(({ noticedAt = Infinity, endsAt }) => (noticedAt - endsAt) / 1_000);
	lags.sort((a, b) => a - b);
	return {
		polls: jobs.reduce((sum, { statusCalls }) => sum + statusCalls, 0) / jobs.length,
		meanLag: lags.reduce((sum, lag) => sum + lag, 0) / lags.length,
		lateLag: lags[Math.floor(0.95 * lags.length)]!,
		share: requests.length / ((tookMs / 60_000) * REQUESTS_PER_MINUTE),
	};
}

async function measure({ seconds, spread, estimate, tellsProgress, crowd = 1 }: Case) {
	const atOnce = AT_ONCE * crowd;
	const fresh = () => {
		const clock = new VirtualClock();
		const provider = new SimulatedProvider({
			clock,
			atOnce,
			requestsPerMinute: REQUESTS_PER_MINUTE,
			latencyMs: 200,
			secondsOf: spreadTimes(seconds, spread),
			...(estimate === undefined ? {} : { estimateSeconds: Math.round(estimate * seconds) }),
			tellsProgress: tellsProgress ?? false,
		});
		return { clock, provider };
	};
	const a = fresh();
	const how = { jobs: JOBS, timeoutMinutes: 600 };
	const { tookMs } = await generateAndWait(builtCode(), a.clock, a.provider, how);
	const b = fresh();
	const fixedMs = await inLanes(b.clock, b.provider, JOBS, atOnce);
	return { ours: noticedBy(a.provider, tookMs), fixed: noticedBy(b.provider, fixedMs) };
}

const cells = ({ polls, meanLag, lateLag }: Noticed): string[] => [
	polls.toFixed(2),
	`${meanLag.toFixed(1)} s`,
	`${lateLag.toFixed(1)} s`,
];

function targetsOf({ seconds, spread, says, crowd }: Case, noticed: Noticed): Target[] {
	const which = `${seconds} s, spread ${spread}, ${says}`;
	const { polls, meanLag, share } = noticed;
	if (crowd !== undefined) {
		return [
			{
				what: `Polls a job where requests are scarce: ${which}`,
				target: `≤ ${MAX_POLLS}`,
				measured: polls.toFixed(2),
				met: polls <= MAX_POLLS,
			},
		];
	}
	// Each job has a submit and an early question.
	const around = (share * (polls - 1)) / (polls + 1);
	return [
		{
			what: `Mean lag: ${which}`,
			target: `≤ ${MAX_LAG_SECONDS} s`,
			measured: `${meanLag.toFixed(2)} s`,
			met: meanLag <= MAX_LAG_SECONDS,
		},
		{
			what: `Requests spent around the expected end: ${which}`,
			target: `≤ ${100 * MAX_SHARE} %`,
			measured: `${(100 * around).toFixed(0)} %`,
			met: around <= MAX_SHARE,
		},
	];
}

async function run(report: (text: string) => void): Promise<BenchResult> {
	const rows: string[][] = [];
	const targets: Target[] = [];
	for (const each of CASES) {
		report(`${each.seconds} s, spread ${each.spread}, ${each.says}`);
		const { ours, fixed } = await measure(each);
		rows.push([
			`${each.seconds} s`,
			String(each.spread),
			String(AT_ONCE * (each.crowd ?? 1)),
			each.says,
			...cells(ours),
			`${(100 * ours.share).toFixed(0)} %`,
			...cells(fixed),
		]);
		if (each.seconds >= 60 && each.spread <= SPREAD) targets.push(...targetsOf(each, ours));
	}
	return {
		title: 'Polls and lag',
		intro:
			`Simulated: ${JOBS} jobs, ${REQUESTS_PER_MINUTE} requests a minute. Polls are the status calls for a finished job, one of them a few seconds after its submit; lag is from its end to our noticing it: the mean, and what 95 of 100 stay below. Used is the share of the account's requests, submits included. ` +
			'Ours starts from what the provider says, or from a minute where it says nothing, and learns from the jobs it has seen; beside it the usual question every 5 s. ' +
			'A spread of 0.2 means that two of three jobs end within a fifth of the median. With callbacks see "Waiting".',
		columns: [
			'Job',
			'Spread',
			'At a time',
			'Provider says',
			'Polls',
			'Lag',
			'95 %',
			'Used',
			'Every 5 s: polls',
			'Lag',
			'95 %',
		],
		rows,
		targets,
	};
}

export const polling: Bench = { name: 'polling', run };
