// How long a batch takes, from its first submit to its last video, in simulated time.
import { builtCode } from '../simulation/built.ts';
import { SimulatedProvider } from '../simulation/provider.ts';
import { spreadTimes } from '../simulation/spread.ts';
import { generateAndWait, inLanes, oneAfterTheOther } from '../simulation/strategies.ts';
import { VirtualClock } from '../unit/virtualClock.ts';
import { median } from './bench.ts';
import type { Bench, BenchResult, Target } from './bench.ts';

/** The default of the credential, the highest tier of seedance.it.com, and an account that has too few requests. */
const ACCOUNTS = [
	{ atOnce: 5, requestsPerMinute: 60 },
	{ atOnce: 10, requestsPerMinute: 60 },
	{ atOnce: 30, requestsPerMinute: 60 },
];
const SIZES = [10, 100, 1_000];
const JOB_SECONDS = 60;
const SPREAD = 0.2;
const SEEDS = [1, 2, 3, 4, 5];
const LATENCY_MS = 200;
/** No job can do with less: one submit, one question that finds it finished. */
const LEAST_REQUESTS = 2;
const MAX_RATIO = 1.1;
/** What the target is for: the documented limits that the credential has by default. */
const [TARGETED] = ACCOUNTS;

type Account = (typeof ACCOUNTS)[number];
interface Measured {
	/** Seconds. */
	bound: number;
	/** What somebody would need who knew in advance when each job ends: the last jobs of a batch leave places empty. */
	lagFree: number;
	ours: number;
	lanes: number;
	serial: number;
}

async function measure(account: Account, jobs: number, seed: number): Promise<Measured> {
	const secondsOf = spreadTimes(JOB_SECONDS, SPREAD, seed);
	const fresh = () => {
		const clock = new VirtualClock();
		const options = { clock, secondsOf, latencyMs: LATENCY_MS, estimateSeconds: JOB_SECONDS };
		return { clock, provider: new SimulatedProvider({ ...account, ...options }) };
	};
	const a = fresh();
	const made = await generateAndWait(builtCode(), a.clock, a.provider, {
		jobs,
		timeoutMinutes: 600,
	});
	const finished = made.results.filter((each) => 'job' in each && each.job.status === 'completed');
	if (finished.length < jobs || a.provider.refused > 0 || a.provider.jobs.length > jobs) {
		throw new Error(`${finished.length} of ${jobs} finished, ${a.provider.refused} refused`);
	}
	const b = fresh();
	const lanes = await inLanes(b.clock, b.provider, jobs, account.atOnce);
	const c = fresh();
	const serial = await oneAfterTheOther(c.clock, c.provider, jobs);
	const seconds = Array.from({ length: jobs }, (_, n) => secondsOf(n));
	const work = seconds.reduce((sum, each) => sum + each, 0);
	const byRequests = (LEAST_REQUESTS * jobs * 60) / account.requestsPerMinute;
	return {
		bound: Math.max(work / account.atOnce, byRequests),
		lagFree: Math.max(listed(seconds, account.atOnce), byRequests),
		ours: made.tookMs / 1_000,
		lanes: lanes / 1_000,
		serial: serial / 1_000,
	};
}

/** When the last of these is done, each begun as soon as a place is free. */
function listed(seconds: readonly number[], atOnce: number): number {
	const places = Array.from({ length: atOnce }, () => 0);
	for (const each of seconds) places[places.indexOf(Math.min(...places))]! += each;
	return Math.max(...places);
}

async function run(report: (text: string) => void): Promise<BenchResult> {
	const rows: string[][] = [];
	const targets: Target[] = [];
	for (const account of ACCOUNTS) {
		for (const jobs of SIZES) {
			report(`${jobs} jobs, ${account.atOnce} at a time`);
			const all: Measured[] = [];
			for (const seed of SEEDS) all.push(await measure(account, jobs, seed));
			const of = (key: keyof Measured) => median(all.map((each) => each[key]));
			const ratio = median(all.map(({ ours, bound }) => ours / bound));
			const times = [of('bound'), of('lagFree'), of('ours')].map(duration);
			const others = [of('lanes'), of('serial')].map(duration);
			rows.push([String(account.atOnce), String(jobs), ...times, ratio.toFixed(2), ...others]);
			if (jobs < 100 || account !== TARGETED) continue;
			targets.push({
				what: `${jobs} jobs, ${account.atOnce} at a time: ours over the bound`,
				target: `≤ ${MAX_RATIO.toFixed(2)}`,
				measured: ratio.toFixed(3),
				met: ratio <= MAX_RATIO,
			});
		}
	}
	return {
		title: 'Makespan',
		intro:
			`Simulated time from the first submit to the last finished job: jobs of ${JOB_SECONDS} s (log-normal, spread ${SPREAD}; the median of ${SEEDS.length} draws), 60 requests a minute, ${LATENCY_MS} ms a request. ` +
			"The bound is what the provider's own limits allow at best: the work through its places, or two requests a job through its minute. " +
			'Without lag: what somebody would need who knew when each job ends. Beside it the same jobs polled every 5 s, in as many lanes as the account has places, and one after the other as comparable nodes do.',
		columns: [
			'At a time',
			'Jobs',
			'Bound',
			'Without lag',
			'Ours',
			'× bound',
			'5 s, in lanes',
			'5 s, one by one',
		],
		rows,
		targets,
	};
}

function duration(seconds: number): string {
	const minutes = seconds / 60;
	return minutes < 100 ? `${minutes.toFixed(1)} min` : `${(minutes / 60).toFixed(1)} h`;
}

export const makespan: Bench = { name: 'makespan', run };
