/** The shortest interval between two polls of a job, in milliseconds. */
export const MIN_POLL_MS = 2_000;
/** The longest interval around and after the expected end, in milliseconds. */
export const MAX_POLL_MS = 15_000;
/** The longest interval for a job that takes more than twice as long as expected, in milliseconds. */
export const MAX_LATE_POLL_MS = 30_000;

/**
 * When the early poll happens, in milliseconds after the submit: a job that is refused or fails at once does so within
 * seconds.
 */
export const EARLY_ASK_MS = 6_000;
/** If the first regular poll comes within this time, there is no separate early poll. In milliseconds. */
const EARLY_ENOUGH_MS = 10_000;
/**
 * Longer estimates are not trusted: a mistake, such as milliseconds for seconds, must not delay the first poll for
 * hours.
 */
export const LONGEST_GUESS_SECONDS = 900;

/** The estimate if nobody gives one, in seconds. Public figures range from 50 to 190. */
export const DEFAULT_GUESS_SECONDS = 60;

/** The number of observed jobs from which their spread is a better guide than the rule of thumb. */
const ENOUGH_SEEN = 5;
/**
 * The rule of thumb: the durations of a model's jobs spread by a fifth. This exponent gives their quantiles relative to
 * the estimate.
 */
const RULE_EXPONENT = 0.12;

/** The number of polls per job in the usual plan. */
export const USUAL_POLLS = 4;
/**
 * In the usual plan, this share of the jobs is finished at the first poll, and the same share takes longer than the
 * late end.
 */
const TAIL = 0.18;
/** With more polls, that share shrinks by this power of their number, down to `LEAST_TAIL`. */
const TAIL_EXPONENT = -1.45;
const LEAST_TAIL = 0.01;
/**
 * The number of intervals between the two tails, for a given number of polls per job. Computed for log-normal
 * durations. This comes close to an optimal inspection schedule (Barlow, Hunter, Proschan), which has the least lag for
 * a given number of polls.
 */
const gapsOf = (polls: number) => 3.1 * polls - 8.8 + polls ** 2 / 40;
/** Shorter intervals are not worth their requests, because the mean lag is below two seconds then. In milliseconds. */
const CLOSE_ENOUGH_MS = 2_400;

/** When a job is expected to be done, in milliseconds after its start. */
export interface Expectation {
	/** A poll before this time would be wasted. */
	firstAskMs: number;
	typicalMs: number;
	/** The interval between two polls around the typical end. */
	gapMs: number;
}

/**
 * Predicts when a job will be done.
 *
 * @param guessMs the provider's own estimate for this job, or what is known of the model
 * @param seen how long other jobs of the model took, relative to their estimates: providers are often wrong, but
 * consistently so
 * @param affordable the polls per job that may be spent if the usual number is not enough to notice its end soon
 */
export function expectationOf(
	guessMs: number,
	seen: readonly number[],
	affordable = USUAL_POLLS,
): Expectation {
	const sorted = [...seen].sort((a, b) => a - b);
	const median = sorted[Math.floor(sorted.length / 2)] ?? 1;
	const share = (part: number) =>
		sorted.length < ENOUGH_SEEN
			? median * (part / (1 - part)) ** RULE_EXPONENT
			: sorted[Math.floor(part * sorted.length)]!;
	for (let polls = USUAL_POLLS; ; polls = Math.min(polls + 1, affordable)) {
		const more = polls / USUAL_POLLS;
		const tail = Math.max(LEAST_TAIL, TAIL * more ** TAIL_EXPONENT);
		const [early, late] = [guessMs * share(tail), guessMs * share(1 - tail)];
		const gapMs = (late - early) / gapsOf(polls);
		if (!(gapMs > CLOSE_ENOUGH_MS && polls < affordable)) {
			return { firstAskMs: early, typicalMs: guessMs * median, gapMs };
		}
	}
}

const LONGEST_STRETCH = 5;

/**
 * The same with fewer polls, for when the account's requests per minute are not enough for all jobs. The polls come
 * later and further apart, so that a poll is more likely to find a finished job.
 *
 * @param affordable the polls per job that the account's requests per minute allow
 */
export function stretch(expectation: Expectation, affordable: number): Expectation {
	const wanted = affordable > 0 ? USUAL_POLLS / affordable : LONGEST_STRETCH;
	const factor = Math.min(wanted, LONGEST_STRETCH);
	if (factor <= 1) return expectation;
	const { firstAskMs, typicalMs, gapMs } = expectation;
	return { typicalMs, firstAskMs: firstAskMs + gapMs * (factor - 1), gapMs: gapMs * factor };
}

export interface PollState {
	/** Milliseconds since the provider accepted the job, or since it was last reported as queued. */
	elapsedMs: number;
	/** Percent. */
	progress: number | null;
	expectation: Expectation;
	/** For a job that was queued at the last poll: the estimated milliseconds of other jobs' work ahead of it. */
	queueMs?: number;
}

/**
 * The delay until the next poll, in milliseconds. There are no polls while the job can hardly be done. Around the
 * expected end they become more frequent, because the chance that the job ends in the next moment grows. For a late job
 * they become less frequent again.
 */
export function nextPollDelayMs(state: PollState): number {
	const { elapsedMs, expectation, queueMs } = state;
	// Most of the expected wait, and then another poll: a queue may move faster than expected.
	if (queueMs !== undefined) return atLeastMin(0.75 * (queueMs + expectation.firstAskMs));
	const earlyMs = expectation.firstAskMs - elapsedMs;
	if (earlyMs > 0) return atLeastMin(earlyMs);
	const latest = elapsedMs > 2 * expectation.typicalMs ? MAX_LATE_POLL_MS : MAX_POLL_MS;
	return atLeastMin(Math.min(delayNearEnd(state), latest));
}

/**
 * The delay until the early poll, in milliseconds; undefined if there is none.
 *
 * @param elapsedMs since the provider accepted the job
 */
export function earlyDelayMs(elapsedMs: number, { firstAskMs }: Expectation): number | undefined {
	const delayMs = EARLY_ASK_MS - elapsedMs;
	return delayMs >= MIN_POLL_MS && firstAskMs > EARLY_ENOUGH_MS ? delayMs : undefined;
}

const atLeastMin = (delayMs: number) => Math.max(MIN_POLL_MS, delayMs);

function delayNearEnd({ elapsedMs, progress, expectation }: PollState): number {
	const { typicalMs, gapMs } = expectation;
	const lateness = elapsedMs / typicalMs;
	// The longer the job takes, the more likely it ends in the next moment.
	const gap = gapMs / (lateness < 1 ? Math.max(lateness, 0.5) ** 2 : Math.min(lateness, 1.5));
	if (lateness > 1.5) return gap + (elapsedMs - 1.5 * typicalMs) / 3;
	if (progress === null || progress <= 0 || progress >= 100) return gap;
	const remainingMs = (elapsedMs * (100 - progress)) / progress;
	// If the provider's progress shows that the end is far away, polls are saved. If the end is near, the next poll
	// comes one second after it.
	return remainingMs > 0.3 * typicalMs
		? Math.max(gap, 0.75 * remainingMs)
		: Math.min(gap, remainingMs + 1_000);
}

/** The largest deviation from the planned delay, as a fraction of it. */
export const JITTER = 0.02;

/**
 * Shifts a poll slightly, so that jobs that were submitted together are not all polled at the same moment.
 *
 * @param jobId determines the shift together with `asked`, so that it is deterministic
 * @param asked the number of polls so far
 */
export function withJitter(delayMs: number, jobId: string, asked: number): number {
	// FNV-1a over the ID and the number of polls.
	let hash = 0x811c9dc5;
	for (const char of `${jobId} ${asked}`) {
		hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
	}
	const part = (hash / 2 ** 32) * 2 - 1;
	return atLeastMin(delayMs * (1 + JITTER * part));
}
