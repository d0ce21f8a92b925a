import type { AccountLedger, JobSummary } from '../sandbox/index';
import { Books, newRun, type Run, type ToldItem } from './books';
import { controlPlots, plots } from './plots';

const first = <T>(list: readonly T[]): T => list[0]!;
const plotOf = (name: string) => plots('http://trigger').find((plot) => plot.name === name)!;

/** A run whose jobs have all ended well: as the provider has them, and as the workflow tells them. */
function goodRun(name: string) {
	const run = newRun(1, plotOf(name), first);
	const jobs = run.items.map(({ prompt }, index) => ({
		...{ jobId: `job-${index}`, account: 'a', prompt, state: 'completed', credits: 10 },
	})) as unknown as JobSummary[];
	const told: ToldItem[] = jobs.map(({ jobId }) => ({
		...{ jobId, status: 'completed', charged: 10, files: 1 },
	}));
	return { run, jobs, told };
}

const ledgerOf = (jobs: readonly JobSummary[]) =>
	({
		...{
			account: 'a',
			provider: 'silent',
			creditsCharged: 10 * jobs.length,
			creditsReserved: 0,
			jobsUnsettled: 0,
		},
	}) as AccountLedger;

const SILENT = new Set(['silent']);
const uncharged = (item: ToldItem): ToldItem => ({ ...item, charged: null });

/** What the books complain about. */
function problemsOf(
	run: Run,
	jobs: readonly JobSummary[],
	tell: (books: Books) => void,
	ledger = ledgerOf(jobs),
	calledBack = new Set(jobs.map(({ jobId }) => jobId)),
	silent = new Set<string>(),
): string[] {
	const books = new Books();
	books.sent(run);
	tell(books);
	books.noteUnended();
	books.compareJobs(jobs, calledBack);
	books.compareMoney([ledger], jobs, silent);
	return [...books.problems.keys()];
}

describe("the soak's books", () => {
	it('have nothing to say where each item has its job, its video and its price', () => {
		const { run, jobs, told } = goodRun('wait');
		const tell = (books: Books) => books.told({ run: run.id, items: told });
		expect(problemsOf(run, jobs, tell)).toEqual([]);
	});

	it('take the job of a decoupled workflow from the trigger', () => {
		const { run, jobs, told } = goodRun('decoupled');
		const submitted = told.map(({ jobId }) => ({ jobId, status: 'queued', files: 0 }));
		const tell = (books: Books) => {
			books.told({ run: run.id, items: submitted });
			books.told({ run: null, items: told });
		};
		expect(problemsOf(run, jobs, tell)).toEqual([]);
		const withoutTrigger = (books: Books) => books.told({ run: run.id, items: submitted });
		expect(problemsOf(run, jobs, withoutTrigger)).toContain(
			'decoupled: a job was delivered 0 times',
		);
	});

	it.each<[string, (good: ReturnType<typeof goodRun>) => string[], string]>([
		[
			'an execution that never ends',
			({ run, jobs }) => problemsOf(run, jobs, () => {}),
			'wait: has not ended',
		],
		[
			'one that ends twice',
			({ run, jobs, told }) =>
				problemsOf(run, jobs, (books) => {
					books.told({ run: run.id, items: told });
					books.told({ run: run.id, items: told });
				}),
			'an execution has ended twice',
		],
		[
			'a job that was made twice',
			({ run, jobs, told }) =>
				problemsOf(run, [...jobs, { ...jobs[0]!, jobId: 'again' }], (books) =>
					books.told({ run: run.id, items: told }),
				),
			'wait: 2 jobs for an item',
		],
		[
			'a job of nobody',
			({ run, jobs, told }) =>
				problemsOf(run, [...jobs, { ...jobs[0]!, jobId: 'other', prompt: 'Hello' }], (books) =>
					books.told({ run: run.id, items: told }),
				),
			"jobs that are nobody's",
		],
		[
			'an error that nothing explains',
			({ run, jobs, told }) =>
				problemsOf(run, jobs, (books) =>
					books.told({ run: run.id, items: [{ error: 'no', files: 0 }, ...told.slice(1)] }),
				),
			'wait: unexpected error',
		],
		[
			'a lost file',
			({ run, jobs, told }) =>
				problemsOf(run, jobs, (books) =>
					books.told({ run: run.id, items: told.map((item) => ({ ...item, files: 0 })) }),
				),
			'wait: 0 files instead of 1',
		],
		[
			'a wrong price',
			({ run, jobs, told }) =>
				problemsOf(run, jobs, (books) => books.told({ run: run.id, items: told }), {
					...ledgerOf(jobs),
					creditsCharged: 31,
				}),
			'a: the money is not exact',
		],
		[
			'a job that nobody was told of, where the provider names no charge',
			({ run, jobs, told }) =>
				problemsOf(
					run,
					jobs,
					(books) => books.told({ run: run.id, items: told.map(uncharged) }),
					{ ...ledgerOf(jobs), creditsCharged: 20 },
					undefined,
					SILENT,
				),
			'a: the money is not exact',
		],
	])('find %s', (_name, play, problem) => {
		expect(play(goodRun('wait'))).toContain(problem);
	});

	it('know what a job has cost where the provider does not say it', () => {
		const { run, jobs, told } = goodRun('wait');
		const tell = (books: Books) => books.told({ run: run.id, items: told.map(uncharged) });
		expect(problemsOf(run, jobs, tell)).toEqual(['a: the money is not exact']);
		expect(problemsOf(run, jobs, tell, ledgerOf(jobs), undefined, SILENT)).toEqual([]);
	});

	it('excuse a decoupled job of which n8n has answered no callback', () => {
		const { run, jobs, told } = goodRun('decoupled');
		const tell = (books: Books) => books.told({ run: run.id, items: told });
		const free = { ...ledgerOf([]) };
		const unpaid = jobs.map((job) => ({ ...job, credits: 0 }));
		expect(problemsOf(run, unpaid, tell, free, new Set())).toEqual([]);
	});

	it('ask for nothing, and for no job, where n8n did not begin', () => {
		const { run, jobs } = goodRun('wait');
		const tell = (books: Books) => books.withdrawn(run.id);
		expect(problemsOf(run, [], tell)).toEqual([]);
		expect(problemsOf(run, jobs, tell)).toContain("jobs that are nobody's");
	});

	it('know that a control load makes no jobs', () => {
		const run = newRun(1, controlPlots[0]!, first);
		const items = run.items.map(() => ({ files: 0 }));
		expect(problemsOf(run, [], (books) => books.told({ run: run.id, items }))).toEqual([]);
	});
});
