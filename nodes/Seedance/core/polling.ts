/** Never ask more often than this, in milliseconds. */
export const MIN_POLL_MS = 2_000;
/** Around and after the expected end, never ask more seldom than this, in milliseconds. */
export const MAX_POLL_MS = 15_000;
/** The same for a job that takes more than twice as long as expected. */
export const MAX_LATE_POLL_MS = 30_000;

/** A job that is refused or fails at once does so within seconds: then it is asked for a first time, in milliseconds. */
export const EARLY_ASK_MS = 6_000;
/** Where it is expected to be done so soon, that question is the usual first one. */
const EARLY_ENOUGH_MS = 10_000;
/** A longer guess is not believed: a mistake such as milliseconds for seconds must not put the first question off for hours. */
export const LONGEST_GUESS_SECONDS = 900;

/** A guess where nobody gives one, in seconds: 50 to 190 is what public figures show. */
export const DEFAULT_GUESS_SECONDS = 60;

/** So many jobs must have been seen before their spread tells more than the rule of thumb. */
const ENOUGH_SEEN = 5;
/** The rule of thumb: the jobs of a model spread by a fifth, so that this gives the shares of them in parts of the guess. */
const RULE_EXPONENT = 0.12;

/** A plan of this many questions a job is the usual one. */
export const USUAL_QUESTIONS = 4;
/** With that plan, this share of the jobs is finished when it is time for the first question; as many take longer. */
const TAIL = 0.18;
/** With more questions it gets smaller, by this power of their number, and not smaller than this. */
const TAIL_EXPONENT = -1.45;
const LEAST_TAIL = 0.01;
/**
 * The gaps between the two tails for so many questions a job. Computed for log-normal times: this comes close to an optimal
 * inspection schedule (Barlow, Hunter, Proschan), which has the least lag that so many questions can have.
 */
const gapsOf = (questions: number) => 3.1 * questions - 8.8 + questions ** 2 / 40;
/** Closer questions are not worth their requests: the mean lag is below two seconds then. In milliseconds. */
const CLOSE_ENOUGH_MS = 2_400;

/** When a job is expected to be done, in milliseconds after its beginning. */
export interface Expectation {
	/** Before that, asking is a waste. */
	firstAskMs: number;
	typicalMs: number;
	/** Between two questions around the typical end. */
	gapMs: number;
}

/**
 * What to expect of a job.
 *
 * @param guessMs the provider's own guess for this job, or what is known of the model
 * @param seen how long other jobs of the model took, in parts of their guesses: providers guess wrongly, but always the
 * same way
 * @param affordable questions a job that may be asked where it takes more than the usual ones to notice its end soon
 */
export function expectationOf(
	guessMs: number,
	seen: readonly number[],
	affordable = USUAL_QUESTIONS,
): Expectation {
	const sorted = [...seen].sort((a, b) => a - b);
	const median = sorted[Math.floor(sorted.length / 2)] ?? 1;
	const share = (part: number) =>
		sorted.length < ENOUGH_SEEN
			? median * (part / (1 - part)) ** RULE_EXPONENT
			: sorted[Math.floor(part * sorted.length)]!;
	for (let questions = USUAL_QUESTIONS; ; questions = Math.min(questions + 1, affordable)) {
		const more = questions / USUAL_QUESTIONS;
		const tail = Math.max(LEAST_TAIL, TAIL * more ** TAIL_EXPONENT);
		const [early, late] = [guessMs * share(tail), guessMs * share(1 - tail)];
		const gapMs = (late - early) / gapsOf(questions);
		if (!(gapMs > CLOSE_ENOUGH_MS && questions < affordable)) {
			return { firstAskMs: early, typicalMs: guessMs * median, gapMs };
		}
	}
}

const LONGEST_STRETCH = 5;

/**
 * The same with fewer questions, for when the account's requests per minute do not last for all jobs: later, and further
 * apart, so that a question finds a finished job more often.
 *
 * @param affordable questions a job that the account's requests per minute leave room for
 */
export function stretch(expectation: Expectation, affordable: number): Expectation {
	const wanted = affordable > 0 ? USUAL_QUESTIONS / affordable : LONGEST_STRETCH;
	const factor = Math.min(wanted, LONGEST_STRETCH);
	if (factor <= 1) return expectation;
	const { firstAskMs, typicalMs, gapMs } = expectation;
	return { typicalMs, firstAskMs: firstAskMs + gapMs * (factor - 1), gapMs: gapMs * factor };
}

export interface PollState {
	/** Milliseconds since the provider took the job, or since it was last said to be queued. */
	elapsedMs: number;
	/** Percent. */
	progress: number | null;
	expectation: Expectation;
	/** For a job that was queued when last asked: milliseconds of other jobs' work that seem to be before it. */
	queueMs?: number;
}

/**
 * How long to wait before asking again, in milliseconds. Nothing is asked while the job can hardly be done; around the
 * expected end the questions get denser, because the longer it takes the likelier the next moment is the end; for
 * a job that is late they get rarer again.
 */
export function nextPollDelayMs(state: PollState): number {
	const { elapsedMs, expectation, queueMs } = state;
	// Most of the way, and then again: a queue may move faster than it looks.
	if (queueMs !== undefined) return atLeastMin(0.75 * (queueMs + expectation.firstAskMs));
	const earlyMs = expectation.firstAskMs - elapsedMs;
	if (earlyMs > 0) return atLeastMin(earlyMs);
	const latest = elapsedMs > 2 * expectation.typicalMs ? MAX_LATE_POLL_MS : MAX_POLL_MS;
	return atLeastMin(Math.min(delayNearEnd(state), latest));
}

/**
 * How long to wait for the early question, in milliseconds; undefined where there is none to be asked.
 *
 * @param elapsedMs since the provider took the job
 */
export function earlyDelayMs(elapsedMs: number, { firstAskMs }: Expectation): number | undefined {
	const delayMs = EARLY_ASK_MS - elapsedMs;
	return delayMs >= MIN_POLL_MS && firstAskMs > EARLY_ENOUGH_MS ? delayMs : undefined;
}

const atLeastMin = (delayMs: number) => Math.max(MIN_POLL_MS, delayMs);

function delayNearEnd({ elapsedMs, progress, expectation }: PollState): number {
	const { typicalMs, gapMs } = expectation;
	const lateness = elapsedMs / typicalMs;
	// The longer it takes, the likelier the next moment is the end.
	const gap = gapMs / (lateness < 1 ? Math.max(lateness, 0.5) ** 2 : Math.min(lateness, 1.5));
	if (lateness > 1.5) return gap + (elapsedMs - 1.5 * typicalMs) / 3;
	if (progress === null || progress <= 0 || progress >= 100) return gap;
	const remainingMs = (elapsedMs * (100 - progress)) / progress;
	// A far end by the provider's own progress saves questions; a near one is met with a second to spare.
	return remainingMs > 0.3 * typicalMs
		? Math.max(gap, 0.75 * remainingMs)
		: Math.min(gap, remainingMs + 1_000);
}

/** At most so much earlier or later than planned, in parts of the delay. */
export const JITTER = 0.02;

/**
 * A little earlier or later, so that jobs that were submitted together do not all ask in the same moment.
 *
 * @param jobId with `asked`, decides how much: nothing here is left to chance
 * @param asked the number of questions so far
 */
export function withJitter(delayMs: number, jobId: string, asked: number): number {
	// FNV-1a, over the id and the number.
	let hash = 0x811c9dc5;
	for (const char of `${jobId} ${asked}`) {
		hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
	}
	const part = (hash / 2 ** 32) * 2 - 1;
	return atLeastMin(delayMs * (1 + JITTER * part));
}
