import type { Job } from '../core/job';
import {
	DEFAULT_GUESS_SECONDS,
	expectationOf,
	nextPollDelayMs,
	stretch,
	withJitter,
	type Expectation,
} from '../core/polling';
import type { Session } from './session';

/** A job that was done when it was first asked for took less than that; how much less, nobody knows. */
const DONE_AT_FIRST_ASK = 0.85;

type PacedSession = Pick<Session, 'account' | 'clock' | 'provider' | 'settings'>;

/** What the job is thought to take before anything has been seen of it, in milliseconds. */
function guessMsOf({ provider }: Pick<Session, 'provider'>, job: Job): number {
	const model = provider.models.find(({ id }) => id === job.model);
	const seconds = job.estimatedSeconds ?? model?.typicalSeconds ?? DEFAULT_GUESS_SECONDS;
	return Math.max(seconds, 1) * 1_000;
}

/** When a job is expected to be done, from what the provider says and from what the account's other jobs took. */
export function expectationFor(
	session: Pick<Session, 'account' | 'provider'>,
	job: Job,
): Expectation {
	return expectationOf(guessMsOf(session, job), session.account.durations.of(job.model));
}

/** When to ask for one job, from what it says itself and from what the account's other jobs took. */
export class Pace {
	private readonly session: PacedSession;
	private readonly since: number;
	private readonly ahead: () => number;
	private readonly guessMs: number;
	private asked = 0;
	private lastAskedAt: number;
	private queuedAt: number | undefined;

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
		this.lastAskedAt = since;
	}

	/** Milliseconds to wait before the job is asked for again. */
	nextDelayMs({ jobId, model, status, progress }: Job): number {
		const { account, clock, settings } = this.session;
		const usual = expectationOf(this.guessMs, account.durations.of(model));
		const expectation = stretch(usual, this.affordableQuestions(usual));
		const elapsedMs = clock.now() - (this.queuedAt ?? this.since);
		const isQueued = this.queuedAt !== undefined && status === 'queued';
		const queueMs = isQueued ? this.queueMs(expectation, settings.maxConcurrentJobs) : undefined;
		const delay = nextPollDelayMs({ elapsedMs, progress, expectation, queueMs });
		return withJitter(delay, jobId, this.asked);
	}

	/** What the minute's requests leave for each job that is waited for, after the one that submits the next. */
	private affordableQuestions({ typicalMs }: Expectation): number {
		const { account, settings } = this.session;
		// Those beyond the account's places are queued, and hardly asked for.
		const running = Math.min(account.followed, settings.maxConcurrentJobs);
		return (settings.requestsPerMinute * typicalMs) / 60_000 / running - 1;
	}

	private queueMs({ typicalMs }: Expectation, atOnce: number): number {
		return Math.floor(this.ahead() / atOnce) * typicalMs;
	}

	/** Takes in an answer; what a job took is remembered where no queue has blurred it. */
	heard(job: Job): void {
		const now = this.session.clock.now();
		if (job.status === 'queued') this.queuedAt = now;
		else if (job.status === 'completed' && this.queuedAt === undefined) {
			const tookMs = durationMs(job, now - this.since) ?? this.guessDurationMs(now);
			this.session.account.durations.add(job.model, tookMs / this.guessMs);
		}
		this.asked += 1;
		this.lastAskedAt = now;
	}

	/** It ended somewhere between the last two questions. */
	private guessDurationMs(now: number): number {
		if (this.asked === 0) return DONE_AT_FIRST_ASK * (now - this.since);
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
