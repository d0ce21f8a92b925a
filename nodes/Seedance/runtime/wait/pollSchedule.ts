import type { Job } from '../../core/job';
import {
	DEFAULT_GUESS_SECONDS,
	earlyDelayMs,
	expectationOf,
	LONGEST_GUESS_SECONDS,
	nextPollDelayMs,
	stretch,
	USUAL_QUESTIONS,
	withJitter,
	type Expectation,
} from '../../core/polling';
import type { Session } from '../api/session';

/** A job that was done when it was first asked for took less than that; how much less, nobody knows. */
const DONE_AT_FIRST_ASK = 0.85;

type PacedSession = Pick<Session, 'account' | 'clock' | 'provider' | 'settings'>;

/** What the job is thought to take before anything has been seen of it, in milliseconds. */
function guessMsOf({ provider }: Pick<Session, 'provider'>, job: Job): number {
	const model = provider.models.find(({ id }) => id === job.model);
	const seconds = job.estimatedSeconds ?? model?.typicalSeconds ?? DEFAULT_GUESS_SECONDS;
	return Math.min(Math.max(seconds, 1), LONGEST_GUESS_SECONDS) * 1_000;
}

/** When a job is expected to be done, from what the provider says and from what the account's other jobs took. */
export function expectationFor(
	session: Pick<Session, 'account' | 'provider'>,
	job: Job,
): Expectation {
	return expectationOf(guessMsOf(session, job), session.account.durations.of(job.model));
}

/** When to ask for one job, from what it says itself and from what the account's other jobs took. */
export class PollSchedule {
	private readonly session: PacedSession;
	private readonly since: number;
	private readonly ahead: () => number;
	private readonly guessMs: number;
	private asked = 0;
	private lastAskedAt: number | undefined;
	private queuedAt: number | undefined;
	/** The question that comes next is the early one, which is asked in case the job fails at once. */
	isEarlyNext = false;
	private mayAskEarly = true;

	/**
	 * @param since when the provider took the job, in Unix milliseconds
	 * @param ahead how many jobs of this run the provider is to make before this one
	 */
	constructor(session: PacedSession, job: Job, since: number, ahead: () => number) {
		this.session = session;
		this.since = since;
		this.ahead = ahead;
		this.guessMs = guessMsOf(session, job);
		const mustQueue = ahead() >= session.settings.maxConcurrentJobs;
		if (job.status === 'queued' && mustQueue) this.queuedAt = since;
	}

	/** Milliseconds to wait before the job is asked for again. */
	nextDelayMs({ jobId, model, status, progress }: Job): number {
		const { account, clock } = this.session;
		const seen = account.durations.of(model);
		const usual = expectationOf(this.guessMs, seen);
		const { requests, affordable, isPlenty } = this.means(usual);
		const expectation = isPlenty
			? expectationOf(this.guessMs, seen, affordable)
			: stretch(usual, requests - 1);
		const elapsedMs = clock.now() - (this.queuedAt ?? this.since);
		this.isEarlyNext = false;
		if (this.mayAskEarly && isPlenty && this.queuedAt === undefined) {
			const earlyMs = earlyDelayMs(elapsedMs, expectation);
			this.isEarlyNext = earlyMs !== undefined;
			if (earlyMs !== undefined) return withJitter(earlyMs, jobId, this.asked);
		}
		const isQueued = this.queuedAt !== undefined && status === 'queued';
		const queueMs = isQueued ? this.queueMs(expectation, this.atOnce()) : undefined;
		const delay = nextPollDelayMs({ elapsedMs, progress, expectation, queueMs });
		return withJitter(delay, jobId, this.asked);
	}

	/** Many jobs may have begun since the early question was planned. Then it is left out. */
	skipsQuestion({ model }: Job): boolean {
		if (!this.isEarlyNext) return false;
		this.mayAskEarly = false;
		const usual = expectationOf(this.guessMs, this.session.account.durations.of(model));
		return !this.means(usual).isPlenty;
	}

	/** What there is of requests for each job that is waited for. */
	private means({ typicalMs }: Expectation) {
		const { account, clock } = this.session;
		const now = clock.monotonic();
		// Those beyond the account's places are queued, and hardly asked for.
		const running = Math.min(account.submits.followed, this.atOnce());
		const requests = (account.requests.allowance(now) * typicalMs) / 60_000 / running;
		// Around the end, half of the account's requests; where that is less than the usual ones, all of them must do.
		const affordable = requests / 2;
		const isPlenty = affordable >= USUAL_QUESTIONS;
		return { requests, affordable, isPlenty };
	}

	private atOnce(): number {
		const { account, settings } = this.session;
		return Math.min(account.jobs.limit, settings.maxConcurrentJobs);
	}

	private queueMs({ typicalMs }: Expectation, atOnce: number): number {
		return Math.floor(this.ahead() / atOnce) * typicalMs;
	}

	/** Takes in an answer; what a job took is remembered where no queue has blurred it. */
	onReply(job: Job): void {
		const now = this.session.clock.now();
		// A few seconds after its submit, a job may be called queued that is about to begin.
		if (job.status === 'queued' && !this.isEarlyNext) this.queuedAt = now;
		else if (job.status === 'completed' && this.queuedAt === undefined) {
			const tookMs = durationMs(job, now - this.since) ?? this.guessDurationMs(now);
			this.session.account.durations.add(job.model, tookMs / this.guessMs);
		}
		this.asked += 1;
		if (!this.isEarlyNext) this.lastAskedAt = now;
	}

	/** It ended somewhere between the last two questions; the early one does not count. */
	private guessDurationMs(now: number): number {
		if (this.lastAskedAt === undefined) return DONE_AT_FIRST_ASK * (now - this.since);
		return (this.lastAskedAt + now) / 2 - this.since;
	}
}

/** Timestamps come in whole seconds. */
const ROUNDING_MS = 2_000;

/** By the provider's own clock, where it tells both times and they can be true. */
function durationMs({ createdAt, completedAt }: Job, longestMs: number): number | undefined {
	const ms = Date.parse(completedAt ?? '') - Date.parse(createdAt ?? '');
	return ms > 0 && ms <= longestMs + ROUNDING_MS ? ms : undefined;
}
