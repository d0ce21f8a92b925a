import { failure, type Fault, type Outcome } from '../../core/fault';
import { underLimits, type Account } from './account';
import type { Clock, Timing } from './clock';
import type { Turn } from './fifoQueue';
import type { AccountLimits } from './limitsInUse';

/** What a call without a time limit of its own waits for a provider that has asked us to pause, in milliseconds. */
export const PATIENCE_MS = 90_000;
/** Processes that were refused together do not come back together: the longest delay, in milliseconds and in parts. */
const MAX_JITTER_MS = 2_000;
const JITTER = 0.05;

/** Ours, for a call that found no place in the minute before its time was up. */
const NO_PLACE: Fault = {
	message: "Nothing could be sent in time: the account's requests per minute were used up",
	hint: 'Raise the timeout, send fewer items at a time, or raise "Requests per Minute" in the credential if your account allows more.',
	code: 'no_place',
	transient: true,
	ambiguous: false,
};

/** Ours, for a call that was never made because the run is to stop. */
export const STOPPED: Fault = {
	message: 'The execution was stopped',
	code: 'stopped',
	transient: false,
	ambiguous: false,
};

/** A request that was sent, as far as the account's limits are concerned. */
export interface Sent {
	isSubmit: boolean;
	/** Monotonic milliseconds. */
	at: number;
}

/**
 * Sends a request when the account's limits have a place for it; a submit waits behind other submits, not before questions.
 *
 * @param work also tells what the answer says about the limits, before the next request is let through
 * @param until Unix milliseconds; nothing is sent when there is no place before
 */
export async function sendWithinLimits<T>(
	{ account, settings, clock, signal }: Timing & { account: Account; settings: AccountLimits },
	isSubmit: boolean,
	work: (sent: Sent) => Promise<Outcome<T>>,
	until = Infinity,
): Promise<Outcome<T>> {
	const isTooLate = () => {
		const patienceMs = until === Infinity ? PATIENCE_MS : until - clock.now();
		return account.requests.pauseLeftMs(clock.monotonic()) > patienceMs;
	};
	const turn: Turn = { clock, signal, until, isTooLate };
	const send = () => account.requests.run((at) => work({ isSubmit, at }), turn);
	const answer = await underLimits(account, settings, clock, () =>
		isSubmit ? account.submits.run(send, turn) : send(),
	);
	if (answer === 'stopped') return failure(STOPPED);
	if (answer !== 'late') return answer;
	return failure(isTooLate() ? heldBack(account, clock) : NO_PLACE);
}

/** What the provider said when it asked us to pause; this request was not sent. */
function heldBack({ requests, pausedBy = NO_PLACE }: Account, clock: Clock): Fault {
	return { ...pausedBy, ambiguous: false, retryAfterMs: requests.pauseLeftMs(clock.monotonic()) };
}

/** The provider has not refused this request for its limits. */
export function noteLetThrough({ requests, submits }: Account, { isSubmit, at }: Sent): void {
	requests.letThrough(at);
	if (isSubmit) submits.letThrough(at);
}

/** A 429 that speaks of jobs at a time, which says nothing against asking for those that there are. */
const SPEAKS_OF_JOBS =
	/concurren|parallel|simultaneous|at (a|the same) time|in progress|too many (jobs|tasks)/i;

/**
 * Keeps to what a fault says about the limits, for all who use the key, and learns from it.
 *
 * @returns whether a pause of the whole account has begun
 */
export function heed(
	account: Account,
	clock: Clock,
	fault: Fault,
	sent: Sent,
	body: unknown,
): boolean {
	const { httpStatus, retryAfterMs } = fault;
	const now = clock.monotonic();
	if (httpStatus === 429 && sent.isSubmit) {
		const { jobs, submits } = account;
		submits.refused(sent.at, now, jobs.taken > 0 ? jobs.limit : 0);
	} else if (httpStatus === 429) account.requests.refused(sent.at, now);
	if (retryAfterMs === undefined) return false;
	const jitterMs = Math.random() * Math.min(MAX_JITTER_MS, JITTER * retryAfterMs);
	const until = now + retryAfterMs + jitterMs;
	if (sent.isSubmit && SPEAKS_OF_JOBS.test(JSON.stringify(body) ?? '')) {
		account.submits.pause(until);
		return false;
	}
	const isNew = account.requests.pauseLeftMs(now) === 0;
	account.requests.pause(until);
	account.submits.wakeAll();
	account.pausedBy = fault;
	return isNew;
}
