import type { Clock } from '../limits/clock';
import { isAnswered, type SelfCallResult } from './selfCall';
import type { Wait, Waits } from './waits';

// How a process comes back to an execution that waits: by calls to its own address.

/** Where our own address does not answer although it did before, in milliseconds. */
const CALL_AGAIN_PAUSES_MS = [5_000, 15_000, 60_000];

/**
 * After n8n was given what the execution goes on with: when we make sure that it has taken it, in milliseconds. It may not
 * have, when its database was away at that moment, and it tells nobody. Before the first of them, n8n 1.x may not have
 * stored yet that the execution goes on, and would let it go on twice.
 */
const TAKEN_PAUSES_MS = [20_000, 20_000, 30_000, 60_000, 60_000, 120_000, 240_000];

/** What it takes to come back. */
export interface Return {
	clock: Clock;
	/** Calls the execution's own address, so that n8n reads the execution anew and asks us again. Never throws. */
	callOurselves(): Promise<SelfCallResult>;
}

/** Whoever takes a call of ours to an execution that still waits resumes it again, and looks after it from then on. */
export async function untilTaken(wait: Wait, ring: Return & { onTaken(): void }): Promise<void> {
	for (const pauseMs of TAKEN_PAUSES_MS) {
		wait.keepUntil(ring.clock.now() + pauseMs);
		await ring.clock.sleep(pauseMs);
		wait.hasResumed = false;
		const echo = await ring.callOurselves();
		if (echo === 'gone' || echo === 'busy') ring.onTaken();
		if (isAnswered(echo)) return;
	}
}

/** Sleeps and calls our own address, unless another callback has come meanwhile and taken over. */
export async function callLater(
	waits: Waits,
	wait: Wait,
	ring: Return,
	pauseMs: number,
): Promise<SelfCallResult | 'replaced'> {
	const { rings } = wait;
	const isReplaced = () => wait.rings !== rings || wait.hasResumed;
	wait.keepUntil(ring.clock.now() + pauseMs);
	await Promise.race([ring.clock.sleep(pauseMs), wait.nextRing()]);
	if (isReplaced()) return 'replaced';
	const echo = await ring.callOurselves();
	waits.reachUs = isAnswered(echo);
	return isReplaced() ? 'replaced' : echo;
}

export async function callPatiently(
	call: (pauseMs: number) => Promise<SelfCallResult | 'replaced'>,
	firstPauseMs: number,
): Promise<void> {
	for (const pauseMs of [firstPauseMs, ...CALL_AGAIN_PAUSES_MS]) {
		const echo = await call(pauseMs);
		if (echo === 'replaced' || isAnswered(echo)) return;
	}
}
