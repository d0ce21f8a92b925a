import type { Job } from '../../core/job';
import {
	DEFAULT_GUESS_SECONDS,
	earlyDelayMs,
	expectationOf,
	LONGEST_GUESS_SECONDS,
	nextPollDelayMs,
	stretch,
	USUAL_POLLS,
	withJitter,
	type Expectation,
} from '../../core/polling';
import type { Session } from '../api/session';

/**
 * The assumed duration, as a fraction, of a job that was finished at its first poll. It took less time than had passed,
 * but we do not know how much less.
 */
const DONE_AT_FIRST_ASK = 0.85;

type PollingSession = Pick<Session, 'account' | 'clock' | 'provider' | 'settings'>;

/** How long the job should take, before anything is known about its progress, in milliseconds. */
function guessMsOf({ provider }: Pick<Session, 'provider'>, job: Job): number {
	const model = provider.models.find(({ id }) => id === job.model);
	const seconds = job.estimatedSeconds ?? model?.typicalSeconds ?? DEFAULT_GUESS_SECONDS;
	return Math.min(Math.max(seconds, 1), LONGEST_GUESS_SECONDS) * 1_000;
}

/** When the job should be done, from the provider's estimate and from the durations of the account's other jobs. */
export function expectationFor(
	session: Pick<Session, 'account' | 'provider'>,
	job: Job,
): Expectation {
	return expectationOf(guessMsOf(session, job), session.account.durations.of(job.model));
}

/** When to poll a job, from its own replies and from the durations of the account's other jobs. */
export class PollSchedule {
	private readonly session: PollingSession;
	private readonly since: number;
	private readonly ahead: () => number;
	private readonly guessMs: number;
	private asked = 0;
	private lastAskedAt: number | undefined;
	private queuedAt: number | undefined;
	/** Whether the next poll is the early one, which detects jobs that fail at once. */
	isEarlyNext = false;
	private mayAskEarly = true;

	/**
	 * @param since when the provider accepted the job, in Unix milliseconds
	 * @param ahead the number of jobs of this run that the provider will process before this one
	 */
	constructor(session: PollingSession, job: Job, since: number, ahead: () => number) {
		this.session = session;
		this.since = since;
		this.ahead = ahead;
		this.guessMs = guessMsOf(session, job);
		const mustQueue = ahead() >= session.settings.maxConcurrentJobs;
		if (job.status === 'queued' && mustQueue) this.queuedAt = since;
	}

	/** How long to wait until the next poll, in milliseconds. */
	nextDelayMs({ jobId, model, status, progress }: Job): number {
		const { expectation, isPlenty } = this.affordablePolls(model);
		const elapsedMs = this.session.clock.now() - (this.queuedAt ?? this.since);
		const mayAskEarly = this.mayAskEarly && isPlenty && this.queuedAt === undefined;
		const earlyMs = mayAskEarly ? earlyDelayMs(elapsedMs, expectation) : undefined;
		this.isEarlyNext = earlyMs !== undefined;
		const isQueued = this.queuedAt !== undefined && status === 'queued';
		const { typicalMs } = expectation;
		const queueMs = isQueued ? Math.floor(this.ahead() / this.atOnce()) * typicalMs : undefined;
		const delay = earlyMs ?? nextPollDelayMs({ elapsedMs, progress, expectation, queueMs });
		return withJitter(delay, jobId, this.asked);
	}

	/** The early poll is skipped if so many jobs have started since it was planned that requests are scarce. */
	skipsPoll({ model }: Job): boolean {
		if (!this.isEarlyNext) return false;
		this.mayAskEarly = false;
		return !this.affordablePolls(model).isPlenty;
	}

	/** When the job should be done, as precisely as the requests that are available for each job allow. */
	private affordablePolls(model: Job['model']) {
		const { account, clock } = this.session;
		const seen = account.durations.of(model);
		const usual = expectationOf(this.guessMs, seen);
		const now = clock.monotonic();
		// Jobs above the account's limit are queued and rarely polled.
		const running = Math.min(account.followed.count, this.atOnce());
		const requests = (account.requests.allowance(now) * usual.typicalMs) / 60_000 / running;
		// Half of the account's requests may be spent around the expected end. If that is less than usual, all of them are
		// used.
		const affordable = requests / 2;
		const isPlenty = affordable >= USUAL_POLLS;
		const expectation = isPlenty
			? expectationOf(this.guessMs, seen, affordable)
			: stretch(usual, requests - 1);
		return { expectation, isPlenty };
	}

	private atOnce(): number {
		const { account, settings } = this.session;
		return Math.min(account.jobs.limit, settings.maxConcurrentJobs);
	}

	/** Processes a reply. The duration of a job is remembered only if no queue has distorted it. */
	onReply(job: Job): void {
		const now = this.session.clock.now();
		// A few seconds after its submit, a job may be reported as queued although it is about to start.
		if (job.status === 'queued' && !this.isEarlyNext) this.queuedAt = now;
		else if (job.status === 'completed' && this.queuedAt === undefined) {
			const tookMs = durationMs(job, now - this.since) ?? this.guessDurationMs(now);
			this.session.account.durations.add(job.model, tookMs / this.guessMs);
		}
		this.asked += 1;
		if (!this.isEarlyNext) this.lastAskedAt = now;
	}

	/** The job has ended between the last two polls, so the middle is assumed. The early poll does not count. */
	private guessDurationMs(now: number): number {
		if (this.lastAskedAt === undefined) return DONE_AT_FIRST_ASK * (now - this.since);
		return (this.lastAskedAt + now) / 2 - this.since;
	}
}

/** Timestamps are rounded to whole seconds. */
const ROUNDING_MS = 2_000;

/** The duration by the provider's own clock, if it reports both times and they are plausible. */
function durationMs({ createdAt, completedAt }: Job, longestMs: number): number | undefined {
	const ms = Date.parse(completedAt ?? '') - Date.parse(createdAt ?? '');
	return ms > 0 && ms <= longestMs + ROUNDING_MS ? ms : undefined;
}
