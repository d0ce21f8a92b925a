// Several n8n processes with one key. They share nothing: each has its own account state, like real processes.
import { VirtualClock } from '../unit/virtualClock.ts';
import { SimulatedProvider, type SimulationOptions } from './provider.ts';
import { generateAndWait, type HowMany, type OurCode } from './strategies.ts';

const MINUTE_MS = 60_000;

export interface WorkersRun {
	/** The share of requests that were refused after the first minute. */
	refusedShare: number;
	/** From the first submit to the last result of the last worker, in milliseconds. */
	tookMs: number;
	/** Jobs that are neither completed nor, if the run does not wait, submitted. */
	unmade: number;
	provider: SimulatedProvider;
	clock: VirtualClock;
}

export interface Workers extends HowMany {
	workers: number;
	/** When each worker starts, in milliseconds; all at once by default. */
	beginsAt?: (worker: number) => number;
	/** The number of jobs of each worker, if they differ. */
	jobsOf?: (worker: number) => number;
}

/** @param workers `jobs` is the number for each worker */
export async function playWorkers(
	code: OurCode,
	{ workers, beginsAt = () => 0, jobsOf = () => how.jobs, ...how }: Workers,
	options: Omit<SimulationOptions, 'clock'>,
): Promise<WorkersRun> {
	const clock = new VirtualClock();
	const startedAt = clock.now();
	const provider = new SimulatedProvider({ clock, ...options });
	const runs = Array.from({ length: workers }, async (_, worker) => {
		await clock.sleep(beginsAt(worker));
		return await generateAndWait(code, clock, provider, { ...how, jobs: jobsOf(worker) });
	});
	const made = await Promise.all(runs);
	const results = made.flatMap((each) => each.results);
	const wanted = how.returnsAtOnce ? ['queued'] : ['completed'];
	const isMade = (each: (typeof results)[number]) =>
		'job' in each && wanted.includes(each.job.status);
	const later = provider.requests.filter(({ at }) => at - startedAt >= MINUTE_MS);
	const refused = later.filter((request) => request.refused);
	return {
		refusedShare: later.length === 0 ? 0 : refused.length / later.length,
		tookMs: clock.now() - startedAt,
		unmade: results.length - results.filter(isMade).length,
		provider,
		clock,
	};
}
