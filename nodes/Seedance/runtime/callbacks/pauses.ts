// A provider calls once, so what its callback leaves open is tried again, later each time. All in milliseconds.

/** Before the provider is asked again, because it is behind its callback or could not be asked; four minutes in all. */
export const ASK_AGAIN_PAUSES_MS = [5_000, 15_000, 30_000, 60_000, 60_000, 60_000];

/** Before the execution's own address is called again. */
export const CALL_AGAIN_PAUSES_MS = [5_000, 15_000, 60_000, 120_000, 240_000, 480_000];
