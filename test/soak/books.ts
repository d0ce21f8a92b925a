// Who was sent what, and what came of it: compared with the provider's own books in the end.
import type { AccountLedger, JobSummary } from '../sandbox/index.ts';
import type { Outcome, Plot } from './plots.ts';

/** Sandbox tags with which a job fails. */
const FAILING = ['fail', 'moderate'];

/** An item that was sent, and what must become of it. */
export interface Sent {
	/** Stands in the prompt, where the provider's books show it; no other one contains it. */
	ref: string;
	prompt: string;
	/** Undefined: no job may be made. */
	outcome: Outcome | undefined;
}

/** One execution. */
export interface Run {
	id: string;
	plot: Plot;
	items: readonly Sent[];
}

/** An item as an execution puts it out. */
export interface ToldItem {
	jobId?: string;
	status?: string;
	error?: string;
	/** Credits, or US dollars where the provider takes those. */
	charged?: number | null;
	files: number;
}

/** The end of an execution; of those that the trigger has started, `run` is null. */
export interface Told {
	run: string | null;
	items: readonly ToldItem[];
}

/** @param draw gives one of the list */
export function newRun(number: number, plot: Plot, draw: <T>(list: readonly T[]) => T): Run {
	const makesJobs = plot.end !== 'reads' && plot.end !== 'refuses';
	const items = Array.from({ length: plot.items }, (_, index) => {
		const ref = `<${number}.${index}>`;
		const tag = draw(plot.tags);
		const end = FAILING.includes(tag) ? 'failed' : (plot.outcome ?? 'completed');
		return {
			ref,
			prompt: `A lamp turns slowly ${ref}${tag && ` [sandbox:${tag}]`}`,
			outcome: makesJobs ? end : undefined,
		} satisfies Sent;
	});
	return { id: `run-${number}`, plot, items };
}

export class Books {
	readonly open = new Map<string, Run>();
	/** What was not as it must be: so often, with one example. */
	readonly problems = new Map<string, { count: number; example: string }>();
	executions = 0;
	/** Jobs of decoupled workflows whose callback n8n did not answer in time: the provider calls once. */
	unheard = 0;
	/** Executions that n8n has not even begun. */
	turnedAway = 0;
	private readonly runs = new Map<string, Run>();
	private readonly closed = new Set<string>();
	/** By job; how often executions handed it on as settled, and for what price. */
	private readonly delivered = new Map<string, ToldItem[]>();

	sent(run: Run): void {
		this.runs.set(run.id, run);
		this.open.set(run.id, run);
	}

	/** An execution has told its end. */
	told({ run: id, items }: Told): void {
		this.executions += 1;
		if (id === null) {
			for (const item of items) this.deliver(item);
			return;
		}
		const run = this.close(id);
		if (!run) return;
		if (items.length !== run.items.length) {
			this.note(`${run.plot.name}: wrong number of items`, `${id}: ${JSON.stringify(items)}`);
		}
		run.items.forEach((sent, index) => this.compare(run, sent, items[index]));
	}

	/** n8n was too busy to take it (503, or a cut connection): nothing may come of it. */
	withdrawn(id: string): void {
		this.open.delete(id);
		this.runs.delete(id);
		this.turnedAway += 1;
	}

	/** An execution has failed, as its webhook says. */
	failed(id: string, status: number): void {
		this.executions += 1;
		const run = this.close(id);
		if (run && (run.plot.end !== 'refuses' || status !== 500)) {
			this.note(`${run.plot.name}: the webhook answered ${status}`, id);
		}
	}

	note(what: string, example: string): void {
		const { count, example: first } = this.problems.get(what) ?? { count: 0, example };
		this.problems.set(what, { count: count + 1, example: first });
	}

	/** The executions that were started and have told nothing. */
	noteUnended(): void {
		for (const { id, plot } of this.open.values()) this.note(`${plot.name}: has not ended`, id);
	}

	/**
	 * Every item has its one job, which ended as it had to and was delivered once; no job is nobody's.
	 *
	 * @param calledBack the jobs of which a callback was answered well; a decoupled workflow hears of no others
	 */
	compareJobs(jobs: readonly JobSummary[], calledBack: ReadonlySet<string>): void {
		const byRef = new Map<string, JobSummary[]>();
		for (const job of jobs) {
			const ref = /<[\d.]+>/.exec(job.prompt)?.[0] ?? '';
			byRef.set(ref, [...(byRef.get(ref) ?? []), job]);
		}
		for (const { plot, items } of this.runs.values()) {
			for (const { ref, outcome } of items) {
				const made = byRef.get(ref) ?? [];
				byRef.delete(ref);
				if (made.length !== (outcome ? 1 : 0)) {
					this.note(`${plot.name}: ${made.length} jobs for an item`, ref);
				}
				for (const job of made) this.compareJob(plot, job, outcome, calledBack.has(job.jobId));
			}
		}
		for (const [ref, { length }] of byRef)
			this.note("jobs that are nobody's", `${length} × ${ref}`);
	}

	/**
	 * What the executions say they were charged is what the provider has taken.
	 *
	 * @param silent providers that never say what a job has cost: each of their jobs must be known, then the sum is right
	 */
	compareMoney(
		accounts: readonly AccountLedger[],
		jobs: readonly JobSummary[],
		silent: ReadonlySet<string> = new Set(),
	): void {
		for (const account of accounts) {
			const { creditsCharged, creditsReserved, jobsUnsettled } = account;
			const mine = jobs.filter((job) => job.account === account.account);
			const isSilent = silent.has(account.provider);
			const said = mine.flatMap(({ jobId, state, credits }) => {
				const unsaid = isSilent && state === 'completed' ? credits : 0;
				return (this.delivered.get(jobId) ?? []).map(({ charged }) => charged ?? unsaid);
			});
			const lost = mine.filter(({ jobId, state }) => this.isLost(jobId) && state === 'completed');
			const sum =
				said.reduce((all, charged) => all + charged, 0) +
				lost.reduce((all, { credits }) => all + credits, 0);
			// The nodes round dollars to a hundredth of a cent.
			const tolerance = 1e-6 + said.length * 5e-5;
			if (
				Math.abs(sum - creditsCharged) > tolerance ||
				creditsReserved !== 0 ||
				jobsUnsettled > 0
			) {
				const books = { sum, creditsCharged, creditsReserved, jobsUnsettled };
				this.note(`${account.account}: the money is not exact`, JSON.stringify(books));
			}
		}
	}

	/** Jobs whose answer was lost where nobody can ask for it again: the only ones that are not delivered. */
	get lostAnswers(): number {
		return this.countOf('doubts');
	}

	/** Executions that were to fail. */
	get refusals(): number {
		return this.countOf('refuses');
	}

	/** Jobs that were handed on as settled. */
	get deliveries(): number {
		return [...this.delivered.values()].reduce((all, { length }) => all + length, 0);
	}

	private countOf(end: Plot['end']): number {
		return [...this.runs.values()].filter(({ plot }) => plot.end === end).length;
	}

	private readonly isLost = (jobId: string): boolean => !this.delivered.has(jobId);

	private close(id: string): Run | undefined {
		const run = this.open.get(id);
		if (!run) {
			this.note(this.closed.has(id) ? 'an execution has ended twice' : 'a stranger has told', id);
			return undefined;
		}
		this.open.delete(id);
		this.closed.add(id);
		return run;
	}

	private compare({ plot }: Run, { ref, outcome }: Sent, item: ToldItem | undefined): void {
		if (!item) return;
		const { jobId, status = '', error, files } = item;
		const complain = (what: string) =>
			this.note(`${plot.name}: ${what}`, `${ref} ${JSON.stringify(item)}`);
		if (plot.end === 'doubts') {
			if (!error?.includes('may have started')) complain('says nothing of the job in doubt');
			return;
		}
		if (error !== undefined) return complain('unexpected error');
		if (plot.end === 'reads') return;
		if (!jobId) return complain('no job ID');
		if (plot.end === 'submits') return;
		this.deliver(item);
		if (status !== outcome) complain(`${status} instead of ${outcome}`);
		const expected = plot.downloads && outcome === 'completed' ? 1 : 0;
		if (files !== expected) complain(`${files} files instead of ${expected}`);
	}

	private compareJob(
		plot: Plot,
		{ jobId, state }: JobSummary,
		outcome: Outcome | undefined,
		hasRung: boolean,
	): void {
		if (state !== outcome) this.note(`${plot.name}: the job is ${state}, not ${outcome}`, jobId);
		const times = this.delivered.get(jobId)?.length ?? 0;
		if (plot.end === 'submits' && times === 0 && !hasRung) this.unheard += 1;
		else if (times !== (plot.end === 'doubts' ? 0 : 1)) {
			this.note(`${plot.name}: a job was delivered ${times} times`, jobId);
		}
	}

	private deliver(item: ToldItem): void {
		const { jobId = '' } = item;
		this.delivered.set(jobId, [...(this.delivered.get(jobId) ?? []), item]);
	}
}
