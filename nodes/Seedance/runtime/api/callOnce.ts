import { failure, type Fault, type Outcome } from '../../core/fault';
import type { Clock } from '../limits/clock';
import { BACKOFF_MS, MAX_TRIES } from './retry';
import type { Session } from './session';

/** How a call that spends may be repeated. */
export interface Terms {
	/** How long a 429 is waited out, in milliseconds. */
	timeoutMs: number;
	/** The provider recognises the call by its key. */
	idempotent: boolean;
	/** The same call was made before, without a clear answer. */
	isRepeated?: boolean;
	/** Other executions come to the same key. */
	isShared?: boolean;
}

type Caller = Pick<Session, 'call' | 'clock'>;

/** While the first request with a key is still being worked on, in milliseconds: about two minutes in all. */
const BUSY_PAUSES_MS = [2_000, 5_000, 10_000, 20_000, 30_000, 60_000];

/**
 * A call that spends: tried again only where that cannot pay twice. A 429 is waited out until the time is up; an unclear
 * answer is asked for again with the same idempotency key, or not at all; then the fault says that a job may have started.
 *
 * @param call gets the session to go by: once an answer was lost, the one that another item's fault does not end, because
 * the repeat costs nothing and gives the job that is paid already
 */
export async function callOnce<Out>(
	session: Session,
	call: (until: number, from: Caller) => Promise<Outcome<Out>>,
	{ timeoutMs, idempotent, isRepeated = false, isShared = false }: Terms,
): Promise<Outcome<Out>> {
	const deadline = session.clock.now() + timeoutMs;
	const busyPauses = [...BUSY_PAUSES_MS];
	let mayHaveStarted = isRepeated;
	for (let tries = 1; ; ) {
		const from = mayHaveStarted && idempotent ? session.toTheEnd : session;
		const outcome = await call(deadline, from);
		if (outcome.ok) return outcome;
		const sent = { wasSent: mayHaveStarted, isShared };
		const conflict = idempotent ? conflictIn(outcome.fault, sent) : undefined;
		const fault = conflict ?? outcome.fault;
		mayHaveStarted ||= fault.ambiguous;
		const pauseMs = conflict
			? pauseInConflict(conflict, busyPauses)
			: pauseBeforeRetry(fault, tries, idempotent);
		const { clock } = mayHaveStarted && idempotent ? session.toTheEnd : session;
		if (!(await pausedInTime(clock, deadline, pauseMs))) {
			return failure(mayHaveStarted ? warnOfStart(fault) : fault);
		}
		if (fault.httpStatus !== 429 && !conflict) tries += 1;
	}
}

async function pausedInTime(clock: Clock, deadline: number, pauseMs: number | undefined) {
	if (pauseMs === undefined || clock.now() + pauseMs >= deadline) return false;
	return await clock.sleep(pauseMs);
}

/** @returns milliseconds, or undefined where another try is useless or could pay twice */
function pauseBeforeRetry(fault: Fault, tries: number, idempotent: boolean): number | undefined {
	if (fault.httpStatus === 429) return Math.max(fault.retryAfterMs ?? 0, BACKOFF_MS);
	const safe = fault.transient && (!fault.ambiguous || idempotent);
	return safe && tries < MAX_TRIES ? BACKOFF_MS * 2 ** (tries - 1) : undefined;
}

const pauseInConflict = ({ transient }: Fault, pauses: number[]): number | undefined =>
	transient ? pauses.shift() : undefined;

const ABOUT_THE_KEY =
	/idempoten|duplicate|already (been )?used|different (request|body|payload|param)/i;

/**
 * 409 and 422 where they are about the key: there is, or may be, a job under it. So after an unclear answer, whatever the
 * words; and where the words say so. 409 has no other meaning for a submit. (IETF draft on idempotency keys: 409 while the
 * first request is being worked on, 422 for another body) [us]
 */
function conflictIn(
	fault: Fault,
	{ wasSent, isShared }: { wasSent: boolean; isShared: boolean },
): Fault | undefined {
	const { httpStatus, message, code = '' } = fault;
	if (httpStatus !== 409 && httpStatus !== 422) return undefined;
	const isAbout = ABOUT_THE_KEY.test(`${code} ${message}`) || (isShared && httpStatus === 409);
	if (!wasSent && !isAbout) return undefined;
	const common = { ...fault, code: 'idempotency_conflict', ambiguous: true };
	return httpStatus === 409
		? {
				...common,
				transient: true,
				message:
					'The provider is still working on an earlier request with the same idempotency key',
				hint: 'Run the item again in a few minutes, with "Retry" in the list of executions: the same key then gives the job.',
			}
		: {
				...common,
				transient: false,
				message:
					'The provider knows this idempotency key from an earlier request with other content',
				hint: 'To make a new job on purpose, change "Idempotency Key", or with "Once per Content" the prompt.',
			};
}

function warnOfStart(fault: Fault): Fault {
	return {
		...fault,
		ambiguous: true,
		message: `${fault.message}. The job may have started all the same, without an ID that we know of`,
		hint: `Look at your account at the provider before you run this item again. ${fault.hint ?? ''}`.trim(),
	};
}
