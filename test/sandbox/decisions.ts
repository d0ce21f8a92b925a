/**
 * All numbers and decisions of the sandbox, in one place. [doc] is the provider's own document, [pub] other public
 * material, and [us] our decision where both are silent. Change it here when the facts are known.
 */

/** [doc] Credits per second of video: 182/3, rounded to the nearest whole credit per video (4 s 243, 10 s 607). */
export const SEEDANCE_2_CREDITS_PER_SECOND = 182 / 3;

/** [doc] Seconds of video that `seedance-2.0` makes. */
export const SEEDANCE_2_SECONDS = { least: 4, most: 15, default: 8 };

/** [doc] Credits per second of video of the 1.0 models: 7 (6 s 42) and 24 (6 s 144), in both dialects. */
export const LITE_CREDITS_PER_SECOND = 7;
export const PRO_CREDITS_PER_SECOND = 24;

/** [doc] Seconds of video of the 1.0 models; [us] the default, which only the unified API has. */
export const SEEDANCE_1_SECONDS = { least: 2, most: 12, default: 5 };

/** [us] Largest seed that Lite accepts; the smallest is 0. */
export const MOST_LITE_SEED = 2 ** 32 - 1;

/** [doc] Credits for an image. */
export const SEEDREAM_CREDITS = { 'seedream-v5': 8, 'seedream-v4.5': 7, 'seedream-v3': 6 } as const;

/** [doc] Characters of a prompt in the unified API. [us] Characters are Unicode code points, and an empty prompt is refused. */
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

/** [us] Status of an accepted submission: 200 (the document shows only the body). */
export const SUBMITTED_STATUS = 200;

/** [us] Most tasks in one batch. */
export const MOST_BATCH_TASKS = 100;

/** [doc] Largest image, and [doc, Pro] least width and height; [us] the same for all of seedance.it.com. */
export const IMAGE_LIMITS = { mostBytes: 10 * 1024 * 1024, leastPixels: 512 };

/** [us] Hosts with these endings count as unreachable. Nothing is ever fetched. */
export const UNREACHABLE_HOSTS = ['.invalid'];

/** [doc, Pro] The answer to such an address: 400 and this code. [us] The same in the other two dialects. */
export const UNREACHABLE_IMAGE = {
	code: 'source_image_unreachable',
	message: 'Source image URL could not be fetched',
};

/** [doc] 1280x720 for 16:9; [us] the other two. The served clip is smaller. */
export const RESOLUTIONS = { '16:9': '1280x720', '9:16': '720x1280', '1:1': '720x720' } as const;

/** [doc, Pro] 1920x1080 for 16:9; [us] the other two, and the same for both 1.0 models in the unified API. */
export const FULL_HD_RESOLUTIONS = {
	'16:9': '1920x1080',
	'9:16': '1080x1920',
	'1:1': '1080x1080',
} as const;

/** Aspect ratios of the seedance.it.com models [doc]. */
export type AspectRatio = keyof typeof RESOLUTIONS;

/** [us] Highest progress, in percent, of a job that has not settled. Only a completed job has 100. */
export const MOST_PROGRESS = 99;

/** [us] Progress, in percent, at which an event is recorded. Early and forged callbacks are sent at the middle one. */
export const PROGRESS_MARKS = [25, 50, 75] as const;

/** [us] The undocumented status word that `[sandbox:unknown-status]` reports instead of "processing". */
export const UNKNOWN_STATUS_WORD = 'rendering';

/** [doc] the header's name and HMAC-SHA256 of the body; [us] the encoding (an option) and the second header. */
export const SIGNATURE_HEADER = 'x-seedance-signature';
export const TIMESTAMP_HEADER = 'x-seedance-timestamp';

/** [us] How long a receiver of a callback may take to answer, in milliseconds of wall time. */
export const CALLBACK_TIMEOUT_MS = 10_000;

/** [us] Seconds (of the job clock) before the first redelivery of a callback, doubled each time. Off by default. */
export const CALLBACK_RETRY_SECONDS = 5;

/**
 * [us] Prices at Segmind in US dollars by resolution and seconds, derived from one known price: 720p for 5 s, $0.35
 * [pub].
 */
export const SEGMIND_DOLLARS = {
	'480p': { 5: 0.16, 10: 0.32 },
	'720p': { 5: 0.35, 10: 0.7 },
	'1080p': { 5: 0.79, 10: 1.58 },
} as const;

/** [doc] */
export const SEGMIND_SEED = { least: 1, most: 999_999 };

/** [doc] Lengths of Seedance 2.0 and its versions, in seconds; all others are refused. */
export const SEGMIND_2_LENGTHS = [4, 5, 6, 8, 10, 12, 15];

/** [pub] Lengths of Seedance 2.5. */
export const SEGMIND_25_SECONDS = { least: 4, most: 30 };

/** [doc] References of Seedance 2.0, of each kind; [us] the same for 2.5, whose fields are not documented. */
export const SEGMIND_REFERENCES = { images: 9, videos: 3, audios: 3 };

/**
 * [pub] Dollars a second at Segmind, by slug and resolution; 1.0 Lite [doc] $0.091 to $0.450. [us] What is missing in
 * the sources: 4k, 480p of 2.0 Fast, 2.0 Mini and 1.0 Pro Fast, 480p and 1080p of 1.5 Pro.
 */
export const SEGMIND_DOLLARS_PER_SECOND: Readonly<
	Record<string, Readonly<Record<string, number>>>
> = {
	'seedance-v1-lite-text-to-video': { '480p': 0.0182, '720p': 0.045 },
	'seedance-v1-lite-image-to-video': { '480p': 0.0182, '720p': 0.045 },
	'seedance-1.0-pro-fast': { '480p': 0.01, '720p': 0.02, '1080p': 0.05 },
	'seedance-1.5-pro': { '480p': 0.024, '720p': 0.052, '1080p': 0.117 },
	'seedance-2.0': { '480p': 0.07, '720p': 0.152, '1080p': 0.34, '4k': 1.36 },
	'seedance-2.0-fast': { '480p': 0.068, '720p': 0.146 },
	'seedance-2.0-mini': { '480p': 0.035, '720p': 0.075 },
	'seedance-2.5': { '480p': 0.1065, '720p': 0.2389, '1080p': 0.5876 },
};

/** [pub] The part of the price that a second costs with reference videos; [us] each of them has 5 s, and they count. */
export const SEGMIND_VIDEO_REFERENCE = { factor: 0.61, seconds: 5 };

/** [pub] The part of the price of 1.5 Pro that a silent video costs. */
export const SEGMIND_SILENT_FACTOR = 0.5;

/** [doc] How long Segmind keeps a result, in seconds of the job clock; [pub] and the file. */
export const SEGMIND_RESULT_SECONDS = 3600;
export const SEGMIND_URL_LIFE_SECONDS = 7 * 24 * 3600;

/** [us] Seconds (of the job clock) after which the synchronous call returns 504. The job continues. */
export const SEGMIND_SYNC_SECONDS = 600;

/** [doc] Credits of seedanceapi.org by resolution and seconds: without and with audio. */
export const ORG_CREDITS = {
	'480p': { '4': [8, 14], '8': [14, 28], '12': [19, 38] },
	'720p': { '4': [14, 28], '8': [28, 56], '12': [42, 84] },
} as const;

/** [doc] Credits of seedanceapi.org v2 by model and seconds. */
export const ORG_2_CREDITS = {
	'seedance-2.0': { 5: 240, 10: 480, 15: 720 },
	'seedance-2.0-fast': { 5: 160, 10: 320, 15: 480 },
} as const;

/** [doc] Images of a video in v2. */
export const ORG_2_IMAGES = 4;

/** [doc] */
export const ORG_PROMPT_CHARACTERS = 2000;

/** [us] Code of seedanceapi.org for errors without a documented code. */
export const ORG_OTHER_CODE = 'INVALID_REQUEST';

/** Replicate: [doc] submissions that one key may send in a minute; [us] jobs that are processed at a time. */
export const REPLICATE_LIMITS = { requestsPerMinute: 600, maxConcurrentJobs: 5 };

/** [doc] How long Replicate keeps input, output, files and logs of a prediction, in seconds of the job clock. */
export const REPLICATE_KEPT_SECONDS = 3600;

/** [doc] Shortest `Cancel-After`; [us] it runs in wall time, like the time-outs of those who send it. */
export const REPLICATE_LEAST_CANCEL_AFTER_SECONDS = 5;

/** [doc] Largest data address at Replicate, of the two documented figures the smaller; [us] in characters of base64. */
export const REPLICATE_DATA_URI_CHARACTERS = 256_000;

/** [doc] Predictions on a page of the list. */
export const REPLICATE_LISTED = 100;

/** [doc] Characters of a prompt for Seedance 2.0; [us] the same for the others. */
export const REPLICATE_PROMPT_CHARACTERS = 4000;

/** [us] Seconds that a model of Replicate chooses where the duration is -1. */
export const REPLICATE_CHOSEN_SECONDS = 6;

/**
 * [pub] US dollars per second of video at Replicate by resolution, and with a reference video; [us] 480p and 720p of
 * 1-pro, and reference videos of 2.0-fast and 2.0-mini.
 */
export const REPLICATE_DOLLARS: Readonly<
	Record<string, { usual: Record<string, number>; withVideo?: Record<string, number> }>
> = {
	'seedance-1-pro': { usual: { '480p': 0.03, '720p': 0.06, '1080p': 0.15 } },
	'seedance-1-pro-fast': { usual: { '480p': 0.015, '720p': 0.025, '1080p': 0.06 } },
	'seedance-1-lite': { usual: { '480p': 0.018, '720p': 0.036, '1080p': 0.072 } },
	'seedance-1.5-pro': { usual: { '720p': 0.052 } },
	'seedance-2.0': {
		usual: { '480p': 0.08, '720p': 0.18, '1080p': 0.45, '4k': 1 },
		withVideo: { '480p': 0.1, '720p': 0.22, '1080p': 0.55, '4k': 1.25 },
	},
	'seedance-2.0-fast': { usual: { '480p': 0.07, '720p': 0.15 } },
	'seedance-2.0-mini': { usual: { '480p': 0.04, '720p': 0.09 } },
	'seedance-2.5': {
		usual: { '480p': 0.1028, '720p': 0.2312 },
		withVideo: { '480p': 0.4304, '720p': 0.9676 },
	},
};
/** [pub] The same for 1.5-pro without sound. */
export const REPLICATE_SILENT_DOLLARS = 0.026;

/** [doc] ModelArk: submissions per minute and tasks processed at a time, of a personal account with 2.0 or 2.5. */
export const MODELARK_LIMITS = { requestsPerMinute: 180, maxConcurrentJobs: 3 };

/**
 * [doc] Other requests that an account at ModelArk may send in a second of wall time. [us] Images count as submissions, and an
 * account whose `requestsPerMinute` is raised may ask and delete as often as that, too.
 */
export const MODELARK_PER_SECOND = { status: 20, cancel: 20, list: 1 };

/** [us] Codes for a limit that is exceeded: the documents name the codes, but not which limit has which. */
export const MODELARK_RATE_CODES = {
	submit: 'ModelAccountRpmRateLimitExceeded',
	other: 'RateLimitExceeded',
};

/** [doc] Largest body at ModelArk; [us] a larger one is a 400. */
export const MODELARK_BODY_BYTES = 64 * 1024 * 1024;

/** [doc] Seconds (of the job clock) that a task is known, and [doc] that a cancelled one is. */
export const MODELARK_TASK_SECONDS = 7 * 24 * 3600;
export const MODELARK_CANCELLED_SECONDS = 24 * 3600;

/** [doc] Downloads of one file; [us] after that, and after its 24 hours, 403. A HEAD request is no download. */
export const MODELARK_DOWNLOADS = 100;

/** [doc] ModelArk's callbacks: 5 s for an answer, 3 redeliveries of the last one; [us] of the others none. */
export const MODELARK_CALLBACK = { timeoutMs: 5000, retries: 3 };

/** [us] What the model picks for `duration: -1`, and for `ratio: "adaptive"` without an image that could be looked at. */
export const MODELARK_PICKED_SECONDS = 5;
export const MODELARK_PICKED_RATIO = '16:9';

/**
 * [us] Seconds of a reference video or audio, which is never fetched: the number in `seconds=` of its address, or this many.
 */
export const MODELARK_REFERENCE_SECONDS = 5;

/** [us] Rows in a list without `page_size`; [doc] most of them. */
export const MODELARK_PAGE = { usual: 20, most: 500 };

/** [us] The code for deleting a task that is cancelled already: the document only says that it is not allowed. */
export const MODELARK_CANCELLED_CODE = 'InvalidAction.CancelledTaskDeletion';

/** [pub] One sighting for unknown tasks. */
export const MODELARK_NO_TASK_CODE = 'ResourceNotFound';

/** [us] `type` of an error by status. Only that of 400 was seen. */
export const MODELARK_ERROR_TYPES: Readonly<Record<number, string>> = {
	400: 'BadRequest',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'NotFound',
	409: 'Conflict',
	429: 'TooManyRequests',
	500: 'InternalServerError',
};

/** [us] Words by which 2.5 takes a prompt for an edit or an extension; [doc] "like" these, without a list. */
export const MODELARK_TASK_WORDS = {
	edit: /\b(add|remove|replace)\b/i,
	extend: /\b(continue|extend)\b/i,
};

/** [us] Prices of Seedream in dollars per image; [pub] $0.03 to $0.04. */
export const SEEDREAM_DOLLARS = { pro: 0.04, lite: 0.035, '4.5': 0.04, '4.0': 0.03 } as const;

/** [us] Words for sizes by model, the first one the default; [doc] only "1K/2K/3K/4K by model". */
export const SEEDREAM_SIZES = {
	pro: ['2K', '1K'],
	lite: ['2K', '3K'],
	'4.5': ['2K', '4K'],
	'4.0': ['2K', '1K', '4K'],
} as const;

/** [us] Largest area of an image in pixels, 4096x4096, and ratio of its longer to its shorter side. */
export const SEEDREAM_MOST = { area: 4096 * 4096, ratio: 16 };

/** [us] Most images of one request, those that were sent included. */
export const SEEDREAM_MOST_IMAGES = 15;

/** [us] The factor by which `[sandbox:slow]` multiplies a job's processing time. */
export const SLOW_FACTOR = 10;

/** [us] Largest request body, in bytes: a 10 MB image [doc] as base64 with room to spare. */
export const MOST_BODY_BYTES = 20 * 1024 * 1024;

/** [us] Largest file, in bytes, that the media host takes. */
export const MOST_SLOT_BYTES = 40 * 1024 * 1024;

/**
 * Processing time of the n-th job in provider seconds: 60 to 120 s [pub: 62 to 189 s on average by model]. The values
 * vary so that jobs finish out of order, and are the same in every run.
 */
export const defaultJobSeconds = (ordinal: number): number => 60 + ((ordinal * 37) % 61);

/** [doc] fal: jobs of a new account that are in progress at a time. [us] Half of the 10 requests a second of the FAQ. */
export const FAL_LIMITS = { requestsPerMinute: 300, maxConcurrentJobs: 2 };

/**
 * [doc] fal's prices in US dollars for a thousand tokens, by the end of the model's ID. [us] 1.0 Pro, which has no public
 * price, costs as much as at its maker's.
 */
export const FAL_DOLLARS_PER_THOUSAND = {
	'seedance-2.5': 0.0214,
	'seedance-2.5/flash': 0.014,
	'seedance-2.0': 0.014,
	'seedance-2.0/fast': 0.0112,
	'seedance-2.0/mini': 0.007,
	'v1.5/pro': 0.0024,
	'v1/pro': 0.0025,
	'v1/pro/fast': 0.001,
} as const;

/** [pub] The dearer tokens of 2.5 in 1080p and the cheaper ones of 2.0 in 4k; [doc] 1.5 without sound. */
export const FAL_OTHER_DOLLARS = { '2.5 1080p': 0.0234, '2.0 4k': 0.008, '1.5 silent': 0.0012 };

/** [pub] With reference videos, tokens cost this part. [us] Nothing is fetched, so each video counts as 5 seconds. */
export const FAL_VIDEO_REFERENCE = { factor: 0.6, seconds: 5 };

/** [us] Seconds of video that the model decides on with "auto". */
export const FAL_AUTO_SECONDS = 5;

/** [doc] Seconds (of the job clock) that fal keeps the result of a job with payload storage, and that its history has. */
export const FAL_RESULT_SECONDS = 30 * 24 * 3600;
export const FAL_HISTORY_SECONDS = 90 * 24 * 3600;

/** [us] Seconds that a file of fal lives without a wish ("at least 7 days" in the older FAQ). */
export const FAL_FILE_SECONDS = 7 * 24 * 3600;

/** [us] The result call for a job that has not ended: 400 [pub], with the documented text. */
export const FAL_IN_PROGRESS_STATUS = 400;

/** [us] HTTP code of an accepted submission to fal's queue, which no document gives. */
export const FAL_SUBMITTED_STATUS = 200;

/** [doc] WaveSpeedAI: submissions of videos that an account of the level Gold may send in a minute; [us] jobs that run. */
export const WAVESPEED_LIMITS = { requestsPerMinute: 600, maxConcurrentJobs: 5 };

/** [doc] How long WaveSpeedAI keeps predictions and their files, in seconds of the job clock. */
export const WAVESPEED_KEPT_SECONDS = 7 * 24 * 3600;

/** [doc] Most predictions on a page of WaveSpeedAI's list. */
export const WAVESPEED_LISTED = 100;

/** [doc] Largest image at WaveSpeedAI, in bytes. The sandbox reads up to 10 MB of a form. */
export const WAVESPEED_IMAGE_BYTES = 20 * 1024 * 1024;

/** [us] Characters of a prompt at WaveSpeedAI, which names no limit. */
export const WAVESPEED_PROMPT_CHARACTERS = 10_000;

/**
 * US dollars per second of video at WaveSpeedAI, by the beginning of the model's ID. [doc] 720p of 2.0, of 2.0-fast and of
 * 2.0-mini, all of v1-lite but 1080p, 480p and 1080p of v1-pro; [pub] 2.5 and v1.5-pro in 720p; [us] the others.
 */
export const WAVESPEED_DOLLARS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
	'seedance-2.5': { '480p': 0.18, '720p': 0.36, '1080p': 0.8 },
	'seedance-2.0': { '480p': 0.12, '720p': 0.24, '1080p': 0.54 },
	'seedance-2.0-fast': { '480p': 0.08, '720p': 0.16, '1080p': 0.36 },
	'seedance-2.0-mini': { '480p': 0.06, '720p': 0.12, '1080p': 0.28 },
	'seedance-v1.5-pro': { '480p': 0.026, '720p': 0.052, '1080p': 0.12 },
	'seedance-v1-pro': { '480p': 0.03, '720p': 0.06, '1080p': 0.12 },
	'seedance-v1-lite': { '480p': 0.016, '720p': 0.032, '1080p': 0.07 },
};

/** [us] Seconds that a model of WaveSpeedAI chooses where the duration is -1. */
export const WAVESPEED_CHOSEN_SECONDS = 6;

/** [doc] What is left of the price with a reference video, from one page; [us] its seconds cost nothing here. */
export const WAVESPEED_WITH_VIDEO = 55 / 70;
/** [doc] kie.ai: 20 new jobs in 10 seconds, and status requests in a second; [doc] "100+" jobs at a time. */
export const KIE_LIMITS = { requestsPerMinute: 120, maxConcurrentJobs: 100 };
export const KIE_SUBMIT_SPAN_MS = 10_000;
export const KIE_STATUS_PER_SECOND = 10;

/** [doc] Hours that a file of kie.ai is kept, of the two documented figures the smaller. In seconds of the job clock. */
export const KIE_URL_LIFE_SECONDS = 24 * 3600;

/** [doc] How long kie.ai waits for the answer to a callback; [us] it does not call again. */
export const KIE_CALLBACK_TIMEOUT_MS = 15_000;

/** [us] Seconds that Seedance 2.5 chooses at kie.ai where the duration is -1, and that a reference video has. */
export const KIE_CHOSEN_SECONDS = 6;
export const KIE_REFERENCE_SECONDS = 5;

/** [us] HTTP statuses that errors of kie.ai have; all others come with 200 and only a code in the body. [pub] */
export const KIE_HTTP_ERRORS: readonly number[] = [429, 500];

/**
 * [pub] Credits per second of video at kie.ai by resolution, and with a reference video; [us] 2-fast, 1.5-pro but for
 * 720p, v1-pro-fast, v1-lite, and reference videos in 1080p, in 4k and of 2-mini.
 */
export const KIE_CREDITS: Readonly<
	Record<string, { usual: Record<string, number>; withVideo?: Record<string, number> }>
> = {
	'v1-pro': { usual: { '480p': 2.8, '720p': 6, '1080p': 14 } },
	'v1-pro-fast': { usual: { '720p': 5, '1080p': 11 } },
	'v1-lite': { usual: { '480p': 2, '720p': 4.5, '1080p': 10 } },
	'1.5-pro': { usual: { '480p': 1.75, '720p': 3.5, '1080p': 7.5 } },
	'2': {
		usual: { '480p': 19, '720p': 41, '1080p': 102, '4k': 208 },
		withVideo: { '480p': 11.5, '720p': 25, '1080p': 62, '4k': 125 },
	},
	'2-fast': {
		usual: { '480p': 15.5, '720p': 33 },
		withVideo: { '480p': 9, '720p': 20 },
	},
	'2-mini': { usual: { '480p': 9.5, '720p': 20.5 }, withVideo: { '480p': 6, '720p': 12.5 } },
	'2-5': {
		usual: { '480p': 28, '720p': 63, '1080p': 158 },
		withVideo: { '480p': 17, '720p': 38, '1080p': 95 },
	},
};
/** [pub] */
export const KIE_USD_PER_CREDIT = 0.005;

/** [us] Sound makes 1.5-pro so much dearer. */
export const KIE_SOUND_FACTOR = 2;
/** OpenRouter: [us] requests that a key may send in a minute, and jobs that are processed at a time. */
export const OPENROUTER_LIMITS = { requestsPerMinute: 120, maxConcurrentJobs: 5 };

/** [us] HTTP code of an accepted submission to OpenRouter, which the SDK does not name. */
export const OPENROUTER_SUBMITTED_STATUS = 202;

/** [doc] Largest body that OpenRouter reads, in bytes. */
export const OPENROUTER_BODY_BYTES = 50 * 1024 * 1024;

/** [us] How long OpenRouter keeps a file, in seconds of the job clock. */
export const OPENROUTER_FILE_SECONDS = 24 * 3600;

/** [us] Seconds that each reference video counts as, because nothing is fetched. */
export const OPENROUTER_REFERENCE_SECONDS = 5;

/**
 * [pub] US dollars per million tokens at OpenRouter, autumn 2026 (1.5 Pro: spring 2026), by resolution or `other`; a token is
 * 1024 pixels of a frame, at 24 frames a second.
 */
export const OPENROUTER_DOLLARS: Readonly<
	Record<string, { usual: Record<string, number>; withVideo?: Record<string, number> }>
> = {
	'bytedance/seedance-2.5': { usual: { other: 10.7 }, withVideo: { other: 6.4 } },
	'bytedance/seedance-2.0': {
		usual: { other: 7, '1080p': 7.7, '4K': 4 },
		withVideo: { other: 4.3, '1080p': 4.7, '4K': 2.4 },
	},
	'bytedance/seedance-2.0-fast': { usual: { other: 4.2 }, withVideo: { other: 2.475 } },
	'bytedance/seedance-2.0-mini': { usual: { other: 3.5 }, withVideo: { other: 2.1 } },
	'bytedance/seedance-1-5-pro': { usual: { other: 2.4 } },
};
/** [pub] The same for 1.5 Pro without sound. */
export const OPENROUTER_SILENT_DOLLARS = 1.2;

/** [us] The lines of a picture, by resolution; the width follows from the ratio, which is 16:9 with a frame. */
export const OPENROUTER_LINES: Readonly<Record<string, number>> = {
	'480p': 480,
	'720p': 720,
	'1080p': 1080,
	'4K': 2160,
};
