// Several processes of n8n with one key, which share nothing: each has an account of its own, as each process has.
import { VirtualClock } from '../unit/virtualClock.ts';
import { SimulatedProvider, type SimulationOptions } from './provider.ts';
import { generateAndWait, type HowMany, type OurCode } from './strategies.ts';

const MINUTE_MS = 60_000;

export interface WorkersRun {
	/** Requests that were refused after the first minute, in parts of all requests after it. */
	refusedShare: number;
	/** From the first submit to the last result of the last worker, in milliseconds. */
	tookMs: number;
	/** Jobs that are neither completed nor, where nobody waits, submitted. */
	unmade: number;
	provider: SimulatedProvider;
	clock: VirtualClock;
}

export interface Workers extends HowMany {
	workers: number;
	/** When each of them begins, in milliseconds; all at once unless told. */
	beginsAt?: (worker: number) => number;
	/** How many each of them makes, where that differs. */
	jobsOf?: (worker: number) => number;
}

/** @param workers `jobs` are those of each worker */
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
