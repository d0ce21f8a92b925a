/**
 * Every number and every choice the sandbox stands on, in one place.
 * [doc] is the provider's own document (seedance.it.com, "Seedance 2.0 API"); [us] is our decision where that
 * document is silent: change it here when the truth is known.
 */

/** [doc] Credits per second of video: 182/3, rounded to the nearest whole credit per video (4 s 243, 10 s 607). */
export const SEEDANCE_2_CREDITS_PER_SECOND = 182 / 3;

/** [doc] Seconds of video that `seedance-2.0` makes. */
export const SEEDANCE_2_SECONDS = { least: 4, most: 15, default: 8 };

/** [doc] Characters of a prompt. [us] Characters are Unicode code points, and an empty prompt is refused. */
export const PROMPT_CHARACTERS = { least: 1, most: 500 };

/** [doc] Requests that one key may send in a minute, and jobs of one account that are processed at a time. */
export const ACCOUNT_LIMITS = { requestsPerMinute: 60, maxConcurrentJobs: 5 };

/** [us] The minute is a sliding window of this many milliseconds of wall time, whatever the job clock's speed. */
export const RATE_WINDOW_MS = 60_000;

/** [doc] Hours (of the job clock) that a video's URL lives; [us] after that the media host answers 410. */
export const URL_LIFE_SECONDS = 24 * 3600;

/** [us] Seconds (of the job clock) that an idempotency key is remembered. */
export const IDEMPOTENCY_SECONDS = 24 * 3600;

/** [doc] names idempotency keys but no header; [us] this one. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';

/** [us] The same idempotency key with another body: 422, after the IETF's Idempotency-Key draft. */
export const IDEMPOTENCY_MISMATCH_STATUS = 422;

/** [us] Cancelling a job that has completed or failed: 409. A cancelled one may be cancelled again: 200. */
export const ALREADY_SETTLED_STATUS = 409;

/** [us] A submission that was taken: 200 (the document shows the body only). */
export const SUBMITTED_STATUS = 200;

/** [doc] 1280x720 for 16:9; [us] the other two. The clip that is served is smaller: a stand-in. */
export const RESOLUTIONS = { '16:9': '1280x720', '9:16': '720x1280', '1:1': '720x720' } as const;

/** Aspect ratios of the seedance.it.com models [doc]. */
export type AspectRatio = keyof typeof RESOLUTIONS;

/** [us] Highest progress, in percent, of a job that has not settled: 100 is said by "completed" alone. */
export const MOST_PROGRESS = 99;

/** [us] Progress, in percent, at which an event is noted. Early and forged callbacks leave at the middle one. */
export const PROGRESS_MARKS = [25, 50, 75] as const;

/** [us] The status word outside the documents that `[sandbox:unknown-status]` reports instead of "processing". */
export const UNKNOWN_STATUS_WORD = 'rendering';

/** [doc] the header's name and HMAC-SHA256 of the body; [us] the encoding (an option) and the second header. */
export const SIGNATURE_HEADER = 'x-seedance-signature';
export const TIMESTAMP_HEADER = 'x-seedance-timestamp';

/** [us] Milliseconds of wall time that a receiver of a callback has to answer. */
export const CALLBACK_TIMEOUT_MS = 10_000;

/** [us] Seconds (of the job clock) before the first redelivery of a callback, doubled each time. Off by default. */
export const CALLBACK_RETRY_SECONDS = 5;

/** [us] What `[sandbox:slow]` multiplies a job's processing time with. */
export const SLOW_FACTOR = 10;

/** [us] Largest request body, in bytes: a 10 MB image [doc] as base64 with room to spare. */
export const MOST_BODY_BYTES = 20 * 1024 * 1024;

/**
 * Provider seconds of processing for the n-th job: 60 to 120 s [pub: 62 to 189 s on average by model],
 * spread so that jobs finish out of order, and the same on every run.
 */
export const defaultJobSeconds = (ordinal: number): number => 60 + ((ordinal * 37) % 61);

/** The account that is there when none is given. The key is no real one and looks like none. */
export const DEFAULT_ACCOUNT = {
	apiKey: 'sandbox-key-not-a-real-one',
	webhookSecret: 'sandbox-webhook-secret',
	credits: 100_000,
	tier: 'popular',
};
