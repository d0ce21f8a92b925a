/** Never ask more often than this, in milliseconds. */
export const MIN_POLL_MS = 2_000;
/** Never ask more seldom than this, in milliseconds: a finished video should not lie around. */
export const MAX_POLL_MS = 15_000;
/** A guess where the provider gives none, in seconds: 60 to 120 is what public figures show. */
const DEFAULT_ESTIMATE_SECONDS = 60;

export interface PollState {
	/** Milliseconds since the job was submitted. */
	elapsedMs: number;
	/** The provider's guess at submit, in seconds. */
	estimatedSeconds: number | null;
	/** Percent. */
	progress: number | null;
}

/**
 * How long to wait before asking again, in milliseconds: half of the time that seems to remain, so that the questions
 * get denser towards the expected end; after it, back off slowly in step with the overrun.
 */
export function nextPollDelayMs({ elapsedMs, estimatedSeconds, progress }: PollState): number {
	const estimateMs = (estimatedSeconds ?? DEFAULT_ESTIMATE_SECONDS) * 1000;
	const byProgress =
		progress !== null && progress > 0 && progress < 100
			? (elapsedMs * (100 - progress)) / progress
			: undefined;
	const remainingMs = byProgress ?? estimateMs - elapsedMs;
	const delay = remainingMs > 0 ? remainingMs / 2 : (elapsedMs - estimateMs) / 4;
	return Math.min(Math.max(delay, MIN_POLL_MS), MAX_POLL_MS);
}
