// A provider calls only once, so we retry ourselves, with growing pauses. All in milliseconds.

/**
 * Before we ask the provider again because its status is outdated or it could not be reached. Four minutes in total.
 */
export const ASK_AGAIN_PAUSES_MS = [5_000, 15_000, 30_000, 60_000, 60_000, 60_000];

/** Before the execution's own address is called again. */
export const CALL_AGAIN_PAUSES_MS = [5_000, 15_000, 60_000, 120_000, 240_000, 480_000];
