import { failure, type Fault, type Outcome } from '../../core/fault';
import type { Account, AccountLimits } from './account';
import type { Clock, Timing } from './clock';
import type { Turn } from './semaphore';

/** How long a call without a time limit of its own waits when the provider has asked for a pause, in milliseconds. */
export const PATIENCE_MS = 90_000;
/**
 * Keeps processes that were refused together from returning together. In milliseconds, and as a fraction of the pause.
 */
const MAX_JITTER_MS = 2_000;
const JITTER = 0.05;

/** The fault of a call that could not be sent within its time. */
const TOO_LATE: Fault = {
	message: "Nothing could be sent in time: the account's requests per minute were used up",
	hint: 'Raise the timeout, send fewer items at a time, or raise "Requests per Minute" in the credential if your account allows more.',
	code: 'no_place',
	transient: true,
	ambiguous: false,
};

/** The fault of a call that was not made because the run was stopped. */
export const STOPPED: Fault = {
	message: 'The execution was stopped',
	code: 'stopped',
	transient: false,
	ambiguous: false,
};

/** What the limits need to know about a request that was sent. */
export interface Sent {
	isSubmit: boolean;
	/** Monotonic milliseconds. */
	at: number;
}

/**
 * Sends a request as soon as the account's limits allow it. A submit waits behind other submits, but does not hold up
 * status requests.
 *
 * @param work also passes the answer on to the limits, before the next request is sent
 * @param until Unix milliseconds; if the limits do not allow the request before then, it is not sent
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
	const submit = () => account.followed.run(() => account.submits.run(send, turn), turn);
	const answer = await account.during(settings, clock, isSubmit ? submit : send);
	if (answer === 'stopped') return failure(STOPPED);
	if (answer !== 'late') return answer;
	if (!isTooLate()) return failure(TOO_LATE);
	// The provider's fault that has caused the pause. This request was not sent.
	const retryAfterMs = account.requests.pauseLeftMs(clock.monotonic());
	return failure({ ...(account.pausedBy ?? TOO_LATE), ambiguous: false, retryAfterMs });
}

/** The provider has not refused this request because of its limits. */
export function noteLetThrough(account: Account, { isSubmit, at }: Sent): void {
	const { requests, submits, followed } = account;
	for (const limit of isSubmit ? [requests, submits, followed] : [requests]) limit.letThrough(at);
}

/** A 429 about concurrent jobs. It does not concern status requests. */
const SPEAKS_OF_JOBS =
	/concurren|parallel|simultaneous|at (a|the same) time|in progress|too many (jobs|tasks)/i;

/**
 * Applies what a fault says about the limits to everybody who uses the key, and learns from it.
 *
 * @returns whether a pause of the whole account has begun
 */
export function applyFault(
	account: Account,
	clock: Clock,
	fault: Fault,
	sent: Sent,
	body: unknown,
): boolean {
	const { httpStatus, retryAfterMs, transient } = fault;
	const { requests, submits, followed, jobs } = account;
	const now = clock.monotonic();
	// A 429 does not say whether there are too many jobs or too many requests. Some providers also answer 429 where a pause
	// does not help, such as without credits. That says nothing about limits.
	if (httpStatus === 429 && transient) {
		if (sent.isSubmit && jobs.taken > 0) followed.refused(sent.at, now, jobs.limit);
		else (sent.isSubmit ? submits : requests).refused(sent.at, now);
	}
	if (retryAfterMs === undefined) return false;
	const jitterMs = Math.random() * Math.min(MAX_JITTER_MS, JITTER * retryAfterMs);
	const until = now + retryAfterMs + jitterMs;
	if (sent.isSubmit && SPEAKS_OF_JOBS.test(JSON.stringify(body) ?? '')) {
		submits.pause(until);
		return false;
	}
	const isNew = requests.pauseLeftMs(now) === 0;
	requests.pause(until);
	// It may now be too late for submits that wait behind others.
	followed.wakeAll();
	submits.wakeAll();
	account.pausedBy = fault;
	return isNew;
}
